"""Taking in versions: which of a model are published; nothing, as far as anybody saw (observed)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from watcher.catalog.names import ModelId, Surface
from watcher.catalog.sheets import VersionsSheet
from watcher.catalog.usage import Versions
from watcher.judgement.belief.admit import Doubt, admit
from watcher.judgement.belief.schema import is_schema
from watcher.judgement.belief.taken import Moment, Taken, not_believed, with_health
from watcher.judgement.decision import Gate, Suppressed
from watcher.judgement.intake.announcements import doubt_about_asked
from watcher.judgement.knowledge.moves import Move
from watcher.judgement.knowledge.subjects import subject_of_model
from watcher.judgement.knowledge.usage import facts_of_versions
from watcher.judgement.state import UNREAD_SURFACE, State
from watcher.rules.watch import ABSENT

GONE = "no known address answers, where versions were published before"


def take_in_versions(state: State, sheet: VersionsSheet, moment: Moment) -> Taken:
    """Return the state after one answer of the versions of some models; first sight is silent.

    An empty list says that nothing is published now: it takes no version back, and the next list is measured
    against the last one. Where many models that had none are listed at once, upstream began to publish them.
    """
    health = state.surfaces.get(sheet.surface, UNREAD_SURFACE)
    admission = admit(sheet.surface, health, _doubt(state, sheet), moment.at, moment.confirm_after)
    if not admission.believed:
        return not_believed(state, sheet.surface, admission)
    fresh = {model: _read(state.versions.get(model), listed) for model, listed in sheet.rows.items()}
    known = {model: state.versions[model] for model in fresh if model in state.versions}
    begun = {model for model, was in known.items() if fresh[model].listed and not was.listed}
    silent = begun if is_schema(len(begun), len(sheet.rows)) else set[ModelId]()
    moves = tuple(
        move
        for model, was in known.items()
        if was.listed != fresh[model].listed and model not in silent
        for move in _moves(model, was, fresh[model], moment)
    )
    after = replace(with_health(state, sheet.surface, admission), versions={**state.versions, **fresh})
    return Taken(state=after, believed=True, moves=moves, suppressed=tuple(_beginnings(silent, moment)))


def _doubt(state: State, sheet: VersionsSheet) -> Doubt | None:
    """Return what speaks against an answer: none has to be given where nothing was ever published."""
    nowhere = sheet.fault is None and not (sheet.rows or sheet.unanswered or sheet.bad)
    if not nowhere:
        return doubt_about_asked(sheet)
    return Doubt(reason=GONE) if any(was.is_now and was.listed for was in state.versions.values()) else None


def _read(was: Versions | None, listed: tuple[str, ...]) -> Versions:
    if listed or was is None or not was.listed:
        return Versions(listed)
    return Versions(was.listed, is_now=False)


def _moves(model: ModelId, before: Versions, after: Versions, moment: Moment) -> Iterator[Move]:
    was, now = facts_of_versions(before), facts_of_versions(after)
    came = {field: (ABSENT, name) for field, name in now.items() if field not in was}
    left = {field: (name, ABSENT) for field, name in was.items() if field not in now}
    for field, (old, new) in (came | left).items():
        yield Move(
            subject=subject_of_model(model),
            field=field,
            old=old,
            new=new,
            at=moment.at,
            not_before=moment.last.get(Surface.VERSIONS),
        )


def _beginnings(models: set[ModelId], moment: Moment) -> Iterator[Suppressed]:
    for model in sorted(models):
        yield Suppressed(
            at=moment.at,
            gate=Gate.SCHEMA,
            rule=None,
            subject=model,
            field="versions",
            reason=f"the versions of {len(models)} models are published all at once",
        )
