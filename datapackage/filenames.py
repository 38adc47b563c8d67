"""File names: of the files that say what a folder is, and of the metadata beside a package; the suffix of twin resources."""

from __future__ import annotations

DESCRIPTION = "dataset.yaml"
DESCRIPTOR = "datapackage.json"
CITATION = "CITATION.cff"
CROISSANT = "croissant.json"
SCHEMA_ORG = "schema-org.jsonld"
DCAT = "dcat-ap.jsonld"
CSVW = "data/csv-metadata.json"
TWIN = "-parquet"
"""The suffix of the name of a Parquet resource; the rest is the name of the CSV resource with the same rows."""
