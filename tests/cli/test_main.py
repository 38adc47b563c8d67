"""The command line: what is printed where, and the one meaning of each exit code."""

from __future__ import annotations

import errno
import json
import os
import signal
import subprocess
import sys
from importlib.metadata import version
from pathlib import Path
from resource import RLIMIT_FSIZE, getrlimit, setrlimit
from tempfile import gettempdir

import click
import jsonschema
import polars as pl
import pyarrow as pa
import pytest

from communique.cli import main as cli
from communique.cli.main import communique
from communique.schemas import SCHEMAS

from ..conftest import BASE, CASES, ROOT, lay
from .conftest import Shell

WRITTEN = len(SCHEMAS.written)


def test_validate_of_the_embedded_dataset_is_clean(shell: Shell) -> None:
    code, out, err = shell("validate")
    assert (code, err) == (0, "")
    assert out.startswith("No findings in ")
    assert f"in {WRITTEN} tables read" in out


@pytest.mark.parametrize(
    "words", [("verify",), ("export", "--to", "duckdb"), ("describe",), ("validate",), ("diff", "folder")]
)
def test_an_address_is_refused_as_it_was_given(shell: Shell, words: tuple[str, ...]) -> None:
    code, out, err = shell(*words, "https://example.org/release.zip")
    assert (code, out) == (2, "")
    assert "https://example.org/release.zip is a web address, but commands take files and folders" in err
    assert "in Python communique.open" in err


@pytest.mark.parametrize(
    "words", [("validate", ""), ("build", "-o", ""), ("diff", "", "folder"), ("sign", "")]
)
def test_an_empty_path_is_not_the_folder_where_one_is(shell: Shell, words: tuple[str, ...]) -> None:
    code, out, err = shell(*words)
    assert (code, out) == (2, "")
    assert "the path is empty. Give a path" in err


def test_validate_shows_place_value_expectation_and_remedy(shell: Shell, tmp_path: Path) -> None:
    folder = lay(CASES / "invalid" / "unknown-status", tmp_path / "d")
    code, out, _ = shell("validate", folder)
    assert code == 1
    assert f"{folder}/meetings.csv:8:52" in out
    assert "constraint-error" in out
    assert 'status = "hel"  in council-status-2016' in out
    assert "expected one of: scheduled, held" in out
    assert "→ Give a value, one of those that are allowed; communique describe DATASET" in out
    assert out.endswith(
        f"1 error, 0 warnings in base 1.0.0: 33 rows in {WRITTEN} tables read = 32 valid + 1 rejected.\n"
    )


def test_a_warning_alone_is_shown_and_leaves_the_exit_code_at_0(shell: Shell, tmp_path: Path) -> None:
    code, out, _ = shell("validate", lay(CASES / "invalid" / "unused-source", tmp_path / "d"))
    assert code == 0
    assert "unused-source" in out
    assert "0 errors, 1 warning in base" in out


def test_what_is_cut_from_the_text_is_said(shell: Shell, tmp_path: Path) -> None:
    folder = lay(CASES / "invalid" / "header-with-duplicate-label", tmp_path / "d")
    _, out, _ = shell("validate", folder, "--max-findings", "1")
    assert "… and 1 more finding" in out
    assert "2 errors" in out
    assert "Not decided, because a table could not be read: unresolved-claim, unused-source" in out


def test_the_json_report_is_complete(shell: Shell, tmp_path: Path) -> None:
    code, out, _ = shell("validate", BASE, "--output-format", "json")
    report = json.loads(out)
    assert (code, report["ok"], report["findings"]) == (0, True, [])
    code, out, _ = shell(
        "validate", lay(CASES / "invalid" / "unknown-source", tmp_path / "d"), "--output-format", "json"
    )
    report = json.loads(out)
    assert (code, report["ok"], report["errors"], report["codes"]) == (1, False, 1, {"foreign-key": 1})
    assert all(table["read"] == table["valid"] + table["rejected"] for table in report["tables"])
    (finding,) = report["findings"]
    assert finding["value"] == "daily;weekly"
    assert finding["key"] == "unknown-source"
    assert (finding["line"], finding["offset"]) == (5, 31)
    assert finding["statement"]
    assert finding["remedy"]


