"""Taking in zero data retention: an endpoint has it while it is listed on that surface."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from watcher.catalog.names import EndpointKey, Surface
from watcher.catalog.sheets import ZdrSheet
from watcher.judgement.belief.admit import admit, doubt_about, doubt_about_age, doubt_about_size
from watcher.judgement.belief.follow import Sighting, Step, Turn, follow
from watcher.judgement.belief.generations import Row, beginning
from watcher.judgement.belief.taken import Moment, Taken, flaps, not_believed, with_health
from watcher.judgement.knowledge.books import offers_of
from watcher.judgement.knowledge.moves import Move
from watcher.judgement.knowledge.privacy import ZDR
from watcher.judgement.knowledge.subjects import Slugs, slugs_in, subject_of_endpoint
from watcher.judgement.state import UNREAD_SURFACE, State


def take_in_zdr(state: State, sheet: ZdrSheet, moment: Moment) -> Taken:
    """Return the state after one answer of the surface that lists endpoints with zero retention."""
    health = state.surfaces.get(Surface.ZDR, UNREAD_SURFACE)
    present = {key for key, tracked in state.zdr.items() if not tracked.gone}
    doubt = doubt_about(sheet) or doubt_about_size(present - sheet.rows.keys(), len(present))
    if doubt is None and Surface.ZDR in moment.stale:
        doubt = doubt_about_age(())
    admission = admit(Surface.ZDR, health, doubt, moment.at, moment.confirm_after)
    if not admission.believed:
        return not_believed(state, Surface.ZDR, admission)
    sighting: Sighting[None] = Sighting(
        at=moment.at,
        last=moment.last.get(Surface.ZDR),
        confirm_after=moment.confirm_after,
        digest_of=lambda _: "",
        complete=all(row.id is not None for row in sheet.bad),
        held=admission.held,
    )
    unreadable = {key for key in state.zdr if str(key) in {row.id for row in sheet.bad}}
    away = {key for key in state.zdr if _is_away(state, key)}
    zdr, steps = follow(state.zdr, sheet.rows, sighting, unobserved=unreadable | away)
    slugs = slugs_in(state)
    labels = {step.key: step.key.label for step in steps}
    return Taken(
        state=replace(with_health(state, Surface.ZDR, admission), zdr=zdr),
        believed=True,
        moves=()
        if sighting.last is None
        else tuple(move for step in steps for move in _moves(state, step, sighting, slugs)),
        suppressed=flaps(steps, labels, moment.at, ZDR),
    )


def _is_away(state: State, key: EndpointKey) -> bool:
    """Tell whether an endpoint is not listed itself: then it gives no word on its retention, and loses none.

    The endpoints of a model that left are not asked for any more.
    """
    model, endpoint = state.models.get(key.model), offers_of(state, key.model).get(key)
    return any(tracked is not None and tracked.missing_since is not None for tracked in (model, endpoint))


def differing_seats(state: State, sheet: ZdrSheet) -> Iterator[Row[None]]:
    """Yield the endpoints that joined or left."""
    for key in sheet.rows:
        tracked = state.zdr.get(key)
        if tracked is None or tracked.gone:
            yield Row(key=key, owner=key.label, tracked=tracked, record=None, came=False)
    for key, tracked in state.zdr.items():
        if key not in sheet.rows and not tracked.gone and tracked.missing_since is None:
            came = tracked.first_seen > beginning(state.zdr)
            yield Row(key=key, owner=key.label, tracked=tracked, record=None, came=came)


def _moves(
    state: State, step: Step[EndpointKey, None], sighting: Sighting[None], slugs: Slugs
) -> Iterator[Move]:
    """Yield a flip of an endpoint that was there all the time: what comes or goes itself flips nothing."""
    endpoint = offers_of(state, step.key.model).get(step.key)
    if endpoint is None or endpoint.gone or endpoint.missing_since is not None:
        return
    if sighting.last is None or endpoint.first_seen > sighting.last:
        return
    joined = step.turn in (Turn.ARRIVED, Turn.RETURNED)
    if joined or step.turn is Turn.LEFT:
        yield Move(
            subject=subject_of_endpoint(endpoint, slugs),
            field=ZDR,
            old=not joined,
            new=joined,
            at=sighting.at if joined else step.after.missing_since or sighting.at,
            not_before=sighting.last if joined else step.after.last_seen,
        )
