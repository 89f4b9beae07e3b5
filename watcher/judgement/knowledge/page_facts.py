"""Page facts: what upstream's own pages show beside the catalog, as named values."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime

from watcher.catalog.names import Kind, ModelId
from watcher.catalog.notices import Announcement, Notices
from watcher.catalog.past import PricePoint
from watcher.catalog.usage import App
from watcher.judgement.knowledge.books import offers_of
from watcher.judgement.knowledge.facts import json_value
from watcher.judgement.knowledge.subjects import Slugs, slugs_in, subject_of_endpoint
from watcher.judgement.knowledge.usage import facts_of_versions
from watcher.judgement.state import State
from watcher.rules.subject import Subject
from watcher.rules.watch import ABSENT, ANNOUNCED, APP, NOTHING, VERSION

TEXTS = frozenset({"warning", "promotion"})
DAWN = datetime.min.replace(tzinfo=UTC)


def is_of_the_pages(field: str) -> bool:
    """Tell whether a fact is one that only upstream's pages show."""
    return field in TEXTS or field.startswith((APP, ANNOUNCED, VERSION))


def facts_of_notices(notices: Notices) -> dict[str, object]:
    """Return the texts above a model as facts; none is a value of its own."""
    texts = {"warning": notices.warning, "promotion": notices.promotion}
    return {name: NOTHING if text == "" else text for name, text in texts.items()}


def facts_of_apps(apps: tuple[App, ...]) -> Mapping[str, str]:
    """Return the apps on a list as facts: the title of each."""
    return {f"{APP}{app.id}": app.title for app in apps}


def facts_of_announced(announcement: Announcement, *, after: datetime = DAWN) -> dict[str, object]:
    """Return what is announced of each meter after an instant: ``PRICE from INSTANT; …``, or none."""
    return {
        ANNOUNCED + meter: "; ".join(_written(point) for point in points if point.at > after) or NOTHING
        for meter, points in announcement.points.items()
    }


def subject_of_announced(state: State, uuid: str, announcement: Announcement, slugs: Slugs) -> Subject:
    """Return the endpoint that an announcement is about; by its provider where its tag is not known."""
    key = state.uuids.get(uuid) or announcement.key
    endpoint = None if key is None else offers_of(state, key.model).get(key)
    if endpoint is not None:
        return subject_of_endpoint(endpoint, slugs)
    label = f"{announcement.model} @ {announcement.provider}" if key is None else key.label
    return Subject(
        kind=Kind.ENDPOINT,
        uid=label,
        label=label,
        model=announcement.model,
        provider=announcement.provider,
        endpoint=announcement.provider if key is None else key.tag,
    )


def present_page_fact(state: State, subject: Subject, field: str) -> object:
    """Return what the pages show of a subject now; None is unknown."""
    model = ModelId(subject.model or "")
    if field in TEXTS:
        notices = state.notices.get(model)
        return None if notices is None else facts_of_notices(notices.record).get(field)
    if field.startswith(APP):
        apps = state.top_apps.get(model)
        return None if apps is None else facts_of_apps(apps).get(field, ABSENT)
    if field.startswith(VERSION):
        versions = state.versions.get(model)
        return None if versions is None else facts_of_versions(versions).get(field, ABSENT)
    slugs = slugs_in(state)
    ours = (
        announcement
        for uuid, announcement in state.announced.items()
        if announcement.model == model
        and subject_of_announced(state, uuid, announcement, slugs).uid == subject.uid
    )
    return next((facts_of_announced(announcement).get(field) for announcement in ours), None)


def _written(point: PricePoint) -> str:
    price = NOTHING if point.price is None else json_value(point.price)
    return f"{price} from {point.at:%Y-%m-%dT%H:%M:%SZ}"
