"""Read, check, build, describe, verify, compare and release data packages. This room names no table: schemas are handed in."""

from __future__ import annotations

from .archive import opened, pack
from .build import build, check_with_quarantine
from .check import check
from .codes import RULES
from .commit import write_file
from .datadictionary import DataDictionary
from .dataset import Dataset, open_dataset
from .describe import as_json, json_schema, package, table_schema
from .describing import data_dictionary
from .diff import Diff, RowChange, TableDiff, diff
from .diffjson import entry as diff_entry
from .diffjson import prove, write_json
from .draft import DRAFT, refuse_draft
from .errors import CommuniqueError, DatasetError, ExportError, ReleaseError, TargetError
from .exports import export
from .finding import Finding, Report, TableCount
from .foreign.adopt import Adopted, adopt
from .foreign.at_hand import is_of_others
from .foreign.codes import OWN as PACKAGE_RULES
from .foreign.limits import LIMITS
from .foreign.opening import is_foreign
from .foreign.validate import validate as validate_package
from .history import changes_markdown
from .identify import Identity, identify
from .infer import Drafted, infer
from .kinds import KINDS, Bump
from .loss import Loss
from .markdown import NO_KEY, dictionary, dictionary_page
from .models import Exported, ModelError, load_model, names_model, native_schema
from .models import table_schema as model_schema
from .progress import Step, watched
from .quarantine import apply_fixes
from .release import Plan, plan, release
from .sign import sign, signature_path
from .since import only_changed
from .snippets import Snippet, snippets, snippets_of
from .start import start_dataset
from .upgrade import Converted, convert, upgrade
from .verify import verify

__all__ = [
    "DRAFT",
    "KINDS",
    "LIMITS",
    "NO_KEY",
    "PACKAGE_RULES",
    "RULES",
    "Adopted",
    "Bump",
    "CommuniqueError",
    "Converted",
    "DataDictionary",
    "Dataset",
    "DatasetError",
    "Diff",
    "Drafted",
    "ExportError",
    "Exported",
    "Finding",
    "Identity",
    "Loss",
    "ModelError",
    "Plan",
    "ReleaseError",
    "Report",
    "RowChange",
    "Snippet",
    "Step",
    "TableCount",
    "TableDiff",
    "TargetError",
    "adopt",
    "apply_fixes",
    "as_json",
    "build",
    "changes_markdown",
    "check",
    "check_with_quarantine",
    "convert",
    "data_dictionary",
    "dictionary",
    "dictionary_page",
    "diff",
    "diff_entry",
    "export",
    "identify",
    "infer",
    "is_foreign",
    "is_of_others",
    "json_schema",
    "load_model",
    "model_schema",
    "names_model",
    "native_schema",
    "only_changed",
    "open_dataset",
    "opened",
    "pack",
    "package",
    "plan",
    "prove",
    "refuse_draft",
    "release",
    "sign",
    "signature_path",
    "snippets",
    "snippets_of",
    "start_dataset",
    "table_schema",
    "upgrade",
    "validate_package",
    "verify",
    "watched",
    "write_file",
    "write_json",
]
