"""Names of files: of those that say what a folder is, and of what stands beside a package for others."""

from __future__ import annotations

DESCRIPTION = "dataset.yaml"
DESCRIPTOR = "datapackage.json"
CITATION = "CITATION.cff"
CROISSANT = "croissant.json"
SCHEMA_ORG = "schema-org.jsonld"
DCAT = "dcat-ap.jsonld"
CSVW = "data/csv-metadata.json"
TWIN = "-parquet"
"""What the name of the resource of a Parquet file ends with, where the rest is that of the CSV with the same rows."""
