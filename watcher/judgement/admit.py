"""Admission: which answers are believed at all.

Malformed, empty, duplicated or miscounted answers are refused. One that shrank past a limit, or that shows an
old generation, is held: it is believed when it repeats for four times the confirmation time.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from watcher.catalog.names import Surface
from watcher.catalog.sheets import BadRow, Sheet
from watcher.judgement.decision import Refusal
from watcher.judgement.state import Hold, SurfaceHealth
from watcher.rules.patience import is_met

SHRINK_LIMIT = 0.2
"""The worst real fall of one poll was 7.4 % (observed, seven weeks)."""
SHRINK_FLOOR = 3
SWING_LIMIT = 0.2
"""The world moves the prices of at most a few percent of all rows in one poll (observed, seven weeks)."""
SWING_FLOOR = 5
BAD_FLOOR = 5
BAD_LIMIT = 0.05
HELD_FOR = 4
"""A held answer is believed when it repeats for this many confirmation times."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Admission:
    """The verdict on one surface's answer.

    ``absent_since`` is the first of the held polls when their repetition made this one believed.
    """

    believed: bool
    health: SurfaceHealth
    refusal: Refusal | None = None
    absent_since: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Doubt:
    """Why an answer is not believed; ``may_repeat`` says that repeating makes it true."""

    reason: str
    may_repeat: bool = False


def admit(
    surface: Surface, health: SurfaceHealth, doubt: Doubt | None, at: datetime, confirm_after: timedelta
) -> Admission:
    """Return whether an answer with this doubt is believed, and the surface's health after it."""
    if doubt is None:
        return Admission(believed=True, health=_believed(health, at))
    hold = health.hold or Hold(reason=doubt.reason, since=at)
    if doubt.may_repeat and is_met(at - hold.since, confirm_after * HELD_FOR):
        return Admission(believed=True, health=_believed(health, at), absent_since=hold.since)
    reason = f"{surface}: {doubt.reason}"
    failed = replace(
        health,
        attempted_at=at,
        failures=health.failures + 1,
        reason=doubt.reason,
        hold=hold if doubt.may_repeat else health.hold,
    )
    refusal = Refusal(at=at, surface=surface, reason=reason, held=doubt.may_repeat)
    return Admission(believed=False, health=failed, refusal=refusal)


def _believed(health: SurfaceHealth, at: datetime) -> SurfaceHealth:
    return replace(health, believed_at=at, attempted_at=at, failures=0, reason=None, hold=None)


def doubt_about(sheet: Sheet[Any, Any]) -> Doubt | None:
    """Return what is wrong with an answer in itself, or None."""
    if sheet.fault is not None:
        return Doubt(reason=sheet.fault)
    listed = len(sheet.rows) + len(sheet.bad) + len(sheet.duplicates)
    if not sheet.rows:
        return Doubt(reason="an empty list" if not listed else f"not one of {listed} rows can be read")
    if sheet.duplicates:
        return Doubt(reason=f"{len(sheet.duplicates)} ids stand twice, first {sheet.duplicates[0]!r}")
    if sheet.claimed is not None and sheet.claimed != listed:
        return Doubt(reason=f"lists {listed} of the {sheet.claimed} rows it counts")
    return doubt_about_rows(sheet.bad, listed)


def doubt_about_rows(bad: tuple[BadRow, ...], listed: int) -> Doubt | None:
    """Return a doubt when too many rows cannot be read; a few are set aside and the rest lives."""
    if len(bad) <= max(BAD_FLOOR, listed * BAD_LIMIT):
        return None
    return Doubt(reason=f"{len(bad)} of {listed} rows cannot be read, first: {bad[0].reason}")


def doubt_about_size(lost: int, present: int) -> Doubt | None:
    """Return a doubt when more of what was there is missing than ever was in one poll."""
    if lost < SHRINK_FLOOR or lost <= present * SHRINK_LIMIT:
        return None
    return Doubt(reason=f"held: {lost} of {present} rows are missing at once", may_repeat=True)


def doubt_about_prices(moved: int, present: int) -> Doubt | None:
    """Return a doubt when more prices moved at once than ever do: a unit changed, or all of them are zero."""
    if moved < SWING_FLOOR or moved <= present * SWING_LIMIT:
        return None
    return Doubt(reason=f"held: prices moved on {moved} of {present} rows at once", may_repeat=True)


def is_another_source(before: Collection[str], now: Collection[str]) -> bool:
    """Tell whether a surface is served from elsewhere now: its rows share less than half of their keys.

    Such a list has its own members, so it is a beginning (observed 2026-07-17: the providers' list moved,
    and twenty providers did not arrive in one poll).
    """
    old, new = set(before), set(now)
    return bool(old and new) and len(old & new) * 2 < len(old | new)


STEPPED_BACK = Doubt(reason="held: shows an old generation of the catalog", may_repeat=True)
