"""Validators of data packages, which know the constraints of rows from the descriptor alone.

No code of ours is imported here, so that it does not slow a rival down.
"""

from __future__ import annotations

from pathlib import Path


def frictionless(folder: Path, work: Path) -> str:
    """Types, required cells, enums, patterns, primary keys, references, sizes and hashes: what a descriptor says."""
    from frictionless import Package

    report = Package(str(folder / "datapackage.json")).validate()
    return "accepted" if report.valid else f"rejected: {sum(task.stats['errors'] for task in report.tasks)}"
