from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest

from tests.openrouter.questions import SWIFT, ask
from tests.openrouter.upstream import Clock, Route, client, reply, turns, upstream
from watcher.catalog.names import Surface
from watcher.openrouter import Answer, CatalogClient, FrontendAnswers, Unanswered
from watcher.openrouter.frontend import ALL_UNKNOWN, AT_ONCE
from watcher.openrouter.places import PLACES, Whereabouts, filled

NOW, BEFORE = "/api/frontend/v1/all-providers", "/api/frontend/all-providers"
OFFERS = "/api/frontend/v1/stats/endpoint"
OLDER_OFFERS = "/api/frontend/stats/endpoint"
HERE: Route = reply({"data": [{"slug": "novita"}]})
PAGE: Route = reply(b"<!DOCTYPE html>", content_type="text/html; charset=utf-8")
PAGE_404: Route = reply(b"<!DOCTYPE html>", 404, content_type="text/html; charset=utf-8")
NONE: Route = reply({"error": {"code": 404, "message": "Not Found"}}, 404)
NO_JSON: Route = reply(b"nonsense")
DOWN: Route = reply({"error": {"code": 503, "message": "down"}}, 503)
SECOND = 1.0
DAY = 86_400.0


def policies(catalog: CatalogClient) -> asyncio.Future[Answer | Unanswered]:
    return asyncio.ensure_future(catalog.frontend.one(Surface.FRONTEND))


@pytest.mark.parametrize("page", [PAGE, PAGE_404], ids=["200", "404"])
def test_a_page_of_the_web_site_means_that_the_surface_moved_and_the_older_address_has_its_turn(
    page: Route,
) -> None:
    answer, server = ask({NOW: page, BEFORE: HERE}, policies)

    assert answer == Answer({"data": [{"slug": "novita"}]})
    assert server.targets == [NOW, BEFORE]


def test_where_a_surface_answered_is_remembered_until_it_dies_there() -> None:
    async def thrice(catalog: CatalogClient) -> list[Answer | Unanswered]:
        return [await policies(catalog) for _ in range(3)]

    answers, server = ask({NOW: turns(PAGE, HERE), BEFORE: turns(HERE, HERE, PAGE)}, thrice)

    assert all(isinstance(answer, Answer) for answer in answers)
    assert server.targets == [NOW, BEFORE, BEFORE, BEFORE, NOW]


def test_a_surface_that_is_at_none_of_its_addresses_costs_one_request_at_each_and_says_so() -> None:
    answer, server = ask({NOW: PAGE, BEFORE: PAGE_404}, policies)

    assert answer == Unanswered("no known address answers: text/html; charset=utf-8 instead of JSON")
    assert server.targets == [NOW, BEFORE]


def test_a_host_in_trouble_has_not_moved_until_it_was_in_trouble_for_long() -> None:
    async def often(catalog: CatalogClient) -> Answer | Unanswered:
        for _ in range(Whereabouts.DOUBTED):
            await policies(catalog)
        return await policies(catalog)

    answer, server = ask({NOW: DOWN, BEFORE: HERE}, often)

    assert isinstance(answer, Answer)
    assert server.targets == [NOW] * 2 * (Whereabouts.DOUBTED + 1) + [BEFORE]


def test_today_s_address_is_tried_again_after_a_day_at_the_older_one() -> None:
    whereabouts = Whereabouts()
    now, before = PLACES[Surface.FRONTEND]

    whereabouts.found(Surface.FRONTEND, before, SECOND)

    assert whereabouts.in_order(Surface.FRONTEND, 2 * SECOND) == (before, now)
    assert whereabouts.in_order(Surface.FRONTEND, DAY + 2 * SECOND) == (now, before)
    whereabouts.found(Surface.FRONTEND, before, DAY + 2 * SECOND)
    assert whereabouts.in_order(Surface.FRONTEND, DAY + 3 * SECOND) == (before, now)


def offers_of(*keys: str) -> Route:
    async def answer(asked: object, writer: asyncio.StreamWriter) -> None:
        target = str(getattr(asked, "target", ""))
        served = any(f"permaslug={key}&" in target for key in keys)
        await (reply({"data": [{"provider_slug": "novita"}]}) if served else NONE)(asked, writer)  # type: ignore[arg-type]  # a route's own argument

    return answer


def asked_each(routes: dict[str, Route], *keys: str) -> tuple[FrontendAnswers, list[str]]:
    async def question(catalog: CatalogClient) -> FrontendAnswers:
        return await catalog.frontend.each(Surface.FRONTEND_ENDPOINTS, keys)

    answers, server = ask(routes, question)
    return answers, [target.partition("?")[0] for target in server.targets]


