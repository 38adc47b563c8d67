"""Run the command line with `python -m communique.cli`."""

from __future__ import annotations

from .start import program

program()