def test_hostile_text_is_inert_on_the_terminal(shell: Shell, tmp_path: Path) -> None:
    folder = lay(CASES / "invalid" / "control-character", tmp_path / "d")
    _, out, _ = shell("validate", folder)
    assert "\x1b" not in out
    assert r"Ti\u{1B}[31mtle" in out


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["validate", "nowhere"], "nowhere: there is no such file or folder"),
        (["build", "nowhere"], "nowhere: there is no such file or folder"),
        (
            ["validate", "--as-of", "soon"],
            "Invalid value for '--as-of': 'soon' is not a day. Give one such as",
        ),
        (["validate", "--as-of", "2024-13-01"], "'2024-13-01' is not a day"),
        (["release", "--date", "2024-02-30"], "or the word today"),
        (["validate", "--max-findings", "all"], "'all' is not a valid number"),
        (["diff", BASE, BASE, "--max-rows", "all"], "'all' is not a valid number"),
        (["validate", "--output-format", "xml"], "Invalid value for '--output-format'"),
        (["validate", "--output-format", "sarif="], "names no file"),
        (
            ["validate", "--output-format", "sarif", "--output-format", "json"],
            "Only one format can go to stdout",
        ),
        (
            ["validate", "--output-format", "json=a", "--output-format", "csv=a"],
            "Two formats would go to the same file",
        ),
        (["validate", "--output-format", "json=a", "--output-file", "b"], "each format given has one"),
        (
            ["validate", BASE, ROOT / "data" / "union-state", "--output-format", "sarif"],
            "A report in the format sarif is about one dataset; give the paths of one at a time.",
        ),
        (["quarantine", "apply", "nowhere"], "is not a quarantine"),
        (["explain", "place-contry"], "Did you mean place-country?"),
        (["explain", "zzz"], "There is no rule 'zzz'. communique explain lists all"),
        (["explain", "row-removd"], "Did you mean row-removed"),
        (["describe", "--format", "json-schema"], "name it with --table"),
        (["describe", "--table", "meetingz"], "There is no table 'meetingz'"),
        (["frobnicate"], "No such command"),
    ],
)
def test_what_cannot_run_exits_with_2_and_says_why_on_stderr(
    shell: Shell, arguments: list[str], said: str
) -> None:
    code, out, err = shell(*arguments)
    assert (code, out) == (2, "")
    assert said in err
    assert "Traceback" not in err


def test_a_data_package_in_the_working_folder_has_to_be_named(shell: Shell, tmp_path: Path) -> None:
    (tmp_path / "datapackage.json").write_text("{}")
    code, out, err = shell("validate")
    assert (code, out) == (2, "")
    assert "This folder has a datapackage.json. If you mean it, name it: datapackage.json." in err


@pytest.mark.parametrize("other", ["sub/../a", "link"])
def test_two_formats_do_not_go_to_one_file_under_two_names(shell: Shell, tmp_path: Path, other: str) -> None:
    (tmp_path / "sub").mkdir()
    (tmp_path / "link").symlink_to("a")
    code, out, err = shell("validate", BASE, "--output-format", "json=a", "--output-format", f"csv={other}")
    assert (code, out) == (2, "")
    assert "Two formats would go to the same file" in err


def test_build_writes_the_release_to_the_working_folder(shell: Shell, tmp_path: Path) -> None:
    code, out, err = shell("build", BASE)
    assert code == 0
    assert out.startswith("No findings in ")
    assert "Wrote base 1.0.0 to output/base" in err
    assert (tmp_path / "output" / "base" / "datapackage.json").exists()


def test_build_of_a_dataset_with_errors_writes_nothing(shell: Shell, tmp_path: Path) -> None:
    code, _, err = shell("build", lay(CASES / "invalid" / "empty-key", tmp_path / "d"), "-o", "out")
    assert (code, err) == (1, "")
    assert not (tmp_path / "out").exists()


