"""Moments: how a time is written on the command line."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import click

from watcher.config.durations import duration

DAY = timedelta(days=1)
LAST = timedelta(microseconds=1)


def now() -> datetime:
    """Return the present time in UTC."""
    return datetime.now(UTC)


class Moment(click.ParamType[datetime]):
    """An ISO time, UTC where it names no zone; a date alone is its first moment, or its last."""

    name = "TIME"

    def __init__(self, *, end_of_day: bool = False) -> None:
        """Say which end of the day a date alone stands for."""
        self._end_of_day = end_of_day

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> datetime:
        """Return the aware UTC time."""
        if isinstance(value, datetime):
            return value
        found = moment(value, end_of_day=self._end_of_day)
        if found is None:
            self.fail(f"{value!r} is no time; write 2026-07-06 or 2026-07-06T16:19Z", param, ctx)
        return found


class Since(click.ParamType[datetime]):
    """An ISO time, or how long ago: ``7d``, ``12h``."""

    name = "TIME|AGO"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> datetime:
        """Return the aware UTC time."""
        if isinstance(value, datetime):
            return value
        found = moment(value) or _ago(value)
        if found is None:
            self.fail(f"{value!r} is no time; write 2026-07-06, 2026-07-06T16:19Z, 12h or 7d", param, ctx)
        return found


class Length(click.ParamType[timedelta]):
    """A length of time: ``30m``, ``2h``, ``7d``."""

    name = "DURATION"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> timedelta:
        """Return the length."""
        if isinstance(value, timedelta):
            return value
        try:
            return duration(value)
        except ValueError as error:
            self.fail(f"{value!r} is {error}", param, ctx)


def moment(text: str, *, end_of_day: bool = False) -> datetime | None:
    """Return the time a text names, or None."""
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return _iso(text)
    start = datetime.combine(day, time(), UTC)
    return start + DAY - LAST if end_of_day else start


def _iso(text: str) -> datetime | None:
    try:
        found = datetime.fromisoformat(text)
        return found.replace(tzinfo=UTC) if found.tzinfo is None else found.astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def _ago(text: str) -> datetime | None:
    try:
        return now() - duration(text)
    except ValueError:
        return None
