"""Details: what a level's words need besides its reading: who offers a price, and how each endpoint does."""

from __future__ import annotations

from dataclasses import replace

from watcher.alerts.alert import Alert, Status
from watcher.catalog.names import Kind
from watcher.judgement.knowledge.cheapest import offerer
from watcher.judgement.knowledge.subjects import Slugs
from watcher.judgement.levels.readings import served, uptimes
from watcher.judgement.state import State

MOST_OFFERS = 20


def with_details(alert: Alert, state: State, slugs: Slugs) -> Alert:
    """Return the alert of a level as the state explains it."""
    if alert.event.startswith(f"{Kind.PROVIDER}."):
        return _of_provider(alert, state, slugs)
    if alert.event == "model.uptime":
        return _of_model(alert, state)
    return _of_price(alert, state, slugs) if alert.provider is None else alert


def _of_model(alert: Alert, state: State) -> Alert:
    """Return the alert of a model that is served badly with how each of its endpoints does."""
    if alert.status is not Status.FIRING:
        return alert
    offers = uptimes(state, alert.model, alert.field or "")[:MOST_OFFERS]
    return replace(alert, context={**alert.context, "offers": [list(offer) for offer in offers]})


def _of_price(alert: Alert, state: State, slugs: Slugs) -> Alert:
    endpoint = offerer(state, alert.model, alert.field or "")
    if endpoint is None:
        return alert
    context = {**alert.context, "provider_name": endpoint.provider_name}
    return replace(alert, provider=slugs.of(endpoint), context=context)


def _of_provider(alert: Alert, state: State, slugs: Slugs) -> Alert:
    count = served(state, alert.field or "", slugs).get(alert.subject)
    counts = {} if count is None else {"well": count.well, "known": count.known}
    return replace(alert, context={**alert.context, **counts})
