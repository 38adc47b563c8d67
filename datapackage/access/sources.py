"""Sources: where the files of a release come from. Each provides a file as a local path, and touches no other file.

A folder has the files already. Those of a zip, here or at an address, and those below an address are put into a temporary
folder when they are first requested.
"""

from __future__ import annotations

import atexit
import io
import os
import shutil
import weakref
import zipfile
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path, PurePosixPath
from tempfile import mkdtemp
from typing import IO, Protocol, cast

from ..errors import ReleaseError, RemoteError, why
from ..filenames import DESCRIPTOR
from ..foreign.adopting.asrelease import lay_out
from ..releasing.archive import opened
from ..untrusted.limits import RELEASE_FILE, RELEASE_TEXT
from ..untrusted.unpack import Member, write_member, zip_members
from .remote import Ranges, RemoteFile, is_page

_LOCAL_HEADER = 30
_BUFFER = 256 << 10


class Source(Protocol):
    """The files of a release, by their paths within it."""

    @property
    def where(self) -> str:
        """The name of the source in messages."""
        ...

    @property
    def shelf(self) -> Path | None:
        """The local folder that contains the release; None where there is none."""
        ...

    def described(self) -> Path:
        """Return the local folder that has the descriptor."""
        ...

    def path(self, name: str, size: int | None = None) -> Path:
        """Return a local path of a file. Raises ReleaseError where it is missing or cannot be fetched.

        size: how many bytes it must have, where that is known.
        """
        ...

    def ranges(self, name: str, size: int) -> Ranges | None:
        """Return a file of which ranges can be read without the rest; None where `path` is no slower."""
        ...

    def close(self) -> None:
        """Remove the temporary files."""
        ...


class FolderSource:
    """A folder."""

    def __init__(self, folder: Path) -> None:
        """Take the files from `folder`."""
        self.folder = folder.absolute()
        self.where = str(folder)
        self.shelf: Path | None = self.folder.parent

    def described(self) -> Path:
        """Return the folder; reading the descriptor will show whether it has one."""
        return self.folder

    def path(self, name: str, size: int | None = None) -> Path:
        """Return the path of a file. Raises ReleaseError where it is not a regular file of this folder."""
        path = self.folder / name
        if not self.has(name):
            raise ReleaseError(
                f"{path}: there is no such file, or it is not a regular one. Get the release again."
            )
        return path

    def has(self, name: str) -> bool:
        """Say whether a file is there, and a regular file of this folder."""
        path = self.folder / name
        return not path.is_symlink() and not path.parent.is_symlink() and path.is_file()

    def ranges(self, name: str, size: int) -> Ranges | None:
        """Return None: the file is here."""
        return None

    def close(self) -> None:
        """Leave the folder as it is."""


class _LaidOut:
    """A temporary folder, which lasts until it is removed, or the program ends.

    It outlives the object, because lazy frames may read from it later.
    """

    def __init__(self) -> None:
        self.folder = Path(mkdtemp(prefix="communique-"))
        atexit.register(self.remove)

    def remove(self) -> None:
        atexit.unregister(self.remove)
        shutil.rmtree(self.folder, ignore_errors=True)


class _TemporarySource(ABC):
    """A source whose files are put into a temporary folder when they are first requested."""

    _laid: _LaidOut

    def described(self) -> Path:
        """Return the temporary folder, with the descriptor in it."""
        return self.path(DESCRIPTOR).parent

    def path(self, name: str, size: int | None = None) -> Path:
        """Return the path of a copy of the file. Raises ReleaseError."""
        target = self._laid.folder / name
        if not target.is_file():
            self._put(name, size, target)
        return target

    @abstractmethod
    def _put(self, name: str, size: int | None, target: Path) -> None:
        """Write a file of the release to `target`, or nothing. Raises ReleaseError."""


class ZipSource(_TemporarySource):
    """A zip, of which only the requested members are read."""

    def __init__(self, where: str | Path) -> None:
        """Read the directory of the zip at a path or an address.

        Raises ReleaseError where it is none, or holds what no release does.
        """
        self.where = str(where)
        self.shelf = where.absolute().parent if isinstance(where, Path) else None
        self._remote = RemoteFile(where) if isinstance(where, str) else None
        self._file = _buffered(self._remote) if self._remote else Path(where).open("rb")  # noqa: SIM115  `let_go` closes it
        let_go = (self._file, self._remote) if self._remote else (self._file,)
        self._let_go = weakref.finalize(self, _close, let_go)
        try:
            self._zip = zipfile.ZipFile(self._file)
            members = zip_members(self._zip, where, self._file.seek(0, os.SEEK_END))
        except BaseException as error:
            is_other = isinstance(error, zipfile.BadZipFile) and self._is_page()
            self._let_go()
            if isinstance(error, ReleaseError) or not isinstance(error, Exception):
                raise
            if is_other:
                raise RemoteError(
                    f"{where}: the host sent a web page instead of a zip. Give the address of the file itself."
                ) from error
            raise ReleaseError(f"{where}: cannot be read as a zip: {why(error)}.") from error
        self._members = _below_root(members)
        self._laid = _LaidOut()

    def _is_page(self) -> bool:
        return self._remote is not None and is_page(self._remote.read(0, _LOCAL_HEADER))

    def _put(self, name: str, size: int | None, target: Path) -> None:
        member = self._member(name)
        try:
            write_member(member, target)
        except BaseException as error:
            target.unlink(missing_ok=True)
            if isinstance(error, ReleaseError) or not isinstance(error, Exception):
                raise
            raise ReleaseError(f"{self.where}: {name} cannot be read: {why(error)}.") from error

    def ranges(self, name: str, size: int) -> Ranges | None:
        """Return a member of a remote zip in place, if it is not compressed. Raises ReleaseError."""
        member = self._member(name)
        info = self._zip.getinfo(member.name)
        if self._remote is None or info.compress_type != zipfile.ZIP_STORED:
            return None
        header = self._remote.read(info.header_offset, _LOCAL_HEADER)
        if len(header) < _LOCAL_HEADER or header[:4] != b"PK\x03\x04":
            raise ReleaseError(f"{self.where}: {name} is not where the directory of the zip says.")
        lengths = (int.from_bytes(header[at : at + 2], "little") for at in (26, 28))
        return Ranges(self._remote, info.header_offset + _LOCAL_HEADER + sum(lengths), info.file_size)

    def _member(self, name: str) -> Member:
        if not self.has(name):
            raise ReleaseError(f"{self.where}: there is no {name} in it, so it is not a complete release.")
        return self._members[name]

    def has(self, name: str) -> bool:
        """Say whether a file is in the zip."""
        return name in self._members

    def close(self) -> None:
        """Remove the temporary files, and close the zip."""
        self._laid.remove()
        self._zip.close()
        self._let_go()


