"""The rows of a table: read from any text or Parquet, and checked a chunk at a time."""
