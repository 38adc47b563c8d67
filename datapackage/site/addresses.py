"""Addresses: of the pages of a site, and on the web, where a cell may become a link. Keys and cells may be anything."""

from __future__ import annotations

import re
from hashlib import sha256
from urllib.parse import urlsplit

_PLAIN = re.compile(r"[a-z0-9]+(?:[-_][a-z0-9]+)*")
_LONGEST = 100
_RESERVED = {"con", "prn", "aux", "nul", *(f"{port}{n}" for port in ("com", "lpt") for n in range(10))}
"""Device names of Windows (learn.microsoft.com/windows/win32/fileio/naming-a-file)."""
_ADDRESS = re.compile(r"https?://[^\s\"<>\\^`{|}\x00-\x1f\x7f]+", re.IGNORECASE)


def file_name(key: str) -> str:
    """Return the name, without its ending, of the file for a key: the key itself where every system allows it."""
    plain = _PLAIN.fullmatch(key) and len(key) <= _LONGEST and key not in _RESERVED
    return key if plain else f"x-{sha256(key.encode()).hexdigest()[:24]}--"


def row_page(table: str, key: str) -> str:
    """Return the path of the page of a row, from the root of the site."""
    return f"rows/{file_name(table)}/{file_name(key)}.html"


def list_page(table: str, number: int = 1) -> str:
    """Return the path of a page of the list of rows that have pages."""
    return f"lists/{file_name(table)}/{number}.html"


def table_page(table: str, number: int = 1) -> str:
    """Return the path of the page of a table, or of a further page of its preview."""
    return f"tables/{file_name(table)}.html" if number == 1 else f"tables/{file_name(table)}/{number}.html"


def column_anchor(name: str) -> str:
    """Return the id of a column on the page of its table. Its prefix keeps it apart from other ids of the page."""
    return f"column-{file_name(name)}"


def web_address(text: str) -> str | None:
    """Return a text that is an address on the web, with http or https; else None.

    One with a user or a password before its host is refused: it may look like another host, or sign somebody in.
    """
    if not _ADDRESS.fullmatch(text):
        return None
    try:
        parts = urlsplit(text)
    except ValueError:
        return None
    return text if parts.hostname and "@" not in parts.netloc else None
