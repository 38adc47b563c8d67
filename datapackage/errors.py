"""What stops the work. Bad data never does: it becomes findings."""

from __future__ import annotations


class CommuniqueError(Exception):
    """The work could not be done; the message says what is wrong, where, and what to do."""


class DatasetError(CommuniqueError):
    """The folder is not a dataset, or its `dataset.yaml` cannot be used."""


class TargetError(CommuniqueError):
    """The release could not be written where it was asked for; what was there before is untouched."""
