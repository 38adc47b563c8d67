"""Verify: check a release against its own promises. Each one that it does not keep is a finding.

files        SHA256SUMS lists every file, and each file has its sum
descriptor   datapackage.json can be understood, and describes each table as CSV and as Parquet
rows         the CSV files are checked like a dataset, with the schemas that the descriptor gives
twins        each Parquet file is whole, and has the values of its CSV
digests      rows and package have the digests that the descriptor gives
"""

from __future__ import annotations

import os
from collections.abc import Container, Iterator, Mapping
from dataclasses import replace
from itertools import chain
from pathlib import Path
from tempfile import TemporaryDirectory

from pydantic import ValidationError

from communique.schemas import Schemas

from .arguments import as_path, optional_path
from .check import check_into
from .checking.checked import CheckedTable
from .checking.twins import twins
from .codes import RULES
from .dataset import Dataset
from .describing.describe import MEDIA_TYPES, table_schema
from .describing.descriptor import Package, Resource, read_descriptor
from .describing.tableschema import is_plain, schemas_of
from .errors import DescriptorError, ReleaseError
from .filenames import DESCRIPTOR
from .finding import Finding, Origin, Report, in_order
from .foreign.adopting.asrelease import is_of_others
from .foreign.recheck import recheck
from .foreign.validate import verify_package
from .metadata import FILES
from .progress import Step, tell
from .releasing.archive import opened
from .releasing.commit import SUMS
from .releasing.sign import signature_fault, signature_path
from .releasing.sums import check_files, listed
from .storing.digest import package_digest
from .storing.filehash import hash_of
from .threads import side_by_side

_TRIES = 10
"""How often a release is checked again because another one replaced it meanwhile."""


def insist_on_promises(release: Path, folder: Path | None = None) -> None:
    """Raise ReleaseError where a release does not keep its promises.

    folder: where it is, if that is not the path to name in messages.
    """
    report = verify(folder or release)
    if not report.ok:
        first = report.findings[0]
        raise ReleaseError(
            f"{release}: does not keep its promises: {first.code} at {first.file}. See communique verify."
        )


def verify(
    path: str | Path,
    key: str | Path | None = None,
    signature: str | Path | None = None,
    schema: str | Path | None = None,
) -> Report:
    """Return what is wrong with the release at `path`, a folder, a zip or a tar; or with a package of others.

    key: a file with trusted public keys; where it is given, one of them must have signed the release.
    signature: the file of the signature; beside the release by default.
    schema: the Table Schema of a lone table.
    Raises CommuniqueError where there is nothing that could be verified.
    """
    path, key, signature, schema = (
        as_path(path),
        optional_path(key),
        optional_path(signature),
        optional_path(schema),
    )
    if is_of_others(path, schema):
        if key:
            raise ReleaseError(
                f"{path}: is not a release of Communique; what is signed is the SHA256SUMS of one."
            )
        return verify_package(path, schema)
    path = path.parent if path.name == DESCRIPTOR and path.is_file() else path
    with opened(path) as folder:
        if not (folder / SUMS).exists():
            read_descriptor(
                folder
            )  # raises where the descriptor is missing too: then it is no release at all
        for tries_left in reversed(range(_TRIES)):
            before = folder.stat()
            signed = _signature_findings(folder, signature or signature_path(path), key) if key else ()
            report = _verified(path, folder, list(signed))
            if report.ok or not tries_left or os.path.samestat(before, folder.stat()):
                return report
    raise AssertionError("the last try returns")  # pragma: no cover


def _signature_findings(folder: Path, signature: Path, key: Path) -> Iterator[Finding]:
    fault = signature_fault(folder, signature, key)
    if fault:
        yield Origin("", SUMS).finding(RULES["signature-error"], expected=fault)


def _verified(path: Path, folder: Path, found: list[Finding]) -> Report:
    files, hashes = check_files(folder)
    known = {finding.file for finding in files}
    files += found
    try:
        package = read_descriptor(folder)
        schemas = schemas_of(package)
        files.extend(_description_findings(package, schemas, folder, known, hashes))
    except DescriptorError as error:
        files.append(
            Origin("", DESCRIPTOR).finding(RULES["descriptor-error"], expected=_after(error, folder))
        )
        return _report(path, files)
    except FileNotFoundError:
        # A file that the descriptor names is missing: that is a finding already, and nothing more can be checked.
        return _report(path, files)
    with TemporaryDirectory(prefix="communique-") as work:
        return _rows_verified(path, folder, Path(work), package, schemas, files)


def _report(path: Path, findings: list[Finding]) -> Report:
    return Report(path.absolute().name, "?", str(path), None, _in_order(findings), rules=RULES)


def _in_order(findings: list[Finding]) -> tuple[Finding, ...]:
    """Return findings by file, each once: two checks may find the same."""
    return in_order(dict.fromkeys(findings), ())


def _after(error: DescriptorError, folder: Path) -> str:
    return f"a descriptor that can be understood; {str(error).removeprefix(f'{folder / DESCRIPTOR}: ')}"


