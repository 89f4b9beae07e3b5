"""Listed prices: a model's own row, where no book of endpoints is to be had.

A row shows the price of the endpoint that leads at the moment. So it is followed as a fact of its own, with
anchors of its own, and only while nobody says what the endpoints charge. Where the row's context, longest
answer, moderation or the things it charges for moved with the price, it is another endpoint that leads.
"""

from __future__ import annotations

from collections.abc import Iterator

from watcher.catalog.model import Model
from watcher.catalog.names import Surface
from watcher.catalog.price import CORE_METERS
from watcher.judgement.belief.taken import Moment
from watcher.judgement.knowledge.books import has_no_book
from watcher.judgement.knowledge.facts import facts_of_tariff
from watcher.judgement.knowledge.listed_facts import listed_facts
from watcher.judgement.knowledge.moves import Move, moves_between
from watcher.judgement.knowledge.subjects import subject_of_model
from watcher.judgement.state import State
from watcher.rules.watch import PRICING

OF_THE_LEADER = ("context_length", "max_completion_tokens", "moderated")
"""What a row shows of the endpoint that leads, besides its price."""


def listed_moves(before: State, after: State, moment: Moment) -> Iterator[Move]:
    """Yield the moves of listed prices; nothing while a book is open, or was at the last poll."""
    last = moment.last.get(Surface.MODELS)
    if before.models is after.models or last is None or not (has_no_book(before) and has_no_book(after)):
        return
    for key, tracked in after.models.items():
        old = before.models.get(key)
        if old is None or old is tracked or old.gone or tracked.gone or tracked.missing_since is not None:
            continue
        was, now = listed_facts(old.record), listed_facts(tracked.record)
        if was != now and not another_leads(old.record, tracked.record):
            subject = subject_of_model(key)
            yield from moves_between(subject, was, now, at=moment.at, not_before=last)


def another_leads(before: Model, after: Model) -> bool:
    """Tell whether a row shows another endpoint than before: one that also charges for other things, say."""
    return _beside_tokens(before) != _beside_tokens(after) or any(
        getattr(before, name) != getattr(after, name) for name in OF_THE_LEADER
    )


def _beside_tokens(model: Model) -> frozenset[str]:
    """Return what else is charged for."""
    return frozenset(facts_of_tariff(model.tariff).keys() - {f"{PRICING}{meter}" for meter in CORE_METERS})
