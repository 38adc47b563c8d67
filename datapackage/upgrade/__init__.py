"""Upgrade: descriptors of Data Package version 1 as version 2, and back."""

from __future__ import annotations

from .convert import Converted, convert, upgrade

__all__ = ["Converted", "convert", "upgrade"]
