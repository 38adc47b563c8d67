"""Names of files that say what a folder is."""

from __future__ import annotations

DESCRIPTION = "dataset.yaml"
DESCRIPTOR = "datapackage.json"
