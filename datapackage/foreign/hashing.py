"""Hashing: the hashes of the files that a descriptor names, computed ahead in a thread while the program loads."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from itertools import islice
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from ..storing.pieces import pieces
from ..threads import StoppedError, go_on, result_of
from ..untrusted.limits import RESOURCES
from ..untrusted.paths import is_remote
from .opening import Files

ALGORITHMS = ("md5", "sha1", "sha224", "sha256", "sha384", "sha512", "blake2b", "blake2s")
_AT_ONCE = 4 << 20
"""How many bytes are read at a time: so many fit into caches, and between two reads other threads may have their turn."""


def algorithm_of(digest: str) -> tuple[str, str]:
    """Return the algorithm that a hash names, in lower case, and the digits as they are written.

    https://datapackage.org/standard/data-resource/#hash: without a name it is MD5.
    """
    algorithm, _, wanted = digest.rpartition(":")
    return algorithm.lower() or "md5", wanted


def hexadecimal_digits(algorithm: str) -> int:
    """Return how many digits a hash by one of the algorithms has."""
    return 2 * hashlib.new(algorithm, usedforsecurity=False).digest_size


class Hashing:
    """Hashes of files. Those that were begun are computed by a thread until the context ends."""

    def __init__(self) -> None:
        """Begin with none."""
        self._pool = ThreadPoolExecutor(1)
        self._begun = dict[tuple[str, tuple[str, ...]], Future[str]]()
        self._stopped = False

    def __enter__(self) -> Self:
        """Return the hashes."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Stop the thread: nobody asks for hashes any more."""
        self._stopped = True
        self._pool.shutdown(cancel_futures=True)

    def begin(self, content: Any, files: Files) -> None:
        """Begin with the files whose hashes a descriptor gives. It is not checked yet, so anything may be in it."""
        for algorithm, names in islice(_promised(content), RESOURCES.most):
            if (algorithm, names) not in self._begun:
                paths = (files.file(name) for name in names)
                self._begun[algorithm, names] = self._pool.submit(self._digest, algorithm, paths)

    def digest(self, algorithm: str, names: Sequence[str], paths: Iterable[Path]) -> str:
        """Return the hash over files, one after the other. Raises PathError where they cannot be read.

        names: their paths in the descriptor.
        """
        begun = self._begun.get((algorithm, tuple(names)))
        if begun is None or begun.cancel():  # its turn has not come yet
            return self._digest(algorithm, paths)
        return result_of(begun)

    def _digest(self, algorithm: str, paths: Iterable[Path]) -> str:
        digest = hashlib.new(algorithm, usedforsecurity=False)
        for path in paths:
            for piece in pieces(path, _AT_ONCE):
                digest.update(piece)
                go_on()
                if self._stopped:
                    raise StoppedError
        return digest.hexdigest()


def _promised(content: Any) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Yield the hashes of local files that a descriptor gives: the algorithm, and the paths."""
    resources = content.get("resources", [content]) if isinstance(content, dict) else []
    for item in resources if isinstance(resources, list) else []:
        given = item.get("hash") if isinstance(item, dict) else None
        if not isinstance(given, str) or algorithm_of(given)[0] not in ALGORITHMS:
            continue
        paths = item.get("path")
        listed: list[Any] = paths if isinstance(paths, list) else [paths]
        names = tuple(name for name in listed if isinstance(name, str) and not is_remote(name))
        if len(names) == len(listed):
            yield algorithm_of(given)[0], names
