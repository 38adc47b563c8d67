"""Mutations: derive new inputs from existing ones with seeded random numbers, so that every run makes the same ones."""

from __future__ import annotations

from collections.abc import Sequence
from random import Random

from .choices import WORDS


def mutated(random: Random, seeds: Sequence[bytes]) -> bytes:
    """Return an input that differs from a seed in a few places."""
    data = bytearray(random.choice(seeds))
    for _ in range(random.randint(1, 6)):
        place = random.randint(0, len(data))
        end = min(len(data), place + random.randint(1, 12))
        word = random.choice(WORDS).encode("utf-8", "surrogatepass")
        other = random.choice(seeds)
        cut = random.randint(0, len(other))
        new = random.choice(
            (
                word,
                random.randbytes(random.randint(1, 4)),
                other[cut : cut + 12],
                b"",
                bytes(data[place:end]) * 2,
            )
        )
        data[place : random.choice((place, end))] = new
    return bytes(data)
