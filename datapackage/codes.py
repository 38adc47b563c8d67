"""The rules that hold for every table, whatever its schema: structure, types, keys and references.

The codes are those of the Frictionless error types where one of them fits, and continue in their style.
The examples are small files for illustration; the files of `tests/cases` are authoritative.
"""

from __future__ import annotations

from communique.schemas import Rule

from .release_codes import RELEASE

_TABLE = "id,city\n1,Minsk\n"

STRUCTURE: tuple[Rule, ...] = (
    Rule(
        code="source-error",
        statement="Each table has a file that can be read: a regular file named after the table, ending in .csv.",
        remedy="Put the file where the finding says, and make sure that it is a regular file that you may read.",
        rejects="a folder with the name meetings.csv",
        accepts="a file with the name meetings.csv",
    ),
    Rule(
        code="unknown-table",
        statement="Each CSV file in the folder of a dataset is one of its tables.",
        remedy="Correct the name of the file, or move the file out of the folder: nothing in it is checked.",
        rejects="meetingz.csv",
        accepts="meetings.csv",
    ),
    Rule(
        code="encoding-error",
        statement="A file is text in UTF-8.",
        remedy="Save the file as UTF-8; in a spreadsheet choose the format CSV UTF-8.",
        rejects=b"id,city\n1,M\xfcnchen\n",
        accepts="id,city\n1,München\n",
    ),
    Rule(
        code="nul-byte",
        statement="A file has no NUL bytes.",
        remedy="Remove the NUL bytes; a file with many of them was cut off, or is UTF-16 or no text at all.",
        rejects="id,city\n1,Min\0sk\n",
        accepts=_TABLE,
    ),
    Rule(
        code="bare-carriage-return",
        statement="A row ends with a line feed, or with a carriage return and a line feed.",
        remedy="Save the file with LF line endings.",
        rejects="id,city\r1,Minsk\r",
        accepts="id,city\r\n1,Minsk\r\n",
    ),
    Rule(
        code="unclosed-quote",
        statement="A quoted cell ends with a quote.",
        remedy='Close the quoted cell; write a quote within a quoted cell twice ("").',
        rejects='id,city\n1,"Minsk\n',
        accepts='id,city\n1,"Minsk"\n',
    ),
    Rule(
        code="stray-quote",
        statement="A cell is quoted as a whole or not at all; a quote within a quoted cell is written twice.",
        remedy='Quote the whole cell, without white space around the quotes, and write each quote within it twice ("").',
        rejects='id,city\n1,Hotel "Minsk"\n',
        accepts='id,city\n1,"Hotel ""Minsk"""\n',
    ),
    Rule(
        code="blank-header",
        statement="A file begins with the labels of its columns.",
        remedy="Write the labels of the columns into the first line; a table without rows has that line alone.",
        rejects="",
        accepts="id,city\n",
    ),
    Rule(
        code="wrong-delimiter",
        statement="Cells are separated by commas.",
        remedy="Save the file with commas; spreadsheets use semicolons or tabs in some languages.",
        rejects="id;city\n1;Minsk\n",
        accepts=_TABLE,
    ),
    Rule(
        code="blank-label",
        statement="A column has a label.",
        remedy="Give the column its label, or remove the column from every row.",
        rejects="id,\n1,Minsk\n",
        accepts=_TABLE,
    ),
    Rule(
        code="duplicate-label",
        statement="A label names one column.",
        remedy="Remove or rename one of the two columns.",
        rejects="id,id\n1,Minsk\n",
        accepts=_TABLE,
    ),
    Rule(
        code="missing-label",
        statement="A table has all columns of its schema.",
        remedy="Add the column; cells without a value stay empty.",
        rejects="id\n1\n",
        accepts=_TABLE,
    ),
    Rule(
        code="extra-label",
        statement="A table has no columns that its schema does not name.",
        remedy="Correct the label, or remove the column from every row.",
        rejects="id,city,town\n1,Minsk,Minsk\n",
        accepts=_TABLE,
    ),
    Rule(
        code="blank-row",
        statement="A row has at least one value.",
        remedy="Remove the row.",
        rejects="id,city\n\n1,Minsk\n",
        accepts=_TABLE,
    ),
    Rule(
        code="missing-cell",
        statement="A row has as many cells as the header has labels.",
        remedy="Add the missing cells: a cell without a value is nothing between two delimiters.",
        rejects="id,city\n1\n",
        accepts="id,city\n1,\n",
    ),
    Rule(
        code="extra-cell",
        statement="A row has no more cells than the header has labels.",
        remedy="Remove the extra cells; quote a cell that contains the delimiter, usually a comma.",
        rejects="id,city\n1,Minsk,Belarus\n",
        accepts='id,city\n1,"Minsk, Belarus"\n',
    ),
)

