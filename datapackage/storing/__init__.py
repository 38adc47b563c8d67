"""Typed rows in files: Arrow, Parquet and CSV, in the order of their key, with their digest."""
