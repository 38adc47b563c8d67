"""Forms: in which a release is exported. The command line offers them without loading what writes them."""

from __future__ import annotations

FORMS = ("duckdb", "sqlite", "xlsx", "jsonl")
