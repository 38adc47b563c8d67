"""The package as users install it: a wheel, used from an empty folder. The tutorial runs, and its types are exact."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import sysconfig
from collections.abc import Sequence
from pathlib import Path
from xml.etree import ElementTree as ET

import duckdb
import pytest

from .conftest import ROOT

DATA = ROOT / "output" / "union-state" / "data"


@pytest.fixture(scope="module")
def python(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the Python of an environment with the wheel of this package; its libraries are those of the tests."""
    folder = tmp_path_factory.mktemp("installed")
    source = folder / "source"
    left_out = shutil.ignore_patterns(
        ".*", "build", "dist", "*.egg-info", "__pycache__", "tests", "benchmarks"
    )
    shutil.copytree(ROOT, source, symlinks=True, ignore=left_out)
    pip = [sys.executable, "-m", "pip", "--quiet", "--disable-pip-version-check"]
    run(
        [*pip, "wheel", "--no-index", "--no-deps", "--no-build-isolation", "-w", str(folder), str(source)],
        folder,
    )
    run([sys.executable, "-m", "venv", "--without-pip", str(folder / "venv")], folder)
    python = folder / "venv" / "bin" / "python"
    [wheel] = folder.glob("*.whl")
    run([*pip, "--python", str(python), "install", "--no-index", "--no-deps", str(wheel)], folder)
    [packages] = (folder / "venv" / "lib").glob("*/site-packages")
    # A path that is added so brings libraries, and no .pth file of its own: the editable install stays out.
    (packages / "libraries.pth").write_text(f"{sysconfig.get_path('purelib')}\n", "utf-8")
    shutil.rmtree(source)
    return python


def run(command: Sequence[str | Path], folder: Path) -> str:
    """Run a command in a folder; return what it says. What the tests import from is not handed on."""
    surroundings = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    surroundings |= {"MPLCONFIGDIR": str(folder), "PYTHONDONTWRITEBYTECODE": "1"}
    done = subprocess.run(
        command, cwd=folder, env=surroundings, capture_output=True, text=True, check=False, timeout=500
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def sql(query: str) -> list[list[object]]:
    """Return the rows of a query over the release that ships, with days as text."""
    with duckdb.connect() as connection:
        for path in DATA.glob("*.parquet"):
            connection.execute(f"create view {path.stem} as from '{path}'")
        rows = connection.execute(query).fetchall()
    return [[str(cell) if hasattr(cell, "isoformat") else cell for cell in row] for row in rows]


def test_the_wheel_is_what_is_imported(python: Path, tmp_path: Path) -> None:
    said = run([python, "-c", "import communique; print(communique.__file__)"], tmp_path)
    assert said.startswith(str(python.parent.parent))


def test_the_tutorial_for_analysts_runs_and_its_figures_are_those_of_sql(
    python: Path, tmp_path: Path
) -> None:
    page = (ROOT / "docs" / "analysts.md").read_text("utf-8")
    blocks = re.findall(r"^```python\n(.*?)^```", page, re.MULTILINE | re.DOTALL)
    assert len(blocks) == page.count("```") // 2  # every block is run
    figures = """
import json
with open("figures.json", "w", encoding="utf-8") as file:
    json.dump({
        "held": held.select("meeting_id").collect().rows(),
        "per_year": per_year.rows(),
        "most_seen": most_seen.rows(),
        "planned": planned.filter(pl.col("meetings.name").is_not_null()).select(pl.len()).collect().rows(),
        "roles": [[role, int(count)] for role, count in frame.groupby("role").size().items()],
        "digest": release.package.digest,
        "path": communique.__file__,
    }, file, default=str)
"""
    (tmp_path / "tutorial.py").write_text("\n".join((*blocks, figures)), "utf-8")
    said = run([python, "tutorial.py"], tmp_path)
    found = json.loads((tmp_path / "figures.json").read_text("utf-8"))
    assert found["path"].startswith(str(python.parent.parent))
    descriptor = json.loads((DATA.parent / "datapackage.json").read_text("utf-8"))
    assert found["digest"] == descriptor["digest"]  # it is the same release

    assert found["held"] == sql("select meeting_id from meetings where status = 'held' order by 1")
    assert found["per_year"] == sql(
        "select year(start_earliest), count(*) from meetings where status = 'held' group by 1 order by 1"
    )
    assert found["most_seen"] == sql(
        "select p.person_id, any_value(q.name), any_value(q.name_ru), count(*) meetings, "
        "min(m.start_earliest), max(m.start_earliest) "
        "from participants p join meetings m using (meeting_id) join persons q on p.person_id = q.person_id "
        "where m.status = 'held' and p.participation_status = 'attended' "
        "group by p.person_id order by meetings desc, p.person_id"
    )
    assert found["planned"] == sql(
        "select count(*) from initiative_events e join meetings m on e.planned_for = m.meeting_id"
    )
    assert found["roles"] == sql("select role, count(*) from participants group by 1 order by 1")
    assert said.count("JoinError") == 0
    assert "can be joined in more than one way" in said
    assert descriptor["title"] in said
    bars = ET.parse(tmp_path / "meetings.svg").getroot()
    assert bars.tag.endswith("svg")
    assert (tmp_path / "union-state.bib").read_text("utf-8").startswith("@misc{union-state-")
    assert json.loads((tmp_path / "union-state.csl.json").read_text("utf-8"))[0]["type"] == "dataset"


@pytest.mark.parametrize("checker", ["mypy", "pyright"])
def test_the_public_names_are_typed_for_those_who_install_the_package(
    checker: str, python: Path, tmp_path: Path
) -> None:
    shutil.copy(ROOT / "tests" / "typed_use.py", tmp_path / "use.py")
    if checker == "mypy":
        known = ROOT / ".mypy_cache"  # what make test has just found out of the libraries
        if known.exists():
            shutil.copytree(known, tmp_path / "cache")
        options = ["--strict", "--python-executable", str(python), "--cache-dir", str(tmp_path / "cache")]
        (tmp_path / "mypy.ini").write_text(
            "[mypy]\n[mypy-pyarrow.*]\nignore_missing_imports = True\n", "utf-8"
        )
        run([sys.executable, "-m", "mypy", *options, "use.py"], tmp_path)
    else:
        settings = {"typeCheckingMode": "strict", "reportMissingTypeStubs": False}
        (tmp_path / "pyrightconfig.json").write_text(json.dumps(settings), "utf-8")
        run([sys.executable, "-m", "pyright", "--pythonpath", str(python), "use.py"], tmp_path)


def test_a_wheel_opens_a_release_that_is_elsewhere(python: Path, tmp_path: Path) -> None:
    """The process that looks at Parquet first has to find its libraries from here too."""
    code = (
        "import communique, sys\n"
        "release = communique.open(sys.argv[1])\n"
        "print(release['persons'].to_pandas().shape[0] == release['persons'].rows)\n"
    )
    (tmp_path / "use.py").write_text(code, "utf-8")
    assert run([python, "-I", "use.py", str(DATA.parent)], tmp_path) == "True\n"
