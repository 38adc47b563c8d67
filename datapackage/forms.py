"""Forms: the formats of an export. They stand here so that the command line can offer them without importing the writers."""

from __future__ import annotations

FORMS = ("duckdb", "sqlite", "xlsx", "jsonl")
