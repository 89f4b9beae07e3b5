"""Listed prices: a model's own row, where no book of endpoints is to be had.

A row shows the price of the endpoint that leads at the moment. So it is followed as a fact of its own, with
anchors of its own, and told only while nobody says what the endpoints charge. What a row showed since its
endpoints answered last is remembered, so that nothing is lost when they turn out to be away, and a price is
measured from what the row showed of the same endpoint (see ``leaders``).
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import replace
from datetime import datetime

from watcher.catalog.model import Model
from watcher.catalog.names import ModelId, Surface
from watcher.judgement.belief.answers import last_answer
from watcher.judgement.belief.taken import Moment
from watcher.judgement.intake.leaders import (
    Shown,
    core_of,
    is_in_the_book,
    is_same_leader,
    listed_price,
    measured_from,
)
from watcher.judgement.knowledge.books import has_no_book, is_known
from watcher.judgement.knowledge.moves import Move, moves_between
from watcher.judgement.knowledge.subjects import subject_of_model
from watcher.judgement.state import UNREAD_SURFACE, ListedPrice, State, Tracked
from watcher.rules.watch import LISTED

REMEMBERED_LEADERS = 8
"""Of a model's row, so many endpoints that led are remembered."""


def take_in_listed(
    before: State, after: State, moment: Moment, answered: Collection[ModelId]
) -> tuple[State, tuple[Move, ...]]:
    """Return the state that knows what rows showed since their endpoints answered, and the moves to judge.

    ``answered`` are the models of which endpoints did in this poll. There is nothing to judge while a book is
    open; at the poll that finds none open, all that moved since of the models it listed.
    """
    listed = {key: shown for key, shown in after.listed.items() if key not in answered}
    if has_no_book(before) and has_no_book(after):
        moves = tuple(_judged(before, after, moment, listed))
    else:
        for key, was, now in _altered(before, after):
            if key not in answered and is_known(after, key):
                listed[key] = _extended(listed.get(key, (was,)), now)
        moves = tuple(_caught_up(before, after, listed)) if has_no_book(after) else ()
    return (after if listed == after.listed else replace(after, listed=listed)), moves


def _judged(before: State, after: State, moment: Moment, listed: dict[ModelId, Shown]) -> Iterator[Move]:
    """Yield the moves of the rows of this poll; ``listed`` becomes what is remembered.

    Where no book ever listed a model its leaders are hard to tell apart: only the poll before says anything.
    """
    last = moment.last.get(Surface.MODELS)
    for key, was, now in _altered(before, after):
        shown = listed.get(key, (was,)) if is_known(after, key) else (was,)
        old = measured_from(after, key, shown, now)
        yield from moves_between(subject_of_model(key), old, now.prices, at=moment.at, not_before=last)
        if is_known(after, key):
            listed[key] = _renewed(_unsettled(before, key, shown, was, now), now)


def _caught_up(before: State, after: State, listed: dict[ModelId, Shown]) -> Iterator[Move]:
    """Yield all moves since endpoints answered last; what they said by then is no news."""
    for key, tracked in _present(after, tuple(listed)):
        shown, now = listed[key], listed_price(tracked.record)
        listed[key] = _renewed(shown, now)
        if core_of(now) == core_of(shown[0]) or is_in_the_book(after, key, now):
            continue
        old = measured_from(after, key, shown[:1], now)
        old = measured_from(after, key, shown, now) if old == now.prices else old
        last = _last_answer(before, key)
        since = tracked.since if last is None else min(last, tracked.since)
        yield from moves_between(subject_of_model(key), old, now.prices, at=tracked.since, not_before=since)


def _altered(before: State, after: State) -> Iterator[tuple[ModelId, ListedPrice, ListedPrice]]:
    """Yield what the rows that moved showed before and show now."""
    if before.models is after.models:
        return
    for key, tracked in _present(after, after.models):
        old = before.models.get(key)
        if old is None or old is tracked or old.gone:
            continue
        was, now = listed_price(old.record), listed_price(tracked.record)
        if was != now and (was.prices or now.prices):
            yield key, was, now


def _present(state: State, keys: Collection[ModelId]) -> Iterator[tuple[ModelId, Tracked[Model]]]:
    for key in keys:
        tracked = state.models.get(key)
        if tracked is not None and not tracked.gone and tracked.missing_since is None:
            yield key, tracked


def _extended(shown: Shown, now: ListedPrice) -> Shown:
    """Return what is remembered while a book is open: what each endpoint cost when it was first shown."""
    if any(is_same_leader(price, now) for price in shown):
        return shown
    return (*shown, now)[:REMEMBERED_LEADERS]


def _renewed(shown: Shown, now: ListedPrice) -> Shown:
    """Return what is remembered once a row was judged."""
    others = tuple(price for price in shown if not is_same_leader(price, now))
    return (*others[1 - REMEMBERED_LEADERS :], now)


def _unsettled(before: State, key: ModelId, shown: Shown, was: ListedPrice, now: ListedPrice) -> Shown:
    """Return what is remembered when another endpoint leads: what waits is judged when the first is back."""
    if is_same_leader(was, now):
        return shown
    waits: Mapping[str, object] = {
        name.field: anchor.value
        for name, anchor in before.anchors.items()
        if name.uid == key
        and name.field.startswith(LISTED)
        and was.prices.get(name.field) != now.prices.get(name.field)
    }
    return tuple(
        replace(price, prices={**price.prices, **waits}) if is_same_leader(price, was) else price
        for price in shown
    )


def _last_answer(state: State, model: ModelId) -> datetime | None:
    """Return when either book's endpoints of a model answered last."""
    books = (Surface.ENDPOINTS, Surface.FRONTEND_ENDPOINTS)
    believed = {book: state.surfaces.get(book, UNREAD_SURFACE).believed_at for book in books}
    answers = (last_answer(state, book, model, last) for book, last in believed.items() if last is not None)
    return max((at for at in answers if at is not None), default=None)
