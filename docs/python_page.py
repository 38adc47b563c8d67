"""The page on the functions for Python programs: which names are on it, in which order, and what is said between them.

A public name is on the page if somebody else's program has a use for it: it takes or gives data, files or findings.
The others are in `LEFT_OUT` with the reason: they serve only the command line, or another name does the same and more.
A public name in neither place stops the generator.
"""

from __future__ import annotations

import inspect
from collections.abc import Iterator
from dataclasses import dataclass
from importlib import import_module

from reference import class_, function, one_line, spelt

import communique
from communique import datapackage, schemas

_ROOMS = (communique, datapackage, schemas)


@dataclass(frozen=True)
class _Group:
    """A section of the page: its title, the package that its names are imported from, what it says, and the names."""

    title: str
    home: str
    said: str
    names: tuple[str, ...]


_GROUPS = (
    _Group(
        "Load tables",
        "communique",
        "What an analyst needs; [the tutorial](analysts.md) shows it in use.",
        ("load", "open", "Release", "ReleaseTable", "TableField", "Relation", "Licence"),
    ),
    _Group(
        "Check a dataset or a package",
        "communique.datapackage",
        "A *dataset* is a folder with a `dataset.yaml` and the tables of `communique.schemas.SCHEMAS`; anything else is a\n"
        "[data package](packages.md), whose descriptor says what its tables must be.",
        ("open_dataset", "validate", "validate_package", "apply_fixes", "Applied", "watched", "Step"),
    ),
    _Group(
        "Read findings",
        "communique.datapackage",
        "What a check, a build and a verification return. [Rules](rules/README.md) explains each code.",
        ("Report", "Finding", "TableCount"),
    ),
    _Group(
        "Build and release",
        "communique.datapackage",
        "`build` writes a dataset as a release, `adopt` a data package. `plan` and `release` also choose the version and\n"
        "write the changelog: see [Releases](releases.md).",
        ("build", "adopt", "Adopted", "plan", "Plan", "release", "pack", "sign", "signature_path"),
    ),
    _Group(
        "Verify and compare",
        "communique.datapackage",
        "[Versions of the data](versions.md) lists the kinds of changes.",
        (
            *("verify", "identify", "Identity", "Match", "diff", "Diff", "Change", "TableDiff", "RowChange"),
            *("diff_entry", "json_parts", "prove", "changes_markdown"),
        ),
    ),
    _Group(
        "Export and describe",
        "communique.datapackage",
        "[Export](export.md) shows what the files are for.",
        (
            *("export", "data_dictionary", "DataDictionary", "dictionary_page", "snippets_of", "Snippet"),
            *("table_schema", "json_schema"),
        ),
    ),
    _Group(
        "Make a site",
        "communique.datapackage.site",
        "It needs the extra `site`; without it the import raises `CommuniqueError`. See [The site](site.md).",
        ("site", "Made"),
    ),
    _Group(
        "Draft, convert and model",
        "communique.datapackage",
        "See [Drafting a package](infer.md) and [Pandera and Table Schema](table-schema.md).",
        (
            *("infer", "Drafted", "upgrade", "convert", "Converted", "Loss"),
            *("load_model", "model_schema", "Exported", "native_schema", "Native"),
        ),
    ),
    _Group(
        "The schemas",
        "communique.schemas",
        "What a valid row of a dataset is, to look up: `SCHEMAS` is the `Schemas` of all tables. `STORY` says which tables\n"
        "have pages on a site.",
        ("Schemas", "Table", "Column", "CodeList", "Code", "ForeignKey", "Rule"),
    ),
)

_RETURNED = {
    "TableField": "communique.datapackage.describing.descriptor",
    "Licence": "communique.datapackage.describing.descriptor",
    "Applied": "communique.datapackage.checking.fixes",
    "Match": "communique.datapackage.identify",
    "Change": "communique.datapackage.comparing.schemadiff",
    "Native": "communique.datapackage.models.native",
}
"""Classes that nobody imports, as functions return their values: where they are defined."""

LEFT_OUT = {
    **dict.fromkeys(("check", "check_with_quarantine", "only_changed"), "validate does the same and more"),
    **dict.fromkeys(("snippets", "opened", "package"), "snippets_of, communique.open and build do the same"),
    **dict.fromkeys(("KINDS", "LIMITS", "PACKAGE_RULES", "RULES", "dictionary"), "other pages have it"),
    **dict.fromkeys(
        (
            *("DRAFT", "NO_KEY", "as_json", "dataset_of", "demands", "is_foreign", "is_of_others"),
            *("names_model", "refuse_draft", "start_dataset", "write_file"),
        ),
        "serves the command line",
    ),
    **dict.fromkeys(("Dataset", "SCHEMAS", "STORY", "SEVERITIES", "__version__"), "is only handed on"),
    **dict.fromkeys(("Bump", "Severity"), "is in the table of types"),
    **dict.fromkeys(
        ("CellRule", "CrossRule", "Derivation", "RowRule", "Story", "View"),
        "declares schemas, which is done in the folder schemas/: see CONTRIBUTING.md",
    ),
}
"""Public names that are not on the page, and why."""

_HIDDEN = {
    "Release": {"package", "verify", "trusted"},
    "ReleaseTable": {"resource", "had"},
    "TableField": {"missing_values", "true_values", "false_values", "dump"},
    "TableDiff": {"spool"},
    "Diff": {"folders", "work"},
    "Report": {"waivers", "edition"},
    "Column": {"derived", "declared"},
    "Table": {"model", "derive", "labels"},
    "CodeList": {"words"},
    "Finding": {"place"},
    "DataDictionary": {"version_and_day"},
}
"""Attributes that only this package uses."""

