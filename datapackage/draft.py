"""Drafts: descriptors that were inferred, and not reviewed yet."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from .errors import CommuniqueError

DRAFT = "communique:draft"
"""The property that marks a draft and holds the evidence for each guess. Removing it confirms the descriptor."""


class DraftError(CommuniqueError):
    """The descriptor is a draft, so nothing can be checked against it."""


def refuse_draft(content: Any, where: object) -> None:
    """Raise DraftError where a descriptor is a draft, whatever the value of its mark.

    where: the file of the descriptor, for the message.
    """
    if isinstance(content, Mapping) and content.get(DRAFT, False) not in (False, None):
        raise DraftError(
            f"{where}: this is a draft, so nothing was checked. Review what was guessed, then remove {DRAFT}."
        )