def test_build_to_a_file_exits_with_2(shell: Shell, tmp_path: Path) -> None:
    (tmp_path / "out").touch()
    code, _, err = shell("build", BASE, "-o", "out")
    assert code == 2
    assert err == "communique: out: expected a folder, or nothing. Give another one.\n"


def test_as_of_moves_today(shell: Shell) -> None:
    code, out, _ = shell("validate", BASE, "--as-of", "2013-01-01")
    assert code == 1
    assert "future-meeting" in out


def test_describe_prints_the_descriptor_and_each_form_of_a_table(shell: Shell) -> None:
    _, out, _ = shell("describe")
    assert json.loads(out)["name"] == "union-state"
    _, out, _ = shell("describe", "--table", "sources")
    assert json.loads(out)["primaryKey"] == ["source_id"]
    _, out, _ = shell("describe", "--table", "sources", "--format", "markdown")
    assert out.startswith("## sources\n")
    for table in SCHEMAS.tables:
        _, out, _ = shell("describe", "--table", table.name, "--format", "json-schema")
        jsonschema.Draft202012Validator.check_schema(json.loads(out))


def test_explain_prints_statement_examples_and_remedy_of_every_rule(shell: Shell) -> None:
    from communique.datapackage import RULES

    for code, rule in {**RULES, **SCHEMAS.rules}.items():
        exit_code, out, _ = shell("explain", code)
        assert exit_code == 0
        assert out.startswith(f"{code} (")
        assert rule.statement in out
        assert rule.remedy in out


def test_help_and_version_are_there_without_loading_the_libraries(shell: Shell) -> None:
    for option in ("-h", "--help"):
        code, out, _ = shell(option)
        assert code == 0
        assert all(f"\n  {command} " in out for command in communique.commands)
    assert shell("--version") == (0, f"communique, version {version('communique')}\n", "")
    program = (
        "import sys, communique.cli.main; sys.exit(any(m in sys.modules for m in ('polars', 'pandera')))"
    )
    assert subprocess.run([sys.executable, "-c", program], check=False).returncode == 0


@pytest.mark.parametrize("error", ["AttributeError", "OSError", "TypeError"])
def test_the_program_runs_with_any_c_library(error: str) -> None:
    program = (
        "import ctypes, sys\n"
        f"def none(_): raise {error}\n"
        "ctypes.CDLL = none\n"
        "sys.argv = ['communique', '--version']\n"
        "from communique.cli.main import program\n"
        "program()"
    )
    environment = {name: value for name, value in os.environ.items() if name != "MALLOC_ARENA_MAX"}
    ran = subprocess.run([sys.executable, "-c", program], env=environment, check=False, capture_output=True)
    assert (ran.returncode, ran.stdout) == (0, f"communique, version {version('communique')}\n".encode())


