from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass, fields
from datetime import timedelta
from decimal import Decimal
from pathlib import Path

from tests.daemon.pasts import FOUND, MODELS, Counting, Life, book, live
from tests.daemon.test_pulling import hurry
from tests.simulator.clocks import NOON, Clock
from watcher.catalog.names import Surface
from watcher.config import Frontend, parse
from watcher.daemon.ledger import Ledger
from watcher.daemon.past.backfill import Ground
from watcher.daemon.past.filling_prices import FillingPrices
from watcher.daemon.past.fillings import backfill_of
from watcher.daemon.past.pace import BATCH
from watcher.daemon.rounds.allowance import Allowance
from watcher.daemon.rounds.needs import Means
from watcher.daemon.rounds.patrol import Patrol
from watcher.daemon.rounds.sweeping import Sweeper
from watcher.judgement.decision import Change
from watcher.judgement.knowledge.cheapest import cheapest, offered_in
from watcher.openrouter import CatalogClient, FrontendAnswers
from watcher.reading.reader import Reader
from watcher.simulator.faults import Html
from watcher.simulator.founding import found
from watcher.simulator.pricing import PriceMoves
from watcher.simulator.script import Script
from watcher.simulator.server import Server
from watcher.simulator.simulation import Simulation
from watcher.store.store import Store

URL = "http://127.0.0.1:9"
MEANS = Means(frontend=Frontend.ALL)
BOOK = parse("receivers: {us: {console: true}}\nrules: [{use: price-change}]\n", {}).rulebook


def filled(folder: Path, rounds: int, *faults: Html) -> tuple[list[bool], list[int], list[Change], Ledger]:
    """Read a simulated catalog, fill its past some times, and return what came of it and what it cost."""
    world = Simulation(seed=1, models=24, script=Script(faults=faults), clock=Clock(), start=NOON)
    answered: list[bool] = []
    asked: list[int] = []

    async def live(server: Server, store: Store, ledger: Ledger) -> None:
        async with CatalogClient(server.base_url, max_requests_per_minute=6000, sleep=hurry) as client:
            patrol = Patrol(
                Sweeper(client, Reader()),
                ledger,
                means=MEANS,
                clock=Clock(),
                luck=lambda surface, at: 0.5,  # noqa: ARG005  # no jitter
                judged=lambda entry: None,  # noqa: ARG005  # nobody waits for it
            )
            for surface in (Surface.MODELS, Surface.ENDPOINTS):
                await patrol.sweep(surface)
            filling = FillingPrices(
                Ground(
                    client=client,
                    store=store,
                    means=MEANS,
                    allowance=Allowance(),
                    clock=Clock(),
                    rulebook=BOOK,
                    plan=patrol.plan,
                    state=lambda: ledger.state,
                )
            )
            for _ in range(rounds):
                before = server.requests
                answered.append((await filling.fill_some()).lost is None)
                asked.append(server.requests - before)

    with Server(world) as server, Store.open(folder / "state", catalog=URL) as store:
        ledger = Ledger(store, BOOK, {"us": ("#one",)})
        asyncio.run(live(server, store, ledger))
        return answered, asked, list(store.queries.history(oldest_first=True)), ledger


def test_the_past_of_prices_comes_a_few_models_at_a_time_and_goes_to_the_history_alone(
    tmp_path: Path,
) -> None:
    answered, asked, history, ledger = filled(tmp_path, 5)

    assert all(answered)
    assert asked[:2] == [5, 5]
    assert sum(asked) <= ledger_models(ledger)
    assert {change.event for change in history} == {
        "endpoint.added",
        "endpoint.price_changed",
        "model.price_changed",
    }
    assert all(change.at < NOON for change in history)
    fallen = [change for change in history if change.field == "pricing.prompt"]
    assert all(float(str(change.old)) > float(str(change.new)) for change in fallen)
    assert len(fallen) > 10
    assert not ledger.state.episodes


