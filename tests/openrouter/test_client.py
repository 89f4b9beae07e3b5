from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from datetime import timedelta
from typing import TypeVar

import pytest

from tests.openrouter.upstream import Clock, Route, Upstream, client, hang_up, reply, turns, upstream
from watcher import __version__
from watcher.catalog.names import ModelId, Surface
from watcher.openrouter import Answer, CatalogClient, Limits, Unanswered

T = TypeVar("T")
ZERO = timedelta(0)
SWIFT = Limits(backoff=ZERO, longest_backoff=ZERO, jitter=ZERO)
KEY = "sk-or-v1-secret"
OPUS, FREE, LATEST = ModelId("anthropic/opus"), ModelId("z-ai/glm:free"), ModelId("~z-ai/glm-latest")


def page(*rows: str, total: int | None = None, link: str | None = None) -> Route:
    body: dict[str, object] = {"data": [{"id": row} for row in rows], "links": {"next": link}}
    return reply(body if total is None else {**body, "total_count": total})


def offers(model: str) -> Route:
    return reply({"data": {"id": model, "endpoints": []}})


def path(model: str) -> str:
    return f"/api/v1/models/{model}/endpoints"


def ask(
    routes: Mapping[str, Route],
    question: Callable[[CatalogClient], Awaitable[T]],
    *,
    limits: Limits = SWIFT,
    clock: Clock | None = None,
    **options: object,
) -> tuple[T, Upstream]:
    async def asking() -> tuple[T, Upstream]:
        async with (
            upstream(routes) as server,
            client(server.base, limits, clock or Clock(), **options) as catalog,
        ):
            return await question(catalog), server

    return asyncio.run(asking())


def test_models_of_every_modality_are_asked_for_by_a_client_that_says_who_it_is() -> None:
    answer, server = ask({"/api/v1/models": page("a/b", total=1)}, lambda catalog: catalog.models())

    assert answer == Answer({"data": [{"id": "a/b"}], "links": {"next": None}, "total_count": 1})
    assert server.targets == ["/api/v1/models?output_modalities=all"]
    fields = server.asked[0].headers
    assert fields["user-agent"] == (
        f"catalog-watcher/{__version__} (+https://github.com/catalog-watcher/catalog-watcher)"
    )
    assert fields["accept-encoding"] == "gzip"


@pytest.mark.parametrize(
    ("method", "target"),
    [
        ("providers", "/api/v1/providers"),
        ("zdr", "/api/v1/endpoints/zdr"),
    ],
)
def test_every_list_has_its_address(method: str, target: str) -> None:
    answer, _ = ask({target: reply({"data": []})}, lambda catalog: getattr(catalog, method)())

    assert answer == Answer({"data": []})


def test_the_key_goes_to_the_documented_api_and_not_to_the_frontend() -> None:
    async def both(catalog: CatalogClient) -> None:
        await catalog.providers()
        await catalog.frontend.one(Surface.FRONTEND)

    _, server = ask({}, both, api_key=f" {KEY}\n")

    documented, *frontend = server.asked
    assert documented.headers["authorization"] == f"bearer {KEY}"
    assert len(frontend) == 2
    assert all("authorization" not in asked.headers for asked in frontend)


@pytest.mark.parametrize("base", ["ftp://example.org", "openrouter.ai", "http://", "http://[::1"])
def test_a_base_url_that_no_request_can_carry_is_refused_at_once(base: str) -> None:
    with pytest.raises(ValueError, match="base_url"):
        CatalogClient(base)


def test_a_key_that_no_header_can_carry_is_refused_without_being_repeated() -> None:
    with pytest.raises(ValueError, match="api_key") as refused:
        CatalogClient("https://openrouter.ai", api_key="sk-\u20ac")

    assert "sk-" not in str(refused.value)


def test_all_pages_make_one_document() -> None:
    routes = {
        "/api/v1/models?output_modalities=all": page("a/1", total=3, link="/api/v1/models?offset=1"),
        "/api/v1/models?offset=1&output_modalities=all": page("a/2", link="?offset=2&output_modalities=all"),
        "/api/v1/models?offset=2&output_modalities=all": page("a/3"),
    }

    answer, _ = ask(routes, lambda catalog: catalog.models())

    assert answer == Answer(
        {"data": [{"id": "a/1"}, {"id": "a/2"}, {"id": "a/3"}], "total_count": 3, "links": {"next": None}}
    )


@pytest.mark.fault("page 2 is missing")
def test_a_list_whose_second_page_is_missing_is_unanswered() -> None:
    routes = {"/api/v1/models?output_modalities=all": page("a/1", total=2, link="/api/v1/models?offset=1")}

    answer, _ = ask(routes, lambda catalog: catalog.models())

    assert answer == Unanswered("page 2: 404: Not Found", 404)


