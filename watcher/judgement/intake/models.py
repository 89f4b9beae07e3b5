"""Taking in the models: rows that come, change and leave, and what of it only mirrors something else."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import datetime

from watcher.catalog.model import Model
from watcher.catalog.names import ModelId, Surface, author_of
from watcher.catalog.sheets import ModelsSheet
from watcher.judgement.belief.admit import (
    Doubt,
    admit,
    doubt_about,
    doubt_about_age,
    doubt_about_size,
    doubt_about_swings,
)
from watcher.judgement.belief.follow import Sighting, Step, Turn, follow
from watcher.judgement.belief.generations import Row, beginning, swinging, swings
from watcher.judgement.belief.meters import without_drift
from watcher.judgement.belief.taken import Moment, Taken, flaps, not_believed, with_health
from watcher.judgement.knowledge.facts import (
    ABSENT_MODEL,
    OFFERED,
    Facts,
    digest,
    facts_of_model,
    facts_of_tariff,
    moved,
)
from watcher.judgement.knowledge.moves import Move, moves_between
from watcher.judgement.knowledge.subjects import subject_of_model
from watcher.judgement.state import UNREAD_SURFACE, State, Tracked
from watcher.rules.watch import FREE, MEMBERSHIP

Known = Mapping[ModelId, Tracked[Model]]


def take_in_models(state: State, sheet: ModelsSheet, moment: Moment) -> Taken:
    """Return the state after one answer of the models' surface."""
    health = state.surfaces.get(Surface.MODELS, UNREAD_SURFACE)
    doubt = _doubt(state.models, sheet, moment)
    admission = admit(Surface.MODELS, health, doubt, moment.at, moment.confirm_after)
    if not admission.believed:
        return not_believed(state, Surface.MODELS, admission)
    unreadable = frozenset(ModelId(row.id) for row in sheet.bad if row.id is not None)
    sighting = Sighting(
        at=moment.at,
        last=moment.last.get(Surface.MODELS),
        confirm_after=moment.confirm_after,
        digest_of=digest_of_model,
        complete=all(row.id is not None for row in sheet.bad),
        held=admission.held,
    )
    rows = _keeping_what_is_not_carried(state.models, sheet)
    models, steps = follow(state.models, rows, sighting, unobserved=unreadable)
    beginning = sighting.last is None
    moves = () if beginning else tuple(move for step in steps for move in _moves(step, sighting))
    moves, drifted = without_drift(moves, steps, len(models))
    return Taken(
        state=replace(with_health(state, Surface.MODELS, admission), models=models),
        believed=True,
        moves=moves,
        suppressed=(*flaps(steps, None, moment.at), *drifted),
        unobserved=unreadable,
    )


def digest_of_model(model: Model) -> str:
    """Return a digest of all that a row shows, its own prices included where no clock moves them."""
    return digest(_shown(model))


def _shown(model: Model) -> Facts:
    prices: Facts = {} if model.tariff.is_scheduled else facts_of_tariff(model.tariff)
    return {**facts_of_model(model), **prices}


def _doubt(known: Known, sheet: ModelsSheet, moment: Moment) -> Doubt | None:
    doubt = doubt_about(sheet)
    if doubt is not None:
        return doubt
    present = {key for key, tracked in known.items() if not tracked.gone}
    lost = present - sheet.rows.keys() - {row.id for row in sheet.bad}
    rows = list(differing_models(known, sheet))
    doubt = doubt_about_size(lost, len(present)) or doubt_about_swings(swinging(rows), len(present))
    if doubt is None and Surface.MODELS in moment.stale:
        doubt = doubt_about_age([row.key for row in rows])
    return doubt


def differing_models(known: Known, sheet: ModelsSheet) -> Iterator[Row[Model]]:
    """Yield the rows that differ from what is known."""
    for key, model in sheet.rows.items():
        tracked = known.get(key)
        if tracked is None or tracked.gone:
            yield Row(key=key, owner=author_of(key), tracked=tracked, record=model)
        elif tracked.record is not model and tracked.record != model:
            names = moved(_shown(tracked.record), _shown(model))
            if names:
                echoes = {name for name in names if name.startswith("pricing.") or name in OFFERED}
                yield Row(
                    key=key,
                    owner=author_of(key),
                    tracked=tracked,
                    record=model,
                    swings=swings(names),
                    is_echo=names == echoes,
                )
    for key in known.keys() - sheet.rows.keys():
        if not known[key].gone and known[key].missing_since is None:
            came = known[key].first_seen > beginning(known)
            yield Row(key=key, owner=author_of(key), tracked=known[key], record=None, came=came)


def unmoved_models(known: Known, sheet: ModelsSheet) -> Iterator[datetime]:
    """Yield since when each model has been as the sheet shows it: listed so, or not listed."""
    for key, tracked in known.items():
        if key not in sheet.rows and tracked.missing_since is not None:
            yield tracked.missing_since
        elif not tracked.gone and sheet.rows.get(key) == tracked.record:
            yield tracked.since


def _keeping_what_is_not_carried(known: Known, sheet: ModelsSheet) -> Mapping[ModelId, Model]:
    """Return the rows; a date that no row carries any more was not lifted on any."""
    if not sheet.carries or "expiration_date" in sheet.carries:
        return sheet.rows
    dated = {key: tracked.record.expires for key, tracked in known.items() if tracked.record.expires}
    kept = {key: replace(sheet.rows[key], expires=date) for key, date in dated.items() if key in sheet.rows}
    return {**sheet.rows, **kept}


def _moves(step: Step[ModelId, Model], sighting: Sighting[Model]) -> Iterator[Move]:
    subject = subject_of_model(step.key)
    after = facts_of_model(step.after.record)
    at = sighting.first_shown(step.key)
    match step.turn:
        case Turn.ARRIVED | Turn.RETURNED:
            newborn = {name: after[name] for name in (MEMBERSHIP, FREE)}
            moves = moves_between(subject, ABSENT_MODEL, newborn, at=at, not_before=sighting.last)
            yield from (replace(move, newcomer=step.turn is Turn.ARRIVED) for move in moves)
        case Turn.LEFT:
            was = {name: facts_of_model(step.after.record)[name] for name in (MEMBERSHIP, FREE)}
            at = step.after.missing_since or sighting.at
            yield from moves_between(subject, was, ABSENT_MODEL, at=at, not_before=step.after.last_seen)
        case Turn.ALTERED if step.before is not None:
            before = _own(facts_of_model(step.before.record))
            if step.before.gone:
                before = {**before, MEMBERSHIP: after[MEMBERSHIP], FREE: after[FREE]}
            yield from moves_between(subject, before, _own(after), at=at, not_before=sighting.last)
        case _:
            return


def _own(facts: Facts) -> dict[str, object]:
    """Return the facts that are the row's own; what its endpoints offer is told of them."""
    return {name: value for name, value in facts.items() if name not in OFFERED}
