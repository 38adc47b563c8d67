"""Expectations: the findings that a check must report for the planted faults, and those that it missed."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path

EXPECTATIONS = ".expected.jsonl"
"""Ends the name of the file beside a dataset that lists what a check has to find in it."""


@dataclass(frozen=True)
class Expectation:
    """One finding that has to be there.

    key: the key of the row; None where two rows may be named, or none can be.
    """

    table: str
    code: str
    column: str | None
    key: str | None


def expectations_of(folder: Path) -> Path:
    """Return the file beside the dataset in `folder` that lists what has to be found."""
    return folder.with_name(folder.name + EXPECTATIONS)


def write_expectations(folder: Path, expected: Iterable[Expectation]) -> None:
    """Write them as JSON Lines beside the dataset in `folder`."""
    with expectations_of(folder).open("w", encoding="utf-8") as file:
        file.writelines(json.dumps(asdict(item), ensure_ascii=False) + "\n" for item in expected)


def read_expectations(folder: Path) -> list[Expectation]:
    """Read what has to be found in the dataset in `folder`."""
    lines = expectations_of(folder).read_text("utf-8").splitlines()
    return [Expectation(**json.loads(line)) for line in lines]


def missed(
    folder: Path, findings: Iterable[Mapping[str, object]]
) -> tuple[list[Expectation], list[Expectation]]:
    """Return the planted faults that no finding names, and the findings that no planted fault explains.

    findings: each with table, code, column and key, as in the reports json and jsonl.
    """
    expected = read_expectations(folder)
    keyless = {item.code for item in expected if item.key is None}
    wanted, found = Counter(expected), Counter(_expectation(finding, keyless) for finding in findings)
    return list((wanted - found).elements()), list((found - wanted).elements())


def _expectation(finding: Mapping[str, object], keyless: set[str]) -> Expectation:
    code, column, key = str(finding["code"]), finding["column"], finding["key"]
    named = None if key is None or code in keyless else str(key)
    return Expectation(str(finding["table"]), code, None if column is None else str(column), named)
