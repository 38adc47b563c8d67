"""Archive: a release in one file, and any release, in a folder or an archive, as a folder to read.

An archive that is made here is a zip whose members are stored without compression, in the order of their names, with a
fixed date: its bytes depend on those of the release alone, not on a clock or the version of zlib.
"""

from __future__ import annotations

import shutil
import zipfile
from collections.abc import Generator
from contextlib import contextmanager
from filecmp import cmp
from pathlib import Path
from tempfile import TemporaryDirectory

from ..arguments import as_path, optional_path
from ..describing.descriptor import read_descriptor
from ..errors import CommuniqueError, ReleaseError, TargetError
from ..untrusted.unpack import unpack
from .commit import SUMS, whole_file
from .sums import insist_on_files, insist_on_sums, listed

_EPOCH = (1980, 1, 1, 0, 0, 0)
_FILE_MODE = 0o100644
_CHUNK = 1 << 20


def pack(release: str | Path, target: str | Path | None = None) -> Path:
    """Write the files of the release in the folder `release` into a zip; return its path.

    target: the zip; by default it is named after the release and its version, and lies beside the release.
    Raises ReleaseError where the folder is not a release, TargetError where the zip cannot be written, or a different one
    is already there.
    """
    release, target = as_path(release), optional_path(target)
    if not release.is_dir():
        found = "this is a file" if release.exists() else "there is no such folder"
        raise ReleaseError(
            f"{release}: {found}. Give the folder of a release; an archive of one is packed already."
        )
    insist_on_sums(release, release)
    insist_on_files(release)
    if target is None:
        package = read_descriptor(release)
        target = release.absolute().with_name(f"{package.stem}.zip")
    with whole_file(target) as new:
        with zipfile.ZipFile(new, "x", zipfile.ZIP_STORED) as archive:
            for name in [*listed(release), SUMS]:
                add_to_zip(archive, release / name, name)
        if target.exists() and not cmp(new, target, shallow=False):
            raise TargetError(
                f"{target}: already exists with other bytes, and a release is never changed. Give another name."
            )
    return target


def add_to_zip(archive: zipfile.ZipFile, path: Path, name: str) -> None:
    """Add a file to a zip so that the zip depends only on its name and its bytes."""
    info = zipfile.ZipInfo(name, _EPOCH)
    info.create_system = 3  # Unix on every system, because the mode below is a Unix mode
    info.external_attr = _FILE_MODE << 16
    info.file_size = path.stat().st_size
    with path.open("rb") as source, archive.open(info, "w") as member:
        shutil.copyfileobj(source, member, _CHUNK)


@contextmanager
def opened(path: Path) -> Generator[Path]:
    """Give the folder of a release; an archive (zip, tar, compressed tar) is unpacked into a temporary folder.

    Raises ReleaseError where there is nothing to read, and where an archive is broken, too large, or holds anything but
    regular files below its own folder.
    """
    if path.is_dir():
        yield path
        return
    if not path.is_file():
        raise ReleaseError(f"{path}: there is no such release. Give a folder, a zip or a tar.")
    with TemporaryDirectory(prefix="communique-") as folder:
        laid = unpack(path, Path(folder))
        try:
            yield laid
        except CommuniqueError as error:  # name the archive: the caller does not know the temporary folder
            error.args = (str(error).replace(str(laid), str(path)),)
            raise
