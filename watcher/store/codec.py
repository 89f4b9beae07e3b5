"""The JSON form of the domain's values, derived once per class from its type hints and exact both ways.

Dataclasses become objects by field name (a field that a row lacks takes its default), named tuples and sets
become arrays, decimals and times strings. A value that is only known as ``object`` carries its type.
"""

from __future__ import annotations

import types
from collections.abc import Callable, Mapping, Sequence
from dataclasses import fields, is_dataclass
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from enum import Enum
from functools import cache, lru_cache
from inspect import ismemberdescriptor
from math import isfinite
from operator import attrgetter
from typing import Any, NamedTuple, NewType, TypeVar, Union, get_args, get_origin, get_type_hints

Turn = Callable[[Any], Any]
MICROSECOND = timedelta(microseconds=1)
UNIONS = (Union, types.UnionType)


class Codec(NamedTuple):
    """How one type becomes JSON values and back; None where JSON holds it as it is."""

    encode: Turn | None
    decode: Turn | None


AS_IT_IS = Codec(None, None)


@cache
def codec(hint: Any) -> Codec:
    """Return the codec of a type hint; raise TypeError for one that has no JSON form here."""
    if isinstance(hint, NewType):
        return codec(hint.__supertype__)
    if hint is object:
        return Codec(encode_any, decode_any)
    if hint in SCALARS:
        return SCALARS[hint]
    if get_origin(hint) is not None:
        return _generic_codec(hint)
    if is_dataclass(hint):
        return _record_codec(hint, ())
    if issubclass(hint, Enum):
        return Codec(lambda value: value.value, hint)
    if issubclass(hint, tuple):
        return _named_tuple_codec(hint)
    raise TypeError(f"{hint!r} has no JSON form")


def encoder(hint: Any) -> Turn:
    """Return the function that turns a value of this type into JSON values."""
    return codec(hint).encode or _same


def decoder(hint: Any) -> Turn:
    """Return the function that turns JSON values into a value of this type."""
    return codec(hint).decode or _same


def encode_any(value: Any) -> Any:
    """Return a value of unknown type as JSON that names its type where JSON has none for it."""
    match value:
        case Enum():
            return encode_any(value.value)
        case float() if not isfinite(value):
            return {"float": repr(value)}
        case None | bool() | int() | float() | str():
            return value
        case Decimal():
            return {"decimal": str(value)}
        case datetime():
            return {"datetime": _stamp(value)}
        case date():
            return {"date": value.isoformat()}
        case frozenset() | set():
            return {"set": sorted((encode_any(item) for item in value), key=repr)}
        case tuple():
            return {"tuple": [encode_any(item) for item in value]}
        case list():
            return [encode_any(item) for item in value]
        case Mapping():
            return {"map": {key: encode_any(item) for key, item in value.items()}}
        case _:
            raise TypeError(f"{type(value)!r} has no JSON form")


def decode_any(value: Any) -> Any:
    """Return what ``encode_any`` was given."""
    if isinstance(value, list):
        return [decode_any(item) for item in value]
    if not isinstance(value, dict):
        return value
    ((kind, body),) = value.items()
    return ANY_KINDS[kind](body)


ANY_KINDS: Mapping[str, Turn] = {
    "float": float,
    "decimal": Decimal,
    "datetime": datetime.fromisoformat,
    "date": date.fromisoformat,
    "set": lambda body: frozenset(decode_any(item) for item in body),
    "tuple": lambda body: tuple(decode_any(item) for item in body),
    "map": lambda body: {key: decode_any(item) for key, item in body.items()},
}


def _same(value: Any) -> Any:
    return value


def _stamp(value: datetime) -> str:
    if value.tzinfo is None:
        raise ValueError("a time without its zone cannot be stored")
    return (value if value.tzinfo is UTC else value.astimezone(UTC)).isoformat()


