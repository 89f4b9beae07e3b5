"""Values: how each kind of value is read.

Every reader takes what YAML gave and returns ours, or raises ValueError with the words to show. None of them
quotes a value that came from the environment.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterable
from datetime import time, timedelta
from decimal import Decimal
from enum import StrEnum
from typing import TypeVar
from zoneinfo import ZoneInfo, available_timezones

from pydantic import ValidationInfo

from watcher.alerts.severity import Severity
from watcher.config import durations
from watcher.config.environment import FromEnvironment
from watcher.config.problems import did_you_mean, one_of, shown
from watcher.config.scalars import resolve
from watcher.config.secret import Secret

E = TypeVar("E", bound=StrEnum)

LONGEST_NAME = 100
OFF = "off"
FOREVER = "forever"
CLOCK_PATTERN = "([01]?[0-9]|2[0-3]):([0-5][0-9])"
WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
SPANS = {"daily": timedelta(days=1), "weekly": timedelta(days=7)}
SEVERITIES = {severity.label: severity for severity in Severity}


def quoted(value: object) -> str:
    """Return a value for a message, unless it may be a secret."""
    return (
        "the value from the environment" if isinstance(value, FromEnvironment) else f"'{shown(str(value))}'"
    )


def kind_of(value: object) -> str:
    """Return the word people have for what YAML gave."""
    match value:
        case None:
            return "nothing"
        case bool():
            return "true or false"
        case int() | float():
            return "a number"
        case str():
            return "text"
        case list():
            return "a list"
        case _:
            return "a mapping"


def text(value: object) -> str:
    """Read a text that says something."""
    if isinstance(value, bool | int | float):
        raise ValueError(f"wants text, not {kind_of(value)}; put it in quotes")  # noqa: TRY004  # shown to users
    if not isinstance(value, str):
        raise ValueError(f"wants text, not {kind_of(value)}")  # noqa: TRY004  # pydantic collects ValueError
    if not value.strip():
        raise ValueError("is empty")
    if "\0" in value:
        raise ValueError("has a NUL character in it")
    return str(value)


def name(value: object) -> str:
    """Read a name of the user's own."""
    word = text(value)
    if len(word) > LONGEST_NAME or not word.isprintable() or word != word.strip():
        raise ValueError(f"no name; up to {LONGEST_NAME} printable characters, no space at either end")
    if "://" in word:
        raise ValueError("no name: names are shown, and a URL may hold a secret")
    return word


def truth(value: object) -> bool:
    """Read true or false, the only booleans of YAML 1.2."""
    found = _from_environment(value)
    if isinstance(found, bool):
        return found
    hint = "; YAML 1.2 has no other words for them" if found in ("yes", "no", "on", "off") else ""
    raise ValueError(f"wants true or false, not {kind_of(found)}{hint}")


def secret(value: object) -> Secret | None:
    """Read a secret; an empty one, as ``${NAME:-}`` gives, is None."""
    if value is None:
        return None
    if isinstance(value, int | float):
        raise ValueError("wants text; put it in quotes")  # noqa: TRY004  # pydantic collects ValueError
    if not isinstance(value, str):
        raise ValueError(f"wants text, not {kind_of(value)}")  # noqa: TRY004  # pydantic collects ValueError
    return Secret(value.strip()) if value.strip() else None


def duration(value: object) -> timedelta:
    """Read a duration."""
    if isinstance(value, int | float) and not isinstance(value, bool):
        raise ValueError("wants a unit, as in 30s, 5m, 1h or 7d")  # noqa: TRY004  # pydantic collects ValueError
    try:
        return durations.duration(text(value))
    except ValueError as error:
        raise ValueError(f"{quoted(value)} is {error}" if isinstance(value, str) else str(error)) from None


def duration_or_off(value: object) -> timedelta | None:
    """Read a duration, or ``off``, which is None."""
    return None if isinstance(value, str) and value == OFF else positive_duration(value)


def days_or_forever(value: object) -> timedelta | None:
    """Read a duration of a day or more, or ``forever``, which is None."""
    if isinstance(value, str) and value == FOREVER:
        return None
    length = duration(value)
    if length < timedelta(days=1):
        raise ValueError(f"must be a day or longer, or {FOREVER}")
    return length


