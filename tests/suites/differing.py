"""Where Communique's answer differs from the one that a suite expects: by suite, the reasons and their cases."""

from __future__ import annotations

DIFFERS: dict[str, dict[str, tuple[str, ...]]] = {
    "csv-spectrum": {
        "The file has lost the CR LF within its cell, which its JSON has.": ("newlines_crlf",),
    },
    "duckdb-csv": {
        "A NUL is an error here; the two others read on.": (
            "afl/23.csv",
            "afl/no_parameter/14.csv",
            "afl/no_parameter/2.csv",
            "afl/no_parameter/5.csv",
            "fuzzing/13.csv",
            "fuzzing/28.csv",
            "fuzzing/3.csv",
        ),
        "A quote within a cell that is not quoted is an error here; the two others take it for text.": (
            "afl/24.csv",
            "afl/no_parameter/15.csv",
            "afl/no_parameter/20.csv",
            "afl/null_padding/34.csv",
            "afl/skip/1.csv",
            "auto/multi_column_string_r.csv",
            "auto/multi_column_string_r_n.csv",
            "auto/pipe_delim_quote.csv",
            "fuzzing/11.csv",
        ),
    },
    "goodtables": {
        "An empty format is none that the standard knows: it is a field-error.": (
            "contacts/schema_valid",
            "schema_valid_full",
        ),
        "A reference into another package is outside of the standard, and a path out of this one: it is refused.": (
            "datapackages_linked/cities/datapackage.json",
            "datapackages_linked_errors/cities/datapackage.json",
        ),
    },
    "JSONTestSuite": {
        "A key that stands twice is refused: readers take one or the other.": (
            "y_object_duplicated_key.json",
            "y_object_duplicated_key_and_value.json",
        ),
    },
    "parquet-testing": {
        "PyArrow and DuckDB read this file, and the same rows: a bit width of 0 is all that one value needs.": (
            "bad_data/ARROW-GH-43605.parquet",
        ),
        "PyArrow does not read it, where DuckDB does: one line says so.": (
            "data/incorrect_map_schema.parquet",
        ),
        "Its 4 KB hold 2 GB: it is refused before they are laid out.": (
            "data/large_string_map.brotli.parquet",
        ),
        "A moment within a nested value is beyond the year 9999: one line says so.": (
            "data/nested_structs.rust.parquet",
        ),
    },
}