SCALARS: Mapping[Any, Codec] = {
    str: AS_IT_IS,
    int: AS_IT_IS,
    bool: AS_IT_IS,
    float: AS_IT_IS,
    type(None): AS_IT_IS,
    None: AS_IT_IS,
    Decimal: Codec(str, lru_cache(maxsize=8192)(Decimal)),
    datetime: Codec(_stamp, datetime.fromisoformat),
    date: Codec(date.isoformat, date.fromisoformat),
    timedelta: Codec(lambda value: value // MICROSECOND, lambda value: timedelta(microseconds=value)),
}


def _generic_codec(hint: Any) -> Codec:
    origin, args = get_origin(hint), get_args(hint)
    if origin in UNIONS:
        return _optional_codec(hint)
    if origin is Mapping or (isinstance(origin, type) and issubclass(origin, Mapping)):
        return _mapping_codec(codec(args[0]), codec(args[1]))
    if origin is frozenset:
        return _set_codec(args[0])
    if origin is tuple and args[1:] == (...,):
        return _sequence_codec(codec(args[0]))
    if is_dataclass(origin):
        return _record_codec(origin, args)
    raise TypeError(f"{hint!r} has no JSON form")


def _optional_codec(hint: Any) -> Codec:
    encode, decode = codec(_known(hint))
    return Codec(encode and _unless_none(encode), decode and _unless_none(decode))


def _known(hint: Any) -> Any:
    """Return what a value is when it is not None (which records leave alone themselves)."""
    if get_origin(hint) not in UNIONS:
        return hint
    kinds = [arg for arg in get_args(hint) if arg is not type(None)]
    if len(kinds) != 1:
        raise TypeError(f"a union of {kinds!r} has no JSON form")
    return kinds[0]


def _unless_none(turn: Turn) -> Turn:
    return lambda value: None if value is None else turn(value)


def _mapping_codec(keys: Codec, values: Codec) -> Codec:
    put, get = values.encode or _same, values.decode or _same
    if keys is AS_IT_IS:
        return Codec(
            lambda value: {key: put(item) for key, item in value.items()},
            lambda row: {key: get(item) for key, item in row.items()},
        )
    put_key, get_key = keys.encode or _same, keys.decode or _same
    return Codec(
        lambda value: [[put_key(key), put(item)] for key, item in value.items()],
        lambda row: {get_key(key): get(item) for key, item in row},
    )


def _set_codec(hint: Any) -> Codec:
    if hint is str:
        return Codec(_joined, _split)
    put, get = encoder(hint), decoder(hint)
    return Codec(
        lambda value: sorted(map(put, value)),
        lambda row: frozenset(map(get, row)),
    )


def _joined(value: frozenset[str]) -> str | list[str]:
    """Return a line per item: one string is read far faster than many, and equal sets are kept once."""
    items = sorted(value)
    text = "\n".join(items)
    return text if text.split("\n") == items else items


def _split(row: str | list[str]) -> frozenset[str]:
    return _lines(row) if isinstance(row, str) else frozenset(row)


@lru_cache(maxsize=4096)
def _lines(text: str) -> frozenset[str]:
    return frozenset(text.split("\n"))


def _sequence_codec(items: Codec) -> Codec:
    put, get = items.encode, items.decode
    return Codec(
        list if put is None else lambda value: [put(item) for item in value],
        tuple if get is None else lambda row: tuple([get(item) for item in row]),
    )


def _named_tuple_codec(kind: Any) -> Codec:
    hints = get_type_hints(kind)
    turns = [codec(hints[name]) for name in kind._fields]
    if all(turn is AS_IT_IS for turn in turns):
        return Codec(list, kind._make)
    puts = [turn.encode or _same for turn in turns]
    gets = [turn.decode or _same for turn in turns]
    return Codec(
        lambda value: [put(item) for put, item in zip(puts, value, strict=True)],
        lambda row: kind._make(get(item) for get, item in zip(gets, row, strict=True)),
    )


def _record_codec(kind: Any, args: tuple[Any, ...]) -> Codec:
    given = dict(zip(getattr(kind, "__parameters__", ()), args, strict=True))
    hints = get_type_hints(kind)
    turns = {
        item.name: codec(_known(given[hint] if isinstance(hint := hints[item.name], TypeVar) else hint))
        for item in fields(kind)
    }
    puts = [(name, turn.encode) for name, turn in turns.items() if turn.encode]
    gets = [(name, turn.decode) for name, turn in turns.items() if turn.decode]
    names = tuple(turns)
    values = attrgetter(*names) if len(names) > 1 else lambda value: (getattr(value, names[0]),)
    make = _maker(kind, names)

    def encode(value: Any) -> dict[str, Any]:
        row = dict(zip(names, values(value), strict=True))
        for name, put in puts:
            if row[name] is not None:
                row[name] = put(row[name])
        return row

    def decode(row: dict[str, Any]) -> Any:
        """Use the parsed row up."""
        for name, get in gets:
            item = row.get(name)
            if item is not None:
                row[name] = get(item)
        return make(row)

    return Codec(encode, decode)


def _maker(kind: Any, names: Sequence[str]) -> Turn:
    """Return what makes a record of the values of its fields by name, passing over fields no longer known.

    Most rows have the record's fields in their order. Put straight into its slots, they take half the time
    that the ``__init__`` of a frozen record needs.
    """
    slots, listed, new = [vars(kind).get(name) for name in names], list(names), kind.__new__
    is_plain = not hasattr(kind, "__post_init__") and all(map(ismemberdescriptor, slots))
    puts = [slot.__set__ for slot in slots if slot is not None]

    def make(row: dict[str, Any]) -> Any:
        if not is_plain or list(row) != listed:
            return kind(**{name: item for name, item in row.items() if name in names})
        made = new(kind)
        for put, item in zip(puts, row.values(), strict=True):
            put(made, item)
        return made

    return make
