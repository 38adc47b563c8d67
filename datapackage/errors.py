"""The errors that stop the work. Bad data is none of them: it becomes findings."""

from __future__ import annotations

import re

_ARROW = re.compile(r"^Error [^:]*\. Detail: \[errno [0-9]+\] ")
"""What Arrow says before the words of the system."""


def why(error: BaseException) -> str:
    """Return what an error says, in words: of one of the system without its number, and without a path."""
    said: str | None = getattr(error, "strerror", None)
    if not said:  # Python 3.13 adds a path to some that have no number, and then str() leaves out the words
        said = str(error.args[0] if isinstance(error, OSError) and error.args else error)
    return _ARROW.sub("", said) or type(error).__name__


class CommuniqueError(Exception):
    """The work could not be done; the message says what is wrong, where, and what to do."""


class DatasetError(CommuniqueError):
    """The folder is not a dataset, or its `dataset.yaml` cannot be used."""


class ReleaseError(CommuniqueError):
    """What was given is not a release, cannot be read as one, or has no such table, column or version."""


class TargetError(CommuniqueError):
    """A release, or another file or folder, could not be written where it was asked for; what was there is untouched."""


class DescriptorError(ReleaseError):
    """The descriptor of a release cannot be read, or promises what is not understood."""


class ParquetError(CommuniqueError):
    """A Parquet file cannot be read, or has other columns or rows than it should have."""


class HashError(ReleaseError):
    """A file of a release does not have the hash that the release promises."""


class RemoteError(ReleaseError):
    """What was requested from another host did not arrive, was not as expected, or must not be requested."""


class JoinError(CommuniqueError):
    """The declared keys join the tables in no way, in more than one way, or so that rows would be multiplied."""


class ExportError(CommuniqueError):
    """A release cannot be written in the form that was asked for."""
