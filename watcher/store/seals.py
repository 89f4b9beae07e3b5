"""Seals: every row carries a checksum over all its other columns, so that damage is never read as truth.

SQLite checks the shape of its pages, not what stands in them. A seal is made where a row is written and
looked at where it is read, inside SQLite (the functions ``seal`` and ``sound``), so that a damaged value
reaches nobody, not even as a decoding error. The form of a seal is for ever: rows outlive versions.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Mapping, Sequence
from functools import cache
from typing import Any, NamedTuple
from zlib import crc32

from sqlalchemy import (
    Boolean,
    ColumnElement,
    Connection,
    Integer,
    LargeBinary,
    String,
    Table,
    cast,
    func,
    literal,
    literal_column,
    select,
)
from sqlalchemy import Column as AnyColumn

from watcher.store.schema import SEAL, Moment, moment_text

Value = bytes | str | int | float | None


def seal(*values: Value) -> int:
    """Return the checksum of a row: its values in the order of its columns, text as UTF-8.

    Each value has a form of its own: none can be taken for another, nor for two.
    """
    forms = []
    for value in values:
        plain = value.encode() if isinstance(value, str) else value
        if isinstance(plain, bytes):
            forms.append(b"%d:%b" % (len(plain), plain))
        else:
            forms.append(b"-" if plain is None else repr(plain).encode())
    return crc32(b",".join(forms))


class Damage:
    """Which rows of a database were found damaged since it was opened; safe to share between threads."""

    def __init__(self) -> None:
        """Know of none."""
        self._found: dict[str, set[str]] = {}

    def note(self, table: str, row: str) -> None:
        """Note a row by its table and key."""
        self._found.setdefault(table, set()).add(row)

    def rows(self, table: str) -> Sequence[str]:
        """Return the keys of the damaged rows of a table, in order."""
        return sorted(self._found.get(table, ()))

    def counts(self) -> Mapping[str, int]:
        """Return how many rows of each table were found damaged; tables without any are left out."""
        return {table: len(rows) for table, rows in sorted(self._found.items())}

    def look(self, table: str, key: int, found: Value, *values: Value) -> bool:
        """Tell whether a row is as it was written, and note it when not; ``key`` values name it."""
        if seal(*values) == found:
            return True
        self.note(table, " ".join(map(_shown, values[:key])))
        return False


def _shown(value: Value) -> str:
    return value.decode(errors="backslashreplace") if isinstance(value, bytes) else str(value)


def equip(connection: sqlite3.Connection, damage: Damage) -> None:
    """Teach a connection to seal, and to note in ``damage`` what it finds."""
    connection.create_function("seal", -1, seal, deterministic=True)
    connection.create_function("sound", -1, damage.look)


def is_sound(table: Table) -> ColumnElement[bool]:
    """Return the condition that a row is as it was written; every statement that reads rows has it.

    Where a statement wants a column to be equal to a constant, SQLite puts the constant in the column's place
    in all other conditions (select.c, propagateConstants). Held against its seal before it is known to be
    that, a sound row would be damaged. A correlated subquery is looked at last.
    """
    name: ColumnElement[str] = literal_column(f"'{table.name}'")
    key: ColumnElement[int] = literal_column(str(len(table.primary_key.columns)))
    plain = (_plain(column, column) for column in _sealed(table))
    sound = func.sound(name, key, table.c[SEAL], *plain, type_=Boolean)
    return select(sound).correlate(table).scalar_subquery()


def resealed(table: Table, values: Mapping[str, Any]) -> dict[str, Any]:
    """Return the values of an update with the seal that the row has after it.

    The rows must be sound before it (``is_sound``), or damage would be sealed as truth.
    """
    after = (_plain(values.get(column.name, column), column) for column in _sealed(table))
    return {**values, SEAL: func.seal(*after, type_=Integer)}


def insert(connection: Connection, table: Table, rows: Sequence[Mapping[str, Any]]) -> Sequence[int]:
    """Insert rows with their seals; return their numbers where the table counts its rows.

    A row that brings its number keeps it.
    """
    if not rows:
        return ()
    form = _form(table)
    numbers: Sequence[int] = ()
    if form.counter is not None:
        newest = f"SELECT coalesce(max({form.counter}), 0) FROM {table.name}"  # noqa: S608  # our own names
        first = connection.exec_driver_sql(newest).scalar_one() + 1
        numbers = range(first, first + len(rows))
        rows = [{form.counter: number, **row} for row, number in zip(rows, numbers, strict=True)]
    found = [
        tuple([turn(row.get(name)) if turn else row.get(name) for name, turn in form.turns]) for row in rows
    ]
    connection.exec_driver_sql(form.text, [(*values, seal(*values)) for values in found])
    return numbers


class _Form(NamedTuple):
    """How rows of a table are inserted: the statement, each column's turn, and the column that counts."""

    text: str
    turns: tuple[tuple[str, Callable[[Any], Value] | None], ...]
    counter: str | None


@cache
def _form(table: Table) -> _Form:
    columns = _sealed(table)
    names = ", ".join(f'"{column.name}"' for column in (*columns, table.c[SEAL]))
    marks = ", ".join("?" * (len(columns) + 1))
    keys = tuple(table.primary_key.columns)
    counts = len(keys) == 1 and isinstance(keys[0].type, Integer)
    return _Form(
        text=f"INSERT INTO {table.name} ({names}) VALUES ({marks})",  # noqa: S608  # our own names
        turns=tuple((column.name, _turn(column)) for column in columns),
        counter=keys[0].name if counts else None,
    )


def _turn(column: AnyColumn[Any]) -> Callable[[Any], Value] | None:
    if isinstance(column.type, Moment):
        return lambda value: None if value is None else moment_text(value)
    if isinstance(column.type, Boolean):
        return lambda value: None if value is None else int(value)
    return None


@cache
def _sealed(table: Table) -> tuple[AnyColumn[Any], ...]:
    return tuple(column for column in table.c if column.name != SEAL)


def _plain(value: Any, column: AnyColumn[Any]) -> ColumnElement[Any]:
    """Return what the functions take: text as bytes, for damaged text may be no UTF-8."""
    found = value if isinstance(value, ColumnElement) else literal(value, column.type)
    is_text = isinstance(column.type, String | Moment)
    return cast(found, LargeBinary) if is_text else found
