"""Taking in the endpoints: the offers of every model that answered, their prices, and the readings."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace

from watcher.catalog.endpoint import Endpoint
from watcher.catalog.names import EndpointKey, Kind, ModelId, Surface
from watcher.catalog.sheets import EndpointsSheet, Offers
from watcher.catalog.telemetry import Telemetry
from watcher.judgement.admit import (
    STEPPED_BACK,
    Admission,
    Doubt,
    admit,
    doubt_about_prices,
    doubt_about_rows,
    doubt_about_size,
)
from watcher.judgement.cheapest import facts_of_offers, offered
from watcher.judgement.decision import Gate, Suppressed
from watcher.judgement.facts import ABSENT_SUBJECT, digest, facts_of_endpoint, moved
from watcher.judgement.follow import Sighting, Step, Turn, follow, with_content
from watcher.judgement.generations import Row, beginning, steps_back
from watcher.judgement.models import subject_of_model
from watcher.judgement.moves import Move, moves_between
from watcher.judgement.ordinals import matched
from watcher.judgement.renames import renamed, under_new_keys
from watcher.judgement.state import UNREAD_SURFACE, State, Tracked
from watcher.judgement.taken import Moment, Taken, flaps, not_believed, with_health
from watcher.rules.subject import Subject
from watcher.rules.watch import MEMBERSHIP

Known = Mapping[EndpointKey, Tracked[Endpoint]]
NOTHING_KNOWN: Known = {}


def digest_of_endpoint(endpoint: Endpoint) -> str:
    """Return a digest of an endpoint's facts, scheduled prices counted as they stand."""
    return digest(facts_of_endpoint(endpoint))


@dataclass(frozen=True, slots=True, kw_only=True)
class Slugs:
    """Which provider an endpoint's ``provider_name`` is; the tag's first part where the name is not known."""

    by_name: Mapping[str, str] = field(default_factory=dict)

    def of(self, endpoint: Endpoint) -> str:
        """Return the provider's slug."""
        return self.by_name.get(endpoint.provider_name) or endpoint.key.tag.partition("/")[0]


def slugs_in(state: State) -> Slugs:
    """Return the slugs by name of all known providers."""
    return Slugs(by_name={tracked.record.name: str(slug) for slug, tracked in state.providers.items()})


def subject_of_endpoint(tracked: Tracked[Endpoint], slugs: Slugs) -> Subject:
    """Return an endpoint as a subject."""
    key = tracked.record.key
    return Subject(
        kind=Kind.ENDPOINT,
        uid=tracked.uid,
        label=key.label,
        model=key.model,
        provider=slugs.of(tracked.record),
        endpoint=key.tag,
    )


def take_in_endpoints(state: State, sheet: EndpointsSheet, moment: Moment) -> Taken:
    """Return the state after one sweep over the endpoints of some models; the others are unobserved."""
    health = state.surfaces.get(Surface.ENDPOINTS, UNREAD_SURFACE)
    tables = {
        model: _rows(state.endpoints.get(model, NOTHING_KNOWN), offers)
        for model, offers in sheet.rows.items()
        if not _is_as_it_was(state.endpoints.get(model), offers)
    }
    doubt = _doubt(state, sheet, tables, moment)
    admission = admit(Surface.ENDPOINTS, health, doubt, moment.at, moment.confirm_after)
    if not admission.believed:
        return not_believed(state, Surface.ENDPOINTS, admission)
    return _believed(state, sheet, tables, moment, admission)


Tables = Mapping[ModelId, Mapping[EndpointKey, Endpoint]]
"""The endpoints of the models that are not as they were; most are, and are skipped by identity."""


def _is_as_it_was(known: Known | None, offers: Offers) -> bool:
    if known is None or offers.bad or len(known) != len(offers.endpoints):
        return False
    for endpoint in offers.endpoints:
        tracked = known.get(endpoint.key)
        if tracked is None or tracked.record is not endpoint or tracked.missing_since is not None:
            return False
    return True


def _rows(known: Known, offers: Offers) -> Mapping[EndpointKey, Endpoint]:
    rows = {endpoint.key: endpoint for endpoint in offers.endpoints}
    has_twins = any(key.ordinal for key in rows) or len(rows) < len(offers.endpoints)
    if not has_twins:
        return rows
    return {endpoint.key: endpoint for endpoint in matched(known, offers.endpoints)}


def _unobserved(known: Known, offers: Offers) -> frozenset[EndpointKey]:
    bad = {row.id for row in offers.bad}
    if None in bad:
        return frozenset(known)
    return frozenset(key for key in known if key.tag in bad) if bad else frozenset()


def _doubt(state: State, sheet: EndpointsSheet, tables: Tables, moment: Moment) -> Doubt | None:
    if sheet.fault is not None:
        return Doubt(reason=sheet.fault)
    if not sheet.rows:
        first = next(iter(sheet.unanswered.values()), None)
        return Doubt(reason=f"no model answered, first: {first}" if first else "an empty answer")
    listed = sum(len(offers.endpoints) for offers in sheet.rows.values())
    bad = tuple(row for offers in sheet.rows.values() for row in offers.bad)
    doubt = doubt_about_rows(bad, listed + len(bad))
    if doubt is not None:
        return doubt
    rows = list(_differing(state, sheet, tables))
    present = sum(
        len(known) if model not in tables else sum(not tracked.gone for tracked in known.values())
        for model in sheet.rows
        if (known := state.endpoints.get(model)) is not None
    )
    doubt = doubt_about_size(sum(row.record is None for row in rows), present)
    doubt = doubt or doubt_about_prices(sum(row.price_moved for row in rows), present)
    if doubt is None and steps_back(rows, digest_of_endpoint, moment.at):
        doubt = STEPPED_BACK
    return doubt


