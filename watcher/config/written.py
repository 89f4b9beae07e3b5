"""Written: annotations that say how a pydantic field is read, and how the JSON Schema describes it."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Annotated, Any

from pydantic import Field, GetCoreSchemaHandler, GetJsonSchemaHandler
from pydantic_core.core_schema import (
    CoreSchema,
    no_info_plain_validator_function,
    with_info_plain_validator_function,
)

from watcher.config import durations
from watcher.config.values import (
    CLOCK_PATTERN,
    FOREVER,
    LONGEST_NAME,
    OFF,
    SEVERITIES,
    SPANS,
    WEEKDAYS,
    choice,
    clock,
    days_or_forever,
    duration,
    duration_or_off,
    glob,
    member,
    name,
    number,
    positive_duration,
    receiver,
    secret,
    severity,
    span,
    text,
    truth,
    weekday,
    whole,
    zone,
)


@dataclass(frozen=True)
class Written:
    """Annotates a field: ``read`` reads its value, ``schema`` describes how it is written.

    pydantic is told nothing else about the field's type, which halves the time a model takes to build.
    """

    read: Callable[..., object]
    schema: dict[str, Any] = field(hash=False)

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        """Return what makes pydantic call ``read``."""
        del source, handler
        return no_info_plain_validator_function(
            self.read, metadata={"pydantic_js_functions": [self._described]}
        )

    def _described(self, core: CoreSchema, handler: GetJsonSchemaHandler) -> dict[str, Any]:
        del core, handler
        return dict(self.schema)


@dataclass(frozen=True)
class WrittenInContext(Written):
    """The same for a ``read`` that also takes the validation's context."""

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        """Return what makes pydantic call ``read`` with the context."""
        del source, handler
        return with_info_plain_validator_function(
            self.read, metadata={"pydantic_js_functions": [self._described]}
        )


def number_written(low: float, high: float) -> Written:
    """Return the annotation of a number within bounds, read as Decimal."""
    return Written(number(low, high), {"type": "number", "minimum": low, "maximum": high})


def real_written(low: float, high: float) -> Written:
    """Return the annotation of a number within bounds, read as float."""
    read = number(low, high)
    return Written(lambda value: float(read(value)), {"type": "number", "minimum": low, "maximum": high})


def whole_written(low: int, high: int) -> Written:
    """Return the annotation of a whole number within bounds."""
    return Written(whole(low, high), {"type": "integer", "minimum": low, "maximum": high})


def choice_written(known: Iterable[str], what: str) -> Written:
    """Return the annotation of one word among some."""
    words = tuple(known)
    return Written(choice(words, what), {"enum": list(words)})


def member_written(kind: type[StrEnum], what: str) -> Written:
    """Return the annotation of one member of an enumeration."""
    return Written(member(kind, what), {"enum": [item.value for item in kind]})


_duration_schema = {"type": "string", "pattern": durations.PATTERN, "examples": ["30s", "5m", "1h", "7d"]}

TEXT = Written(text, {"type": "string", "minLength": 1})
NAME = Written(name, {"type": "string", "minLength": 1, "maxLength": LONGEST_NAME})
TRUTH = Written(truth, {"type": "boolean"})
SECRET = Written(secret, {"type": ["string", "null"]})
DURATION = Written(duration, _duration_schema)
POSITIVE_DURATION = Written(positive_duration, _duration_schema)
DURATION_OR_OFF = Written(duration_or_off, {"anyOf": [_duration_schema, {"const": OFF}]})
DAYS_OR_FOREVER = Written(days_or_forever, {"anyOf": [_duration_schema, {"const": FOREVER}]})
CLOCK = Written(clock, {"type": "string", "pattern": f"^{CLOCK_PATTERN}$", "examples": ["07:00", "22:30"]})
ZONE = Written(zone, {"type": "string", "examples": ["Europe/London", "UTC"]})
GLOB = Written(glob, {"type": "string", "minLength": 1, "examples": ["*", "anthropic/*", "*:free"]})
SEVERITY = Written(severity, {"enum": list(SEVERITIES)})
WEEKDAY = Written(weekday, {"enum": list(WEEKDAYS)})
SPAN = Written(span, {"enum": list(SPANS)})
RECEIVER = WrittenInContext(receiver, {"type": "string", "minLength": 1})

Globs = Annotated[tuple[Annotated[str, GLOB], ...], Field(min_length=1)]
Receivers = Annotated[tuple[Annotated[str, RECEIVER], ...], Field(min_length=1)]
