from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from pathlib import Path

import pytest

from tests.builders import NOON, US, at, endpoint, free, model, offers, rule, sheet
from watcher.alerts.outbox import RowState
from watcher.alerts.severity import Severity
from watcher.catalog.names import EndpointKey, ModelId, Surface
from watcher.catalog.sheets import Seen
from watcher.catalog.telemetry import Day
from watcher.daemon.ledger import Ledger
from watcher.rules.presets import PRESETS
from watcher.rules.rule import Rule
from watcher.rules.rulebook import Rulebook
from watcher.store.store import Store

URL = "https://openrouter.ai"
BOOK = Rulebook(
    rules=(
        Rule(
            name="new-free-variant",
            use="new-free-variant",
            watches=PRESETS["new-free-variant"]().watches(),
        ),
    ),
    receivers=(US,),
)
"""One rule, one receiver that is told at once."""


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with Store.open(tmp_path / "state", catalog=URL) as opened:
        yield opened


def seen(*names: str, minute: float = 0) -> Seen:
    rows = [free(name) if name.endswith(":free") else model(name) for name in names]
    return Seen(at=at(minute), models=sheet(Surface.MODELS, rows, lambda row: row.id))


def test_a_notification_leaves_one_row_for_each_target_of_its_receiver(store: Store) -> None:
    ledger = Ledger(store, BOOK, {"us": ("#one", "#two")})
    ledger.enter(seen("a/b", "a/c"), NOON)

    entry = ledger.enter(seen("a/b", "a/c", "a/b:free", minute=5), at(5))

    assert [alert.subject for alert in entry.decision.alerts] == ["a/b:free"]
    assert store.outbox.counts()[RowState.QUEUED] == 2


def test_what_somebody_else_committed_in_between_is_judged_upon(store: Store) -> None:
    ours = Ledger(store, BOOK, {"us": ("#one",)})
    theirs = Ledger(store, BOOK, {"us": ("#one",)})
    ours.enter(seen("a/b", "a/c"), NOON)
    theirs.enter(seen("a/b", "a/c", "a/b:free", minute=5), at(5))

    entry = ours.enter(seen("a/b", "a/c", "a/b:free", minute=10), at(10))

    assert entry.decision.alerts == ()
    assert store.outbox.counts()[RowState.QUEUED] == 1
    assert store.load() == ours.state


def test_a_restart_goes_on_from_what_was_written(store: Store) -> None:
    Ledger(store, BOOK, {"us": ("#one",)}).enter(seen("a/b", "a/c"), NOON)

    entry = Ledger(store, BOOK, {"us": ("#one",)}).enter(seen("a/b", "a/c", "a/c:free", minute=5), at(5))

    assert [alert.subject for alert in entry.decision.alerts] == ["a/c:free"]


def test_a_paused_target_is_told_to_the_other_receivers_until_it_is_back(store: Store) -> None:
    trouble = Rule(name="catalog-trouble", use="catalog-trouble", trouble_after=3)
    book = replace(BOOK, rules=(trouble,), receivers=(US, replace(US, name="boss")))
    ledger = Ledger(store, book, {"us": ("#one",), "boss": ("boss@example.org",)})
    store.outbox.pause("us", "#one", now=NOON, next_at=at(1440), reason="HTTP 404: no_service")
    store.outbox.pause("us", "#gone", now=NOON, next_at=at(1440), reason="HTTP 404: no_service")

    ledger.enter(None, at(5))
    ledger.enter(None, at(10))
    store.outbox.resume("us", "#one", at(15))
    ledger.enter(None, at(20))

    rows = store.queries.outbox()
    assert [(row.receiver, str(row.notification.status)) for row in rows] == [
        ("boss", "firing"),
        ("boss", "resolved"),
    ]


@pytest.mark.fault("all receivers dead for 24 h: the backlog")
def test_a_backlog_over_its_limit_gives_up_the_oldest_and_says_so(store: Store) -> None:
    trouble = Rule(name="catalog-trouble", severity=Severity.CRITICAL, trouble_after=3)
    mail = replace(US, name="boss", min_severity=Severity.CRITICAL)
    book = replace(BOOK, rules=(*BOOK.rules, trouble), receivers=(replace(US, max_backlog=2), mail))
    ledger = Ledger(store, book, {"us": ("#one",), "boss": ("boss@example.org",)})
    names = ["a/b"]
    for minute in range(0, 25, 5):
        ledger.enter(seen(*names, minute=minute), at(minute))
        names.append(f"a/{minute}:free")

    ledger.enter(None, at(30))

    ours = [row for row in store.queries.outbox() if row.receiver == "us"]
    assert [row.state for row in ours] == [RowState.DEAD] * 2 + [RowState.QUEUED] * 2
    assert ours[0].attempts[0].detail == "backlog over 2 messages: the oldest were given up"
    (told,) = [row for row in store.queries.outbox() if row.receiver == "boss"]
    assert told.notification.alerts[0].event == "catalog.backlog_cut"