def positive_duration(value: object) -> timedelta:
    """Read a duration longer than nothing."""
    length = duration(value)
    if not length:
        raise ValueError("must be longer than nothing")
    return length


def clock(value: object) -> time:
    """Read a time of day."""
    found = re.fullmatch(CLOCK_PATTERN, text(value), re.ASCII)
    if found is None:
        raise ValueError(f"{quoted(value)} is no time of day; write 07:00 or 22:30")
    return time(int(found[1]), int(found[2]))


def zone(value: object) -> ZoneInfo:
    """Read a time zone by its IANA name."""
    word = text(value)
    try:
        return ZoneInfo(word)
    except (ValueError, OSError, LookupError):
        hint = "" if isinstance(value, FromEnvironment) else did_you_mean(word, available_timezones())
        raise ValueError(
            f"{quoted(value)} is no time zone{hint or '; write an IANA name, as Europe/London'}"
        ) from None


def glob(value: object) -> str:
    """Read a shell glob on ids."""
    pattern = text(value)
    if any(char.isspace() for char in pattern):
        raise ValueError(f"{quoted(value)} is no glob: no id has a space in it")
    if re.sub(r"\[!?\]?[^\]]*\]", "", pattern).count("["):
        raise ValueError(f"{quoted(value)} is no glob: '[' is never closed")
    return pattern


def number(low: float | None = None, high: float | None = None) -> Callable[[object], Decimal]:
    """Return the reader of numbers within bounds, both included."""

    def read(value: object) -> Decimal:
        found = _from_environment(value)
        if isinstance(found, bool) or not isinstance(found, int | float):
            raise ValueError(f"wants a number, not {kind_of(found)}")  # noqa: TRY004  # pydantic collects ValueError
        if not math.isfinite(found):
            raise ValueError("wants a finite number")
        _check_bounds(found, low, high)
        return Decimal(str(found))

    return read


def whole(low: int, high: int) -> Callable[[object], int]:
    """Return the reader of whole numbers within bounds, both included."""

    def read(value: object) -> int:
        found = _from_environment(value)
        if isinstance(found, bool) or not isinstance(found, int):
            other = "" if isinstance(found, float) else f", not {kind_of(found)}"
            raise ValueError(f"wants a whole number{other}")  # noqa: TRY004  # pydantic collects ValueError
        _check_bounds(found, low, high)
        return found

    return read


def _check_bounds(found: float, low: float | None, high: float | None) -> None:
    if low is not None and high is not None and not low <= found <= high:
        raise ValueError(f"must lie between {low} and {high}")
    if low is not None and found < low:
        raise ValueError(f"must be at least {low}")


def _from_environment(value: object) -> object:
    return resolve(value) if isinstance(value, FromEnvironment) else value


def choice(known: Iterable[str], what: str) -> Callable[[object], str]:
    """Return the reader of one word among some; ``what`` names the set (``severity``)."""
    words = tuple(known)

    def read(value: object) -> str:
        word = text(value)
        if word in words:
            return word
        hint = "" if isinstance(value, FromEnvironment) else did_you_mean(word, words)
        raise ValueError(f"unknown {what} {quoted(value)}{hint or f'; one of {one_of(words)}'}")

    return read


def member(kind: type[E], what: str) -> Callable[[object], E]:
    """Return the reader of one member of an enumeration."""
    read = choice([item.value for item in kind], what)
    return lambda value: kind(read(value))


def receiver(value: object, info: ValidationInfo) -> str:
    """Read the name of a receiver of this file; the validation's context holds them under ``receivers``."""
    known: tuple[str, ...] = (info.context or {}).get("receivers", ())
    return choice(known, "receiver")(value)


def severity(value: object) -> Severity:
    """Read a severity."""
    return SEVERITIES[choice(SEVERITIES, "severity")(value)]


def weekday(value: object) -> int:
    """Read a day of the week; Monday is 0."""
    return WEEKDAYS.index(choice(WEEKDAYS, "weekday")(value))


def span(value: object) -> timedelta:
    """Read ``daily`` or ``weekly``."""
    return SPANS[choice(SPANS, "span")(value)]
