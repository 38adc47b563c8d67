"""Columns: which column of a file belongs to which field of the schema, and what is wrong with the labels."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from ...finding import Finding, Origin
from ...untrusted.limits import FIELDS
from ..codes import FOREIGN
from ..descriptor.tableschema import TableSchema
from ..fields.field import Field


@dataclass(frozen=True, eq=False)
class Columns:
    """The columns of a file.

    width: how many cells a row has.
    places: for each field that the file has, in the order of the schema, the place of its column, from 0.
    labels: the name of each column in findings: that of its field, else its own label.
    findings: what is wrong with the labels, each with the number of the column.
    """

    width: int
    places: dict[str, int]
    labels: tuple[str, ...]
    findings: tuple[tuple[Finding, int], ...] = ()

    def fields(self, schema: TableSchema) -> list[tuple[Field, int]]:
        """Return the fields that the file has, with the places of their columns."""
        return [(field, self.places[field.name]) for field in schema.fields if field.name in self.places]


def columns(given: Sequence[str] | None, schema: TableSchema, origin: Origin, heeds_case: bool) -> Columns:
    """Match the labels of a file with the fields of its schema.

    given: the labels; None for a file that has none, whose columns stand in the order of the fields.
    """
    if given is None:
        names = [field.name for field in schema.fields]
        return Columns(len(names), {name: place for place, name in enumerate(names)}, tuple(names))
    if FIELDS.exceeded(len(given)):
        said = f"{FIELDS}, found {len(given):,}"
        return Columns(0, {}, (), ((origin.finding(FOREIGN["source-error"], expected=said), 0),))
    if not any(given):
        return Columns(0, {}, (), ((origin.finding(FOREIGN["blank-header"], 0), 0),))
    match = _by_place if schema.by_place else _by_label
    places, found = match([label if heeds_case else label.lower() for label in given], schema, heeds_case)
    delimiter = _other_delimiter(given, schema)
    if delimiter and found:
        code, number, column, expected = found[0]
        said = f"cells seem to be separated by {delimiter!r}: a datapackage.json states that as dialect.delimiter"
        found[0] = (code, number, column, "; ".join(filter(None, (expected, said))))
    findings = [
        (origin.finding(FOREIGN[code], 0, column, expected), number)
        for code, number, column, expected in found
    ]
    return Columns(len(given), places, _display(given, places), tuple(findings))


def _other_delimiter(given: Sequence[str], schema: TableSchema) -> str | None:
    """Return the delimiter in a header that was read as one label; None where there is none."""
    names = {field.name for field in schema.fields}
    between = (mark for mark in (";", "\t", "|", ",") if len(names & set(given[0].split(mark))) > 1)
    return next(between, None) if len(given) == 1 else None


_Found = tuple[str, int, str | None, str | None]


def _by_place(given: list[str], schema: TableSchema, heeds_case: bool) -> tuple[dict[str, int], list[_Found]]:
    fields = [(field.name, field.name if heeds_case else field.name.lower()) for field in schema.fields]
    found, firsts = list[_Found](), firsts_of(given)
    for place, label in enumerate(given):
        if place >= len(fields):
            found.append(("extra-label", place + 1, label, f"{len(fields)} columns, found {len(given)}"))
        elif not label:
            found.append(("blank-label", place + 1, None, f"the label {fields[place][0]!r}"))
        elif firsts[label] < place:
            found.append(("duplicate-label", place + 1, fields[place][0], f"a unique label, found {label!r}"))
        elif label != fields[place][1]:
            said = f"the label {fields[place][0]!r}, found {label!r}"
            found.append(("incorrect-label", place + 1, fields[place][0], said))
    for place in range(len(given), len(fields)):
        found.append(("missing-label", place + 1, fields[place][0], None))
    return {name: place for place, (name, _) in enumerate(fields[: len(given)])}, found


def firsts_of(labels: Sequence[str]) -> dict[str, int]:
    """Return where each label stands first."""
    return {label: place for place, label in reversed([*enumerate(labels)])}


def _by_label(given: list[str], schema: TableSchema, heeds_case: bool) -> tuple[dict[str, int], list[_Found]]:
    wanted = {field.name if heeds_case else field.name.lower(): field for field in schema.fields}
    places, found, firsts = dict[str, int](), list[_Found](), firsts_of(given)
    known = f"one of: {', '.join(schema.index)}"[:500]
    for place, label in enumerate(given):
        if not label:
            found.append(("blank-label", place + 1, None, None))
        elif firsts[label] < place:
            found.append(("duplicate-label", place + 1, label, None))
        elif label in wanted:
            places[wanted[label].name] = place
        elif schema.match in ("equal", "superset"):
            found.append(("extra-label", place + 1, label, known))
    found += [
        ("missing-label", schema.index[name] + 1, name, said) for name, said in _missing(places, schema)
    ]
    return places, found


def _missing(places: dict[str, int], schema: TableSchema) -> Iterator[tuple[str, str | None]]:
    if schema.match == "partial" and not places:
        yield schema.fields[0].name, "at least one column that is a field of the schema"
        return
    for field in schema.fields:
        wanted = schema.match in ("equal", "subset") or field.required or field.name in schema.primary_key
        if field.name not in places and wanted:
            yield field.name, None


def _display(given: Sequence[str], places: dict[str, int]) -> tuple[str, ...]:
    """Return a distinct name for each column."""
    by_place = {place: name for name, place in places.items()}
    taken, labels = set(places), list[str]()
    for place, label in enumerate(given):
        name = by_place.get(place)
        if name is None:
            name = label if label and label not in taken else f"column {place + 1}"
            while name in taken:
                name += "'"
        taken.add(name)
        labels.append(name)
    return tuple(labels)
