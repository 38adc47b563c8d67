"""Large datasets in the project's own tables, with the distributions of a real one."""

from __future__ import annotations

from .dataset import write_dataset
from .expectations import expectations_of, missed
from .prose import Width

__all__ = ["Width", "expectations_of", "missed", "write_dataset"]
