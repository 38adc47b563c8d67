"""Read, check, build, describe, verify, compare and release data packages. This room names no table: schemas are handed in."""

from __future__ import annotations

from typing import TYPE_CHECKING

from communique.later import import_later

if TYPE_CHECKING:
    from .archive import opened as opened
    from .archive import pack as pack
    from .build import build as build
    from .check import check as check
    from .codes import RULES as RULES
    from .commit import write_file as write_file
    from .datadictionary import DataDictionary as DataDictionary
    from .dataset import Dataset as Dataset
    from .dataset import open_dataset as open_dataset
    from .demands import demands as demands
    from .describe import as_json as as_json
    from .describe import package as package
    from .describe import table_schema as table_schema
    from .describing import data_dictionary as data_dictionary
    from .diff import Diff as Diff
    from .diff import RowChange as RowChange
    from .diff import TableDiff as TableDiff
    from .diff import diff as diff
    from .diffjson import entry
    from .diffjson import json_parts as json_parts
    from .diffjson import prove as prove
    from .draft import DRAFT as DRAFT
    from .draft import refuse_draft as refuse_draft
    from .errors import CommuniqueError as CommuniqueError
    from .errors import DatasetError as DatasetError
    from .errors import ExportError as ExportError
    from .errors import ReleaseError as ReleaseError
    from .errors import TargetError as TargetError
    from .exports import export as export
    from .finding import Finding as Finding
    from .finding import Report as Report
    from .finding import TableCount as TableCount
    from .foreign.adopt import Adopted as Adopted
    from .foreign.adopt import adopt as adopt
    from .foreign.at_hand import is_of_others as is_of_others
    from .foreign.codes import OWN
    from .foreign.limits import LIMITS as LIMITS
    from .foreign.opening import is_foreign as is_foreign
    from .foreign.validate import validate_package as validate_package
    from .history import changes_markdown as changes_markdown
    from .identify import Identity as Identity
    from .identify import identify as identify
    from .infer import Drafted as Drafted
    from .infer import infer as infer
    from .kinds import KINDS as KINDS
    from .kinds import Bump as Bump
    from .loss import Loss as Loss
    from .markdown import NO_KEY as NO_KEY
    from .markdown import dictionary as dictionary
    from .markdown import dictionary_page as dictionary_page
    from .models import Exported as Exported
    from .models import ModelError as ModelError
    from .models import load_model as load_model
    from .models import names_model as names_model
    from .models import native_schema as native_schema
    from .models import table_schema as schema_of_model
    from .progress import Step as Step
    from .progress import watched as watched
    from .quarantine import apply_fixes as apply_fixes
    from .release import Plan as Plan
    from .release import plan as plan
    from .release import release as release
    from .rowschema import json_schema as json_schema
    from .sign import sign as sign
    from .sign import signature_path as signature_path
    from .since import only_changed as only_changed
    from .snippets import Snippet as Snippet
    from .snippets import snippets as snippets
    from .snippets import snippets_of as snippets_of
    from .start import start_dataset as start_dataset
    from .upgrade import Converted as Converted
    from .upgrade import convert as convert
    from .upgrade import upgrade as upgrade
    from .validate import check_with_quarantine as check_with_quarantine
    from .validate import validate as validate
    from .verify import verify as verify

    PACKAGE_RULES = OWN
    diff_entry = entry
    model_schema = schema_of_model
else:  # or else checkers would take any name for one that is there
    import_later(
        __name__,
        {
            "archive": ("opened", "pack"),
            "build": ("build",),
            "check": ("check",),
            "codes": ("RULES",),
            "commit": ("write_file",),
            "datadictionary": ("DataDictionary",),
            "dataset": ("Dataset", "open_dataset"),
            "demands": ("demands",),
            "describe": ("as_json", "package", "table_schema"),
            "describing": ("data_dictionary",),
            "diff": ("Diff", "RowChange", "TableDiff", "diff"),
            "diffjson": ("entry as diff_entry", "json_parts", "prove"),
            "draft": ("DRAFT", "refuse_draft"),
            "errors": ("CommuniqueError", "DatasetError", "ExportError", "ReleaseError", "TargetError"),
            "exports": ("export",),
            "finding": ("Finding", "Report", "TableCount"),
            "foreign.adopt": ("Adopted", "adopt"),
            "foreign.at_hand": ("is_of_others",),
            "foreign.codes": ("OWN as PACKAGE_RULES",),
            "foreign.limits": ("LIMITS",),
            "foreign.opening": ("is_foreign",),
            "foreign.validate": ("validate_package",),
            "history": ("changes_markdown",),
            "identify": ("Identity", "identify"),
            "infer": ("Drafted", "infer"),
            "kinds": ("KINDS", "Bump"),
            "loss": ("Loss",),
            "markdown": ("NO_KEY", "dictionary", "dictionary_page"),
            "models": (
                "Exported",
                "ModelError",
                "load_model",
                "names_model",
                "native_schema",
                "table_schema as model_schema",
            ),
            "progress": ("Step", "watched"),
            "quarantine": ("apply_fixes",),
            "release": ("Plan", "plan", "release"),
            "rowschema": ("json_schema",),
            "sign": ("sign", "signature_path"),
            "since": ("only_changed",),
            "snippets": ("Snippet", "snippets", "snippets_of"),
            "start": ("start_dataset",),
            "upgrade": ("Converted", "convert", "upgrade"),
            "validate": ("check_with_quarantine", "validate"),
            "verify": ("verify",),
        },
    )
