"""The rules for releases: what `verify` checks a folder or an archive against.

The codes are those of the Frictionless error types where one of them fits, and continue in their style.
"""

from __future__ import annotations

from communique.schemas import Rule

RELEASE: tuple[Rule, ...] = (
    Rule(
        code="sums-error",
        statement="A release has a file SHA256SUMS that lists its other files, each once, in the order of their paths.",
        remedy="Download the release again, or build it anew; never write SHA256SUMS by hand.",
        rejects="SHA256SUMS with a line that is cut off",
        accepts="SHA256SUMS as communique build wrote it",
    ),
    Rule(
        code="missing-file",
        statement="Each file that SHA256SUMS lists is there.",
        remedy="Download the release again.",
        rejects="a release without its data/meetings.csv",
        accepts="a release with all its files",
    ),
    Rule(
        code="extra-file",
        statement="A release has only regular files, and SHA256SUMS lists all of them.",
        remedy="Move the file out of the release: nothing vouches for it.",
        rejects="a release with a file data/notes.txt that somebody added",
        accepts="a release with the files that were built",
    ),
    Rule(
        code="hash-count",
        statement="Each file has the SHA-256 that SHA256SUMS and the descriptor give.",
        remedy="The file was changed after the release was built: download it again.",
        rejects="a file of which one bit was changed",
        accepts="a file as it was built",
    ),
    Rule(
        code="byte-count",
        statement="Each file has as many bytes as the descriptor gives.",
        remedy="The file was changed or cut off: download it again.",
        rejects="a file of 99 bytes whose descriptor says 100",
        accepts="a file of 100 bytes whose descriptor says 100",
    ),
    Rule(
        code="row-count",
        statement="Each table has as many rows as the descriptor gives.",
        remedy="Rows were added or removed after the release was built: download it again.",
        rejects="a table of 33 rows whose descriptor says 34",
        accepts="a table of 34 rows whose descriptor says 34",
    ),
    Rule(
        code="descriptor-error",
        statement="A release has a datapackage.json that describes each table as CSV and as Parquet, in known terms.",
        remedy="Download the release again, or use the version of communique that built it.",
        rejects="a datapackage.json with a key that no version of Data Package has",
        accepts="datapackage.json as communique build wrote it",
    ),
    Rule(
        code="parquet-error",
        statement="A Parquet file can be read as a whole, each page has its checksum, and its statistics are true.",
        remedy="The file is damaged: download it again.",
        rejects="a Parquet file that was cut off",
        accepts="a Parquet file as it was built",
    ),
    Rule(
        code="parquet-schema",
        statement="A Parquet file has the columns, types and identity that the descriptor gives.",
        remedy="The file belongs to another release or table; communique identify tells which.",
        rejects="persons.parquet in the place of meetings.parquet",
        accepts="meetings.parquet of the same release",
    ),
    Rule(
        code="format-mismatch",
        statement="The CSV and the Parquet file of a table hold the same values.",
        remedy="One of the two was changed after the release was built; the file whose digest is wrong is the one.",
        rejects="a cell that is Minsk in meetings.csv and Moscow in meetings.parquet",
        accepts="a cell that is Minsk in both",
    ),
    Rule(
        code="row-order",
        statement="The rows of a table are in the order of their key.",
        remedy="The rows were moved after the release was built: download it again.",
        rejects="id,city\n2,Minsk\n1,Moscow\n",
        accepts="id,city\n1,Moscow\n2,Minsk\n",
    ),
    Rule(
        code="content-digest",
        statement="The rows of each table, and those of the package, have the digest that the descriptor gives.",
        remedy="A value was changed after the release was built: download it again.",
        rejects="a table of which one value was changed",
        accepts="a table as it was built",
    ),
    Rule(
        code="signature-error",
        statement="A signature was made with a trusted key, over the SHA256SUMS of this release.",
        remedy="Do not use the release. Ask its publisher for the right key, and download the release and the signature again.",
        rejects="a release of which a file and its sum were changed after it was signed",
        accepts="a release as it was signed",
    ),
    Rule(
        code="version-too-small",
        statement="A release has at least the version that its changes demand.",
        remedy="Leave --bump out, and version in dataset.yaml as it was: communique release computes the version.",
        rejects="0.1.1 after 0.1.0, with new rows",
        accepts="0.2.0 after 0.1.0, with new rows",
    ),
    Rule(
        code="unwritten-text",
        statement="A release says what it is: no text of its dataset.yaml begins with TODO.",
        remedy="Replace the TODO in dataset.yaml.",
        rejects="title: TODO the title",
        accepts="title: Meetings of the council",
    ),
)
