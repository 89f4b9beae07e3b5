"""The context of what pages show: where an app is found, and what an endpoint charges before it is dearer."""

from __future__ import annotations

from watcher.catalog.names import ModelId
from watcher.catalog.price import standing
from watcher.judgement.knowledge.books import offers_of
from watcher.judgement.knowledge.facts import json_value
from watcher.judgement.state import State
from watcher.rules.subject import Subject
from watcher.rules.watch import ANNOUNCED, APP


def page_context(state: State, subject: Subject, field: str) -> dict[str, object]:
    """Return what the words of a fact of the pages need."""
    if field.startswith(APP):
        apps = state.top_apps.get(ModelId(subject.model or ""), ())
        url = next((app.url for app in apps if field == f"{APP}{app.id}"), None)
        return {} if url is None else {"url": url}
    if field.startswith(ANNOUNCED):
        offers = offers_of(state, subject.model).values()
        endpoint = next((tracked.record for tracked in offers if tracked.uid == subject.uid), None)
        price = None if endpoint is None else standing(endpoint.tariff, field.removeprefix(ANNOUNCED))
        return {} if price is None else {"price_now": json_value(price)}
    return {}