@pytest.mark.parametrize(
    "link", ["http://example.org/api/v1/models", "/api/v1/models?output_modalities=all", "http://[", "//x/y"]
)
def test_pages_that_lead_elsewhere_or_round_in_circles_are_unanswered(link: str) -> None:
    answer, server = ask(
        {"/api/v1/models": page("a/1", total=2, link=link)}, lambda catalog: catalog.models()
    )

    assert answer == Unanswered("page 2 of the list leads astray")
    assert len(server.asked) == 1


def test_the_count_is_not_asked_for_while_the_list_speaks_for_itself() -> None:
    _, server = ask({"/api/v1/models": page("a/1", "a/2", total=2)}, lambda catalog: catalog.models(2))

    assert len(server.asked) == 1


@pytest.mark.parametrize("total", [None, 1])
def test_a_list_that_shrank_or_names_no_total_gets_the_count_of_upstream(total: int | None) -> None:
    routes = {
        "/api/v1/models": page("a/1", total=total),
        "/api/v1/models/count": reply({"data": {"count": 2}}),
    }

    answer, _ = ask(routes, lambda catalog: catalog.models(2))

    assert isinstance(answer, Answer)
    assert answer.body["total_count"] == 2


@pytest.mark.parametrize("body", [{"data": {}}, {"data": 5}, {"error": "no"}])
def test_a_count_that_is_not_answered_changes_nothing(body: object) -> None:
    routes = {"/api/v1/models": page("a/1", total=1), "/api/v1/models/count": reply(body)}

    answer, _ = ask(routes, lambda catalog: catalog.models(2))

    assert isinstance(answer, Answer)
    assert answer.body["total_count"] == 1


def test_each_model_is_answered_or_has_its_reason() -> None:
    routes = {path(OPUS): offers(OPUS), path(LATEST): offers(LATEST)}

    answers, _ = ask(routes, lambda catalog: catalog.endpoints([OPUS, FREE, LATEST, OPUS]))

    assert answers.bodies == {model: {"data": {"id": model, "endpoints": []}} for model in (OPUS, LATEST)}
    assert answers.unanswered == {FREE: "404: Not Found"}


@pytest.mark.parametrize(
    ("model", "target"),
    [
        ("a/b?x=1", "/api/v1/models/a/b%3Fx=1/endpoints"),
        ("a/b#c", "/api/v1/models/a/b%23c/endpoints"),
        ("a/%2e%2e", "/api/v1/models/a/%252e%252e/endpoints"),
        ("a/b\r\nX: y", "/api/v1/models/a/b%0D%0AX:%20y/endpoints"),
        ("a/ü", "/api/v1/models/a/%C3%BC/endpoints"),
        ("~a/b:free", "/api/v1/models/~a/b:free/endpoints"),
    ],
)
def test_an_id_cannot_leave_its_place_in_the_path(model: str, target: str) -> None:
    _, server = ask({}, lambda catalog: catalog.endpoints([ModelId(model)]))

    assert [asked.replace("%3D", "=") for asked in server.targets] == [target]


@pytest.mark.parametrize("model", ["../providers", "a/../../x", "", "a//b", "a/.", "a" * 301])
def test_an_id_that_no_path_can_carry_is_not_asked_for(model: str) -> None:
    answers, server = ask({}, lambda catalog: catalog.endpoints([ModelId(model)]))

    assert answers.unanswered == {ModelId(model): "not asked: no path can carry this id"}
    assert server.asked == []


def test_requests_are_spread_evenly() -> None:
    clock = Clock()
    models = [ModelId(f"a/{number}") for number in range(5)]

    ask(
        {},
        lambda catalog: catalog.endpoints(models, spread=timedelta(seconds=50)),
        clock=clock,
        concurrency=1,
    )

    assert clock.slept == [10.0] * 4


def test_every_request_ticks() -> None:
    ticks: list[None] = []

    ask(
        {path(OPUS): offers(OPUS)},
        lambda catalog: catalog.endpoints([OPUS, FREE], tick=lambda: ticks.append(None)),
    )

    assert len(ticks) == 2


def test_no_minute_sees_more_requests_than_allowed() -> None:
    clock = Clock()
    models = [ModelId(f"a/{number}") for number in range(7)]

    ask({}, lambda catalog: catalog.endpoints(models), clock=clock, max_requests_per_minute=3, concurrency=1)

    assert clock.slept == [60.0, 60.0]


def test_no_more_requests_than_allowed_are_on_their_way_at_once() -> None:
    models = [ModelId(f"a/{number}") for number in range(20)]

    async def slowly(asked: object, writer: asyncio.StreamWriter) -> None:
        for _ in range(20):
            await asyncio.sleep(0)
        await reply({"data": {}})(asked, writer)  # type: ignore[arg-type]  # the reply looks at no request

    routes: dict[str, Route] = {path(model): slowly for model in models}
    answers, server = ask(routes, lambda catalog: catalog.endpoints(models), concurrency=3)

    assert len(answers.bodies) == 20
    assert server.most_at_once == 3


