"""The fields of a Table Schema: how their values are written, and what the values must be."""
