"""Problems: what is wrong with a configuration, where, and in which words.

``ConfigError`` is the only error of this package that a caller meets; it carries every ``Problem`` at once.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from difflib import get_close_matches
from typing import TypeAlias

Path: TypeAlias = tuple[str | int, ...]
"""Keys and indices from the top of the document."""

LONGEST_SHOWN = 60


@dataclass(frozen=True, slots=True, order=True)
class Place:
    """Where something stands in the file; both count from 1."""

    line: int
    column: int


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class Problem:
    """One thing to mend. ``path`` is ``rules[2].percnt``, or empty for the file as a whole.

    ``line`` is 0 where there is no line to show (the file is missing).
    """

    line: int
    column: int
    path: str
    message: str

    def told(self, source: str) -> str:
        """Return the line people read: ``config.yaml:12:5: rules[2].percnt: unknown key``."""
        place = f"{source}:{self.line}:{self.column}: " if self.line else f"{source}: "
        return place + (f"{self.path}: " if self.path else "") + self.message


class ConfigError(Exception):
    """The configuration cannot be used: ``problems``, sorted by line; ``str`` gives a line for each."""

    def __init__(self, problems: Iterable[Problem], source: str) -> None:
        self.problems = tuple(sorted(set(problems)))
        self.source = source
        super().__init__("\n".join(problem.told(source) for problem in self.problems))


@dataclass(slots=True)
class Findings:
    """Collects what is wrong and what is doubtful while one file is read."""

    problems: list[Problem] = field(default_factory=list)
    doubts: list[Problem] = field(default_factory=list)

    def wrong(self, place: Place, path: Path, message: str) -> None:
        """Note a problem: the file will not be used."""
        self.problems.append(_problem(place, path, message))

    def doubt(self, place: Place, path: Path, message: str) -> None:
        """Note a warning: the file will be used."""
        self.doubts.append(_problem(place, path, message))


def _problem(place: Place, path: Path, message: str) -> Problem:
    return Problem(line=place.line, column=place.column, path=render(path), message=_one_line(message))


def render(path: Path) -> str:
    """Return a path as people write it: ``receivers.team-slack.quiet_hours.from``, ``rules[2].percent``."""
    words = ""
    for part in path:
        if isinstance(part, int):
            words += f"[{part}]"
        else:
            words += ("." if words else "") + shown(part)
    return words


def shown(text: str) -> str:
    """Return a text as a message may show it: short, printable, and never a URL, which may hold a secret."""
    if _may_be_secret(text):
        return "***"
    short = text if len(text) <= LONGEST_SHOWN else text[: LONGEST_SHOWN - 1] + "…"
    return _one_line(short)


def _may_be_secret(text: str) -> bool:
    return "://" in text


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """Return ``; did you mean 'percent'?``, or nothing when no known word is near."""
    near = nearest(word, known)
    return "" if near is None else f"; did you mean '{near}'?"


def nearest(word: str, known: Iterable[str]) -> str | None:
    """Return the known word that was probably meant."""
    by_lower = {name.lower(): name for name in known if not _may_be_secret(name)}
    close = get_close_matches(word.lower()[:LONGEST_SHOWN], by_lower, n=1, cutoff=0.6)
    return by_lower[close[0]] if close else None


def one_of(known: Iterable[str]) -> str:
    """Return ``a, b or c``."""
    *most, last = map(shown, known)
    return f"{', '.join(most)} or {last}" if most else last


def _one_line(text: str) -> str:
    return "".join(char if char.isprintable() else ascii(char)[1:-1] for char in text)
