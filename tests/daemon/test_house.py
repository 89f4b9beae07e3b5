from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

import pytest
from structlog.testing import capture_logs

from tests.builders import endpoint, model
from tests.builders import seen as poll
from tests.daemon.test_attendant import full_disk
from tests.simulator.clocks import Clock
from watcher.alerts.outbox import RowState
from watcher.catalog.sheets import Seen
from watcher.config import Config, load
from watcher.daemon.addresses import Addresses
from watcher.daemon.house import House, open_house, refitted
from watcher.daemon.ledger import Entry
from watcher.store.errors import Full

RULES = "{use: new-free-variant}, {use: price-change, for: 30m}"
TWO = "{log: {file: a.jsonl, group_wait: 0s}, other: {file: b.jsonl, group_wait: 0s}}"


class Life:
    """One state directory, lived in by one daemon after the other, under one clock."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.clock = Clock()

    def config(self, rules: str = RULES, receivers: str = TWO, *more: str) -> Config:
        path = self.folder / "config.yaml"
        path.write_text("\n".join((f"rules: [{rules}]", f"receivers: {receivers}", *more)) + "\n")
        return load(path, {}, targets=None)

    @contextmanager
    def daemon(self, config: Config) -> Iterator[House]:
        """Open the house; its lanes are stopped, so that what is queued stays."""
        with open_house(config, config.rulebook, Addresses(), clock=self.clock) as house:
            house.dispatcher.stop(5)
            yield house

    def see(self, house: House, price: str, *more: str, later: timedelta = timedelta(minutes=5)) -> Entry:
        """Judge a poll of a model at a price, and of more models that cost nothing."""
        self.clock.now += later
        listed = [model("a/b", prompt=price), *(model(name, prompt="0", completion="0") for name in more)]
        offers = [endpoint("a/b", "one", prompt=price)]
        offers += [endpoint(name, "one", prompt="0", completion="0") for name in more]
        found: Seen = poll(self.clock.now, models=listed, endpoints=offers)
        return house.ledger.enter(found, self.clock.now)


@pytest.fixture
def life(tmp_path: Path) -> Life:
    return Life(tmp_path)


def told(*entries: Entry) -> list[tuple[str, str]]:
    return [(alert.rule, alert.subject) for entry in entries for alert in entry.decision.alerts]


def test_a_price_that_is_pending_when_the_configuration_changes_is_told_in_its_time(life: Life) -> None:
    with life.daemon(life.config()) as house:
        life.see(house, "0.000001")
        life.see(house, "0.000002")
        after = refitted(house, life.config("{use: price-change, for: 30m, percent: 20}"), Addresses())
        soon = life.see(after, "0.000002")
        late = life.see(after, "0.000002", later=timedelta(minutes=30))

    assert told(soon) == []
    assert told(late) == [("price-change", "a/b")]


def test_a_rule_that_is_new_looks_forward_only(life: Life) -> None:
    with life.daemon(life.config("{use: model-added}")) as house:
        life.see(house, "0.000001", "a/free")
        after = refitted(
            house, life.config(f"{RULES}, {{use: price-below, usd_per_million: 1}}"), Addresses()
        )
        first = life.see(after, "0.000002", "a/free")
        next_one = life.see(after, "0.000002", "a/free", "a/new")

    assert ("new-free-variant", "a/free") not in told(first, next_one)
    assert ("price-change", "a/b") not in told(first, next_one)
    assert ("new-free-variant", "a/new") in told(next_one)


def test_messages_for_a_receiver_that_is_taken_away_are_kept_and_named_and_go_when_it_is_back(
    life: Life,
) -> None:
    alone = "{log: {file: a.jsonl, group_wait: 0s}}"
    with life.daemon(life.config()) as house:
        life.see(house, "0.000001")
        life.see(house, "0.000001", "a/free")
    with capture_logs() as logs, life.daemon(life.config(receivers=alone)) as house:
        named = house.store.outbox.orphans()
        fewer = len(house.store.queries.outbox([RowState.ORPHANED]))
    with life.daemon(life.config()) as house:
        back = house.store.outbox.orphans()
        (row,) = [row for row in house.store.queries.outbox() if row.receiver == "other"]

    (entry,) = [entry for entry in logs if entry["event"] == "outbox.orphaned"]
    assert (entry["receiver"], entry["target"], entry["rows"]) == ("other", "file b.jsonl", fewer)
    assert named == {("other", "file b.jsonl"): fewer}
    assert fewer == 1
    assert back == {}
    assert row.state in {RowState.RETRY, RowState.SENDING, RowState.DELIVERED}


def test_alerts_that_a_receiver_still_collects_when_it_is_taken_away_leave_when_it_is_back(
    life: Life,
) -> None:
    patient = "{log: {file: a.jsonl, group_wait: 0s}, other: {file: b.jsonl, group_wait: 1h}}"
    alone = "{log: {file: a.jsonl, group_wait: 0s}}"
    with life.daemon(life.config(receivers=patient)) as house:
        life.see(house, "0.000001")
        life.see(house, "0.000001", "a/free")
        with capture_logs() as logs:
            fewer = refitted(house, life.config(receivers=alone), Addresses())
        meanwhile = life.see(fewer, "0.000001", "a/free", later=timedelta(hours=2))
        again = refitted(fewer, life.config(receivers=patient), Addresses())
        back = life.see(again, "0.000001", "a/free")

    assert [(entry["receiver"], entry["alerts"]) for entry in logs if "alerts" in entry] == [("other", 1)]
    assert "other" not in [sent.receiver for sent in meanwhile.decision.notifications]
    assert [sent.receiver for sent in back.decision.notifications] == ["other"]


def test_after_a_restart_another_base_url_begins_silently_with_its_own_baseline(life: Life) -> None:
    elsewhere = "catalog: {base_url: 'http://127.0.0.1:9'}"
    with life.daemon(
        life.config("{use: new-free-variant}, {use: model-removed}, {use: price-change}")
    ) as house:
        life.see(house, "0.000001")
        life.see(house, "0.000001", "a/free")
    with life.daemon(life.config("{use: new-free-variant}, {use: model-removed}", TWO, elsewhere)) as house:
        first = life.see(house, "0.000009", "other/free", "other/too")
        later = life.see(house, "0.000009", "other/free", "other/too", later=timedelta(hours=1))
        new = life.see(house, "0.000009", "other/free", "other/too", "other/new")
    with life.daemon(life.config()) as house:
        back = life.see(house, "0.000001", "a/free")

    assert told(first, later) == []
    assert told(new) == [("new-free-variant", "other/new")]
    assert told(back) == []


def test_a_house_that_cannot_be_refitted_stays_as_it_was(life: Life) -> None:
    with life.daemon(life.config()) as house:
        life.see(house, "0.000001")
        life.see(house, "0.000001", "a/free")
        config = life.config(receivers="{log: {file: c.jsonl}}")
        with full_disk(), pytest.raises(Full):
            refitted(house, config, Addresses())

        assert [sign.target for sign in house.dispatcher.signs()] == ["file a.jsonl", "file b.jsonl"]
