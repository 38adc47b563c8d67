"""Run Communique on a case: its command line, as a user runs it, but in this process."""

from __future__ import annotations

import contextlib
import io
import json
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from communique.cli import main as cli
from communique.cli.formats.frictionless import frictionless_type


@dataclass(frozen=True)
class Said:
    """The answer: exit code, what was printed, and the findings of the JSON report, if there was one."""

    code: int
    out: str
    err: str
    findings: tuple[dict[str, Any], ...]

    @property
    def printed(self) -> str:
        """All that a user sees."""
        return self.out + self.err

    @property
    def errors(self) -> list[dict[str, Any]]:
        """The errors as a case lists them: rule, type in frictionless, and where."""
        return [_error(finding) for finding in self.findings if finding["severity"] == "error"]

    @property
    def warnings(self) -> list[str]:
        """The rules of the warnings."""
        return [finding["code"] for finding in self.findings if finding["severity"] == "warning"]


def ask(source: Path, report: Path | None) -> Said:
    """Validate what is given. report: where a report that lists the findings may be written."""
    arguments = ["communique", "validate", str(source), "--output-format=text"]
    if report:
        report.unlink(missing_ok=True)
        arguments.append(f"--output-format=json={report}")
    data = io.BytesIO()
    out, err, before = io.TextIOWrapper(data, "utf-8"), io.StringIO(), sys.argv
    code = 0
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        sys.argv = arguments
        try:
            cli.main()
        except SystemExit as left:
            code = int(left.code or 0)
        finally:
            sys.argv = before
            out.flush()
    findings = json.loads(report.read_text("utf-8"))["findings"] if report and report.exists() else []
    return Said(code, data.getvalue().decode(), err.getvalue(), tuple(findings))


def answers(sources: Sequence[Path]) -> str:
    """Return what is said of each source as one line of JSON: exit code, stdout and stderr."""
    said = (ask(source, None) for source in sources)
    return "".join(json.dumps([answer.code, answer.out, answer.err]) + "\n" for answer in said)


def _error(finding: dict[str, Any]) -> dict[str, Any]:
    record = finding["record"]
    places = {
        "rowNumber": finding["row"] or (record + 1 if record is not None else None),
        "fieldNumber": finding["field"],
    }
    named = {"code": finding["code"], "type": frictionless_type(finding["code"])}
    return named | {name: place for name, place in places.items() if place is not None}


if __name__ == "__main__":
    sys.stdout.write(answers(list(map(Path, sys.argv[1:]))))
