"""Taking in the frontend's catalog: what upstream writes above its models."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import replace

from watcher.catalog.listing import Listing
from watcher.catalog.names import ModelId
from watcher.catalog.notices import Notices
from watcher.catalog.sheets import ListingsSheet
from watcher.judgement.belief.admit import Doubt, admit, doubt_about, doubt_about_swings
from watcher.judgement.belief.follow import Sighting, Step, Turn, follow
from watcher.judgement.belief.taken import Moment, Taken, not_believed, with_health
from watcher.judgement.knowledge.facts import digest
from watcher.judgement.knowledge.facts import moved as changed
from watcher.judgement.knowledge.moves import Move, moves_between
from watcher.judgement.knowledge.page_facts import facts_of_notices
from watcher.judgement.knowledge.subjects import subject_of_model
from watcher.judgement.state import UNREAD_SURFACE, State


def take_in_listings(state: State, sheet: ListingsSheet, moment: Moment) -> Taken:
    """Return the state after one answer of the frontend's catalog; its rows of history say nothing."""
    health = state.surfaces.get(sheet.surface, UNREAD_SURFACE)
    rows = {id_: _notices(listing) for id_, listing in sheet.rows.items() if listing.leads is not None}
    doubt = doubt_about(sheet) or _doubt_about_texts(state, rows)
    admission = admit(sheet.surface, health, doubt, moment.at, moment.confirm_after)
    if not admission.believed:
        return not_believed(state, sheet.surface, admission)
    sighting: Sighting[Notices] = Sighting(
        at=moment.at,
        last=moment.last.get(sheet.surface),
        confirm_after=moment.confirm_after,
        digest_of=lambda notices: digest(facts_of_notices(notices)),
        complete=False,
        held=admission.held,
    )
    notices, steps = follow(state.notices, rows, sighting)
    return Taken(
        state=replace(with_health(state, sheet.surface, admission), notices=notices),
        believed=True,
        moves=tuple(move for step in steps for move in _moves(step, sighting)),
    )


def _notices(listing: Listing) -> Notices:
    return Notices(warning=listing.warning, promotion=listing.promotion)


def _doubt_about_texts(state: State, rows: Mapping[ModelId, Notices]) -> Doubt | None:
    """Return a doubt when more texts changed at once than people write in an hour."""
    moved: dict[str, list[object]] = defaultdict(list)
    for id_, notices in rows.items():
        known = state.notices.get(id_)
        if known is not None and known.record != notices:
            for name in changed(facts_of_notices(known.record), facts_of_notices(notices)):
                moved[f"{name}s"].append(id_)
    return doubt_about_swings(moved, len(rows))


def _moves(step: Step[ModelId, Notices], sighting: Sighting[Notices]) -> Iterator[Move]:
    if step.before is None or step.turn is not Turn.ALTERED:
        return
    before, after = facts_of_notices(step.before.record), facts_of_notices(step.after.record)
    at = sighting.first_shown(step.key)
    yield from moves_between(subject_of_model(step.key), before, after, at=at, not_before=sighting.last)