VALUES: tuple[Rule, ...] = (
    Rule(
        code="type-error",
        statement="A cell is written in the grammar of its column's type.",
        remedy="Write dates as 2024-12-06 (partial ones as 2024-12 or 2024), truth values as true or false, numbers in digits.",
        rejects="01/02/2024",
        accepts="2024-02-01",
    ),
    Rule(
        code="constraint-error",
        statement="A cell has a value where one is required, and a value that its column allows.",
        remedy="Give a value, one of those that are allowed; communique describe DATASET --format markdown lists them for each column.",
        rejects="hel",
        accepts="held",
    ),
    Rule(
        code="not-nfc",
        statement="Text is in Unicode normalization form NFC.",
        remedy="Normalize the text to NFC: the same letters written in two ways are two different texts.",
        rejects="e\u0301",
        accepts="\u00e9",
    ),
)

RELATIONS: tuple[Rule, ...] = (
    Rule(
        code="primary-key",
        statement="No two rows of a table have the same key.",
        remedy="Give each row a whole key of its own, or remove the row.",
        rejects="id,city\n1,Minsk\n1,Moscow\n",
        accepts="id,city\n1,Minsk\n2,Moscow\n",
    ),
    Rule(
        code="unique-error",
        statement="A value of a unique column or unique key occurs once; empty cells do not count.",
        remedy="Correct one of the values, or merge the two rows if they are about the same thing.",
        rejects="two sources with one url",
        accepts="two sources without a url",
    ),
    Rule(
        code="foreign-key",
        statement="A reference is the key of a row of the table that it refers to.",
        remedy="Correct the reference, or add the row that it refers to.",
        rejects="a participant of the meeting ssc-2024-12-99",
        accepts="a participant of the meeting ssc-2024-12-06",
    ),
)

WAIVERS: tuple[Rule, ...] = (
    Rule(
        code="unknown-waiver",
        statement="A waiver names a table, and a rule of that table that can be waived.",
        remedy="Correct the table or the rule; structure, types, keys and references cannot be waived.",
        rejects="rule: chair-cuont",
        accepts="rule: chair-count",
    ),
    Rule(
        code="expired-waiver",
        statement="A waiver has not expired.",
        remedy="Repair the row and remove the waiver, or agree on a new expiry date with its owner.",
        severity="warning",
        rejects="expires: 2020-01-01",
        accepts="expires: 2099-12-31",
    ),
    Rule(
        code="unused-waiver",
        statement="A waiver waives a finding.",
        remedy="Remove the waiver: it waives no finding.",
        severity="warning",
        rejects="a waiver for a row that breaks no rule",
        accepts="a waiver for a row that breaks the rule",
    ),
)

FORMER_KEYS: tuple[Rule, ...] = (
    Rule(
        code="unknown-former-key",
        statement="An entry under formerly names a row that exists, and a former key that no row has any longer.",
        remedy="Correct the entry under formerly in dataset.yaml; remove it where its row is gone, or once a release has published the new key.",
        rejects="{table: persons, key: nobody, formerly: somebody}",
        accepts="{table: persons, key: anna-ivanova, formerly: anna-iwanowa}",
    ),
    Rule(
        code="repeated-former-key",
        statement="A row has one former key, and a former key belongs to one row.",
        remedy="Keep the entry under formerly in dataset.yaml that says which row it was, and remove the other.",
        rejects="{table: persons, key: a, formerly: c} and {table: persons, key: b, formerly: c}",
        accepts="{table: persons, key: a, formerly: c} and {table: persons, key: b, formerly: d}",
    ),
)

LAST_WORD = Rule(
    code="schema-error",
    statement="Pandera accepts the rows that are written, in the process that writes them.",
    remedy="This is a fault of the program, not of the data: report it with the row that the finding names.",
    rejects="a column of another type than its schema says",
    accepts="a column of the type that its schema says",
)

RULES: dict[str, Rule] = {
    rule.code: rule for rule in (*STRUCTURE, *VALUES, *RELATIONS, *WAIVERS, *FORMER_KEYS, LAST_WORD, *RELEASE)
}
