"""Any value of the domain, built from its type hints, within what upstream and JSON can say."""

from __future__ import annotations

import types
from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from enum import Enum
from functools import cache
from typing import Any, NewType, TypeVar, Union, get_args, get_origin, get_type_hints

from hypothesis import strategies as st

TEXT = st.text(st.characters(codec="utf-8"), max_size=12)
INTEGERS = st.integers(-(2**63), 2**63 - 1)
FLOATS = st.floats(allow_nan=False, allow_infinity=False)
DECIMALS = st.decimals(allow_nan=False, allow_infinity=False)
TIMES = st.datetimes(timezones=st.just(UTC))
REMEMBERED = st.one_of(
    st.none(),
    st.booleans(),
    INTEGERS,
    FLOATS,
    TEXT,
    DECIMALS,
    TIMES,
    st.dates(),
    st.frozensets(TEXT, max_size=2),
)
ANYTHING = st.recursive(
    REMEMBERED,
    lambda inner: st.one_of(
        st.lists(inner, max_size=2),
        st.lists(inner, max_size=2).map(tuple),
        st.dictionaries(TEXT, inner, max_size=2),
    ),
    max_leaves=4,
)
SCALARS: Mapping[Any, st.SearchStrategy[Any]] = {
    str: TEXT,
    int: INTEGERS,
    bool: st.booleans(),
    float: FLOATS,
    Decimal: DECIMALS,
    datetime: TIMES,
    date: st.dates(),
    timedelta: st.timedeltas(timedelta(days=-40_000), timedelta(days=40_000)),
    type(None): st.none(),
    object: ANYTHING,
}


@cache
def values(hint: Any) -> st.SearchStrategy[Any]:
    """Return the strategy of a type hint."""
    if isinstance(hint, NewType):
        return values(hint.__supertype__)
    if hint in SCALARS:
        return SCALARS[hint]
    if get_origin(hint) is not None:
        return _generic(get_origin(hint), get_args(hint))
    if isinstance(hint, type) and issubclass(hint, Enum):
        return st.sampled_from(list(hint))
    hints = get_type_hints(hint)
    if isinstance(hint, type) and is_dataclass(hint):
        return st.builds(hint, **{item.name: values(hints[item.name]) for item in fields(hint)})
    return st.tuples(*(values(hints[name]) for name in hint._fields)).map(hint._make)


def _generic(origin: Any, args: tuple[Any, ...]) -> st.SearchStrategy[Any]:
    if origin in (Union, types.UnionType):
        return st.one_of(*map(values, args))
    if origin is Mapping:
        return st.dictionaries(values(args[0]), values(args[1]), max_size=2)
    if origin is frozenset:
        return st.frozensets(values(args[0]), max_size=2)
    if origin is tuple:
        return st.lists(values(args[0]), max_size=2).map(tuple)
    given = dict(zip(origin.__parameters__, args, strict=True))
    hints = get_type_hints(origin)
    solved = {
        name: given[hint] if isinstance(hint, TypeVar) else hint
        for name, hint in ((item.name, hints[item.name]) for item in fields(origin))
    }
    return st.builds(origin, **{name: values(hint) for name, hint in solved.items()})
