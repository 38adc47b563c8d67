"""Rules over the text of one cell; every column of free text has those in `TEXT`."""

from __future__ import annotations

from .rules import LIST_SEPARATOR, CellRule

SLUG = "[a-z0-9]+(?:-[a-z0-9]+)*"
HTTP_URL = r"https?://[^\s/?#@]+(?:[/?#]\S*)?"

IDENTIFIER_FORMAT = CellRule(
    code="identifier-format",
    statement="An identifier is a slug: lower-case ASCII letters and digits, in parts joined by single hyphens.",
    remedy="Spell the identifier with a-z, 0-9 and single hyphens, such as ssc-2024-12-06.",
    rejects="SSC 2024",
    accepts="ssc-2024-12-06",
    matches=SLUG,
)

UNTRIMMED_TEXT = CellRule(
    code="untrimmed-text",
    statement="Text neither begins nor ends with white space.",
    remedy="Remove the white space at the beginning and the end of the cell.",
    rejects="Minsk ",
    accepts="Minsk",
    plain=True,
    forbids=(r"^\s", r"\s$"),
)

CONTROL_CHARACTER = CellRule(
    code="control-character",
    statement="Text has no control characters; a line break within a cell is a single line feed.",
    remedy="Remove the control character; write a line break within a cell as a line feed, without a carriage return.",
    rejects="Minsk\x07",
    accepts="Minsk\nMoscow",
    plain=True,
    forbids=(r"[\x00-\x09\x0B-\x1F\x7F-\x9F]",),
)

INVISIBLE_CHARACTER = CellRule(
    code="invisible-character",
    statement="Text has no invisible or direction-changing characters (zero-width spaces, bidi controls, byte order marks).",
    remedy="Remove the invisible character: it makes equal-looking texts differ, or shows text in another order.",
    rejects="Min\u200bsk",
    accepts="Minsk",
    plain=True,
    forbids=(
        (
            r"[\u{AD}\u{34F}\u{61C}\u{115F}\u{1160}\u{17B4}\u{17B5}\u{180B}-\u{180F}\u{200B}-\u{200F}\u{2028}-\u{202E}"
            r"\u{2060}-\u{206F}\u{2800}\u{3164}\u{FE00}-\u{FE0F}\u{FEFF}\u{FFA0}\u{FFF0}-\u{FFFB}\u{FFFE}\u{FFFF}"
            r"\u{E0000}-\u{E0FFF}]"
        ),
    ),
)

FORMULA_LIKE = CellRule(
    code="formula-like",
    statement="Text does not begin like a spreadsheet formula (= + - @).",
    remedy="Put another character first, or leave it if the text is right: spreadsheets may run the cell as a formula.",
    severity="warning",
    rejects="=HYPERLINK(A1)",
    accepts="1 = 1",
    plain=True,
    forbids=("^[=+@]", "^-(?s:.)"),  # a lone hyphen is a common placeholder, not a formula
)

_OTHER = r"[^A-Za-z\p{Cyrillic}]"
"""What may stand next to a Cyrillic letter: not a Latin one, which would be a look-alike."""
_UP_TO_CYRILLIC = rf"[^\p{{Cyrillic}}]*{_OTHER}"

CYRILLIC_NAME = CellRule(
    code="cyrillic-name",
    statement="A name in Russian is written in Cyrillic letters.",
    remedy="Give the name in Cyrillic, or leave the cell empty where no source gives it; a Latin letter may look like a Cyrillic one.",
    rejects="Vladimir Putin",
    accepts="Владимир Путин",
    matches=rf"(?:{_UP_TO_CYRILLIC})?\p{{Cyrillic}}+(?:{_OTHER}(?:{_UP_TO_CYRILLIC})?\p{{Cyrillic}}+)*(?:{_OTHER}[^\p{{Cyrillic}}]*)?",
)

LATIN_NAME = CellRule(
    code="latin-name",
    statement="A name in English has no Cyrillic letters.",
    remedy="Give the name in Latin letters; a Cyrillic letter may look like a Latin one.",
    rejects="Вladimir Putin",
    accepts="Vladimir Putin",
    plain=True,
    forbids=(r"\p{Cyrillic}",),
)

URL_FORMAT = CellRule(
    code="url-format",
    statement="An address is an http or https URL without white space or credentials.",
    remedy="Give the full address, beginning with https:// or http://.",
    rejects="kremlin.ru/events",
    accepts="http://en.kremlin.ru/events/president/news/75777",
    matches=HTTP_URL,
)

LIST_FORMAT = CellRule(
    code="list-format",
    statement="A list of ids is written as ids joined by single semicolons, without spaces.",
    remedy="Separate the ids by one semicolon each, without spaces and without one at the end.",
    rejects="kremlin-70883; mk-64821",
    accepts="kremlin-70883;mk-64821",
    matches=f"{SLUG}(?:{LIST_SEPARATOR}{SLUG})*",
)

TEXT: tuple[CellRule, ...] = (UNTRIMMED_TEXT, CONTROL_CHARACTER, INVISIBLE_CHARACTER, FORMULA_LIKE)
