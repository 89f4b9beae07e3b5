"""The parts of the state: how each field of ``State`` is laid out in rows of one table.

A mapping has one row per entry, any other field one row; telemetry has its own table (readings.py). Derived
from the type hints of ``State``: a field added there is stored without a word here.
"""

from __future__ import annotations

import gc
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, fields
from functools import cache
from typing import Any, NamedTuple, get_args, get_origin, get_type_hints

import orjson

from watcher.judgement.state import State
from watcher.store.codec import Turn, decoder, encoder

TELEMETRY = "telemetry"
WHOLE = ""
"""The key of the only row of a field that is no mapping; there is none while it has its default."""

EMPTY = State()
UNDECODABLE = (ArithmeticError, AttributeError, LookupError, TypeError, ValueError)
"""What comes of decoding a part, a word or a form that nobody here knows."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """One field of the state: its name, and how keys and values become text and JSON."""

    name: str
    is_mapping: bool
    encode_key: Turn
    decode_key: Turn
    encode: Turn
    decode: Turn


class Row(NamedTuple):
    """One stored entry."""

    part: str
    key: str
    body: str


class UnknownWordError(ValueError):
    """A row is of a part, or holds a word or a form, that nobody here knows; the text is its part and key."""


class Delta(NamedTuple):
    """What differs between two states: rows to insert and to update, and (part, key) to delete."""

    added: list[Row]
    changed: list[Row]
    removed: list[tuple[str, str]]


@cache
def parts() -> Mapping[str, Part]:
    """Return the parts of the state by name."""
    hints = get_type_hints(State)
    return {item.name: _part(item.name, hints[item.name]) for item in fields(State) if item.name != TELEMETRY}


def difference(before: State, after: State) -> Delta:
    """Return what must be written to turn one state into the other; the same object is the same value."""
    delta = Delta([], [], [])
    for part in parts().values():
        old, new = getattr(before, part.name), getattr(after, part.name)
        if old is not new:
            _compare(part, _entries(part, old), _entries(part, new), delta)
    return delta


def assemble(rows: Iterable[tuple[bytes, bytes, bytes]]) -> dict[str, Any]:
    """Return the fields of the state that some rows describe.

    A row is its part, key and body, as UTF-8. Raises UnknownWordError for a part, a word or a form that a
    newer version must have written: the rows are held to be sound.
    """
    with _uncollected():
        return _assembled(rows)


def _assembled(rows: Iterable[tuple[bytes, bytes, bytes]]) -> dict[str, Any]:
    known = {name.encode(): part for name, part in parts().items()}
    listed = list(rows)
    bodies = orjson.loads(b"[%b]" % b",".join([body for _, _, body in listed]))
    found: dict[str, Any] = {part.name: {} for part in known.values() if part.is_mapping}
    for (name, key, _), body in zip(listed, bodies, strict=True):
        try:
            part = known[name]
            if part.is_mapping:
                found[part.name][part.decode_key(key.decode())] = part.decode(body)
            else:
                found[part.name] = part.decode(body)
        except UNDECODABLE as error:
            raise UnknownWordError(f"{name.decode()} '{key.decode()}'") from error
    return found


@contextmanager
def _uncollected() -> Iterator[None]:
    """Keep the collector away: it would walk thousands of new records several times over."""
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()


def _part(name: str, hint: Any) -> Part:
    is_mapping = get_origin(hint) is Mapping or get_origin(hint) is get_origin(Mapping[str, str])
    key, value = get_args(hint) if is_mapping else (str, hint)
    put, get = encoder(key), decoder(key)
    is_text = issubclass(getattr(key, "__supertype__", key), str)
    return Part(
        name=name,
        is_mapping=is_mapping,
        encode_key=put if is_text else lambda item: orjson.dumps(put(item)).decode(),
        decode_key=get if is_text else lambda text: get(orjson.loads(text)),
        encode=encoder(value),
        decode=decoder(value),
    )


def _entries(part: Part, value: Any) -> Mapping[Any, Any]:
    if part.is_mapping:
        entries: Mapping[Any, Any] = value
        return entries
    return {} if value == getattr(EMPTY, part.name) else {WHOLE: value}


def _compare(part: Part, old: Mapping[Any, Any], new: Mapping[Any, Any], delta: Delta) -> None:
    for key, value in new.items():
        if key not in old:
            delta.added.append(_row(part, key, value))
        elif not _same(old[key], value):
            delta.changed.append(_row(part, key, value))
    delta.removed.extend((part.name, part.encode_key(key)) for key in old if key not in new)


def _same(old: Any, new: Any) -> bool:
    if old is new:
        return True
    if not isinstance(old, Mapping) or len(old) != len(new):
        return False
    return all(key in old and old[key] is value for key, value in new.items())


def _row(part: Part, key: Any, value: Any) -> Row:
    return Row(part.name, part.encode_key(key), orjson.dumps(part.encode(value)).decode())
