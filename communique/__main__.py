"""Run the command line with `python -m communique`."""

from __future__ import annotations

from communique.cli.start import program

program()
