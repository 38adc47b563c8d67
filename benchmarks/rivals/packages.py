"""Validators of data packages: what rows have to be they are told by the descriptor alone.

No code of ours is imported here: what a rival does not need does not slow it down.
"""

from __future__ import annotations

from pathlib import Path


def frictionless(folder: Path, work: Path) -> str:
    """Types, required cells, enums, patterns, primary keys, references, sizes and hashes: what a descriptor says."""
    from frictionless import Package

    report = Package(str(folder / "datapackage.json")).validate()
    return "accepted" if report.valid else f"rejected: {sum(task.stats['errors'] for task in report.tasks)}"
