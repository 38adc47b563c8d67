"""Read, check, build, describe, verify, compare and release data packages. This room names no table: schemas are handed in."""

from __future__ import annotations

from .archive import opened, pack
from .build import build, check_with_quarantine
from .check import check
from .codes import RULES
from .commit import write_file
from .datadictionary import DataDictionary, data_dictionary
from .dataset import Dataset, open_dataset
from .describe import as_json, json_schema, package, table_schema
from .diff import Diff, RowChange, TableDiff, diff
from .diffjson import entry as diff_entry
from .diffjson import prove, write_json
from .errors import CommuniqueError, DatasetError, ExportError, ReleaseError, TargetError
from .exports import export
from .finding import Finding, Report, TableCount
from .foreign.codes import OWN as PACKAGE_RULES
from .foreign.limits import LIMITS
from .foreign.opening import is_foreign
from .foreign.validate import validate as validate_package
from .history import changes_markdown
from .identify import Identity, identify
from .kinds import KINDS, Bump
from .markdown import dictionary, dictionary_page
from .progress import Step, watched
from .quarantine import apply_fixes
from .release import Plan, plan, release
from .sign import sign, signature_path
from .since import only_changed
from .snippets import Snippet, snippets, snippets_of
from .start import start_dataset
from .verify import verify

__all__ = [
    "KINDS",
    "LIMITS",
    "PACKAGE_RULES",
    "RULES",
    "Bump",
    "CommuniqueError",
    "DataDictionary",
    "Dataset",
    "DatasetError",
    "Diff",
    "ExportError",
    "Finding",
    "Identity",
    "Plan",
    "ReleaseError",
    "Report",
    "RowChange",
    "Snippet",
    "Step",
    "TableCount",
    "TableDiff",
    "TargetError",
    "apply_fixes",
    "as_json",
    "build",
    "changes_markdown",
    "check",
    "check_with_quarantine",
    "data_dictionary",
    "dictionary",
    "dictionary_page",
    "diff",
    "diff_entry",
    "export",
    "identify",
    "is_foreign",
    "json_schema",
    "only_changed",
    "open_dataset",
    "opened",
    "pack",
    "package",
    "plan",
    "prove",
    "release",
    "sign",
    "signature_path",
    "snippets",
    "snippets_of",
    "start_dataset",
    "table_schema",
    "validate_package",
    "verify",
    "watched",
    "write_file",
    "write_json",
]
