"""Faults: what a surface answers instead of what it should, for a span of the script."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from watcher.catalog.names import Surface


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """From ``at`` until ``until`` (excluded) of the script, on one surface."""

    at: timedelta
    until: timedelta
    surface: Surface


@dataclass(frozen=True, slots=True, kw_only=True)
class TooManyRequests(Span):
    """429 with ``Retry-After`` in seconds, or without one."""

    retry_after: int | None = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Unavailable(Span):
    """503 with the error envelope."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Html(Span):
    """200 with a page of the web site, as after a route has moved."""


@dataclass(frozen=True, slots=True, kw_only=True)
class HalfList(Span):
    """The first half of the rows, under the count of all of them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class EmptyList(Span):
    """200 with no rows and a count of zero (observed eight times in May 2026)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Truncated(Span):
    """Half of the promised bytes, then the connection closes."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Hang(Span):
    """The request is read and never answered."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OldGeneration(Span):
    """What the surface would have answered ``age`` of the script earlier: an old edge cache."""

    age: timedelta


Fault = TooManyRequests | Unavailable | Html | HalfList | EmptyList | Truncated | Hang | OldGeneration


def fault_at(faults: tuple[Fault, ...], surface: Surface, elapsed: timedelta) -> Fault | None:
    """Return the first fault of a surface that holds at a moment of the script."""
    for fault in faults:
        if fault.surface is surface and fault.at <= elapsed < fault.until:
            return fault
    return None
