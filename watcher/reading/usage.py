"""Usage: bodies of the frontend about a model's apps, an author's models and a model's versions."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from itertools import islice

from watcher.catalog.names import ModelId, Surface, variant_of
from watcher.catalog.sheets import ActivitySheet, AuthorsSheet, TopAppsSheet, VersionsSheet
from watcher.catalog.usage import App, Author, AuthoredModel, DayOfUse
from watcher.reading.asked import Ids, Reasons, answers
from watcher.reading.fields import UnreadableRowError, count, identity_or_none, part, text
from watcher.reading.frontend_offers import created_at
from watcher.reading.past import instant

MOST_APPS = 50
MOST_DAYS = 400
MOST_MODELS = 1000
MOST_VERSIONS = 100
STANDARD = "standard"


def top_apps(bodies: object, ids: Ids, unanswered: Reasons) -> TopAppsSheet:
    """Return the sheet of the bodies by ``permaslug|variant``, the app with the most tokens first.

    Today's top-apps-for-model wraps the list; the older stats/app is the bare list.
    """

    def read(asked: str, body: object) -> Iterable[tuple[ModelId, tuple[App, ...]]] | None:
        data = part(body).get("data")
        wrapped = data if isinstance(data, list) else part(data).get("top_apps")
        listed = body if isinstance(body, list) else wrapped
        if not isinstance(listed, list):
            return None
        return ((ids[asked], tuple(islice(_apps(listed), MOST_APPS))),) if asked in ids else ()

    return answers(Surface.TOP_APPS, bodies, unanswered, read)


def activity(bodies: object, ids: Ids, unanswered: Reasons) -> ActivitySheet:
    """Return the sheet of the bodies of stats/model-activity by ``permaslug|variant``: a month of days.

    A row does not always name the variant that was asked for (observed): they are that one's all the same.
    """

    def read(asked: str, body: object) -> Iterable[tuple[ModelId, tuple[DayOfUse, ...]]] | None:
        data = part(body).get("data")
        listed = data if isinstance(data, list) else part(data).get("analytics")
        if not isinstance(listed, list):
            return None
        if asked not in ids:
            return ()
        variant = variant_of(ids[asked])
        return ((ids[asked], _in_order(day._replace(variant=variant) for day in _days(listed, variant))),)

    return answers(Surface.ACTIVITY, bodies, unanswered, read)


def authors(bodies: object, unanswered: Reasons) -> AuthorsSheet:
    """Return the sheet of the bodies by the author's slug.

    Today's author-models lists ``models``, the older model-author ``modelsWithStats`` with their daily use.
    """

    def read(asked: str, body: object) -> Iterable[tuple[str, Author]] | None:
        data = part(part(body).get("data"))
        listed = data.get("models", data.get("modelsWithStats"))
        if not isinstance(listed, list):
            return None
        name = text(part(data.get("author")).get("name")) or asked
        return ((asked, Author(slug=asked, name=name, models=_authored(listed))),)

    return answers(Surface.AUTHORS, bodies, unanswered, read)


def versions(bodies: object, ids: Ids, unanswered: Reasons) -> VersionsSheet:
    """Return the sheet of the bodies by ``permaslug|variant``; nothing is published where the list is empty.

    Only empty lists were ever seen: what stands in one is read as far as it bears a slug. Bodies that are
    empty as a whole say that no address has the surface.
    """

    def read(asked: str, body: object) -> Iterable[tuple[ModelId, tuple[str, ...]]] | None:
        data = part(body).get("data", body)
        listed = data if isinstance(data, list) else part(data).get("models")
        if not isinstance(listed, list):
            return None
        return ((ids[asked], tuple(islice(_versions(listed), MOST_VERSIONS))),) if asked in ids else ()

    return answers(Surface.VERSIONS, bodies, unanswered, read)


def _apps(listed: Iterable[object]) -> Iterator[App]:
    met = set()
    for raw in listed:
        row, app = part(raw), part(part(raw).get("app"))
        id_ = row.get("app_id") or app.get("id")
        url = text(app.get("main_url")) or text(app.get("origin_url"))
        title = text(app.get("title")) or text(app.get("slug")) or url
        if isinstance(id_, bool) or not isinstance(id_, (int, str)) or title is None or id_ in met:
            continue
        met.add(id_)
        yield App(id=str(id_)[:60], title=title, url=url, tokens=_number(row.get("total_tokens")))


def _authored(listed: list[object]) -> tuple[AuthoredModel, ...]:
    """Return the models of a list, each once: today's has a row for each of a model's variants (observed).

    Raises UnreadableRowError where not one row can be read.
    """
    models: dict[ModelId, AuthoredModel] = {}
    for raw in listed[:MOST_MODELS]:
        row = part(raw)
        slug = identity_or_none(row.get("slug"))
        if slug is not None:
            read = _model(ModelId(slug), row)
            models[read.id] = _joined(models[read.id], read) if read.id in models else read
    if listed and not models:
        raise UnreadableRowError("no slug in any row")
    return tuple(models.values())


def _model(slug: ModelId, row: Mapping[str, object]) -> AuthoredModel:
    listed = row.get("stats")
    variant = text(part(row.get("endpoint")).get("variant")) or STANDARD
    days = _days(listed, variant) if isinstance(listed, list) else ()
    return AuthoredModel(
        id=slug,
        permaslug=text(row.get("permaslug")),
        name=text(row.get("name")) or slug,
        created=created_at(row.get("created_at")),
        days=_in_order(days),
    )


def _joined(one: AuthoredModel, other: AuthoredModel) -> AuthoredModel:
    return replace(one, days=_in_order((*one.days, *other.days)))


def _in_order(days: Iterable[DayOfUse]) -> tuple[DayOfUse, ...]:
    """Return each variant's days once, the oldest first."""
    found = {(one.day, one.variant): one for one in days}
    return tuple(found[key] for key in sorted(found))


def _days(listed: list[object], variant: str) -> Iterator[DayOfUse]:
    for raw in listed[:MOST_DAYS]:
        row = part(raw)
        at = instant(row.get("date"))
        if at is not None:
            yield DayOfUse(
                day=at.date(),
                variant=text(row.get("variant")) or variant,
                requests=_number(row.get("count")),
                prompt_tokens=_number(row.get("total_prompt_tokens")),
                completion_tokens=_number(row.get("total_completion_tokens")),
            )


def _versions(listed: Iterable[object]) -> Iterator[str]:
    met = set()
    for raw in listed:
        row = part(raw)
        named = raw if isinstance(raw, str) else row.get("permaslug") or row.get("slug")
        slug = identity_or_none(named)
        if slug is not None and slug not in met:
            met.add(slug)
            yield slug


def _number(value: object) -> int | None:
    """Return a count, which upstream also writes as text (observed)."""
    return int(value) if isinstance(value, str) and value.isdecimal() and len(value) < 19 else count(value)  # noqa: PLR2004  # of 64 bits
