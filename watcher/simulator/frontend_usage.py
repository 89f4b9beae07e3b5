"""Usage as the frontend tells it: a model's apps, its author and versions; and what is said of the API."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal

from watcher.simulator.bodies import Row, variant_of
from watcher.simulator.catalog import Catalog, Listing, Table
from watcher.simulator.dice import Dice
from watcher.simulator.frontend_past import Course
from watcher.simulator.frontend_rows import listing_row
from watcher.simulator.generations import Generation
from watcher.simulator.lexicon import APPS

MOST_APPS = 5
DAYS_OF_USE = 30
DAY = timedelta(days=1)


def top_apps(catalog: Catalog, listing: Listing, generation: Generation) -> object:
    """Return the body of the apps that use a model most: today's under its name, in 2025 a bare list."""
    usual = Dice(catalog.seed, listing.id, "apps").draw(APPS, MOST_APPS)
    names = (*listing.newcomers, *usual)[:MOST_APPS]
    rows = [_app(listing.id, name, place, generation) for place, name in enumerate(names)]
    if generation is Generation.Y2025:
        return rows
    return {"data": {"top_apps": rows, "top_apps_chart": []}}


def activity(catalog: Catalog, listing: Listing, minute: int, course: Course) -> Row:
    """Return the body of what a model did by the day; days are real ones."""
    return {"data": {"analytics": _days(catalog, listing, minute, course)}}


def author(catalog: Catalog, slug: str, minute: int, course: Course, generation: Generation) -> Row | None:
    """Return the body of an author's models with their daily tokens; None for who made none.

    Today's has a row for each of a model's variants, in 2025 one for each model. Days are real ones.
    """
    ours = [row for row in catalog.listings.values() if row.id.partition("/")[0] == slug]
    if generation is Generation.Y2025:
        ours = [row for row in ours if ":" not in row.id]
    if not ours:
        return None
    models = [
        listing_row(catalog, row, minute, generation) | {"stats": _days(catalog, row, minute, course)}
        for row in ours
    ]
    if generation is Generation.Y2025:
        return {"data": {"author": _person(slug), "modelsWithStats": models}}
    return {"data": {"author": _person(slug), "models": models}}


def versions(listing: Listing | None) -> Row:
    """Return the body of a model's versions: none, as upstream has it (observed), until one is published."""
    names = () if listing is None else listing.versions
    models = [{"slug": listing.id, "permaslug": name} for name in names if listing is not None]
    return {"data": {"models": models, "analytics": []}}


def openapi(catalog: Catalog) -> Row:
    """Return the description of the documented API; a field that rows grow is described first."""
    names = {Table.MODELS: "Model", Table.ENDPOINTS: "PublicEndpoint", Table.PROVIDERS: "Provider"}
    schemas: dict[str, object] = {
        name: {"type": "object", "properties": {"id": {}}} for name in names.values()
    }
    for growth in catalog.growths:
        if growth.table in names and growth.present:
            name = names[growth.table]
            schemas[name] = {"type": "object", "properties": {"id": {}, growth.field: {}}}
    return {
        "openapi": "3.1.0",
        "info": {"title": "OpenRouter API", "version": "1.0.0"},
        "paths": {"/models": {"get": {}}, "/providers": {"get": {}}, "/endpoints/zdr": {"get": {}}},
        "components": {"schemas": schemas},
    }


def changelog(catalog: Catalog) -> str:
    """Return the feed of changes to the API (RSS)."""
    items = "".join(
        f"<item><title>{growth.table.value}: {growth.field} was added</title></item>"
        for growth in catalog.growths
        if growth.present
    )
    channel = f"<channel><title>API changelog</title>{items}</channel>"
    return f'<?xml version="1.0"?><rss version="2.0">{channel}</rss>'


def _app(model: str, name: str, place: int, generation: Generation) -> Row:
    number = int.from_bytes(name.encode()[:4], "big")
    site = f"https://{name.lower().replace(' ', '-')}.example/"
    tokens = str(Dice(model, "tokens").whole(10**8, 10**9) // (place + 1))
    app: Row = {"id": number, "title": name, "description": None, "main_url": None, "origin_url": site}
    row: Row = {"app_id": number, "total_tokens": tokens, "app": app}
    return row if generation is Generation.Y2025 else row | {"rank": place + 1, "total_requests": 1000}


def _person(slug: str) -> Row:
    return {"id": slug, "slug": slug, "name": slug.title(), "description": None}


def _days(catalog: Catalog, listing: Listing, minute: int, course: Course) -> list[Row]:
    """Return the whole days before a minute, newest first."""
    today = _day_of(course.moment(minute - int(course.start.timestamp()) // 60))
    usual = Dice(catalog.seed, listing.id, "use").whole(10**8, 10**9)
    rows = []
    for back in range(1, DAYS_OF_USE + 1):
        day = today - DAY * back
        dice = Dice(catalog.seed, listing.id, "use", day.toordinal())
        busy = Decimal(dice.whole(90, 110)) / 100 * _factor(listing, day, course)
        tokens = int(usual * busy)
        row: Row = {
            "date": f"{day:%Y-%m-%d %H:%M:%S}",
            "model_permaslug": listing.canonical_slug,
            "variant": variant_of(listing.id).removeprefix(":") or "standard",
            "variant_permaslug": f"{listing.canonical_slug}{variant_of(listing.id)}",
            "total_completion_tokens": tokens // 20,
            "total_prompt_tokens": tokens - tokens // 20,
            "total_native_tokens_reasoning": 0,
            "count": tokens // 3000,
        }
        rows.append(row)
    return rows


def _factor(listing: Listing, day: datetime, course: Course) -> Decimal:
    """Return how much busier a day is than the usual ones."""
    begun = [factor for since, factor in listing.busier if day >= _day_of(course.moment(since)) - DAY]
    return begun[-1] if begun else Decimal(1)


def _day_of(moment: datetime) -> datetime:
    return moment.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
