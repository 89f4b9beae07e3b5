"""Taking in the endpoints: the offers of every model that answered, their prices, and the readings."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from watcher.catalog.endpoint import Endpoint
from watcher.catalog.names import EndpointKey, ModelId, Surface
from watcher.catalog.sheets import EndpointsSheet
from watcher.catalog.telemetry import Telemetry
from watcher.judgement.belief.admit import Admission, Doubt, admit
from watcher.judgement.belief.answers import answers_after, last_answer
from watcher.judgement.belief.follow import Sighting, Step, Turn, follow, with_content
from watcher.judgement.belief.renames import renamed, under_new_keys
from watcher.judgement.belief.tables import (
    Tables,
    digest_of_endpoint,
    doubt_about_sweep,
    unobserved_in,
)
from watcher.judgement.belief.taken import Moment, Taken, flaps, not_believed, with_health
from watcher.judgement.decision import Gate, Suppressed
from watcher.judgement.intake.steps import moves_of
from watcher.judgement.knowledge.books import NOTHING_KNOWN, Known, out_of_service
from watcher.judgement.knowledge.cheapest import cheapest, facts_of_offers, offered
from watcher.judgement.knowledge.facts import facts_of_endpoint
from watcher.judgement.knowledge.moves import Move, moves_between
from watcher.judgement.knowledge.subjects import Slugs, slugs_in, subject_of_endpoint, subject_of_model
from watcher.judgement.state import UNREAD_SURFACE, State

NOBODY: frozenset[EndpointKey] = frozenset()


def take_in_endpoints(
    state: State, sheet: EndpointsSheet, tables: Tables, moment: Moment, beside: Doubt | None = None
) -> Taken:
    """Return the state after one sweep over the endpoints of some models; the others are unobserved.

    ``tables`` are the sheet's (see ``tables_of``), ``beside`` is what speaks against what came with it.
    """
    health = state.surfaces.get(sheet.surface, UNREAD_SURFACE)
    doubt = doubt_about_sweep(state, sheet, tables, moment) or beside
    admission = admit(sheet.surface, health, doubt, moment.at, moment.confirm_after)
    if not admission.believed:
        return not_believed(state, sheet.surface, admission)
    return _believed(state, sheet, tables, moment, admission)


def _believed(
    state: State, sheet: EndpointsSheet, tables: Tables, moment: Moment, admission: Admission
) -> Taken:
    slugs = slugs_in(state)
    sighting = Sighting(
        at=moment.at,
        last=moment.last.get(sheet.surface),
        confirm_after=moment.confirm_after,
        digest_of=digest_of_endpoint,
        held=admission.held,
    )
    followed: dict[ModelId, Known] = {}
    names: dict[EndpointKey, EndpointKey] = {}
    moves: list[Move] = []
    suppressed: list[Suppressed] = []
    unreadable: list[str] = []
    for model, rows in tables.items():
        known = state.endpoints.get(model)
        unobserved = unobserved_in(known or NOTHING_KNOWN, sheet.rows[model]) - rows.keys()
        unreadable.extend(state.endpoints[model][key].uid for key in unobserved)
        turned = _follow_model(
            model,
            known,
            rows,
            unobserved=unobserved,
            sighting=_as_of(sighting, last_answer(state, sheet.surface, model, sighting.last)),
            slugs=slugs,
            said=sheet.renamed,
            disabled=out_of_service(state, model) if sheet.surface is Surface.ENDPOINTS else NOBODY,
        )
        if turned is not None:
            followed[model] = turned.known
            names.update(turned.renamed)
            moves.extend(turned.moves)
            suppressed.extend(turned.suppressed)
    believed = with_health(state, sheet.surface, admission)
    return Taken(
        state=replace(
            believed,
            endpoints={**state.endpoints, **followed} if followed else state.endpoints,
            endpoint_policies=under_new_keys(state.endpoint_policies, names),
            zdr=under_new_keys(state.zdr, names),
            telemetry=_readings(state, sheet, tables),
            answered_earlier=answers_after(
                state, sheet.surface, state.endpoints.keys(), sheet.rows.keys(), sighting.last
            ),
        ),
        believed=True,
        moves=tuple(moves),
        suppressed=tuple(suppressed),
        unobserved=frozenset(unreadable),
    )


def _as_of(sighting: Sighting[Endpoint], last: datetime | None) -> Sighting[Endpoint]:
    """Return how to follow a model that answered last at that time."""
    return sighting if last == sighting.last else replace(sighting, last=last)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Turned:
    known: Known
    renamed: Mapping[EndpointKey, EndpointKey] = field(default_factory=dict)
    moves: tuple[Move, ...] = ()
    suppressed: tuple[Suppressed, ...] = ()


def _follow_model(
    model: ModelId,
    known: Known | None,
    rows: Mapping[EndpointKey, Endpoint],
    *,
    unobserved: frozenset[EndpointKey],
    sighting: Sighting[Endpoint],
    slugs: Slugs,
    said: Mapping[EndpointKey, EndpointKey],
    disabled: frozenset[EndpointKey],
) -> _Turned | None:
    """Return one model's endpoints after the sweep; None when nothing changed. First sight is silent."""
    before = known if known is not None else NOTHING_KNOWN
    pairs = renamed(before, rows, unobserved, said) if rows.keys() - before.keys() else {}
    moved, tagged = _carry_over(before, pairs, rows, sighting, slugs)
    after, steps = follow(moved, rows, sighting, unobserved=unobserved)
    if known is not None and after is known:
        return None
    if known is None:
        return _Turned(known=after)
    labels = {step.key: step.key.label for step in steps}
    moves = [
        move
        for step in steps
        for move in moves_of(step, sighting, subject_of_endpoint(step.after, slugs), facts_of_endpoint)
    ]
    echo = [
        Suppressed(
            at=sighting.at,
            gate=Gate.RENAMED,
            rule=None,
            subject=new.label,
            field="tag",
            reason=f"was {old.label}: one endpoint of the provider left and one came in the same sweep",
        )
        for new, old in pairs.items()
    ]
    scheduled = _scheduled(steps, sighting)
    shown_at = min((sighting.first_shown(key) for key in after), default=sighting.at)
    offers = offered(before.values(), disabled), offered(after.values(), disabled)
    together = cheapest_moves(model, *offers, shown_at, sighting.last)
    return _Turned(
        known=after,
        renamed=pairs,
        moves=(*tagged, *moves, *together),
        suppressed=(*flaps(steps, labels, sighting.at), *echo, *scheduled),
    )


