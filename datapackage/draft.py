"""Drafts: descriptors that a program guessed, and nobody has looked over yet."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from .errors import CommuniqueError

DRAFT = "communique:draft"
"""The property that marks a draft; it has the evidence for what was guessed. Removing it confirms the descriptor."""


class DraftError(CommuniqueError):
    """The descriptor is a draft, so nothing can be held against it."""


def refuse_draft(content: Any, where: object) -> None:
    """Raise DraftError where a descriptor is a draft, however its mark is filled in.

    where: the file that it stands in, for people.
    """
    if isinstance(content, Mapping) and content.get(DRAFT, False) not in (False, None):
        raise DraftError(
            f"{where}: this is a draft, so nothing was checked. Look over what was guessed, then remove {DRAFT}."
        )
