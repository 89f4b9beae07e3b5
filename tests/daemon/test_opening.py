from __future__ import annotations

import signal
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from structlog.testing import capture_logs

from tests.daemon.manager import manager
from watcher.daemon.health.notify import Notifier
from watcher.daemon.opening import patiently
from watcher.daemon.signals import Ending
from watcher.store.errors import Corrupt, Full, StoreError

PATH = Path("/state/watcher.db")


class Disk:
    """Raises one error after the other, then opens."""

    def __init__(self, *errors: StoreError) -> None:
        self.errors = list(errors)
        self.naps: list[float] = []
        self.is_closed = False

    @contextmanager
    def open(self) -> Iterator[str]:
        if self.errors:
            raise self.errors.pop(0)
        yield "house"
        self.is_closed = True


def entered(disk: Disk, notifier: Notifier, ending: Ending | None = None) -> str:
    with patiently(disk.open, notifier, ending or Ending(), sleep=disk.naps.append) as house:
        return house


def test_a_disk_that_is_full_when_we_start_is_waited_for_under_a_service_manager(tmp_path: Path) -> None:
    disk = Disk(Full(PATH), Full(PATH))

    with manager(tmp_path / "sock") as systemd, capture_logs() as logs:
        house = entered(disk, Notifier(systemd.address))
        said = systemd.next()

    assert (house, disk.is_closed) == ("house", True)
    assert sum(disk.naps) == pytest.approx(20)
    assert said.startswith("STATUS=waiting to start: /state/watcher.db: the disk or a quota is full")
    assert [entry["event"] for entry in logs] == ["daemon.waiting"] * 2


def test_it_is_not_waited_for_longer_than_a_minute(tmp_path: Path) -> None:
    disk = Disk(*[Full(PATH)] * 9)

    with manager(tmp_path / "sock") as systemd, pytest.raises(Full):
        entered(disk, Notifier(systemd.address))

    assert sum(disk.naps) == pytest.approx(50)


def test_a_person_hears_of_it_at_once_and_what_does_not_pass_is_never_waited_for(tmp_path: Path) -> None:
    with pytest.raises(Full):
        entered(person := Disk(Full(PATH)), Notifier())
    with manager(tmp_path / "sock") as systemd, pytest.raises(Corrupt):
        entered(damaged := Disk(Corrupt(PATH, "damaged")), Notifier(systemd.address))

    assert person.naps == damaged.naps == []


def test_an_end_that_is_asked_for_meanwhile_is_one(tmp_path: Path) -> None:
    ending = Ending()
    ending.ask(signal.SIGTERM, None)
    signal.setitimer(signal.ITIMER_REAL, 0)
    disk = Disk(Full(PATH))

    with manager(tmp_path / "sock") as systemd, pytest.raises(Full):
        entered(disk, Notifier(systemd.address), ending)

    assert disk.naps == []