def _carry_over(
    known: Known,
    pairs: Mapping[EndpointKey, EndpointKey],
    rows: Mapping[EndpointKey, Endpoint],
    sighting: Sighting[Endpoint],
    slugs: Slugs,
) -> tuple[Known, tuple[Move, ...]]:
    """Return the known endpoints under their new keys, and the moves of those that were renamed."""
    if not pairs:
        return known, ()
    moved = dict(known)
    moves: list[Move] = []
    for new, old in pairs.items():
        before = moved.pop(old)
        after = with_content(before, rows[new], sighting)
        moved[new] = after
        facts = facts_of_endpoint(before.record), facts_of_endpoint(after.record)
        subject = subject_of_endpoint(after, slugs)
        moves.extend(moves_between(subject, *facts, at=sighting.at, not_before=sighting.last))
    return moved, tuple(moves)


def _scheduled(
    steps: tuple[Step[EndpointKey, Endpoint], ...], sighting: Sighting[Endpoint]
) -> Iterator[Suppressed]:
    for step in steps:
        if step.turn is not Turn.ALTERED or step.before is None:
            continue
        old, new = step.before.record.tariff, step.after.record.tariff
        if new.is_scheduled and old.overrides == new.overrides and old.meters != new.meters:
            yield Suppressed(
                at=sighting.at,
                gate=Gate.SCHEDULE,
                rule=None,
                subject=step.key.label,
                field="pricing",
                reason="a published window began or ended; the schedule itself is the same",
            )


def cheapest_moves(
    model: ModelId, before: Sequence[Endpoint], after: Sequence[Endpoint], at: datetime, last: datetime | None
) -> Iterator[Move]:
    """Yield the moves of what a model's offers are together, at ``at``, after the poll ``last``."""
    old, new = facts_of_offers(before), facts_of_offers(after)
    if old == new:
        return
    best = {f"pricing.{meter}": endpoint.provider_name for meter, (_, endpoint) in cheapest(before).items()}
    for move in moves_between(subject_of_model(model), old, new, at=at, not_before=last):
        yield replace(move, was_by=best.get(move.field))


def _readings(state: State, sheet: EndpointsSheet, tables: Tables) -> Mapping[EndpointKey, Telemetry]:
    fresh: dict[EndpointKey, Telemetry] = {}
    for model, offers in sheet.rows.items():
        keys = tables.get(model) or (endpoint.key for endpoint in offers.endpoints)
        fresh.update(zip(keys, offers.telemetry, strict=True))
    answered = sheet.rows
    kept = {key: reading for key, reading in state.telemetry.items() if key.model not in answered}
    return {**kept, **fresh} if kept else fresh
