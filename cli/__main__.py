"""Run the command line with `python -m communique.cli`."""

from __future__ import annotations

from .main import program

program()