def test_a_model_without_endpoints_is_a_404_in_the_envelope_and_no_move() -> None:
    answers, asked = asked_each({OFFERS: offers_of("a")}, "a|standard", "b|free")

    assert answers.bodies == {"a|standard": {"data": [{"provider_slug": "novita"}]}, "b|free": None}
    assert (answers.unanswered, answers.lost) == ({}, None)
    assert asked == [OFFERS, OFFERS]


def test_a_sweep_that_finds_a_page_first_goes_on_at_the_older_address() -> None:
    answers, asked = asked_each(
        {OFFERS: PAGE, OLDER_OFFERS: offers_of("a", "c")}, "a|free", "b|free", "c|free"
    )

    assert [key for key, body in answers.bodies.items() if body] == ["a|free", "c|free"]
    assert asked == [OFFERS] + [OLDER_OFFERS] * 3


def test_a_lost_surface_is_asked_once_at_each_address_however_many_models_there_are() -> None:
    keys = [f"m{number}|standard" for number in range(50)]

    answers, asked = asked_each({OFFERS: PAGE, OLDER_OFFERS: PAGE}, *keys)

    assert asked == [OFFERS, OLDER_OFFERS]
    assert answers.lost == "no known address answers: text/html; charset=utf-8 instead of JSON"
    assert answers.unanswered.keys() == set(keys)


def test_where_everything_is_unknown_nothing_is_said_about_anything() -> None:
    answers, _ = asked_each({OFFERS: NONE}, "a|free", "b|free", "c|free")

    assert answers.bodies == {}
    assert answers.lost == "all 3 that were asked for are unknown there"


def test_a_model_that_fails_alone_is_unanswered_alone() -> None:
    broken = {f"{OFFERS}?permaslug=b&variant=free": DOWN, OFFERS: offers_of("a", "c")}

    answers, _ = asked_each(broken, "a|free", "b|free", "c|free")

    assert answers.bodies.keys() == {"a|free", "c|free"}
    assert answers.unanswered == {"b|free": "503: down"}


def test_a_host_that_is_down_is_not_asked_for_every_model() -> None:
    answers, asked = asked_each({OFFERS: DOWN}, *(f"m{number}|free" for number in range(50)))

    assert len(asked) <= 6
    assert answers.lost == "503: down"


def test_what_stands_in_a_key_stays_in_its_parameter() -> None:
    place = PLACES[Surface.FRONTEND_ENDPOINTS][0]

    assert filled(place, "a/b&x=1#|free") == f"{OFFERS}?permaslug=a%2Fb%26x%3D1%23&variant=free"
    assert filled(place, "a/b") == f"{OFFERS}?permaslug=a%2Fb&variant=standard"


def test_a_bare_list_is_a_document_of_the_frontend() -> None:
    async def apps(catalog: CatalogClient) -> FrontendAnswers:
        return await catalog.frontend.each(Surface.TOP_APPS, ["a/b|standard"])

    answers, server = ask({"/api/frontend/stats/app": reply([{"app_id": 1}])}, apps)

    assert answers.bodies == {"a/b|standard": {"data": [{"app_id": 1}]}}
    assert server.targets[-1] == "/api/frontend/stats/app?limit=20&permaslug=a%2Fb&variant=standard"


def test_the_documents_about_the_api_are_json_and_a_feed() -> None:
    routes = {
        "/openapi.json": reply({"openapi": "3.1.0", "paths": {}}),
        "/docs/changelog/rss.xml": reply(b"<rss/>", content_type="application/rss+xml"),
    }

    answers, _ = ask(routes, lambda catalog: catalog.frontend.schema())

    assert answers.bodies == {"openapi": {"openapi": "3.1.0", "paths": {}}, "changelog": "<rss/>"}


def test_one_document_that_is_gone_takes_not_the_other_with_it() -> None:
    answers, _ = ask(
        {"/openapi.json": reply({"openapi": "3.1.0"})}, lambda catalog: catalog.frontend.schema()
    )

    assert answers.bodies.keys() == {"openapi"}
    assert answers.unanswered == {"changelog": "404: Not Found"}
    assert answers.lost is None


def test_the_frontend_has_its_own_low_rate_and_its_pauses_hold_for_it_alone() -> None:
    clock = Clock()
    routes = {
        OFFERS: turns(*[HERE] * 10, reply({}, 429, headers={"Retry-After": "600"})),
        "/api/v1/providers": HERE,
    }

    async def both() -> tuple[FrontendAnswers, Answer | Unanswered, float]:
        async with (
            upstream(routes) as server,
            client(server.base, SWIFT, clock, max_requests_per_minute=80) as catalog,
        ):
            keys = [f"m{number}|free" for number in range(12)]
            began = clock()
            answers = await catalog.frontend.each(Surface.FRONTEND_ENDPOINTS, keys)
            return answers, await catalog.providers(), clock() - began

    answers, documented, took = asyncio.run(both())

    assert len(answers.bodies) == 10
    assert any("asked for a pause" in reason for reason in answers.unanswered.values())
    assert isinstance(documented, Answer)
    assert took >= timedelta(minutes=1).total_seconds()


