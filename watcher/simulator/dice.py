"""Dice: the same throws for the same path, on every machine and every Python."""

from __future__ import annotations

from collections.abc import Sequence
from hashlib import blake2b
from typing import TypeVar

T = TypeVar("T")

_RANGE = 1 << 64


class Dice:
    """A stream of throws that depends on nothing but the path it was made of (seed, kind, number, …)."""

    __slots__ = ("_path", "_thrown")

    def __init__(self, *path: object) -> None:
        self._path = "/".join(map(str, path)).encode()
        self._thrown = 0

    def fraction(self) -> float:
        """Return the next throw, at least 0 and less than 1."""
        self._thrown += 1
        digest = blake2b(self._path + b"#%d" % self._thrown, digest_size=8).digest()
        return int.from_bytes(digest, "big") / _RANGE

    def chance(self, share: float) -> bool:
        """Return true in ``share`` (0-1) of all throws."""
        return self.fraction() < share

    def whole(self, least: int, most: int) -> int:
        """Return a whole number between two bounds, both included."""
        return least + int(self.fraction() * (most - least + 1))

    def pick(self, choices: Sequence[T]) -> T:
        """Return one of the choices; each is as likely as it stands often."""
        return choices[int(self.fraction() * len(choices))]

    def draw(self, choices: Sequence[T], count: int) -> list[T]:
        """Return ``count`` different ones of the choices (all, when there are fewer), in the order drawn."""
        rest = list(choices)
        return [rest.pop(int(self.fraction() * len(rest))) for _ in range(min(count, len(rest)))]
