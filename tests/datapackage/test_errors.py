"""What errors say, in words."""

from __future__ import annotations

import zlib

import pytest

from communique.datapackage.errors import why


def _with_path(error: OSError) -> OSError:
    error.filename = "/somewhere"
    return error


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (OSError(13, "Permission denied", "/somewhere"), "Permission denied"),
        (OSError("Cannot call rmtree on a symbolic link"), "Cannot call rmtree on a symbolic link"),
        (
            _with_path(OSError("Cannot call rmtree on a symbolic link")),
            "Cannot call rmtree on a symbolic link",
        ),
        (OSError(), "OSError"),
        (zlib.error("Error -3"), "Error -3"),
        (EOFError(), "EOFError"),
    ],
)
def test_an_error_is_told_in_its_words(error: BaseException, words: str) -> None:
    assert why(error) == words
