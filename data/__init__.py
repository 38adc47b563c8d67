"""The datasets that ship with the package: one folder each, a `dataset.yaml` and one CSV a table."""