def test_a_models_cheapest_price_has_a_past_that_ends_where_we_began(tmp_path: Path) -> None:
    _, _, history, ledger = filled(tmp_path, 8)

    ends = {
        change.subject: Decimal(str(change.new))
        for change in history
        if (change.event, change.field) == ("model.price_changed", "pricing.prompt")
    }
    began = {
        model: cheapest(offered_in(ledger.state, model))["prompt"][0] for model in ledger.state.endpoints
        if model in ends
    }  # fmt: skip
    assert len(ends) > 10
    assert ends == began


def test_what_was_filled_once_is_not_asked_for_in_the_next_life(tmp_path: Path) -> None:
    _, first, before, _ = filled(tmp_path, 10)
    _, second, after, ledger = filled(tmp_path, 10)

    assert sum(first) > 10
    assert sum(first) + sum(second) <= ledger_models(ledger)
    assert all(change in after for change in before)
    assert len({(one.at, one.event, one.subject, one.field) for one in after}) == len(after)


def test_a_price_alert_of_a_model_draws_what_it_cost_before_we_came(tmp_path: Path) -> None:
    moved = next(
        row for row in found(1, MODELS).listings.values() if len(row.offers) == 1 and ":" not in row.id
    )
    rise = PriceMoves(at=timedelta(hours=1), model=moved.id, tag=moved.offers[0].tag, percent=Decimal(40))

    async def story(life: Life) -> list[Decimal]:
        await life.sweep(*FOUND)
        await life.fill()
        life.clock.forward(minutes=70)
        await life.sweep(*FOUND)
        life.clock.forward(minutes=10)
        life.ledger.enter(None, life.clock())
        told = [alert for row in life.store.queries.outbox() for alert in row.notification.alerts]
        (alert,) = [each for each in told if each.subject == moved.id and each.field == "pricing.prompt"]
        prices = alert.context["course"]
        assert isinstance(prices, list)
        return [Decimal(str(price)) for price in prices]

    course = live(tmp_path, book("price-change, for: 0s"), story, script=Script(events=(rise,)))

    first = Decimal(moved.offers[0].prices["prompt"])
    assert course == [first * Decimal("1.2"), first, first * Decimal("1.4")]


def test_a_surface_that_is_lost_is_left_alone_for_long(tmp_path: Path) -> None:
    lost = Html(at=timedelta(0), until=timedelta(days=1), surface=Surface.LISTED_PRICES)

    answered, asked, history, _ = filled(tmp_path, 1, lost)

    assert (answered, history) == ([False], [])
    assert asked[0] <= 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Forgetful(Counting):
    """Knows nothing of some things, as an upstream may that answers 404 for them."""

    unknown: Collection[str] = ()

    async def ask(self, surface: Surface, keys: Sequence[str]) -> FrontendAnswers:
        known = [key for key in keys if key not in self.unknown]
        if not known:
            self.asked[surface] += len(keys)
            reasons = dict.fromkeys(keys, "HTTP 404")
            return FrontendAnswers(bodies={}, unanswered=reasons, lost="HTTP 404", nowhere=True)
        return await Counting.ask(self, surface, known)


def test_what_upstream_knows_nothing_of_keeps_nobody_elses_past_away(tmp_path: Path) -> None:
    async def story(life: Life) -> tuple[Ledger, Counter[Surface]]:
        await life.sweep(*FOUND)
        first = list(life.ground.errands()[Surface.LISTED_PRICES].keys)[:BATCH]
        ground = {item.name: getattr(life.ground, item.name) for item in fields(Counting)}
        life.ground = Forgetful(**ground, unknown=first)
        life.backfill = backfill_of(life.ground)
        for _ in range(8):
            await life.backfill.fill_some()
            life.clock.forward(minutes=61)
        return life.ledger, life.ground.asked

    ledger, asked = live(tmp_path, book("price-change"), story)

    assert asked[Surface.LISTED_PRICES] == len(ledger.state.endpoints)


def ledger_models(ledger: Ledger) -> int:
    return len(ledger.state.endpoints)
