"""Run: anybody's data package from its descriptor to a report.

package → resourcecheck     each resource by itself: strict → rows
keys → references           over their hashes, as for tables of our own
listing                     findings get their rows, fields and lines
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path, PurePath

import numpy as np

from communique.schemas import Severity, Table
from communique.schemas.texts import TEXT

from ..checking.listing import listing
from ..finding import KEPT, Finding, Report, TableCount, in_order
from ..found import Group
from ..progress import Step, tell
from ..threads import WORKERS, side_by_side
from ..untrusted.paths import PathError
from .codes import FOREIGN
from .descriptor.package import read_lone_resource, read_package
from .descriptor.resource import Resource
from .findings import DescriptorFindings
from .hashing import Hashing
from .opening import Files, Given, SourceError, is_resource, is_yaml
from .resourcecheck import Checked, ResourceCheck
from .rows.columns import firsts_of
from .rows.keys import lost, repeated_keys
from .rows.tablecheck import ForeignTable

_THREADS = 1.5
"""How many threads read rows, for each processor: they wait for each other, and more of them keep it busy."""
_STRUCTURE = ("blank-row", "missing-cell", "extra-cell", "encoding-error", "nul-byte", "stray-quote")


class Run:
    """One run over one package.

    files: its files. hashing: their hashes, as far as they are worked out already.
    keep: returns the table as which the typed rows of a resource are kept; without it they are not kept.
    """

    def __init__(
        self,
        found: Given,
        work: Path,
        files: Files | None = None,
        hashing: Hashing | None = None,
        keep: Callable[[Resource], Table | None] | None = None,
    ) -> None:
        """Read the descriptor; no row is read yet."""
        self.given, self.work, self._keep = found, work, keep
        self.files = files or Files(found.folder, work)
        self.hashing = hashing or Hashing()
        self.findings = DescriptorFindings(found.file, found.schema)
        read = read_lone_resource if is_resource(found.content) else read_package
        self.resources = read(found.content, self.findings, self.files.document)
        self._referred = _referred(self.resources)
        self.tables: list[Checked] = []
        self.undecided = 0

    def report(self) -> Report:
        """Check everything and return the report. Raises SourceError where no table has a schema."""
        checks = [self._check_of(number, resource) for number, resource in enumerate(self.resources)]
        whole = sum(each.ahead for each in checks)
        tell(Step("check", ahead=whole))

        def run(each: ResourceCheck) -> None:
            each.check(max(1, round(_THREADS * WORKERS * each.ahead / max(whole, 1))))

        side_by_side(run, checks, lambda each: each.size)
        for each in checks:  # findings come in the order of the descriptor
            self.findings.take(each.findings)
            self.tables += [each.checked] if each.checked else []
        kinds = {finding.code for finding in self.findings.listed if finding.severity == "error"}
        if not self.tables and kinds <= {"no-schema"}:
            raise SourceError(
                f"{self.given.root}: there is no table with a schema, so nothing was checked. "
                "Name one in the descriptor, or check a table by itself with --schema."
            )
        self._compare()
        self._say_how_many()
        return self._report()

    def _check_of(self, number: int, resource: Resource) -> ResourceCheck:
        folder = self.work / str(number)
        folder.mkdir()
        referred = tuple(self._referred.get(resource.name, ()))
        return ResourceCheck(
            resource, folder, self.files, self.hashing, self.given.file, referred, self._keep
        )

    def _say_how_many(self) -> None:
        """Report how many resources were checked, if not all of them were."""
        content = self.given.content
        listed = content.get("resources", [content]) if isinstance(content, dict) else []
        if self.tables and len(self.tables) < len(listed):
            said = f"all {len(listed)} resources checked, found {len(self.tables)} that could be"
            self.findings.add("not-checked", "", said)

    def say_unvouched(self, resource: Resource) -> None:
        """Report that the descriptor has no hash of a file."""
        known = "only their number" if resource.size is not None else "nothing"
        said = f"a hash; without one {known} says that the bytes are those that were published"
        self.findings.add("no-hash", resource.where, said, resource.name)

    def _compare(self) -> None:
        """Compare keys and references, of several tables at a time; the findings come in the order of the tables."""
        by_name = {checked.resource.name: checked.table for checked in self.tables}
        compared = side_by_side(
            lambda checked: _compared(checked.table, by_name), self.tables, lambda checked: checked.table.read
        )
        for checked, (groups, undecided) in zip(self.tables, compared, strict=True):
            checked.table.found.add_all(groups)
            for far in undecided:
                self._say_undecided(checked.resource, far)

    def _say_undecided(self, resource: Resource, far: str) -> None:
        self.undecided += 1
        said = f"references to {far} that can be checked: what they refer to could not be read"
        self.findings.add("not-checked", f"{resource.where}.schema".strip("."), said, resource.name)

    def _report(self) -> Report:
        findings = list[Finding]()
        omitted: dict[tuple[str, str, Severity], int] = {}
        samples: dict[tuple[str, int], Mapping[str, str]] = {}
        room = KEPT
        for checked in self.tables:
            table = checked.table
            try:
                table.lay_out()
                listed = listing(table, table.found, room)
            except PathError as error:  # the file was changed or replaced meanwhile
                self.findings.add(error.code, checked.resource.where, str(error), checked.resource.name)
                continue
            room -= len(listed.findings)
            places = firsts_of(table.labels)
            findings += [_placed(table, finding, places) for finding in (*table.findings, *listed.findings)]
            for code, number in listed.omitted.items():
                omitted[table.table.name, code, FOREIGN[code].severity] = number
            file = table.origin.file
            samples |= {(file, number): cells for number, cells in listed.samples.items()}
        content = self.given.content if isinstance(self.given.content, dict) else {}
        return Report(
            dataset=_text(content.get("name")) or Path(self.given.root).resolve().name,
            version=_text(content.get("version")),
            root=self.given.root,
            findings=in_order(
                [*self._of_descriptor(), *findings],
                [
                    self.given.schema or self.given.file,
                    self.given.file,
                    *(checked.table.origin.file for checked in self.tables),
                ],
            ),
            tables=tuple(map(_count, self.tables)),
            rules=FOREIGN,
            samples=samples,
            omitted=omitted,
            declared=self.findings.declared,
            held=self._held(),
        )

    def _of_descriptor(self) -> list[Finding]:
        """Return the findings about the descriptor, each with its line where it is in a file."""
        found, written = self.findings.listed, self.given.schema or self.given.file
        told = [number for number, finding in enumerate(found) if finding.file == written]
        if not (told and self.given.data):
            return found
        from .descriptor.places import located, place_of  # few descriptors have something wrong

        places = [place_of(*self.findings.places[number]) for number in told]
        lines = dict(zip(told, located(self.given.data, is_yaml(PurePath(written)), places), strict=True))
        return [
            replace(finding, line=lines[number][0], offset=lines[number][1]) if number in lines else finding
            for number, finding in enumerate(found)
        ]

    def _held(self) -> int:
        schemas = [checked.resource.schema for checked in self.tables if checked.table.reread]
        return sum(schema.constraints for schema in schemas if schema) - self.undecided


def _referred(resources: Sequence[Resource]) -> dict[str, dict[tuple[str, ...], None]]:
    """Return the sets of fields that foreign keys of any table refer to, by table, each once."""
    found = dict[str, dict[tuple[str, ...], None]]()
    for resource in resources:
        for key in resource.schema.foreign_keys if resource.schema else ():
            found.setdefault(key.table, {})[key.references] = None
    return found


def _compared(table: ForeignTable, by_name: Mapping[str, ForeignTable]) -> tuple[list[Group], list[str]]:
    """Return the rows of a table whose keys are repeated or whose references are lost, and what could not be looked up."""
    if table.reread is None or table.compared is None:
        return [], []
    compared, undecided = table.compared, list[str]()
    groups = list(repeated_keys(compared, table.reread, table.hashes))
    for key, wanted in zip(compared.away, table.hashes[len(compared.sets) :], strict=True):
        target = by_name.get(key.table)
        known = target.hashes_of(key.references) if target else None
        if target is None or known is None:
            undecided += [key.table] * compared.schema.foreign_keys.count(key)
        else:
            groups += lost(compared, table.reread, key, wanted, known, target.malformed)
    return groups, undecided


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""


def _placed(table: ForeignTable, finding: Finding, places: Mapping[str, int]) -> Finding:
    """Return a finding with the number of its column, and with its place in the source.

    places: where each label stands first, from 0.
    """
    number = finding.field
    if number is None and finding.column is not None and finding.column in places:
        number = places[finding.column] + 1
    return table.origins.placed(finding, number)


def _count(checked: Checked) -> TableCount:
    table, readable = checked.table, checked.table.reread is not None
    rejected = int(np.count_nonzero(table.found.rejected(table.read)))
    rules = (*_STRUCTURE, "type-error", "constraint-error", *(rule.code for rule in TEXT))
    compared = table.compared
    if compared:
        rules += tuple(dict.fromkeys(key.code for key in compared.own)) + ("foreign-key",) * bool(
            compared.away
        )
    labels = table.labels[: table.columns.width] if table.columns else ()
    return TableCount(
        table.table.name, table.file, table.read, rejected, rules if readable else (), readable, labels
    )