def test_the_requests_of_an_hour_are_never_exceeded_and_what_waits_too_long_is_not_asked() -> None:
    clock = Clock()

    async def asking() -> tuple[list[Answer | Unanswered], int, Answer | Unanswered]:
        async with (
            upstream({"/api/v1/providers": HERE}) as server,
            client(server.base, SWIFT, clock, max_requests_per_hour=3) as catalog,
        ):
            outcomes = [await catalog.providers() for _ in range(5)]
            spent = catalog.spent()
            clock.now += 3600
            return outcomes, spent, await catalog.providers()

    outcomes, spent, later = asyncio.run(asking())

    assert [type(outcome) for outcome in outcomes] == [Answer] * 3 + [Unanswered] * 2
    assert outcomes[-1] == Unanswered(
        "not asked: the requests of this hour are spent, the next one is free in 3600 s"
    )
    assert spent == 3
    assert isinstance(later, Answer)


AUTHORS, OLDER_AUTHORS, OLDEST_AUTHORS = (place.partition("?")[0] for place in PLACES[Surface.AUTHORS])
VERSIONS = PLACES[Surface.VERSIONS][0].partition("?")[0]


def sought(surface: Surface, routes: dict[str, Route], *keys: str) -> tuple[FrontendAnswers, list[str]]:
    answers, server = ask(routes, lambda catalog: catalog.frontend.each(surface, keys))
    return answers, [target.partition("?")[0] for target in server.targets]


def test_an_author_whom_upstream_does_not_know_hides_no_other() -> None:
    routes = {f"{AUTHORS}?authorSlug=stealth": NONE, AUTHORS: HERE}

    answers, asked = sought(Surface.AUTHORS, routes, "stealth", "liquid", "z-ai")

    assert answers.bodies.keys() == {"liquid", "z-ai"}
    assert answers.unanswered == {"stealth": "404: Not Found"}
    assert (answers.lost, asked) == (None, [AUTHORS] * 3)


@pytest.mark.parametrize("surface", [Surface.TOP_APPS, Surface.LISTED_PRICES, Surface.UPTIME_RECENT])
def test_a_model_of_which_a_page_knows_nothing_hides_no_other(surface: Surface) -> None:
    place = PLACES[surface][0].partition("?")[0]
    asked_first = filled(PLACES[surface][0], "new|standard")

    answers, asked = sought(surface, {asked_first: NONE, place: HERE}, "new|standard", "a|standard", "b|free")

    assert answers.bodies.keys() == {"a|standard", "b|free"}
    assert (answers.lost, asked) == (None, [place] * 3)


def test_an_address_that_knows_none_is_left_after_a_few_however_many_models_there_are() -> None:
    places = [place.partition("?")[0] for place in PLACES[Surface.TOP_APPS]]
    keys = [f"m{number}|standard" for number in range(50)]

    answers, asked = sought(Surface.TOP_APPS, dict.fromkeys(places, NONE), *keys)

    assert answers.lost == "no known address answers: 404: Not Found"
    assert all(asked.count(place) <= ALL_UNKNOWN + AT_ONCE for place in places)


def test_authors_that_are_all_unknown_are_looked_for_at_the_older_addresses() -> None:
    answers, asked = sought(Surface.AUTHORS, {AUTHORS: NONE, OLDEST_AUTHORS: HERE}, "liquid")

    assert answers.bodies.keys() == {"liquid"}
    assert asked == [AUTHORS, OLDER_AUTHORS, OLDEST_AUTHORS]


@pytest.mark.parametrize("gone", [NONE, PAGE_404, PAGE], ids=["unknown", "no page", "a page"])
def test_what_no_address_has_is_nowhere(gone: Route) -> None:
    answers, _ = sought(Surface.VERSIONS, {VERSIONS: gone}, "a|standard", "b|free")

    assert (answers.bodies, answers.nowhere) == ({}, True)
    assert answers.lost is not None


@pytest.mark.parametrize("trouble", [DOWN, NO_JSON], ids=["in trouble", "no JSON"])
def test_what_may_be_there_tomorrow_is_lost_and_not_nowhere(trouble: Route) -> None:
    answers, _ = sought(Surface.VERSIONS, {VERSIONS: trouble}, "a|standard")

    assert answers.lost is not None
    assert not answers.nowhere