def test_a_dead_host_ends_the_sweep_after_a_few_failures() -> None:
    models = [ModelId(f"a/{number}") for number in range(424)]
    routes = {path(model): hang_up for model in models}

    answers, server = ask(routes, lambda catalog: catalog.endpoints(models, spread=timedelta(minutes=5)))

    assert len(answers.unanswered) == 424
    assert len(server.asked) <= 12 + 4
    assert "failures in a row" in answers.unanswered[models[-1]]


def test_a_single_answer_shows_that_the_host_is_alive() -> None:
    models = [ModelId(f"a/{number}") for number in range(30)]
    routes = {path(model): hang_up if number % 3 else offers(model) for number, model in enumerate(models)}

    answers, _ = ask(routes, lambda catalog: catalog.endpoints(models), concurrency=1)

    assert len(answers.bodies) == 10
    assert len(answers.unanswered) == 20


def test_one_sweep_takes_no_more_bytes_than_allowed() -> None:
    models = [ModelId(f"a/{number}") for number in range(30)]
    routes = {path(model): reply({"data": "x" * 1000}) for model in models}

    answers, _ = ask(
        routes,
        lambda catalog: catalog.endpoints(models),
        limits=Limits(sweep_bytes=5000, sweep_bytes_each=0),
        concurrency=1,
    )

    assert len(answers.bodies) == 4
    assert len(answers.unanswered) == 26


@pytest.mark.fault("the catalog answers 503")
def test_a_failure_that_passes_is_asked_again() -> None:
    flaky = turns(hang_up, reply({"error": {"message": "busy"}}, 503), reply({"data": []}))

    answer, server = ask({"/api/v1/providers": flaky}, lambda catalog: catalog.providers())

    assert answer == Answer({"data": []})
    assert len(server.asked) == 3


@pytest.mark.fault("the catalog answers 500")
def test_after_the_last_attempt_its_reason_is_the_answer() -> None:
    busy = reply({"error": {"code": 500, "message": "Internal"}}, 500)

    answer, server = ask({"/api/v1/providers": busy}, lambda catalog: catalog.providers())

    assert answer == Unanswered("500: Internal", 500, passing=True)
    assert len(server.asked) == 3


@pytest.mark.fault("429 with seconds")
def test_a_pause_holds_everybody_and_not_only_who_was_told() -> None:
    clock = Clock()
    limited = turns(reply({"error": "slow"}, 429, headers={"Retry-After": "7"}), offers(OPUS))

    answers, _ = ask(
        {path(OPUS): limited, path(FREE): offers(FREE)},
        lambda catalog: catalog.endpoints([OPUS, FREE]),
        clock=clock,
        concurrency=1,
    )

    assert set(answers.bodies) == {OPUS, FREE}
    assert clock.slept == [7.0]


@pytest.mark.fault("429 without a time")
def test_a_429_that_names_no_time_pauses_for_a_few_seconds() -> None:
    clock = Clock()
    limited = turns(reply({"error": "slow"}, 429), reply({"data": []}))

    answer, _ = ask({"/api/v1/providers": limited}, lambda catalog: catalog.providers(), clock=clock)

    assert answer == Answer({"data": []})
    assert clock.slept == [5.0]


@pytest.mark.fault("429 with a date")
def test_a_date_is_measured_by_upstreams_own_clock() -> None:
    clock = Clock()
    fields = {"Date": "Sun, 22 Nov 2026 12:00:00 GMT", "Retry-After": "Sun, 22 Nov 2026 12:00:30 GMT"}
    limited = turns(reply({}, 503, headers=fields), reply({"data": []}))

    ask({"/api/v1/providers": limited}, lambda catalog: catalog.providers(), clock=clock)

    assert clock.slept == [30.0]


@pytest.mark.fault("Retry-After is 1e9 seconds")
def test_an_absurd_pause_is_capped_and_not_sat_out() -> None:
    clock = Clock()
    limited = reply({"error": "slow"}, 429, headers={"Retry-After": "1000000000"})

    async def twice(catalog: CatalogClient) -> list[Answer | Unanswered]:
        first = await catalog.providers()
        clock.now += 15 * 60
        return [first, await catalog.zdr()]

    (first, later), server = ask(
        {"/api/v1/providers": limited, "/api/v1/endpoints/zdr": reply({"data": []})}, twice, clock=clock
    )

    assert first == Unanswered("not asked: upstream asked for a pause, of which 900 s are left")
    assert later == Answer({"data": []})
    assert server.targets == ["/api/v1/providers", "/api/v1/endpoints/zdr"]
    assert clock.slept == []
