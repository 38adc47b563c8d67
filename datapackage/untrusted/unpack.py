"""Unpack: an archive from others, laid out in a folder or refused.

Only regular files below the archive's own folder are accepted, and only so many bytes.
"""

from __future__ import annotations

import errno
import stat
import tarfile
import zipfile
from collections.abc import Callable, Generator, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from io import BufferedReader
from pathlib import Path, PurePosixPath
from tarfile import HeaderError
from tempfile import gettempdir
from typing import IO, Literal, Self, TypeVar
from unicodedata import normalize

from ..errors import ReleaseError, why
from ..progress import Step, tell
from .limits import ARCHIVE_MEMBERS, EXPANSION, MEMBER_DEPTH, MEMBER_NAME, SMALL

_CHUNK = 1 << 20
_NO_ROOM = (errno.ENOSPC, errno.EDQUOT)
_Entry = TypeVar("_Entry")
_WITH_TEXT = (
    tarfile.XHDTYPE,
    tarfile.XGLTYPE,
    tarfile.SOLARIS_XHDTYPE,
    tarfile.GNUTYPE_LONGNAME,
    tarfile.GNUTYPE_LONGLINK,
)
_TEXT = 1 << 16
_MAP_GOES_ON = 482
"""The place, in the header of a sparse file of GNU, that says whether its map goes on in the next block."""
_SPARSE = "it has a sparse file with a map of its own"
_DAMAGED = {
    "InvalidHeaderError": "a header in it is damaged, and what follows is lost",
    "TruncatedHeaderError": "it ends within a header, so it was cut off",
    "EmptyHeaderError": "it ends without the zeros that end a tar, so it was cut off",
}
"""What the errors mean at which tarfile stops as if it had read everything; type checkers do not know their classes."""
_ZIPS = (b"PK\x03\x04", b"PK\x05\x06")
"""How a zip begins: with its first member, or, where it has none, with its end."""
BOUNDED = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
"""How members of a zip may be compressed. Of any other zipfile gives all bytes at once, however few are asked for."""


class NoArchiveError(ReleaseError):
    """The file is neither a zip nor a tar."""


@dataclass(frozen=True)
class Member:
    """A file in an archive: its name there, its declared size, and how to read it."""

    name: str
    size: int
    regular: bool
    read: Callable[[], IO[bytes] | None]


class _Header(tarfile.TarInfo):
    """A header of a tar, refused where tarfile would read without a limit what follows it, or stop without a word.

    What follows is a text, such as a long name, or the map of a sparse file. It stops where a later header is damaged.
    """

    @classmethod
    def fromtarfile(cls, tarfile: tarfile.TarFile) -> Self:
        """Return the next header. Raises ValueError where the archive is damaged, or ends too soon."""
        try:
            return super().fromtarfile(tarfile)
        except HeaderError as error:
            said = _DAMAGED.get(type(error).__name__)
            if said and tarfile.offset:  # else it may be no tar at all
                raise ValueError(said) from error
            raise

    @classmethod
    def frombuf(cls, buf: bytes | bytearray, encoding: str, errors: str) -> Self:
        """Return the header in a block. Raises ValueError where more follows it than can be right."""
        header = super().frombuf(buf, encoding, errors)
        if header.type == tarfile.GNUTYPE_SPARSE and buf[_MAP_GOES_ON]:
            raise ValueError(_SPARSE)
        if header.type in _WITH_TEXT and header.size > _TEXT:
            raise ValueError(f"a header of it says that it has more than {_TEXT:,} bytes of text")
        return header

    def _proc_gnusparse_10(self, *_: object) -> None:
        """Refuse the map before the bytes of a sparse file, which tarfile would read here."""
        raise ValueError(_SPARSE)


def unpack(path: Path, folder: Path) -> Path:
    """Lay an archive out in `folder`; return the folder in it that has the files. Raises ReleaseError as `opened` does."""
    with members(path) as found:
        _write_all(_accepted(path, found, path.stat().st_size), folder)
    return _root(folder)


