"""Read, check, build, describe, verify, compare and release data packages. It names no table: schemas are passed in."""

from __future__ import annotations

from typing import TYPE_CHECKING

from communique.later import import_later

if TYPE_CHECKING:
    from .build import build as build
    from .check import check as check
    from .checking.fixes import apply_fixes as apply_fixes
    from .checking.quarantine import dataset_of as dataset_of
    from .codes import RULES as RULES
    from .dataset import Dataset as Dataset
    from .datasetfile import open_dataset as open_dataset
    from .describe import data_dictionary as data_dictionary
    from .describe import snippets_of as snippets_of
    from .describing.datadictionary import DataDictionary as DataDictionary
    from .describing.demands import demands as demands
    from .describing.describe import as_json as as_json
    from .describing.describe import package as package
    from .describing.describe import table_schema as table_schema
    from .describing.markdown import NO_KEY as NO_KEY
    from .describing.markdown import dictionary as dictionary
    from .describing.markdown import dictionary_page as dictionary_page
    from .describing.rowschema import json_schema as json_schema
    from .describing.snippets import Snippet as Snippet
    from .describing.snippets import snippets as snippets
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
    from .foreign.adopting.adopt import Adopted as Adopted
    from .foreign.adopting.adopt import adopt as adopt
    from .foreign.adopting.asrelease import is_of_others as is_of_others
    from .foreign.codes import OWN
    from .foreign.opening import is_foreign as is_foreign
    from .foreign.validate import validate_package as validate_package
    from .identify import Identity as Identity
    from .identify import identify as identify
    from .infer import Drafted as Drafted
    from .infer import infer as infer
    from .loss import Loss as Loss
    from .models import Exported as Exported
    from .models import ModelError as ModelError
    from .models import load_model as load_model
    from .models import names_model as names_model
    from .models import native_schema as native_schema
    from .models import table_schema as schema_of_model
    from .plan import Plan as Plan
    from .plan import plan as plan
    from .progress import Step as Step
    from .progress import watched as watched
    from .release import release as release
    from .releasing.archive import opened as opened
    from .releasing.archive import pack as pack
    from .releasing.commit import write_file as write_file
    from .releasing.history import changes_markdown as changes_markdown
    from .releasing.kinds import KINDS as KINDS
    from .releasing.kinds import Bump as Bump
    from .releasing.sign import sign as sign
    from .releasing.sign import signature_path as signature_path
    from .since import only_changed as only_changed
    from .start import start_dataset as start_dataset
    from .untrusted.limits import LIMITS as LIMITS
    from .upgrade import Converted as Converted
    from .upgrade import convert as convert
    from .upgrade import upgrade as upgrade
    from .validate import check_with_quarantine as check_with_quarantine
    from .validate import validate as validate
    from .verify import verify as verify

    PACKAGE_RULES = OWN
    diff_entry = entry
    model_schema = schema_of_model
else:  # else type checkers would accept any name
    import_later(
        __name__,
        {
            "build": ("build",),
            "check": ("check",),
            "checking.fixes": ("apply_fixes",),
            "checking.quarantine": ("dataset_of",),
            "codes": ("RULES",),
            "dataset": ("Dataset",),
            "datasetfile": ("open_dataset",),
            "describing.datadictionary": ("DataDictionary",),
            "describing.demands": ("demands",),
            "describing.describe": ("as_json", "package", "table_schema"),
            "describing.markdown": ("NO_KEY", "dictionary", "dictionary_page"),
            "describing.rowschema": ("json_schema",),
            "describing.snippets": ("Snippet", "snippets"),
            "diff": ("Diff", "RowChange", "TableDiff", "diff"),
            "diffjson": ("entry as diff_entry", "json_parts", "prove"),
            "draft": ("DRAFT", "refuse_draft"),
            "errors": ("CommuniqueError", "DatasetError", "ExportError", "ReleaseError", "TargetError"),
            "exports": ("export",),
            "finding": ("Finding", "Report", "TableCount"),
            "foreign.adopting.adopt": ("Adopted", "adopt"),
            "foreign.adopting.asrelease": ("is_of_others",),
            "foreign.codes": ("OWN as PACKAGE_RULES",),
            "foreign.opening": ("is_foreign",),
            "foreign.validate": ("validate_package",),
            "identify": ("Identity", "identify"),
            "infer": ("Drafted", "infer"),
            "loss": ("Loss",),
            "models": (
                "Exported",
                "ModelError",
                "load_model",
                "names_model",
                "native_schema",
                "table_schema as model_schema",
            ),
            "describe": ("data_dictionary", "snippets_of"),
            "plan": ("Plan", "plan"),
            "progress": ("Step", "watched"),
            "release": ("release",),
            "releasing.archive": ("opened", "pack"),
            "releasing.commit": ("write_file",),
            "releasing.history": ("changes_markdown",),
            "releasing.kinds": ("KINDS", "Bump"),
            "releasing.sign": ("sign", "signature_path"),
            "since": ("only_changed",),
            "start": ("start_dataset",),
            "untrusted.limits": ("LIMITS",),
            "upgrade": ("Converted", "convert", "upgrade"),
            "validate": ("check_with_quarantine", "validate"),
            "verify": ("verify",),
        },
    )
