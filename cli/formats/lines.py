"""Lines: text with styles for a terminal, or plain text for tools."""

from __future__ import annotations

from io import StringIO
from typing import Protocol, TypeAlias

from ..wording import no_command

_WIDE = 1_000_000
_NARROW = 20

Piece: TypeAlias = str | tuple[str, str]
"""Text, with the name of a style if it has one."""


class Lines(Protocol):
    """Where lines go."""

    def say(self, *pieces: Piece, indent: int = 0) -> None:
        """Add a line; if it is wrapped, all parts have the indent."""

    def text(self) -> str:
        """Return all lines."""
        ...


class Plain:
    """Lines without styles, never wrapped, and never a command to the log of a job."""

    def __init__(self) -> None:
        """Begin without lines."""
        self._lines = list[str]()

    def say(self, *pieces: Piece, indent: int = 0) -> None:
        """Add a line."""
        text = "".join(piece if isinstance(piece, str) else piece[0] for piece in pieces)
        self._lines.append(no_command(" " * indent + text) + "\n")

    def text(self) -> str:
        """Return all lines."""
        return "".join(self._lines)


class Styled:
    """Lines for a terminal. width: its columns; without it no line is wrapped."""

    def __init__(self, colour: bool, width: int | None) -> None:
        """Begin without lines."""
        from rich.console import Console  # a slow import, and most reports go to a file or a pipe

        self._file = StringIO()
        self._console = Console(
            file=self._file, highlight=False, force_terminal=colour, no_color=not colour, width=width or _WIDE
        )

    def say(self, *pieces: Piece, indent: int = 0) -> None:
        """Add a line; wrapped parts have no trailing spaces."""
        from rich.text import Text

        line, console = Text.assemble(*pieces), self._console
        broken = console.width < _WIDE
        parts = list(line.wrap(console, max(console.width - indent, _NARROW))) if broken else [line]
        for part in parts[:-1]:
            part.rstrip()
        for part in parts:
            console.print(Text.assemble(" " * indent, part), soft_wrap=True)

    def text(self) -> str:
        """Return all lines."""
        return self._file.getvalue()
