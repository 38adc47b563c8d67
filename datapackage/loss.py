"""Losses: what one way of writing a schema can say and another cannot. They are always reported."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True)
class Loss:
    """Something that was not carried over.

    where: the part that it is about, such as `fields.age` or `resources[0].schema`; empty for the whole.
    what: what is lost, and what replaces it, if anything does.
    """

    where: str
    what: str

    def __str__(self) -> str:
        """Return the loss as a line."""
        return f"{self.where}: {self.what}" if self.where else self.what


@dataclass
class Losses:
    """Losses, collected while something is carried over."""

    found: list[Loss] = field(default_factory=list[Loss])

    def add(self, where: str, what: str) -> None:
        """Note a loss."""
        self.found.append(Loss(where, what))

    def of(self) -> tuple[Loss, ...]:
        """Return all of them, each once, in the order of finding."""
        return tuple(dict.fromkeys(self.found))
