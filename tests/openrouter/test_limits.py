"""How often, how much and how long the client asks, and what it does when it is told to wait."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest

from tests.openrouter.questions import FREE, OPUS, ask, offers, path
from tests.openrouter.upstream import Clock, Route, hang_up, reply, turns
from watcher.catalog.names import ModelId
from watcher.openrouter import Answer, CatalogClient, Limits, Unanswered


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
