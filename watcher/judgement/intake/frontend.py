"""Taking in the frontend's endpoints: a book of its own, with ids that last, readings and data policies."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from watcher.catalog.names import Surface
from watcher.catalog.sheets import FrontendEndpointsSheet
from watcher.judgement.belief.tables import tables_of
from watcher.judgement.belief.taken import Moment, Taken
from watcher.judgement.decision import Gate, Suppressed
from watcher.judgement.intake.endpoints import cheapest_moves, take_in_endpoints
from watcher.judgement.intake.own_policies import doubt_about_policies, policies_after
from watcher.judgement.intake.uuids import documented_form, keyed, with_uuids
from watcher.judgement.knowledge.books import (
    FRONTEND_FACTS,
    leading,
    offers_of,
    out_of_service,
    under_its_own_name,
    under_the_documented_name,
)
from watcher.judgement.knowledge.cheapest import offered
from watcher.judgement.knowledge.moves import Move
from watcher.judgement.knowledge.present import endpoint_of
from watcher.judgement.state import State


def take_in_frontend_endpoints(state: State, sheet: FrontendEndpointsSheet, moment: Moment) -> Taken:
    """Return the state after one answer of the frontend's endpoints.

    Where the documented book leads, it alone tells of an endpoint; only what it does not list is heard of
    the frontend. Who is not listed keeps the policy that was known.
    """
    form = documented_form(state, sheet)
    book = under_the_documented_name(state)
    tables = tables_of(book, form)
    listed = tuple(keyed(sheet, tables))
    taken = take_in_endpoints(book, form, tables, moment, doubt_about_policies(state, listed))
    after = under_its_own_name(state, taken.state)
    if not taken.believed:
        return replace(taken, state=after)
    policies, flips = policies_after(state, after, listed, moment)
    after = replace(after, endpoint_policies=policies, uuids=with_uuids(state.uuids, listed))
    own = [move for move in taken.moves if _is_heard(after, move)]
    unheard = tuple(move for move in taken.moves if not move.is_learning and not _is_heard(after, move))
    return replace(
        taken,
        state=after,
        moves=(*own, *flips, *_service_moves(state, after, sheet, moment)),
        unheard=unheard,
        suppressed=(*taken.suppressed, *_told_elsewhere(unheard, moment)),
    )


def _service_moves(
    state: State, after: State, sheet: FrontendEndpointsSheet, moment: Moment
) -> Iterator[Move]:
    """Yield what it does to a model's cheapest price that a documented endpoint is disabled, or no more."""
    for model in sheet.rows:
        was, now = out_of_service(state, model), out_of_service(after, model)
        if was != now and leading(after, model) is Surface.ENDPOINTS:
            known = offers_of(after, model).values()
            offers = offered(known, was), offered(known, now)
            yield from cheapest_moves(model, *offers, moment.at, moment.last.get(sheet.surface))


def _is_heard(state: State, move: Move) -> bool:
    """Tell whether a move in the frontend's book is news: it leads, or nobody else lists the fact."""
    lead = leading(state, move.subject.model)
    if lead is Surface.FRONTEND_ENDPOINTS:
        return True
    if move.field not in FRONTEND_FACTS:
        return False
    documented = endpoint_of(state, move.subject)
    return documented is not None and getattr(documented.record, move.field) is None


def _told_elsewhere(moves: tuple[Move, ...], moment: Moment) -> Iterator[Suppressed]:
    for move in moves:
        yield Suppressed(
            at=moment.at,
            gate=Gate.OTHER_SOURCE,
            rule=None,
            subject=move.subject.label,
            field=move.field,
            reason="moved in the frontend's list; the documented one tells it when it moves there",
        )
