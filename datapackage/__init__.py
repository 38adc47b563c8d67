"""Read, check, build and describe data packages. This room names no table: schemas are handed in."""

from __future__ import annotations

from .build import as_json, build, check_with_quarantine
from .check import check
from .codes import RULES
from .commit import write_file
from .dataset import Dataset, open_dataset
from .describe import json_schema, package, table_schema
from .errors import CommuniqueError, DatasetError, TargetError
from .finding import Finding, Report, TableCount
from .markdown import dictionary
from .quarantine import apply_fixes
from .since import only_changed
from .start import start_dataset

__all__ = [
    "RULES",
    "CommuniqueError",
    "Dataset",
    "DatasetError",
    "Finding",
    "Report",
    "TableCount",
    "TargetError",
    "apply_fixes",
    "as_json",
    "build",
    "check",
    "check_with_quarantine",
    "dictionary",
    "json_schema",
    "only_changed",
    "open_dataset",
    "package",
    "start_dataset",
    "table_schema",
    "write_file",
]
