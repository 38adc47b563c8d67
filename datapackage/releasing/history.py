"""History: the versions of a dataset and what changed in each, for people (Markdown) and for programs (JSON)."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from ..describing.describe import as_json
from ..errors import DatasetError
from ..storing.digest import text_of
from ..untrusted.document import DocumentError, read_json
from .kinds import KINDS, Kind

CHANGELOG = "CHANGELOG.md"
CHANGES = "changelog.json"
FORM = 1
"""The version of the format of `changelog.json`."""
LISTED = 1_000
"""How many rows of each table an entry lists in JSON; all are counted."""
_TOLD = 20
"""How many rows of each table an entry lists in Markdown."""
_SECTIONS = {"Added": ("added",), "Changed": ("changed", "renamed"), "Removed": ("removed",)}
"""The sections of an entry, each with the kinds of row change that it lists."""


@dataclass(frozen=True)
class Entry:
    """What one version changed.

    digest: that of the package.
    changes: the diff to the version before, as `diff_entry` gives it; None for the first version.
    """

    version: str
    released: date
    note: str
    digest: str
    changes: Mapping[str, Any] | None


def entries(folder: Path) -> list[dict[str, Any]]:
    """Return the entries of the dataset in `folder`, the newest first. Raises DatasetError where they are damaged."""
    path = folder / CHANGES
    if not path.exists():
        return []
    try:
        if not path.is_file():
            raise TypeError
        found = list(read_json(path.read_bytes())["releases"])
        for entry in found:
            _markdown(entry)
    except (OSError, DocumentError, LookupError, TypeError, AttributeError) as error:
        raise DatasetError(f"{path}: cannot be read as the list of releases. Restore it from git.") from error
    return found


def with_entry(folder: Path, name: str, entry: Entry) -> dict[str, str]:
    """Return the texts of both files, by file name, with one more entry; an entry of that version is replaced."""
    new = {
        "version": entry.version,
        "released": entry.released.isoformat(),
        "note": entry.note,
        "digest": entry.digest,
        **(entry.changes or {}),
    }
    others = [old for old in entries(folder) if old["version"] != entry.version]
    listed = [new, *others]
    return {
        CHANGES: as_json({"form": FORM, "name": name, "releases": listed}),
        CHANGELOG: _page(name, listed),
    }


def written_by_hand(folder: Path) -> int | None:
    """Return the first line of the Markdown that does not follow from the JSON, so that `with_entry` would drop it.

    The heading is ignored: it names the dataset, which may have been renamed.
    Raises DatasetError where the entries are damaged.
    """
    path = folder / CHANGELOG
    if not path.is_file():
        return None
    known = set(_page("", entries(folder)).splitlines())
    lines = enumerate(path.read_text("utf-8", "replace").splitlines(), 1)
    return next((number for number, line in lines if number > 1 and line not in known), None)


def _page(name: str, listed: Iterable[Mapping[str, Any]]) -> str:
    return "\n".join((f"# Changelog of {name}", "", _PREFACE, *map(_markdown, listed)))


_PREFACE = f"""What each version of the data changed, the newest first; `{CHANGES}` has the same for programs, row by
row. Rows are named by their key. The numbers follow docs/versions.md of the program that made the releases.
"""


def _markdown(entry: Mapping[str, Any]) -> str:
    body = [f"## {entry['version']} - {entry['released']}", ""]
    body += [*entry["note"].splitlines(), ""] if entry["note"] else []
    body += [] if "evidence" in entry else ["The first release.", ""]
    return "\n".join(body) + changes_markdown(entry)


def changes_markdown(entry: Mapping[str, Any]) -> str:
    """Return what changed, as `diff_entry` gives it, as Markdown: notices, then what was added, changed, removed."""
    parts = {section: list[str]() for section in _SECTIONS}
    for section, line in _lines(entry):
        parts[section].append(line)
    notices = [f"- **Notice:** {line}" for line in _notices(entry)]
    body = [*notices, ""] if notices else []
    for section, lines in parts.items():
        body += [f"### {section}", "", *lines, ""] if lines else []
    return "\n".join(("", *body)) if body else ""


def _notices(entry: Mapping[str, Any]) -> list[str]:
    kinds = (KINDS[code] for code in entry.get("evidence", {}))
    return [kind.statement for kind in kinds if kind.notice]


def _lines(entry: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    for change in entry.get("schema", ()):
        yield _section(KINDS[change["kind"]]), _schema_line(change)
    for table in entry.get("tables", ()):
        for section, happened in _SECTIONS.items():
            count = sum(table["counts"].get(kind, 0) for kind in happened)
            if count:
                told = [change for change in table["changes"] if change["change"] in happened][:_TOLD]
                yield section, f"- `{table['table']}`: {count:,} {'row' if count == 1 else 'rows'}"
                kinds = table.get("columns", {})
                yield from ((section, f"  - {_row_line(change, kinds)}") for change in told)
                if count > len(told):
                    yield section, f"  - … and {count - len(told):,} more"


def _section(kind: Kind) -> str:
    action = kind.code.rsplit("-", 1)[1]
    return {"added": "Added", "removed": "Removed"}.get(action, "Changed")


def _schema_line(change: Mapping[str, Any]) -> str:
    place = ".".join(filter(None, (change["table"], change["name"])))
    values = " → ".join(_cell(change[side]) for side in ("old", "new") if change[side] is not None)
    statement = KINDS[change["kind"]].statement
    told = (_cell(place) if place else "", statement.rstrip(".") if values else statement, values)
    return "- " + ": ".join(filter(None, told))


def _row_line(change: Mapping[str, Any], kinds: Mapping[str, str]) -> str:
    key, formerly = _key(change["key"], kinds), change.get("formerly")
    before = f", formerly {_key(formerly, kinds)}" if formerly else ""
    cells = "; ".join(
        f"{_column(name)} {_cell(cell['old'], kinds.get(name, ''))} → {_cell(cell['new'], kinds.get(name, ''))}"
        for name, cell in change.get("cells", {}).items()
    )
    return f"{key}{before}{': ' if cells else ''}{cells}"


def _key(key: Mapping[str, Any], kinds: Mapping[str, str]) -> str:
    return _cell("/".join(text_of(part, kinds.get(name, "")) for name, part in key.items()))


def _column(name: str) -> str:
    """Return the name of a column, as code unless it is a plain word."""
    return name if re.fullmatch(r"\w+", name) else _cell(name)


def _cell(value: object, kind: str = "") -> str:
    """Return a value as inert Markdown, spelt as in the CSV. kind: the type of its column."""
    text = "".join(
        letter if letter.isprintable() else f"\\u{{{ord(letter):X}}}" for letter in text_of(value, kind)
    )
    marks = "`" * (
        1 + max(map(len, re.findall("`+", text)), default=0)
    )  # more than the longest run in the text
    space = " " if text.startswith(("`", " ")) or text.endswith("`") else ""
    return f"{marks}{space}{text}{space}{marks}" if text else "(empty)"
