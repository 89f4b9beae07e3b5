"""Absorbing a poll: every surface that answered, into one state and one list of moves."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import partial
from typing import Any

from watcher.catalog.names import ModelId, Surface, author_of
from watcher.catalog.sheets import AskedSheet, Seen
from watcher.judgement.belief.aside import with_set_aside
from watcher.judgement.belief.carried import with_rows_carried
from watcher.judgement.belief.marks import with_marks
from watcher.judgement.belief.oddities import with_oddities
from watcher.judgement.belief.tables import Tables, tables_of
from watcher.judgement.belief.taken import Moment, Taken
from watcher.judgement.decision import Refusal, Suppressed
from watcher.judgement.intake.announcements import take_in_listed_prices
from watcher.judgement.intake.documents import take_in_documents, take_in_page
from watcher.judgement.intake.endpoints import take_in_endpoints
from watcher.judgement.intake.frontend import take_in_frontend_endpoints
from watcher.judgement.intake.listed import take_in_listed
from watcher.judgement.intake.listings import take_in_listings
from watcher.judgement.intake.models import take_in_models
from watcher.judgement.intake.providers import take_in_policies, take_in_providers
from watcher.judgement.intake.stale import refusals_of, stale_in, without_old_bodies
from watcher.judgement.intake.top_apps import take_in_top_apps
from watcher.judgement.intake.unheard import take_in_unheard
from watcher.judgement.intake.use import take_in_activity, take_in_authors
from watcher.judgement.intake.versions import take_in_versions
from watcher.judgement.intake.zdr import take_in_zdr
from watcher.judgement.intake.zdr_models import moves_of_models
from watcher.judgement.knowledge.books import has_no_book, leading, with_astray
from watcher.judgement.knowledge.moves import Move
from watcher.judgement.knowledge.present import Observed
from watcher.judgement.state import UNREAD_SURFACE, State

TakeIn = Callable[[State], Taken]
NOBODY: frozenset[ModelId] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class Absorbed:
    """The state after a poll, what the poll covered, its moves, and what was dropped or refused."""

    state: State
    observed: Observed = field(default_factory=Observed)
    moves: tuple[Move, ...] = ()
    suppressed: tuple[Suppressed, ...] = ()
    refused: tuple[Refusal, ...] = ()


def absorb(state: State, seen: Seen | None, moment: Moment) -> Absorbed:
    """Return the state after everything a poll answered; None answers nothing."""
    if seen is None:
        return Absorbed(state=state)
    tables = tables_of(state, seen.endpoints) if seen.endpoints is not None else {}
    stale = stale_in(state, seen, tables, moment)
    moment = replace(moment, stale=stale.surfaces)
    answered, left_out = seen.endpoints, refusals_of(stale, seen)
    seen, tables = without_old_bodies(stale, seen, tables)
    current = state
    takings: list[tuple[str, Taken]] = []
    for name, surface, take_in in _answers(seen, tables, moment):
        taken = take_in(current)
        current = with_rows_carried(taken.state, surface, moment) if taken.believed else taken.state
        takings.append((name, taken))
    current = with_astray(
        current, moment.at, moment.intervals, moment.confirm_after, _polled_before(current, moment)
    )
    current = with_marks(current, answered, moment.at)
    believed = {name for name, taken in takings if taken.believed}
    current = with_oddities(with_set_aside(current, seen, believed), seen, believed)
    observed = _observed(seen, current, takings)
    current, listed = take_in_listed(state, current, moment, observed.endpoints)
    unheard = tuple(move for _, taken in takings for move in taken.unheard)
    current, caught_up = take_in_unheard(state, current, unheard, observed.endpoints - observed.led)
    return Absorbed(
        state=current,
        observed=observed,
        moves=(
            *(move for _, taken in takings for move in taken.moves),
            *moves_of_models(state, current, moment),
            *listed,
            *caught_up,
        ),
        suppressed=tuple(item for _, taken in takings for item in taken.suppressed),
        refused=(*left_out, *(refusal for _, taken in takings for refusal in taken.refused)),
    )


def _polled_before(state: State, moment: Moment) -> datetime | None:
    """Return when the models were believed before they are now; now, where nobody ever asks for them."""
    models = state.surfaces.get(Surface.MODELS, UNREAD_SURFACE).believed_at
    if models is None:
        return moment.at
    return moment.last.get(Surface.MODELS) if models == moment.at else None


def _observed(seen: Seen, state: State, takings: Sequence[tuple[str, Taken]]) -> Observed:
    """Return what a poll said something about; the endpoints of a model are what its leading book says."""
    believed = {name for name, taken in takings if taken.believed}
    listed = frozenset(seen.endpoints.rows) if seen.endpoints and "endpoints" in believed else NOBODY
    frontend = (
        frozenset(seen.frontend_endpoints.rows)
        if seen.frontend_endpoints and "frontend endpoints" in believed
        else NOBODY
    )
    led = frozenset(model for model in frontend if leading(state, model) is Surface.FRONTEND_ENDPOINTS)
    return Observed(
        models="models" in believed,
        providers="providers" in believed,
        policies="policies" in believed,
        zdr="zdr" in believed,
        endpoints=listed | led,
        led=led,
        notices="frontend catalog" in believed,
        announced=frozenset(seen.listed_prices.rows)
        if seen.listed_prices and "listed prices" in believed
        else NOBODY,
        apps=frozenset(seen.top_apps.rows) if seen.top_apps and "top apps" in believed else NOBODY,
        authored=_authored(state, seen.authors.rows) if seen.authors and "authors" in believed else NOBODY,
        active=frozenset(seen.activity.rows) if seen.activity and "activity" in believed else NOBODY,
        versions=frozenset(seen.versions.rows) if seen.versions and "versions" in believed else NOBODY,
        listed=has_no_book(state),
        frontend_endpoints=frontend,
        unreadable=frozenset(uid for _, taken in takings for uid in taken.unobserved),
    )


def _authored(state: State, authors: Collection[str]) -> frozenset[ModelId]:
    """Return the listed models of some authors."""
    listed = (model for model, tracked in state.models.items() if not tracked.gone)
    return frozenset(model for model in listed if author_of(model) in authors)


def _answers(seen: Seen, tables: Tables, moment: Moment) -> Iterator[tuple[str, Surface, TakeIn]]:
    """Yield what takes in each answer, causes before their echoes."""
    if (models := seen.models) is not None:
        yield "models", Surface.MODELS, lambda state: take_in_models(state, models, moment)
    if (providers := seen.providers) is not None:
        within = seen.policies if seen.policies and seen.policies.surface is Surface.PROVIDERS else None
        yield (
            "providers",
            Surface.PROVIDERS,
            lambda state: take_in_providers(state, providers, moment, within),
        )
    if (policies := seen.policies) is not None:
        yield "policies", policies.surface, lambda state: take_in_policies(state, policies, moment)
    if (endpoints := seen.endpoints) is not None:
        yield (
            "endpoints",
            Surface.ENDPOINTS,
            lambda state: take_in_endpoints(state, endpoints, tables, moment),
        )
    if (own := seen.frontend_endpoints) is not None:
        yield "frontend endpoints", own.surface, lambda state: take_in_frontend_endpoints(state, own, moment)
    yield from _pages(seen, moment)
    if (zdr := seen.zdr) is not None:
        yield "zdr", Surface.ZDR, lambda state: take_in_zdr(state, zdr, moment)


def _pages(seen: Seen, moment: Moment) -> Iterator[tuple[str, Surface, TakeIn]]:
    """Yield what takes in each of upstream's own pages."""
    if (catalog := seen.frontend_catalog) is not None:
        yield "frontend catalog", catalog.surface, lambda state: take_in_listings(state, catalog, moment)
    if (prices := seen.listed_prices) is not None:
        yield "listed prices", prices.surface, lambda state: take_in_listed_prices(state, prices, moment)
    if (apps := seen.top_apps) is not None:
        yield "top apps", apps.surface, lambda state: take_in_top_apps(state, apps, moment)
    if (activity := seen.activity) is not None:
        yield "activity", activity.surface, lambda state: take_in_activity(state, activity, moment)
    if (authors := seen.authors) is not None:
        yield "authors", authors.surface, lambda state: take_in_authors(state, authors, moment)
    if (versions := seen.versions) is not None:
        yield "versions", versions.surface, lambda state: take_in_versions(state, versions, moment)
    if (documents := seen.schema) is not None:
        yield "schema", documents.surface, lambda state: take_in_documents(state, documents, moment)
    pages: tuple[AskedSheet[Any, Any] | None, ...] = (
        seen.uptime_recent,
        seen.uptime_hourly,
    )
    for page in pages:
        if page is not None:
            yield str(page.surface), page.surface, partial(_page, page, moment)


def _page(page: AskedSheet[Any, Any], moment: Moment, state: State) -> Taken:
    return take_in_page(state, page, moment)