def _close(files: Iterable[IO[bytes] | RemoteFile]) -> None:
    for file in files:
        file.close()


def _buffered(file: RemoteFile) -> IO[bytes]:
    """Return a remote file with a buffer, so that small reads are combined."""
    return cast("IO[bytes]", io.BufferedReader(Ranges(file), _BUFFER))


def _below_root(members: Mapping[str, Member]) -> dict[str, Member]:
    """Return the members by their paths in the release: the archive itself, or the one folder that is in it."""
    roots = {PurePosixPath(name).parts[0] for name in members}
    if len(roots) == 1 and DESCRIPTOR not in members:
        return {name.partition("/")[2]: member for name, member in members.items()}
    return dict(members)


class _LaidOutSource(FolderSource):
    """A release in a temporary folder, until it is closed."""

    def __init__(self, path: Path, fill: Callable[[Path], object]) -> None:
        """Copy the release at `path`. fill: puts it into a folder that does not exist yet."""
        self._laid = _LaidOut()
        target = self._laid.folder / "release"
        try:
            fill(target)
        except BaseException:
            self._laid.remove()
            raise
        super().__init__(target)
        self.where, self.shelf = str(path), path.absolute().parent

    def close(self) -> None:
        """Remove what was laid out."""
        self._laid.remove()


class TarSource(_LaidOutSource):
    """A tar, which has no directory, and is therefore unpacked as a whole."""

    def __init__(self, path: Path) -> None:
        """Unpack the tar at `path`. Raises ReleaseError where it is not a tar, or has members that no release has."""

        def fill(target: Path) -> None:
            with opened(path) as folder:
                shutil.copytree(folder, target)

        super().__init__(path, fill)


class AdoptedSource(_LaidOutSource):
    """Anybody's package, of which a release is made in a temporary folder."""

    def __init__(self, path: Path, schema: Path | None) -> None:
        """Make it. Raises CommuniqueError where the data is not valid. schema: the Table Schema of a lone table."""

        def fill(target: Path) -> None:
            target.mkdir()
            lay_out(path, target, schema)

        super().__init__(path, fill)


class UrlSource(_TemporarySource):
    """The files below an address, each fetched when it is first requested."""

    shelf: Path | None = None

    def __init__(self, url: str) -> None:
        """Take the files below `url`; nothing is requested yet."""
        self.where = url.removesuffix(f"/{DESCRIPTOR}").rstrip("/")
        if "?" in url or "#" in url:
            raise RemoteError(
                f"{url}: a name cannot be added to an address with ? or # in it. Give one without."
            )
        self._laid = _LaidOut()
        self._files: dict[str, RemoteFile] = {}
        self._let_go = weakref.finalize(self, _close, self._files.values())

    def _put(self, name: str, size: int | None, target: Path) -> None:
        file = self._remote(name, size)
        part = target.with_name(f".{target.name}.part")
        try:
            target.parent.mkdir(parents=True, exist_ok=True)
            part.unlink(missing_ok=True)
            file.save(part)
            part.replace(target)
        except OSError as error:
            raise ReleaseError(
                f"{file.url}: cannot be saved in {target.parent}: {error.strerror}."
            ) from error

    def ranges(self, name: str, size: int) -> Ranges | None:
        """Return the file, whose ranges are requested as they are read. Raises RemoteError."""
        return Ranges(self._remote(name, size))

    def _remote(self, name: str, size: int | None) -> RemoteFile:
        file = self._files.get(name) or RemoteFile(f"{self.where}/{name}")
        self._files[name] = file
        if size is not None and file.size != size:
            raise RemoteError(f"{file.url}: has {file.size} bytes, but the release promises {size}.")
        if (RELEASE_TEXT if size is None else RELEASE_FILE).exceeded(file.size):
            raise RemoteError(f"{file.url}: has {file.size} bytes, which is too many; it is refused.")
        return file

    def close(self) -> None:
        """Remove fetched files, and close the connections."""
        self._laid.remove()
        self._let_go()
