"""Taking in listed prices: those that will hold from a later instant on were announced.

When its instant has come an announcement is over, and the price itself is the news. One that is there when a
model's prices are first read is a beginning.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import datetime
from typing import Any

from watcher.catalog.names import ModelId
from watcher.catalog.notices import Announcement
from watcher.catalog.past import PricePoint, PriceSeries
from watcher.catalog.sheets import AskedSheet, ListedPricesSheet
from watcher.judgement.belief.admit import Doubt, admit
from watcher.judgement.belief.taken import Moment, Taken, not_believed, with_health
from watcher.judgement.knowledge.moves import moves_between
from watcher.judgement.knowledge.page_facts import facts_of_announced, subject_of_announced
from watcher.judgement.knowledge.subjects import slugs_in
from watcher.judgement.state import UNREAD_SURFACE, State


def doubt_about_asked(sheet: AskedSheet[Any, Any]) -> Doubt | None:
    """Return what speaks against an answer that came one thing at a time, or None."""
    if sheet.fault is not None:
        return Doubt(reason=sheet.fault)
    if not sheet.rows and sheet.bad and not sheet.unanswered:
        return Doubt(reason=f"not one of {len(sheet.bad)} answers can be read, first: {sheet.bad[0].reason}")
    if not sheet.rows:
        first = next(iter(sheet.unanswered.values()), None)
        return Doubt(reason=f"nothing was answered, first: {first}" if first else "an empty answer")
    return None


def take_in_listed_prices(state: State, sheet: ListedPricesSheet, moment: Moment) -> Taken:
    """Return the state after one answer of the listed prices of some models."""
    health = state.surfaces.get(sheet.surface, UNREAD_SURFACE)
    admission = admit(sheet.surface, health, doubt_about_asked(sheet), moment.at, moment.confirm_after)
    if not admission.believed:
        return not_believed(state, sheet.surface, admission)
    fresh = {
        series.uuid: _announcement(state, model, series, moment.at)
        for model, listed in sheet.rows.items()
        for series in listed
    }
    kept = {uuid: one for uuid, one in state.announced.items() if one.model not in sheet.rows}
    slugs, last = slugs_in(state), moment.last.get(sheet.surface)
    moves = tuple(
        move
        for uuid, announcement in fresh.items()
        if uuid in state.announced
        for move in moves_between(
            subject_of_announced(state, uuid, announcement, slugs),
            facts_of_announced(state.announced[uuid], after=moment.at),
            facts_of_announced(announcement, after=moment.at),
            at=moment.at,
            not_before=last,
        )
    )
    after = with_health(state, sheet.surface, admission)
    return Taken(state=replace(after, announced={**kept, **fresh}), believed=True, moves=moves)


def _announcement(state: State, model: ModelId, series: PriceSeries, now: datetime) -> Announcement:
    later = {meter: tuple(_changes(points, now)) for meter, points in series.meters.items()}
    return Announcement(
        model=model,
        key=state.uuids.get(series.uuid),
        provider=series.provider or series.provider_name or "unknown",
        points=later,
    )


def _changes(points: Iterable[PricePoint], now: datetime) -> Iterator[PricePoint]:
    """Yield the points to come that change the price."""
    price = None
    for point in points:
        if point.at > now and point.price != price:
            yield point
        price = point.price
