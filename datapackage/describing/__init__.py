"""Descriptions of tables and packages: descriptors, schemas, data dictionaries, citations, snippets of code."""