@contextmanager
def members(path: Path) -> Generator[Iterator[Member]]:
    """Yield the files of an archive in turn, none of them accepted yet.

    Raises NoArchiveError where the file is no archive, ReleaseError where it is broken, or has too many members.
    """
    try:
        if is_zip(path):
            with zipfile.ZipFile(path) as archive:
                yield _zipped(archive, path)
            return
        tar = _open_tar(path)
        if tar is None:
            raise NoArchiveError(
                f"{path}: neither a folder, nor a zip or tar archive, so it is not a release."
            )
        with tar:
            yield _tarred(tar, path, path.stat().st_size)
    except ReleaseError:
        raise
    except Exception as error:
        # without the folder, which nobody knows
        raise ReleaseError(f"{path}: cannot be read as an archive: {why(error)}.") from error


def is_zip(path: Path) -> bool:
    """Say whether a file begins as a zip does. Its end proves nothing: a tar that holds a zip may end like one."""
    return _beginning(path) in _ZIPS


def _beginning(path: Path) -> bytes:
    with path.open("rb") as file:
        return file.read(4)


def _open_tar(path: Path) -> tarfile.TarFile | None:
    # zeros alone, as an interrupted download leaves them, are to LZMA no end of streams without content
    mode: Literal["r:", "r"] = "r:" if _beginning(path) == bytes(4) else "r"
    try:
        return tarfile.open(path, mode, tarinfo=_Header)
    except tarfile.TarError:
        return None


def zip_members(archive: zipfile.ZipFile, where: object, size: int) -> dict[str, Member]:
    """Return the members of a zip of `size` bytes by their names, every one of which may be written below a folder.

    where: the name of the zip in messages.
    Raises ReleaseError where the zip holds anything but regular files below its own folder, or too much.
    """
    return _accepted(where, _zipped(archive, where), size)


def _zipped(archive: zipfile.ZipFile, where: object) -> Iterator[Member]:
    for info in _not_too_many(archive.infolist(), where):
        if info.flag_bits & 1:
            raise ReleaseError(
                f"{where}: the member {info.filename[:200]!r} is encrypted. Give a zip without a password."
            )
        if info.compress_type not in BOUNDED:
            raise ReleaseError(
                f"{where}: the member {info.filename[:200]!r} is compressed with something other than deflate; it is refused."
            )
        if not info.filename.endswith("/"):
            read = partial(archive.open, info)
            yield Member(info.filename, info.file_size, _is_regular(info), read)


def _tarred(archive: tarfile.TarFile, where: object, size: int) -> Iterator[Member]:
    """Yield the members in turn. To reach the next one, all bytes of the last one are decompressed.

    So the bytes are counted in the archive, too: a sparse file may take more there than its declared size.
    """
    for info in _not_too_many(archive, where):
        if archive.offset > _allowed(size) + SMALL:  # SMALL is for headers, which are no bytes of members
            raise _too_large(where)
        if not info.isdir():
            read = partial(archive.extractfile, info)
            yield Member(info.name, info.size, info.isfile(), read)
    if not isinstance(archive.fileobj, BufferedReader):  # a file that is not compressed has no checksum
        _read_on(archive, where, _allowed(size) + SMALL)


def _read_on(archive: tarfile.TarFile, where: object, most: int) -> None:
    """Read what follows the last member: the checksum of a compressed file stands at its very end."""
    file = archive.fileobj
    assert file is not None  # it is open
    while file.read(_CHUNK):
        if file.tell() > most:
            raise _too_large(where)


def _is_regular(info: zipfile.ZipInfo) -> bool:
    mode = info.external_attr >> 16
    return stat.S_IFMT(mode) in (0, stat.S_IFREG)


