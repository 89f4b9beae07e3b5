"""Admission: which answers are believed at all.

Malformed, empty, duplicated or miscounted answers are refused. One that shrank past a limit, or that shows an
old generation, is held: it is believed when it repeats for four times the confirmation time.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
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
"""The world moves the prices of at most a few percent of all rows in one poll, and contexts of none; of the
models' rows, whose context is that of the endpoint that leads, a tenth (observed, seven weeks)."""
SWING_FLOOR = 5
BAD_FLOOR = 5
BAD_LIMIT = 0.05
HELD_FOR = 4
"""A held answer is believed when it repeats for this many confirmation times."""
ALIKE = 0.8
"""It repeats when at least this share of its rows is the same, not half a list and then the other half."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Admission:
    """The verdict on one surface's answer.

    ``held`` is what was held when its repetition made this answer believed.
    """

    believed: bool
    health: SurfaceHealth
    refusal: Refusal | None = None
    held: Hold | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Doubt:
    """Why an answer is not believed; with ``may_repeat`` it is when it repeats for the same ``rows``."""

    reason: str
    may_repeat: bool = False
    rows: frozenset[str] = frozenset()


def admit(
    surface: Surface, health: SurfaceHealth, doubt: Doubt | None, at: datetime, confirm_after: timedelta
) -> Admission:
    """Return whether an answer with this doubt is believed, and the surface's health after it."""
    if doubt is None:
        return Admission(believed=True, health=_believed(health, at))
    hold = _held(health.hold, doubt, at) if doubt.may_repeat else health.hold
    if doubt.may_repeat and hold is not None and is_met(at - hold.since, confirm_after * HELD_FOR):
        return Admission(believed=True, health=_believed(health, at), held=hold)
    reason = f"{surface}: {doubt.reason}"
    failed = replace(
        health,
        attempted_at=at,
        failures=health.failures + 1,
        silent_since=None if doubt.may_repeat else health.silent_since or at,
        reason=doubt.reason,
        hold=hold,
    )
    refusal = Refusal(at=at, surface=surface, reason=reason, held=doubt.may_repeat)
    return Admission(believed=False, health=failed, refusal=refusal)


def _held(before: Hold | None, doubt: Doubt, at: datetime) -> Hold:
    """Return what is held now: the same as before, or another lie that begins anew."""
    if before is None:
        return Hold(reason=doubt.reason, since=at, rows=doubt.rows)
    common = before.rows & doubt.rows
    if len(common) < max(len(before.rows), len(doubt.rows)) * ALIKE:
        return Hold(reason=doubt.reason, since=at, rows=doubt.rows)
    return replace(before, rows=common)


def _believed(health: SurfaceHealth, at: datetime) -> SurfaceHealth:
    return replace(
        health, believed_at=at, attempted_at=at, failures=0, silent_since=None, reason=None, hold=None
    )


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


def doubt_about_size(lost: Collection[object], present: int) -> Doubt | None:
    """Return a doubt when more of what was there is missing than ever was in one poll."""
    if len(lost) < SHRINK_FLOOR or len(lost) <= present * SHRINK_LIMIT:
        return None
    reason = f"held: {len(lost)} of {present} rows are missing at once"
    return Doubt(reason=reason, may_repeat=True, rows=frozenset(map(str, lost)))


def doubt_about_swings(moved: Mapping[str, Collection[object]], present: int) -> Doubt | None:
    """Return a doubt when more numbers of a kind moved at once than ever do: a unit changed, or all are zero.

    ``moved`` are the rows on which each kind of number did.
    """
    for kind, rows in moved.items():
        if len(rows) >= SWING_FLOOR and len(rows) > present * SWING_LIMIT:
            reason = f"held: {kind} moved on {len(rows)} of {present} rows at once"
            return Doubt(reason=reason, may_repeat=True, rows=frozenset(map(str, rows)))
    return None


def doubt_about_flips(flipped: Mapping[str, Collection[str]], owners: int) -> Doubt | None:
    """Return a doubt when one fact of a policy flipped at more providers at once than it ever does.

    ``flipped`` are the providers by fact, of ``owners`` in all: the meaning of the fact changed, not they.
    """
    for field, slugs in flipped.items():
        if len(slugs) >= SWING_FLOOR and len(slugs) > owners * SWING_LIMIT:
            reason = f"held: {field} flipped at {len(slugs)} of {owners} providers at once"
            return Doubt(reason=reason, may_repeat=True, rows=frozenset(slugs))
    return None


def is_another_source(before: Collection[str], now: Collection[str]) -> bool:
    """Tell whether a surface is served from elsewhere now: its rows share less than half of their keys.

    Such a list has its own members, so it is a beginning (observed 2026-07-17: the providers' list moved,
    and twenty providers did not arrive in one poll).
    """
    old, new = set(before), set(now)
    return bool(old and new) and len(old & new) * 2 < len(old | new)


def doubt_about_age(rows: Collection[object]) -> Doubt:
    """Return the doubt about an answer whose rows that differ are an old generation."""
    reason = "held: shows an old generation of the catalog"
    return Doubt(reason=reason, may_repeat=True, rows=frozenset(map(str, rows)))