def test_an_interrupt_and_an_unexpected_fault_are_one_line_each(
    shell: Shell, monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupted(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    def broken(*_: object, **__: object) -> None:
        raise RuntimeError("a fault")

    def full(*_: object, **__: object) -> None:
        raise OSError(28, "No space left on device", "x")

    def full_at_work(*_: object, **__: object) -> None:
        raise OSError("Error writing bytes to file. Detail: [errno 28] No space left on device")

    monkeypatch.setattr("communique.datapackage.validate", interrupted)
    assert shell("validate")[0] == 130
    monkeypatch.setattr("communique.datapackage.validate", broken)
    assert shell("validate") == (
        2,
        "",
        "communique: internal error, please report it: RuntimeError: a fault\n",
    )
    monkeypatch.setattr("communique.datapackage.validate", full)
    assert shell("validate") == (2, "", "communique: No space left on device: x\n")
    monkeypatch.setattr("communique.datapackage.validate", full_at_work)
    code, _, said = shell("validate")
    assert (code, said.count(gettempdir()), "TMPDIR" in said) == (2, 1, True)
    assert said.startswith("communique: No space left on device: stdout, or a temporary file in ")


@pytest.mark.parametrize(
    "error",
    [
        MemoryError(),
        pa.ArrowMemoryError("malloc of size 131072 failed"),
        pa.ArrowException("Unknown error: Failed to launch worker thread: Resource temporarily unavailable"),
        RuntimeError("can't start new thread"),
        OSError(errno.ENOMEM, "Cannot allocate memory"),
        ImportError("libarrow.so.2600: failed to map segment from shared object"),
        pl.exceptions.PanicException("memory allocation of 1520 bytes failed"),
    ],
)
@pytest.mark.parametrize("wrapped", [False, True])
def test_a_lack_of_memory_is_said_and_no_fault_of_the_program(
    shell: Shell, monkeypatch: pytest.MonkeyPatch, error: BaseException, wrapped: bool
) -> None:
    def short(*_: object, **__: object) -> None:
        if wrapped:
            raise ImportError("numpy could not be imported") from error
        raise error

    monkeypatch.setattr("communique.datapackage.validate", short)
    code, _, said = shell("validate")
    assert (code, said.count("\n")) == (2, 1)
    assert said.startswith("communique: There is not enough memory, or no more threads")


def test_what_is_missing_is_told_apart_a_working_folder_and_a_place_for_files_at_work(
    shell: Shell, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "gone").mkdir()
    monkeypatch.chdir(tmp_path / "gone")
    (tmp_path / "gone").rmdir()
    assert "The working folder no longer exists" in shell("build", BASE)[2]
    monkeypatch.chdir(tmp_path)
    with monkeypatch.context() as without:
        without.setattr("tempfile.tempdir", None)
        without.setattr("tempfile._candidate_tempdir_list", list)
        assert "No usable temporary directory" in shell("validate", BASE)[2]


def test_a_link_that_leads_to_itself_is_told(shell: Shell, tmp_path: Path) -> None:
    (tmp_path / "loop").symlink_to("loop")
    (tmp_path / "t.csv").write_text("a\n1\n")
    (tmp_path / "s.json").write_text('{"fields": [{"name": "a"}]}')
    code, _, said = shell(
        "build", tmp_path / "t.csv", "--schema", tmp_path / "s.json", "-o", tmp_path / "loop"
    )
    assert (code, "internal error" in said, "loop" in said) == (2, False, True)


def test_tables_cannot_be_written_where_a_name_is_not_utf_8(shell: Shell, tmp_path: Path) -> None:
    odd = tmp_path / os.fsdecode(b"odd\xff")
    odd.mkdir()
    code, _, said = shell("build", BASE, "-o", odd / "release")
    assert (code, "internal error" in said, "odd\\udcff" in said) == (2, False, True)
    assert "this path is not UTF-8, and tables can be written only where it is" in said
    assert not list(odd.iterdir())


def test_the_module_runs_too() -> None:
    ran = subprocess.run(
        [sys.executable, "-m", "communique.cli", "--version"],
        check=True,
        capture_output=True,
        env=dict(os.environ),
    )
    assert ran.stdout.startswith(b"communique, version")


def test_a_report_goes_to_the_file_that_is_named(shell: Shell, tmp_path: Path) -> None:
    code, out, _ = shell("validate", BASE, "--output-format", "json", "--output-file", "report.json")
    assert (code, out) == (0, "")
    assert json.loads((tmp_path / "report.json").read_text("utf-8"))["ok"]


def test_the_working_folder_is_taken_before_the_embedded_dataset(
    shell: Shell, base: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(base)
    assert " in base 1.0.0: " in shell("validate")[1]


def test_all_rules_are_listed_and_all_tables_described_where_none_is_named(shell: Shell) -> None:
    listed = shell("explain")[1]
    assert "\nplace-country: The country is that of the city.\n" in listed
    assert "\ncode-added (minor): A code list has a new code.\n" in listed
    assert all(
        f"## {table.name}\n" in shell("describe", "--format", "markdown")[1] for table in SCHEMAS.tables[:2]
    )


def test_repaired_rows_go_back_from_the_command_line(shell: Shell, tmp_path: Path) -> None:
    folder = lay(CASES / "invalid" / "unknown-country", tmp_path / "d")
    assert shell("validate", folder, "--quarantine", "q")[0] == 1
    path = tmp_path / "q" / "persons.csv"
    path.write_text(
        path.read_text("utf-8").rstrip("\n") + '"unknown-country,Nora Where,,BY,daily"\n', "utf-8"
    )
    code, out, _ = shell("quarantine", "apply", "q")
    assert (code, "No findings" in out) == (0, True)


@pytest.mark.parametrize("command", ["validate", "build"])
def test_where_a_table_cannot_be_read_it_is_said_that_there_is_no_quarantine(
    shell: Shell, tmp_path: Path, command: str
) -> None:
    folder = lay(CASES / "invalid" / "unknown-country", tmp_path / "d")
    (folder / "claims.csv").unlink()
    code, _, err = shell(command, folder, "--quarantine", "q")
    assert code == 1
    assert "No quarantine was written, because claims.csv could not be read" in err
    assert not (tmp_path / "q").exists()


def test_where_stderr_is_closed_the_exit_code_says_the_same() -> None:
    words = [sys.executable, "-m", "communique", "validate", str(BASE)]
    closed = subprocess.run(words, preexec_fn=lambda: os.close(2), stdout=subprocess.PIPE, check=False)
    assert closed.returncode == 0
    assert b"No findings" in closed.stdout


@pytest.mark.parametrize("words", [["validate", "nowhere"], ["validate", "--nothing"]])
def test_where_stderr_is_full_what_could_not_run_is_no_finding(words: list[str]) -> None:
    with Path("/dev/full").open("wb") as full:
        ran = subprocess.run([sys.executable, "-m", "communique", *words], stderr=full, check=False)
    assert ran.returncode == 2


@pytest.mark.parametrize("path", ["/dev/full", "nowhere/summary.md"])
def test_a_summary_that_cannot_be_written_is_named(
    shell: Shell, monkeypatch: pytest.MonkeyPatch, path: str
) -> None:
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", path)
    code, _, err = shell("validate", BASE, "--output-format", "github")
    assert code == 2
    assert err.endswith(f": {path}\n")


@pytest.mark.parametrize("name", ["2024", "true", "1e5", "null", "a" * 150, "---", "Söže"])
def test_a_new_dataset_is_valid_whatever_its_folder_is_called(
    shell: Shell, tmp_path: Path, name: str
) -> None:
    assert shell("init", tmp_path / name)[0] == 0
    assert shell("validate", tmp_path / name)[0] == 0


def test_a_dataset_that_is_named_twice_is_checked_once(shell: Shell, tmp_path: Path) -> None:
    folder = lay(CASES / "invalid" / "control-character", tmp_path / "d")
    _, out, _ = shell("validate", folder, tmp_path / "d" / ".." / "d", folder / "persons.csv")
    assert out.count("1 error") == 1


def test_what_a_terminal_has_no_sign_for_is_spelt_out() -> None:
    words = [sys.executable, "-m", "communique", "explain", "cyrillic-name"]
    told = subprocess.run(
        words, env={**os.environ, "PYTHONIOENCODING": "latin-1"}, capture_output=True, check=True
    )
    assert rb"\u0412\u043b" in told.stdout


def test_a_package_of_others_has_no_day_to_be_checked_at(shell: Shell, tmp_path: Path) -> None:
    (tmp_path / "datapackage.json").write_text('{"resources": []}')
    code, _, err = shell("build", tmp_path, "--as-of", "2025-01-01")
    assert (code, "--as-of are for datasets" in err) == (2, True)


def test_the_word_today_is_the_day_of_the_clock_or_of_source_date_epoch(
    shell: Shell, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1357000000")  # the first day of 2013
    assert shell("validate", BASE, "--as-of", "today") == shell("validate", BASE, "--as-of", "2013-01-01")
    assert shell("init", tmp_path / "council")[0] == 0
    assert "release_date: 2013-01-01\n" in (tmp_path / "council" / "dataset.yaml").read_text("utf-8")


def test_a_dataset_begins_in_a_repository_that_is_there(shell: Shell, tmp_path: Path) -> None:
    (tmp_path / ".git").mkdir()
    (tmp_path / ".git" / "HEAD").write_text("ref: refs/heads/main\n")
    assert shell("init", tmp_path)[0] == 0
    assert (tmp_path / ".git" / "HEAD").read_text() == "ref: refs/heads/main\n"
    assert "output/** -text" in (tmp_path / ".gitattributes").read_text("utf-8")
    assert shell("validate", tmp_path)[0] == 0
    assert shell("init", tmp_path)[0] == 2


def test_a_dataset_beside_git_that_cannot_be_written_leaves_nothing(shell: Shell, tmp_path: Path) -> None:
    (tmp_path / "new" / ".git").mkdir(parents=True)
    soft, hard = getrlimit(RLIMIT_FSIZE)
    setrlimit(RLIMIT_FSIZE, (200, hard))
    try:
        code, _, said = shell("init", "new")
    finally:
        setrlimit(RLIMIT_FSIZE, (soft, hard))
    assert (code, said) == (2, "communique: new: cannot be written: File too large. Nothing was changed.\n")
    assert [path.name for path in (tmp_path / "new").iterdir()] == [".git"]


def test_each_command_is_summed_up_whole_in_a_terminal_of_80_columns() -> None:
    for command in (communique, cli.quarantine):
        context = click.Context(command, info_name="communique", terminal_width=80, max_content_width=80)
        _, _, listed = command.get_help(context).partition("Commands:\n")
        summaries = dict(line.strip().split(maxsplit=1) for line in listed.splitlines())
        assert set(summaries) == set(command.commands)
        assert [said for said in summaries.values() if not said.endswith(".") or said.endswith("..")] == []


@pytest.mark.parametrize(
    "at_work",
    [
        pytest.param("told()", id="at work"),
        # A class is made, and Python makes a RuntimeError (till 3.11) of what goes wrong meanwhile.
        pytest.param("type('Class', (), {'name': Told()})", id="another error is made of it"),
        pytest.param("Told(); time.sleep(30)", id="it is passed over"),
    ],
)
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_a_signal_ends_the_program_in_order(number: signal.Signals, at_work: str) -> None:
    program = f"""
import os, signal, sys, time
from communique.cli import main
def told(*_): os.kill(os.getpid(), {int(number)})
class Told: __set_name__ = __del__ = told
def work(_): {at_work}
signal.signal({int(number)}, signal.SIG_DFL)  # whatever the tests have it do
main.communique.invoke = work
sys.argv = ["communique", "explain"]
main.program()
"""
    ran = subprocess.run([sys.executable, "-c", program], capture_output=True, check=False)
    said = b"communique: interrupted\n" if number == signal.SIGINT else b""
    assert (ran.returncode, ran.stdout, ran.stderr) == (128 + number, b"", said)


def test_a_signal_that_the_caller_ignores_stays_ignored() -> None:
    code = (  # as under nohup
        "import signal; from communique.cli.ending import heed; signal.signal(signal.SIGHUP, signal.SIG_IGN); heed(); "
        "print(signal.getsignal(signal.SIGHUP) is signal.SIG_IGN, signal.getsignal(signal.SIGTERM) is signal.SIG_DFL)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "True False\n"


def test_an_interrupt_while_the_program_is_loading_ends_it_without_a_word() -> None:
    code = """
import os, signal, sys
from communique.cli import start
class Loading:
    def find_spec(name, *_):
        if name == "communique.cli.main":
            os.kill(os.getpid(), signal.SIGINT)
signal.signal(signal.SIGINT, signal.default_int_handler)  # whatever the tests have it do
sys.meta_path.insert(0, Loading)
start.program()
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, check=False)
    assert (done.returncode, done.stderr) == (-signal.SIGINT, b"")
