"""Access: open a release, wherever it is, and load, join and cite its tables. Nothing is read before it was checked."""

from __future__ import annotations

from .opening import Release, open_release
from .places import refuse_schema
from .relate import Relation
from .table import ReleaseTable

__all__ = ["Relation", "Release", "ReleaseTable", "open_release", "refuse_schema"]
