"""Names: of the files that say what a folder is, of those beside a package for others, and of resources of the same rows."""

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
