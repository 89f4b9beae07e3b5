"""The tree of a YAML file: plain values that remember where they stand."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TypeAlias

from watcher.config.problems import Path, Place


class Broken:
    """Stands for a value that was already complained about."""


BROKEN = Broken()


@dataclass(frozen=True, slots=True, kw_only=True)
class Scalar:
    """A single value; ``text`` is as written, and ``last_line`` where it ends (from 1)."""

    place: Place
    text: str
    value: object
    last_line: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Items:
    """A list."""

    place: Place
    items: tuple[Node, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Entries:
    """A mapping; ``keys`` says where each key stands."""

    place: Place
    entries: dict[str, Node] = field(default_factory=dict)
    keys: dict[str, Place] = field(default_factory=dict)


Node: TypeAlias = Scalar | Items | Entries


def plain(node: Node) -> object:
    """Return the value of a node without its places."""
    match node:
        case Scalar(value=value):
            return value
        case Items(items=items):
            return [plain(item) for item in items]
        case Entries(entries=entries):
            return {key: plain(child) for key, child in entries.items()}


def follow(node: Node, path: Path) -> tuple[Node, Path]:
    """Return the node a path leads to and the path so far, as deep as there is one."""
    walked: list[str | int] = []
    for part in path:
        child = _child(node, part)
        if child is None:
            break
        node = child
        walked.append(part)
    return node, tuple(walked)


def _child(node: Node, part: str | int) -> Node | None:
    match node:
        case Items(items=items) if isinstance(part, int) and part < len(items):
            return items[part]
        case Entries(entries=entries) if isinstance(part, str):
            return entries.get(part)
        case _:
            return None


def key_place(node: Node, path: Path) -> Place:
    """Return where the last key of a path stands, or the deepest place on the way to it."""
    parent, walked = follow(node, path[:-1])
    last = path[-1] if path else None
    if isinstance(parent, Entries) and len(walked) == len(path) - 1 and last in parent.keys:
        return parent.keys[str(last)]
    return follow(node, path)[0].place


def inside(node: Scalar, line: int, column: int, lines: Sequence[str]) -> Place:
    """Return where a line and column inside a text stand in the file (all from 1).

    Where the text is folded or escaped in the file, that is the text's own place. ``lines`` are the file's.
    """
    words = node.text.split("\n")
    wanted = words[line - 1] if line <= len(words) else ""
    first = node.place.line
    for number in range(first + line - 1, min(node.last_line, len(lines)) + 1 if wanted.strip() else 0):
        start = lines[number - 1].find(wanted, node.place.column - 1 if number == first else 0)
        if start >= 0:
            return Place(number, start + column)
    return _word_inside(node, wanted[column - 1 :].split(), lines)


def _word_inside(node: Scalar, words: Sequence[str], lines: Sequence[str]) -> Place:
    first = node.place.line
    for number in range(first, min(node.last_line, len(lines)) + 1 if words else 0):
        start = lines[number - 1].find(words[0], node.place.column - 1 if number == first else 0)
        if start >= 0:
            return Place(number, start + 1)
    return node.place