def _not_too_many(members: Iterable[_Entry], where: object) -> Iterator[_Entry]:
    """Yield the members, files and folders, until there is one too many."""
    for number, member in enumerate(members):
        if number == ARCHIVE_MEMBERS.most:
            raise ReleaseError(
                f"{where}: has more than {ARCHIVE_MEMBERS.most} members, which no release has; it is refused."
            )
        yield member


def _allowed(size: int) -> int:
    """Return how many bytes an archive of `size` bytes may hold."""
    return max(SMALL, EXPANSION.most * size)


def _too_large(where: object) -> ReleaseError:
    return ReleaseError(
        f"{where}: holds more than {EXPANSION.most} times its own size, which no release does; it is refused."
    )


def _accepted(where: object, members: Iterable[Member], size: int) -> dict[str, Member]:
    """Return the members by their names; the first one that is not accepted ends it."""
    allowed = _allowed(size)
    seen = dict[str, str]()
    accepted: dict[str, Member] = {}
    for member in members:
        name = _safe(where, member)
        same = normalize("NFC", name.casefold())  # some systems take such names for the same
        if same in seen:
            other = (
                ""
                if seen[same] == member.name
                else f": the other is {seen[same]!r}, the same to some systems"
            )
            raise ReleaseError(f"{where}: has the member {member.name!r} twice{other}.")
        seen[same] = member.name
        if member.size > allowed:
            raise _too_large(where)
        allowed -= member.size
        accepted[name] = member
    for same, name in seen.items():
        for folder in PurePosixPath(same).parents:
            if str(folder) in seen:
                raise ReleaseError(
                    f"{where}: has {seen[str(folder)]!r} twice, as a file and as the folder of {name!r}."
                )
    return accepted


def _write_all(members: Mapping[str, Member], folder: Path) -> None:
    tell(Step("unpack", ahead=sum(member.size for member in members.values())))
    for name, member in members.items():
        write_member(member, folder / name)


def _safe(where: object, member: Member) -> str:
    """Return the name of a member that may be written; anything that could leave its folder is refused."""
    parts = PurePosixPath(member.name).parts
    if MEMBER_NAME.exceeded(len(member.name)):
        raise ReleaseError(f"{where}: a member has a name of {len(member.name):,} characters; it is refused.")
    if MEMBER_DEPTH.exceeded(len(parts) - 1):
        raise ReleaseError(f"{where}: a member lies in {len(parts) - 1:,} folders; it is refused.")
    plain = "\\" not in member.name and ":" not in member.name and "\0" not in member.name
    if not (member.regular and plain and parts and parts[0] != "/" and ".." not in parts):
        raise ReleaseError(
            f"{where}: the member {member.name!r} is not a regular file below the release, with slashes and without "
            "colons in its path; it is refused."
        )
    return "/".join(parts)


def write_member(member: Member, target: Path) -> None:
    """Write a member of an archive to a new temporary file.

    Raises ReleaseError where its length is not the declared one, or there is no room for it.
    """
    try:
        _copy(member, target)
    except OSError as error:
        if error.errno not in _NO_ROOM:
            raise
        raise ReleaseError(
            f"{gettempdir()}: there is no room to unpack {member.name}: {why(error)}. Set TMPDIR to a folder with more room."
        ) from error


def _copy(member: Member, target: Path) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    source = member.read()
    assert source is not None  # it is a regular file
    with source, target.open("xb") as file:
        left = member.size
        while left and (chunk := source.read(min(left, _CHUNK))):
            file.write(chunk)
            left -= len(chunk)
            tell(Step("unpack", bytes=len(chunk)))
        if left or source.read(1):
            raise ReleaseError(
                f"the member {member.name!r} is not as long as the archive says; it is refused."
            )


def _root(folder: Path) -> Path:
    """Return the folder of the release: the archive's own, or the one folder that is in it."""
    entries = list(folder.iterdir())
    if len(entries) == 1 and entries[0].is_dir():
        return entries[0]
    return folder
