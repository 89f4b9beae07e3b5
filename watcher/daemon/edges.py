"""Edges: what is wrong is logged when it begins, when it changes and when it ends, not every minute."""

from __future__ import annotations


class Edges:
    """Remembers what was last said to be wrong with each thing."""

    def __init__(self) -> None:
        self._said: dict[str, str] = {}

    def begins(self, thing: str, what: str) -> bool:
        """Note what is wrong with a thing, and tell whether that is news."""
        is_news = self._said.get(thing) != what
        self._said[thing] = what
        return is_news

    def ends(self, thing: str) -> bool:
        """Note that nothing is wrong with a thing, and tell whether that is news."""
        return self._said.pop(thing, None) is not None
