"""Zero retention of models: whether at least one of a model's offers has it, however it got or lost it."""

from __future__ import annotations

from collections.abc import Iterator

from watcher.catalog.names import ModelId, Surface
from watcher.judgement.moves import Move
from watcher.judgement.privacy import ZDR, models_keeping_nothing
from watcher.judgement.state import UNREAD_SURFACE, State
from watcher.judgement.subjects import subject_of_model
from watcher.judgement.taken import Moment


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
        if _was_there_all_the_time(before, after, model):
            yield Move(
                subject=subject_of_model(model),
                field=ZDR,
                old=model in had,
                new=model in has,
                at=moment.at,
                not_before=last,
            )


def _was_there_all_the_time(before: State, after: State, model: ModelId) -> bool:
    was, now = before.models.get(model), after.models.get(model)
    if was is None or now is None:
        return False
    return not (was.gone or now.gone or now.missing_since is not None)