def test_a_price_alert_knows_the_values_of_the_last_month(store: Store) -> None:
    book = replace(BOOK, rules=(rule("price-change", lasting=timedelta(0)),))
    ledger = Ledger(store, book, {"us": ("#one",)})
    prices = ["0.000002", "0.000003", "0.000001", "0.000004"]

    for day, price in enumerate(prices):
        moment = at(day * 1500)
        rows = offers(endpoint("a/b", "novita", completion=price))
        ledger.enter(replace(seen("a/b", minute=day * 1500), endpoints=rows), moment)

    last = store.queries.outbox()[-1].notification.alerts[0]
    assert last.context["course"] == prices


def test_an_uptime_alert_knows_the_hours_of_the_last_day_and_ends_with_its_own_reading(store: Store) -> None:
    book = replace(BOOK, rules=(rule("uptime-drop", below=90.0, lasting=timedelta(0)),))
    ledger = Ledger(store, book, {"us": ("#one",)})

    for minute, uptime in ((0, 100.0), (60, 98.0), (75, 99.0), (120, 3.0)):
        rows = offers(endpoint("a/b", "novita", uptime=uptime), endpoint("a/b", "azure", uptime=0.0))
        ledger.enter(replace(seen("a/b", minute=minute), endpoints=rows), at(minute))
        if not minute:
            recorded = Day(hours=(None,) * 10 + (50.0, 60.0))
            store.fill_days({NOON.date(): {EndpointKey(ModelId("a/b"), "azure", 0): recorded}})

    (told,) = store.queries.outbox()
    hours = told.notification.alerts[0].context["uptimes"]
    assert hours == [None] * 20 + [50.0, 60.0, 100.0, 98.5, 3.0]


HELD = replace(US, group_wait=timedelta(hours=2))


def test_a_price_alert_that_was_held_ends_with_what_the_price_is_by_then(store: Store) -> None:
    rules = (rule("price-change", at_least=Decimal("0.1"), lasting=timedelta(0)),)
    ledger = Ledger(store, Rulebook(rules=rules, receivers=(HELD,)), {"us": ("#one",)})
    prices = ["0.000002", "0.000003", "0.0000031"]

    for minute, price in zip((0, 60, 90), prices, strict=True):
        rows = offers(endpoint("a/b", "novita", completion=price))
        ledger.enter(replace(seen("a/b", minute=minute), endpoints=rows), at(minute))
    ledger.enter(None, at(180))

    (told,) = store.queries.outbox()
    assert told.notification.alerts[0].new == prices[1]
    assert told.notification.alerts[0].context["course"] == prices


def test_an_uptime_alert_that_was_held_shows_its_reading_in_its_own_hour(store: Store) -> None:
    rules = (rule("uptime-drop", below=90.0, lasting=timedelta(0)),)
    ledger = Ledger(store, Rulebook(rules=rules, receivers=(HELD,)), {"us": ("#one",)})

    for minute, uptime in ((0, 100.0), (60, 3.0), (75, 50.0), (120, 70.0)):
        rows = offers(endpoint("a/b", "novita", uptime=uptime))
        ledger.enter(replace(seen("a/b", minute=minute), endpoints=rows), at(minute))
    ledger.enter(None, at(180))

    (told,) = store.queries.outbox()
    hours = told.notification.alerts[0].context["uptimes"]
    assert hours == [None] * 21 + [100.0, 3.0, 70.0, None]


def test_where_no_alert_is_about_an_uptime_no_readings_are_read(store: Store) -> None:
    ledger = Ledger(store, BOOK, {"us": ("#one",)})
    ledger.enter(seen("a/b", "a/c"), NOON)
    ledger.enter(seen("a/b", "a/c", "a/c:free", minute=5), at(5))

    (told,) = store.queries.outbox()
    assert "uptimes" not in told.notification.alerts[0].context
