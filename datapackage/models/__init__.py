"""Models: any Pandera schema for Polars as a Table Schema, and a Table Schema as a Pandera schema."""

from __future__ import annotations

from .model import load_model, names_model
from .native import Native, native_schema
from .schema import Exported, ModelError, table_schema

__all__ = ["Exported", "ModelError", "Native", "load_model", "names_model", "native_schema", "table_schema"]
