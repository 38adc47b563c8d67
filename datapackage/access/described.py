"""Described: read the descriptor of a release, wherever it is; errors name the place that the user gave."""

from __future__ import annotations

from pathlib import Path

from pydantic import ValidationError

from ..describing.descriptor import Package, first_fault, read_descriptor
from ..errors import DescriptorError, RemoteError
from ..filenames import DESCRIPTOR
from ..foreign.adopting.asrelease import is_release
from .remote import is_page, is_url
from .sources import Source

_BEGINNING = 512


def described(source: Source) -> Package:
    """Return what the descriptor of a release says.

    Raises RemoteError where a host sent a web page instead, DescriptorError where it is missing, cannot be read, or has
    unknown properties; both name the place that was given, never a copy of the file.
    """
    folder = source.described()
    try:
        return read_descriptor(folder)
    except DescriptorError as error:
        place = f"{source.where}/{DESCRIPTOR}"
        if is_url(source.where) and is_page(_beginning(folder / DESCRIPTOR)):
            raise RemoteError(
                f"{place}: the host sent a web page instead of the descriptor of a release. "
                f"Give the address of the folder that has the file {DESCRIPTOR}, or that of a zip."
            ) from error
        if _is_no_object(error.__cause__):
            raise DescriptorError(
                f"{place}: expected a JSON object that describes a release. Get the release again."
            ) from error
        if is_url(source.where) and isinstance(error.__cause__, ValidationError) and not is_release(folder):
            raise DescriptorError(
                f"{place}: {first_fault(error.__cause__)}. It does not describe a release, which would have a digest. Other data "
                "packages are read only from a folder or an archive: download it, and open that."
            ) from error
        if Path(source.where).absolute() == folder:
            raise
        raise DescriptorError(str(error).replace(str(folder), source.where)) from error


def _beginning(path: Path) -> bytes:
    with path.open("rb") as file:
        return file.read(_BEGINNING)


def _is_no_object(fault: BaseException | None) -> bool:
    return isinstance(fault, ValidationError) and fault.errors()[0]["type"] == "model_type"
