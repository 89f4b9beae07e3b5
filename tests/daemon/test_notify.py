from __future__ import annotations

import os
import re
import time
from datetime import timedelta
from pathlib import Path

import pytest
from structlog.testing import capture_logs

from tests.daemon.manager import manager
from watcher.daemon.health.notify import Notifier, notifier_of


@pytest.mark.parametrize("name", ["notify.sock", "@catalog-watcher-test-{pid}"])
def test_a_service_manager_is_told_in_its_own_words_at_a_path_and_in_the_abstract_space(
    tmp_path: Path, name: str
) -> None:
    address = name.format(pid=os.getpid()) if name.startswith("@") else str(tmp_path / name)
    with manager(address) as systemd:
        notifier = Notifier(address)
        for say in (notifier.ready, notifier.ping, notifier.stopping):
            say()
        notifier.status("12 models,\n 30 endpoints")
        notifier.reloading()
        said = [systemd.next() for _ in range(5)]

    assert said[:4] == ["READY=1", "WATCHDOG=1", "STOPPING=1", "STATUS=12 models, 30 endpoints"]
    found = re.fullmatch(r"RELOADING=1\nMONOTONIC_USEC=(\d+)", said[4])
    assert found is not None
    assert 0 <= time.monotonic() - int(found[1]) / 1_000_000 < 60


def test_where_nobody_listens_nothing_is_said() -> None:
    notifier = notifier_of({})

    notifier.ready()

    assert (notifier.is_heard, notifier.watchdog) == (False, None)


def test_a_manager_that_is_gone_is_logged_once_and_ends_nothing(tmp_path: Path) -> None:
    notifier = Notifier(str(tmp_path / "nobody.sock"))

    with capture_logs() as logs:
        notifier.ping()
        notifier.ping()
        with manager(tmp_path / "nobody.sock"):
            notifier.ping()
        notifier.ping()

    assert [entry["event"] for entry in logs] == ["notify.failed"] * 2


def test_the_watchdog_is_taken_from_the_environment_when_it_is_meant_for_us() -> None:
    ours = {"NOTIFY_SOCKET": "/run/x", "WATCHDOG_USEC": "30000000", "WATCHDOG_PID": "12"}

    assert notifier_of(ours, pid=12).watchdog == timedelta(seconds=30)
    assert notifier_of(ours, pid=13).watchdog is None
    assert notifier_of({"WATCHDOG_USEC": "5000"}).watchdog == timedelta(milliseconds=5)
    assert [notifier_of({"WATCHDOG_USEC": text}).watchdog for text in ("", "0", "soon")] == [None] * 3


def test_a_sentence_is_cut_where_no_line_of_systemctl_is_so_long(tmp_path: Path) -> None:
    with manager(tmp_path / "sock") as systemd:
        Notifier(systemd.address).status("x" * 5000)

        assert len(systemd.next()) == 807
