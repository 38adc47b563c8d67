"""Compression: compressed files, unpacked within limits on their size and ratio."""

from __future__ import annotations

import bz2
import gzip
import lzma
import zipfile
from collections.abc import Callable, Generator, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any

from ..errors import why
from ..progress import Step, announce, tell
from .limits import DECOMPRESSED, EXPANSION, SMALL
from .paths import PathError
from .unpack import BOUNDED

_CHUNK = 1 << 20
_ENDINGS = {".gz": "gz", ".bz2": "bz2", ".xz": "xz", ".zip": "zip"}
_OPENERS: dict[str, Callable[..., Any]] = {
    "gz": gzip.open,
    "bz2": bz2.open,
    "xz": lzma.open,
}
BEYOND = f"a file that holds {DECOMPRESSED} and at most {EXPANSION.most} times its own size"
KINDS = ("no", *_OPENERS, "zip")


def compression_of(path: str) -> str:
    """Return how a file is compressed, by its name; "no" where it is not."""
    return _ENDINGS.get(Path(path).suffix.lower(), "no")


def most_of(path: Path) -> int:
    """Return how many bytes a compressed file may hold."""
    return min(DECOMPRESSED.most, max(SMALL, EXPANSION.most * path.stat().st_size))


def decompressed(path: Path, kind: str, member: str | None, target: Path) -> Path:
    """Write the content of a compressed file to `target`, and return that. Raises PathError.

    member: the name of the file in a zip; without it the zip must have just one file.
    """
    left = most_of(path)
    with target.open("xb") as file:
        for chunk in _chunks(path, kind, member):
            left -= len(chunk)
            if left < 0:
                raise PathError("compression-error", BEYOND)
            file.write(chunk)
    return target


def _chunks(path: Path, kind: str, member: str | None) -> Iterator[bytes]:
    try:
        with path.open("rb") as raw, _opened(raw, kind, member) as source:
            announce("unpack", [path])
            place = 0
            while chunk := source.read(_CHUNK):
                tell(Step("unpack", bytes=raw.tell() - place))
                place = raw.tell()
                yield chunk
    except PathError:
        raise
    except Exception as error:  # a damaged zip stops zipfile with errors of any class
        raise PathError("compression-error", f"a whole {kind} file, found: {why(error)[:100]}") from error


@contextmanager
def _opened(raw: IO[bytes], kind: str, member: str | None) -> Generator[IO[bytes]]:
    if kind != "zip":
        with _OPENERS[kind](raw) as file:
            yield file
        return
    with zipfile.ZipFile(raw) as archive:
        files = [info for info in archive.infolist() if not info.filename.endswith("/")]
        if member is not None:
            files = [info for info in files if info.filename == member]
        if len(files) != 1:
            raise PathError("compression-error", f"a zip with one file, found {len(files)}")
        if files[0].flag_bits & 1:
            raise PathError("compression-error", "a zip without a password")
        if files[0].compress_type not in BOUNDED:
            raise PathError("compression-error", "a zip whose file is compressed with deflate, or not at all")
        with archive.open(files[0]) as file:
            yield file
