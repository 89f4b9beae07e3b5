from __future__ import annotations

import threading
from datetime import timedelta
from pathlib import Path

from structlog.testing import capture_logs

from tests.daemon.manager import manager
from watcher.daemon.health.health import Health
from watcher.daemon.health.notify import Notifier
from watcher.daemon.health.vitals import Vitals, patience_of
from watcher.daemon.health.watchdog import period_of, watched_over

OFTEN = timedelta(milliseconds=30)


def test_a_ping_goes_out_three_times_within_what_the_service_manager_expects(tmp_path: Path) -> None:
    with (
        manager(tmp_path / "sock") as systemd,
        watched_over(Vitals(), Notifier(systemd.address, watchdog=OFTEN)),
    ):
        said = [systemd.next() for _ in range(3)]

    assert said == ["WATCHDOG=1"] * 3
    assert period_of(timedelta(seconds=60)) == timedelta(seconds=20)
    assert period_of(None) == timedelta(seconds=20)


class Stuck(Vitals):
    """Counts how often it is asked, and has a stuck poll until it is let go on."""

    def __init__(self) -> None:
        self.seconds = 0.0
        self.asked = threading.Semaphore(0)
        super().__init__(clock=self.now)
        self.movers.of("the poll of models").move("has waited", within=timedelta(seconds=5))
        self.seconds = 10.0

    def now(self) -> float:
        return self.seconds

    def health(self) -> Health:
        found = super().health()
        self.asked.release()
        return found


def test_no_ping_goes_out_while_a_part_is_stuck_and_the_log_says_once_which(tmp_path: Path) -> None:
    vitals = Stuck()

    with (
        manager(tmp_path / "sock") as systemd,
        capture_logs() as logs,
        watched_over(vitals, Notifier(systemd.address, watchdog=OFTEN)),
    ):
        for _ in range(4):
            assert vitals.asked.acquire(timeout=10)
        is_silent = not systemd.has_more()
        vitals.movers.of("the poll of models").again()
        systemd.next()

    assert is_silent
    assert [entry["event"] for entry in logs] == ["health.failed", "health.recovered"]
    assert logs[0]["reason"] == "the poll of models is stuck: it has waited for 10 s, 5 s at most"


def test_without_a_service_manager_the_health_is_looked_at_all_the_same() -> None:
    vitals = Stuck()
    quick = Notifier(watchdog=OFTEN)

    with capture_logs() as logs, watched_over(vitals, quick):
        assert vitals.asked.acquire(timeout=10)
        assert vitals.asked.acquire(timeout=10)

    assert [entry["event"] for entry in logs] == ["health.failed"]


def test_the_loop_may_be_busy_for_half_of_what_the_watchdog_is_expected_within_but_not_for_long() -> None:
    assert patience_of(timedelta(seconds=4)) == timedelta(seconds=2)
    assert patience_of(timedelta(minutes=10)) == patience_of(None) == timedelta(seconds=30)