_VARIABLES = {"ReleaseTable": "table", "TableDiff": "table", "Schemas": "SCHEMAS", "DataDictionary": "data"}
"""What values of a class are called in the signatures of its methods; others are called like it, in small letters."""

_TYPES = {
    "Severity": "communique.schemas",
    "Bump": "communique.datapackage",
    "Happening": "communique.datapackage.diff",
    "Cell": "communique.datapackage.diff",
    "Row": "communique.datapackage.diff",
    "ColumnType": "communique.schemas.column",
    "Json": "communique.datapackage.describing.describe",
    "Model": "communique.datapackage.models.schema",
    "Stage": "communique.datapackage.progress",
    "Style": "communique.datapackage.describing.citation",
    "Version": "communique.datapackage.foreign.descriptor.versions",
    "Watcher": "communique.datapackage.progress",
}
"""Names of types in signatures, and where they are defined."""


def python_page() -> str:
    """Return the page."""
    _insist_on_all()
    parts = [_INTRODUCTION]
    for group in _GROUPS:
        parts += [f"## {group.title}\n", f"Import from `{group.home}`.\n{group.said}\n"]
        parts += [f"### {name}\n\n{_described(group, name)}\n" for name in group.names]
    return "\n".join((*parts, _ERRORS, *_error_rows(), "", _NAMES, *_type_rows(), ""))


def _insist_on_all() -> None:
    """Stop where a public name is neither on the page nor left out for a reason, or both; or where there is no such name."""
    public = {name for room in _ROOMS for name in room.__dict__["__all__"]} - set(_errors())
    homes = {room.__name__ for room in _ROOMS}
    told = {name for group in _GROUPS if group.home in homes for name in group.names} - set(_RETURNED)
    wrong = public ^ (told | set(LEFT_OUT)) | told & set(LEFT_OUT)
    if wrong:
        raise SystemExit(f"docs/python_page.py: decide where these belong: {', '.join(sorted(wrong))}")


def _described(group: _Group, name: str) -> str:
    value = getattr(import_module(_RETURNED.get(name, group.home)), name)
    if inspect.isclass(value):
        return class_(value, _VARIABLES.get(name, name.lower()), _HIDDEN.get(name, ()))
    return function(f"communique.{name}" if group.home == "communique" else name, value)


def _errors() -> dict[str, type[Exception]]:
    """Return the public errors by name, each after those that it is derived from."""
    found = {name: getattr(room, name) for room in _ROOMS for name in room.__dict__["__all__"]}
    errors = [value for value in found.values() if isinstance(value, type) and issubclass(value, Exception)]
    return {error.__name__: error for error in sorted(errors, key=lambda error: len(error.__mro__))}


def _error_rows() -> Iterator[str]:
    for name, error in _errors().items():
        home = next(room.__name__ for room in _ROOMS if name in room.__dict__["__all__"])
        bases = ", ".join(f"`{base.__name__}`" for base in error.__bases__)
        yield f"| `{name}` | {bases} | `{home}` | {one_line(error.__doc__)} |"


def _type_rows() -> Iterator[str]:
    for name, home in sorted(_TYPES.items()):
        meant = spelt(getattr(import_module(home), name)).replace("|", r"\|")
        yield f"| `{name}` | `{meant}` |"


_INTRODUCTION = """\
# Python

What the package offers to Python programs. Bad data raises nothing: it becomes findings, which are values. What keeps
the work from being done raises a [`CommuniqueError`](#errors), whose message says what is wrong, where, and what to do.
A path may be given as a string or as a `Path`.

Functions may be called from several threads. Processes must be started by `spawn` or `forkserver`, not by `fork`, which
is the default of `multiprocessing` on Linux before Python 3.14: Polars [hangs in a forked
process](https://docs.pola.rs/user-guide/misc/multiprocessing/).

In a clone, this spoils a cell in a copy of the dataset, checks it, and reads what was found:

```python
from pathlib import Path
from shutil import copytree

from communique import CommuniqueError
from communique.datapackage import open_dataset, validate
from communique.schemas import SCHEMAS

copytree("data/union-state", "spoilt")
table = Path("spoilt/meetings.csv")
table.write_text(table.read_text("utf-8").replace(",held,", ",hold,", 1), "utf-8")

report = validate(open_dataset("spoilt"), SCHEMAS)
print(report.ok, report.count("error"), report.count("warning"))
for finding in report.findings:
    print(f"{finding.file}, line {finding.line}: {finding.column} of {finding.key} is {finding.value!r}")
    print(f"{finding.code}: perhaps {finding.hint!r} is meant")
    print(report.rules[finding.code].remedy)

try:
    open_dataset("nowhere")
except CommuniqueError as error:
    print(error)
```

```text
False 1 0
meetings.csv, line 2: status of ssc-2000-01-26 is 'hold'
constraint-error: perhaps 'held' is meant
Give a value, one of those that are allowed; communique describe DATASET --format markdown lists them for each column.
nowhere: there is no such file or folder. Give the path of a folder with a dataset.yaml, or of a file in it.
```

Functions return the classes below; no program has to make one. In signatures, `pl` is Polars, `pa` is PyArrow,
`AbstractContextManager` means that the function is for a `with` block, and other names are [types](#types). Names that
are not on this page may change at any time.
"""

_ERRORS = """\
## Errors

An error may be of a subclass that is not listed, so catch one of these. An argument of a wrong kind, such as a string in
place of a day, raises `TypeError`.

| error | base class | import from | what happened |
|---|---|---|---|"""

_NAMES = """\
## Types

| name | what it stands for |
|---|---|"""
