"""Growing the tree of a YAML file.

Anchors, aliases, merge keys, tags and duplicate keys are refused: a configuration says each thing once, and
no few lines can stand for a million.
"""

from __future__ import annotations

from collections.abc import Iterator

import yaml

from watcher.config.problems import Findings, Path, Place, shown
from watcher.config.scalars import resolve
from watcher.config.tree import BROKEN, Entries, Items, Node, Scalar

LARGEST_BYTES = 1_000_000
DEEPEST = 20
TOP = Place(1, 1)
EMPTY = "the file is empty; copy config.example.yaml, which explains each key"


class _Unusable(Exception):
    """The reading ended early; the reason is among the findings."""


def grow(text: str, findings: Findings) -> Node | None:
    """Return the tree of a file, or None when it is no YAML at all; the findings then say why."""
    if len(text.encode("utf-8", "replace")) > LARGEST_BYTES:
        findings.wrong(TOP, (), "the file is larger than 1 MB")
        return None
    try:
        return _Reader(text, findings).document()
    except _Unusable:
        return None
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        place = TOP if mark is None else Place(mark.line + 1, mark.column + 1)
        findings.wrong(place, (), _plainer(error, text, place))
    except (yaml.YAMLError, UnicodeError) as error:
        findings.wrong(_odd_character(text), (), f"a character that YAML does not allow{_which(error)}")
    return None


def _plainer(error: yaml.MarkedYAMLError, text: str, place: Place) -> str:
    lines = text.split("\n")
    line = lines[place.line - 1] if place.line <= len(lines) else ""
    if "\t" in line[: place.column]:
        return "a tab stands where YAML wants spaces"
    if "alias" in (error.context or ""):
        return 'a `*` begins an alias; quote a glob, as in "*"'
    words = [error.problem or "no YAML"]
    if error.context:
        words.append(error.context)
    return f"no YAML: {', '.join(words)}"


def _which(error: Exception) -> str:
    character = getattr(error, "character", None)
    return f" (#x{character:04x})" if isinstance(character, int) else ""


def _odd_character(text: str) -> Place:
    for number, line in enumerate(text.split("\n"), 1):
        for column, char in enumerate(line, 1):
            if not char.isprintable() and char not in "\t\r\x85\u2028\u2029\ufeff\xa0":
                return Place(number, column)
    return TOP


class _Reader:
    """Reads the events of one YAML stream."""

    def __init__(self, text: str, findings: Findings) -> None:
        self._findings = findings
        loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
        self._events: Iterator[yaml.Event] = yaml.parse(text, Loader=loader)

    def document(self) -> Node:
        next(self._events)
        if not isinstance(next(self._events), yaml.DocumentStartEvent):
            self._refuse(TOP, (), EMPTY)
        node = self._node(next(self._events), ())
        if isinstance(node, Scalar) and node.value is None:
            self._refuse(TOP, (), EMPTY)
        next(self._events)
        after = next(self._events)
        if isinstance(after, yaml.DocumentStartEvent):
            self._findings.wrong(_place(after), (), "a second document starts here; one file holds one")
        return node

    def _refuse(self, place: Place, path: Path, message: str) -> None:
        self._findings.wrong(place, path, message)
        raise _Unusable

    def _node(self, event: yaml.Event, path: Path) -> Node:
        place = _place(event)
        if len(path) > DEEPEST:
            self._refuse(place, path[:3], f"nested deeper than {DEEPEST} levels")
        if isinstance(event, yaml.AliasEvent):
            self._findings.wrong(
                place, path, "an alias (*) is refused; write the value out, and quote a glob"
            )
            return Scalar(place=place, text="", value=BROKEN, last_line=place.line)
        usable = self._is_bare(event, place, path)
        if isinstance(event, yaml.SequenceStartEvent):
            return self._items(place, path)
        if isinstance(event, yaml.MappingStartEvent):
            return self._entries(place, path)
        return _scalar(event, place) if usable else _broken(event, place)

    def _is_bare(self, event: yaml.Event, place: Place, path: Path) -> bool:
        if getattr(event, "anchor", None):
            self._findings.wrong(
                place, path, "an anchor (&) is refused; write the value out where it is used"
            )
        tag = getattr(event, "tag", None)
        if tag:
            self._findings.wrong(place, path, f"a tag ({shown(tag)}) is refused; write the plain value")
        return not tag

    def _items(self, place: Place, path: Path) -> Items:
        items: list[Node] = []
        while not isinstance(event := next(self._events), yaml.SequenceEndEvent):
            items.append(self._node(event, (*path, len(items))))
        return Items(place=place, items=tuple(items))

    def _entries(self, place: Place, path: Path) -> Entries:
        found = Entries(place=place)
        while not isinstance(event := next(self._events), yaml.MappingEndEvent):
            key = self._key(event, path)
            node = self._node(next(self._events), (*path, key))
            if key in found.entries:
                first = found.keys[key].line
                self._findings.wrong(
                    _place(event), (*path, key), f"duplicate key; it stands on line {first} already"
                )
            elif key == "<<":
                self._findings.wrong(_place(event), path, "a merge key (<<) is refused; write the values out")
            else:
                found.entries[key] = node
                found.keys[key] = _place(event)
        return found

    def _key(self, event: yaml.Event, path: Path) -> str:
        place = _place(event)
        if not isinstance(event, yaml.ScalarEvent):
            self._refuse(place, path, "a key must be a plain word")
        self._is_bare(event, place, path)
        return str(getattr(event, "value", ""))


def _place(event: yaml.Event) -> Place:
    mark = event.start_mark
    return TOP if mark is None else Place(mark.line + 1, mark.column + 1)


def _last_line(event: yaml.Event) -> int:
    mark = event.end_mark
    return 1 if mark is None else mark.line + 1


def _scalar(event: yaml.Event, place: Place) -> Scalar:
    text = str(getattr(event, "value", ""))
    is_plain = getattr(event, "style", None) in (None, "")
    value = resolve(text) if is_plain else text
    return Scalar(place=place, text=text, value=value, last_line=_last_line(event))


def _broken(event: yaml.Event, place: Place) -> Scalar:
    return Scalar(place=place, text="", value=BROKEN, last_line=_last_line(event))