def _differing(state: State, sheet: EndpointsSheet, tables: Tables) -> Iterator[Row[Endpoint]]:
    for model, rows in tables.items():
        known = state.endpoints.get(model)
        if known is None:
            continue
        for key, endpoint in rows.items():
            tracked = known.get(key)
            if tracked is None or tracked.gone:
                yield Row(owner=endpoint.provider_name, tracked=tracked, record=endpoint)
            elif tracked.record is not endpoint and tracked.record != endpoint:
                names = moved(facts_of_endpoint(tracked.record), facts_of_endpoint(endpoint))
                if names:
                    prices = any(name.startswith("pricing.") for name in names)
                    yield Row(
                        owner=endpoint.provider_name, tracked=tracked, record=endpoint, price_moved=prices
                    )
        if len(known) > len(rows):
            unobserved = _unobserved(known, sheet.rows[model])
            for key in known.keys() - rows.keys() - unobserved:
                if not known[key].gone:
                    came = known[key].first_seen > beginning(known)
                    name = known[key].record.provider_name
                    yield Row(owner=name, tracked=known[key], record=None, came=came)


def _believed(
    state: State, sheet: EndpointsSheet, tables: Tables, moment: Moment, admission: Admission
) -> Taken:
    slugs = slugs_in(state)
    sighting = Sighting(
        at=moment.at,
        last=moment.last.get(Surface.ENDPOINTS),
        confirm_after=moment.confirm_after,
        digest_of=digest_of_endpoint,
        absent_since=admission.absent_since,
    )
    followed: dict[ModelId, Known] = {}
    names: dict[EndpointKey, EndpointKey] = {}
    moves: list[Move] = []
    suppressed: list[Suppressed] = []
    unreadable: list[str] = []
    for model, rows in tables.items():
        known = state.endpoints.get(model)
        unobserved = _unobserved(known or NOTHING_KNOWN, sheet.rows[model]) - rows.keys()
        unreadable.extend(state.endpoints[model][key].uid for key in unobserved)
        turned = _follow_model(
            model,
            known,
            rows,
            unobserved=unobserved,
            sighting=sighting,
            slugs=slugs,
        )
        if turned is not None:
            followed[model] = turned.known
            names.update(turned.renamed)
            moves.extend(turned.moves)
            suppressed.extend(turned.suppressed)
    believed = with_health(state, Surface.ENDPOINTS, admission)
    return Taken(
        state=replace(
            believed,
            endpoints={**state.endpoints, **followed} if followed else state.endpoints,
            endpoint_policies=under_new_keys(state.endpoint_policies, names),
            zdr=under_new_keys(state.zdr, names),
            telemetry=_readings(state, sheet, tables),
        ),
        believed=True,
        moves=tuple(moves),
        suppressed=tuple(suppressed),
        unobserved=frozenset(unreadable),
    )


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
) -> _Turned | None:
    """Return one model's endpoints after the sweep; None when nothing changed. First sight is silent."""
    before = known if known is not None else NOTHING_KNOWN
    pairs = renamed(before, rows, unobserved) if rows.keys() - before.keys() else {}
    moved, tagged = _carry_over(before, pairs, rows, sighting, slugs)
    after, steps = follow(moved, rows, sighting, unobserved=unobserved)
    if known is not None and after is known:
        return None
    if known is None:
        return _Turned(known=after)
    labels = {step.key: step.key.label for step in steps}
    moves = [move for step in steps for move in _moves(step, sighting, slugs)]
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
    return _Turned(
        known=after,
        renamed=pairs,
        moves=(*tagged, *moves, *_cheapest_moves(model, before, after, sighting)),
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


def _moves(step: Step[EndpointKey, Endpoint], sighting: Sighting[Endpoint], slugs: Slugs) -> Iterator[Move]:
    subject = subject_of_endpoint(step.after, slugs)
    after = facts_of_endpoint(step.after.record)
    present = {MEMBERSHIP: after[MEMBERSHIP]}
    match step.turn:
        case Turn.ARRIVED | Turn.RETURNED:
            moves = moves_between(subject, ABSENT_SUBJECT, present, at=sighting.at, not_before=sighting.last)
            yield from (replace(move, newcomer=step.turn is Turn.ARRIVED) for move in moves)
        case Turn.LEFT:
            at = step.after.missing_since or sighting.at
            yield from moves_between(subject, present, ABSENT_SUBJECT, at=at, not_before=step.after.last_seen)
        case Turn.ALTERED if step.before is not None:
            before = facts_of_endpoint(step.before.record)
            yield from moves_between(subject, before, after, at=sighting.at, not_before=sighting.last)
        case _:
            return


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


def _cheapest_moves(
    model: ModelId, before: Known, after: Known, sighting: Sighting[Endpoint]
) -> Iterator[Move]:
    old, new = facts_of_offers(offered(before.values())), facts_of_offers(offered(after.values()))
    if old != new:
        subject = subject_of_model(model)
        yield from moves_between(subject, old, new, at=sighting.at, not_before=sighting.last)


def _readings(state: State, sheet: EndpointsSheet, tables: Tables) -> Mapping[EndpointKey, Telemetry]:
    fresh: dict[EndpointKey, Telemetry] = {}
    for model, offers in sheet.rows.items():
        keys = tables.get(model) or (endpoint.key for endpoint in offers.endpoints)
        fresh.update(zip(keys, offers.telemetry, strict=True))
    answered = sheet.rows
    kept = {key: reading for key, reading in state.telemetry.items() if key.model not in answered}
    return {**kept, **fresh} if kept else fresh
