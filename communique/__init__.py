"""Communique: check tables of meetings, participants and initiatives, and package them as open data.

The rooms of the house: `communique.schemas` says what a valid row is, `communique.datapackage` reads, checks,
builds and describes, `communique.cli` is the command line.
"""

from __future__ import annotations

from importlib.metadata import version

__all__ = ["__version__"]

__version__ = version("communique")
