"""Plain-text output is the same with and without the layout library."""

from __future__ import annotations

import pytest

from communique.cli.formats.lines import Lines, Piece, Plain, Styled

SAID: list[tuple[tuple[Piece, ...], int]] = [
    ((), 0),
    (("plain",), 0),
    ((("bold", "bold red"), " and ", "plain"), 4),
    (("[bold]no markup[/bold] :smile: 12 https://example.org",), 2),
    (("long " * 100 + "end",), 2),
    (("Страны «Союза»",), 0),
]


@pytest.mark.parametrize(("pieces", "indent"), SAID)
def test_plain_lines_are_those_without_styles(pieces: tuple[Piece, ...], indent: int) -> None:
    both: tuple[Lines, Lines] = (Plain(), Styled(colour=False, width=None))
    for lines in both:
        lines.say(*pieces, indent=indent)
    assert both[0].text() == both[1].text()


def test_a_line_that_is_broken_hangs_under_its_indent() -> None:
    lines = Styled(colour=False, width=30)
    lines.say("one two three four five six seven eight", indent=4)
    assert lines.text() == "    one two three four five\n    six seven eight\n"


def test_a_style_is_seen_in_colour() -> None:
    lines = Styled(colour=True, width=None)
    lines.say(("red", "bold red"))
    assert lines.text() == "\x1b[1;31mred\x1b[0m\n"
