"""Read, check, build and describe data packages. This room names no table: schemas are handed in."""

from __future__ import annotations

from .build import as_json, build
from .check import check
from .codes import RULES
from .dataset import Dataset, open_dataset
from .describe import json_schema, package, table_schema
from .errors import CommuniqueError, DatasetError, TargetError
from .finding import Finding, Report, TableCount
from .markdown import dictionary

__all__ = [
    "RULES",
    "CommuniqueError",
    "Dataset",
    "DatasetError",
    "Finding",
    "Report",
    "TableCount",
    "TargetError",
    "as_json",
    "build",
    "check",
    "dictionary",
    "json_schema",
    "open_dataset",
    "package",
    "table_schema",
]
