"""Zero retention of models: whether at least one of a model's offers has it, however it got or lost it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from watcher.catalog.model import Model
from watcher.catalog.names import Surface
from watcher.judgement.belief.generations import AWAY
from watcher.judgement.belief.taken import Moment
from watcher.judgement.knowledge.moves import Move
from watcher.judgement.knowledge.privacy import ZDR, models_keeping_nothing
from watcher.judgement.knowledge.subjects import subject_of_model
from watcher.judgement.state import UNREAD_SURFACE, State, Tracked


def moves_of_models(before: State, after: State, moment: Moment) -> Iterator[Move]:
    """Yield the models that lost their last offer with zero retention, or got a first one.

    A model that came or left itself neither got nor lost anything. An endpoint that left takes its zero
    retention with it: of the model this is news, though not of the endpoint.
    """
    if before.zdr is after.zdr and before.endpoints is after.endpoints:
        return
    last = moment.last.get(Surface.ZDR)
    if last is None or after.surfaces.get(Surface.ZDR, UNREAD_SURFACE).believed_at is None:
        return
    had, has = models_keeping_nothing(before), models_keeping_nothing(after)
    for model in sorted(had ^ has):
        if _was_there_all_the_time(after.models.get(model), last):
            yield Move(
                subject=subject_of_model(model),
                field=ZDR,
                old=model in had,
                new=model in has,
                at=moment.at,
                not_before=last,
            )


def _was_there_all_the_time(model: Tracked[Model] | None, last: datetime) -> bool:
    """Tell whether a model is listed, and was when zero retention was last read."""
    if model is None or model.gone or model.missing_since is not None:
        return False
    came = [past.until for past in model.past if past.digest == AWAY]
    return max(came, default=model.first_seen) <= last