def _description_findings(
    package: Package, schemas: Schemas, folder: Path, known: Container[str], hashes: Mapping[str, str]
) -> Iterator[Finding]:
    """Yield where descriptor, schemas and files do not agree.

    known: files that have a finding already. hashes: those of the other files, by path, as the descriptor gives them.
    """
    promised = {resource.path for resource in package.resources}
    for name in listed(folder):
        if name.startswith("data/") and name not in {*promised, *FILES} and name not in known:
            said = f"only tables that {DESCRIPTOR} describes; this is not one of them"
            yield Origin("", name).finding(RULES["extra-file"], expected=said)
    if list(package.of("csv")) != list(package.of("parquet")) or len(promised) != len(package.resources):
        raise DescriptorError("each table is described once as csv and once as parquet")
    for resource in package.resources:
        yield from _resource_findings(resource, schemas, folder, hashes)
    tables = package.of("csv")
    for name, parquet in package.of("parquet").items():
        yield from _unlike(tables[name], parquet)
    digests = {name: resource.digest for name, resource in tables.items()}
    if package.digest != package_digest(digests):
        yield Origin("", DESCRIPTOR).finding(
            RULES["content-digest"], expected=f"{package_digest(digests)} for the package"
        )


def _unlike(csv: Resource, parquet: Resource) -> Iterator[Finding]:
    """Yield where the descriptor says something else of the Parquet file of a table than of its CSV."""
    for name in ("title", "description", "rows", "digest", "formerly"):
        said, other = getattr(csv, name), getattr(parquet, name)
        if said != other:
            expected = f"{name} {str(said)[:200]!r}, as for the CSV, found {str(other)[:200]!r}"
            yield Origin(csv.table, DESCRIPTOR).finding(RULES["descriptor-error"], expected=expected)


def _resource_findings(
    resource: Resource, schemas: Schemas, folder: Path, hashes: Mapping[str, str]
) -> Iterator[Finding]:
    table = schemas.table(resource.table)
    if resource.table_schema.model_dump(by_alias=True, exclude_unset=True) != table_schema(
        table, resource.format
    ):
        raise DescriptorError(f"resources.{resource.name}: its schema says more than can be checked here")
    if resource.path != f"data/{table.name}.{resource.format}":
        raise DescriptorError(
            f"resources.{resource.name}: its path is not data/{table.name}.{resource.format}"
        )
    if resource.mediatype != MEDIA_TYPES[resource.format]:
        raise DescriptorError(
            f"resources.{resource.name}: its mediatype is not {MEDIA_TYPES[resource.format]}"
        )
    origin, path = Origin(table.name, resource.path), folder / resource.path
    if not path.is_file():
        yield origin.finding(RULES["missing-file"])
        raise FileNotFoundError(path)
    if (size := path.stat().st_size) != resource.bytes:
        yield origin.finding(RULES["byte-count"], expected=f"{resource.bytes} bytes, found {size}")
    actual = hashes.get(resource.path) or hash_of(path)
    if actual != resource.hash:
        yield origin.finding(RULES["hash-count"], expected=f"{resource.hash}, found {actual}")
    if resource.format == "csv" and actual != resource.digest:
        yield origin.finding(RULES["content-digest"], expected=f"{resource.digest}, found {actual}")


def _rows_verified(
    path: Path, folder: Path, work: Path, package: Package, schemas: Schemas, findings: list[Finding]
) -> Report:
    """Check the rows: like those of a dataset where the tables are described as ours, else like another party's."""
    dataset = _dataset(package, folder) if is_plain(schemas.tables) else None
    if dataset:
        report, tables = check_into(work, dataset, schemas)
        report = _below_data(report)
    else:
        report, tables = recheck(folder, package, schemas, work)
    tell(Step("compare", ahead=sum(checked.read for checked in tables)))
    pairs = side_by_side(
        lambda checked: list(_twin_findings(checked, package, folder, work)), tables, lambda it: it.read
    )
    return replace(report, root=str(path), findings=_in_order([*findings, *report.findings, *chain(*pairs)]))


def _twin_findings(checked: CheckedTable, package: Package, folder: Path, work: Path) -> Iterator[Finding]:
    name = checked.table.name
    csv, parquet = package.of("csv")[name], package.of("parquet")[name]
    if checked.read != csv.rows:
        yield Origin(name, csv.path).finding(
            RULES["row-count"], expected=f"{csv.rows} rows, found {checked.read}"
        )
    yield from twins(checked, csv, parquet, package, folder, work)


def _below_data(report: Report) -> Report:
    """Return a report about the folder `data` as one about the folder of the release."""
    return replace(
        report,
        findings=tuple(replace(finding, file=f"data/{finding.file}") for finding in report.findings),
        tables=tuple(replace(count, file=f"data/{count.file}") for count in report.tables),
    )


def _dataset(package: Package, folder: Path) -> Dataset | None:
    """Return the release as a dataset; None where it lacks what a dataset must say of itself."""
    try:
        return Dataset.model_validate(
            {
                "name": package.name,
                "title": package.title,
                "description": package.description,
                "version": package.version,
                "release_date": package.released,
                "languages": package.languages,
                "homepage": package.homepage,
                "license": package.license.model_dump(),
                "contributors": [each.model_dump(exclude_unset=True) for each in package.contributors],
                "sources": package.sources,
                "folder": folder / "data",
            }
        )
    except ValidationError:
        return None
