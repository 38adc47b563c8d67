"""Infer: a draft of a package from nothing but its files. What is guessed says how many rows support it."""

from __future__ import annotations

from .package import Drafted, infer

__all__ = ["Drafted", "infer"]
