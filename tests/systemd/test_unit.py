"""What the machine's unit promises, in a real systemd that is booted where the machine can."""

from __future__ import annotations

import time

import pytest

from tests.cli.stage import ROOT, catalog, quiet_poll
from tests.systemd.kept import SECRET, Kept
from watcher.cli.units import CONFIG

WORST_EXPOSURE = 1.1
FIRST_WITH_NOTIFY_RELOAD = 253

WATCHDOG_OVER = 5
"""A ping comes every second: after so many the watchdog would have bitten."""


def test_it_starts_tells_how_it_does_and_nobody_sees_its_secret(systemd: Kept) -> None:
    told = systemd.machine.told
    with catalog(quiet_poll()) as (base_url, _):
        systemd.configure(base_url)
        began = time.monotonic()
        systemd.does("start")
        took = time.monotonic() - began
        systemd.machine.until(lambda: "12 models" in systemd.status())
        pid = systemd.shown("MainPID")
        own = told(f"cat /proc/{pid}/environ | tr '\\0' '\\n'; cat /proc/{pid}/cmdline")
        user = told(f"stat -c %U /proc/{pid}; grep -E 'CapEff|NoNewPrivs' /proc/{pid}/status")
        everything = told("systemctl show watcher; systemctl status watcher; ls -lR /run/credentials")
        exposure = systemd.machine.run("systemd-analyze security watcher.service --no-pager").stdout

    assert took < 10
    assert (systemd.shown("ActiveState"), systemd.shown("NRestarts")) == ("active", "0")
    assert "CREDENTIALS_DIRECTORY" in own
    assert not any(SECRET[6:] in text for text in (own, everything, systemd.says()))
    assert user.split() == ["watcher", "CapEff:", "0000000000000000", "NoNewPrivs:", "1"]
    assert "12 models" in everything
    assert exposed(exposure) <= WORST_EXPOSURE


def exposed(words: str) -> float:
    """Return the overall level that systemd-analyze tells in its last line."""
    return float(words.strip().splitlines()[-1].split(":")[1].split()[0])


def pinged(systemd: Kept, pings: set[str]) -> int:
    """Remember when the last ping came; return how many there were."""
    pings.add(systemd.shown("WatchdogTimestampMonotonic"))
    return len(pings)


def test_a_dead_upstream_is_no_reason_to_start_anew(systemd: Kept) -> None:
    systemd.configure("http://127.0.0.1:9")
    systemd.does("start")
    systemd.machine.until(lambda: "ConnectError" in systemd.status())
    pings: set[str] = set()
    systemd.machine.until(lambda: pinged(systemd, pings) > WATCHDOG_OVER)

    assert systemd.shown("NRestarts") == "0"


def test_with_notify_reload_a_reload_is_over_when_systemctl_returns(systemd: Kept) -> None:
    if (version := systemd.machine.version()) < FIRST_WITH_NOTIFY_RELOAD:
        pytest.skip(f"this systemd ({version}) does not know the type notify-reload")
    drop_in = "/etc/systemd/system/watcher.service.d/notify-reload.conf"
    (systemd.machine.shared / "drop-in").write_text(
        (ROOT / "systemd/drop-ins/notify-reload.conf").read_text()
    )
    systemd.machine.told(f"cp /shared/drop-in {drop_in} && systemctl daemon-reload")
    try:
        with catalog(quiet_poll()) as (base_url, _):
            systemd.configure(base_url)
            systemd.does("start")
            pid = systemd.shown("MainPID")
            systemd.does("reload")
            reloaded = systemd.says()
            systemd.write("rules: 3\n")
            systemd.does("reload")
            refused, stayed, state = systemd.status(), systemd.shown("MainPID"), systemd.shown("ActiveState")
    finally:
        systemd.machine.told(f"systemctl stop watcher; rm {drop_in}; systemctl daemon-reload")

    assert "config.reloaded" in reloaded
    assert "refused" in refused
    assert (stayed, state) == (pid, "active")


def test_a_wrong_configuration_fails_at_once_and_somebody_is_told(systemd: Kept) -> None:
    systemd.write("rules: 3\n")

    code = systemd.tries("start")
    systemd.machine.until((systemd.machine.shared / "told").exists)

    assert code != 0
    assert systemd.shown("ExecMainStatus") == "2"
    assert systemd.shown("NRestarts") == "0"
    assert (systemd.machine.shared / "told").read_text() == "watcher.service\n"
    assert f"{CONFIG}:1:8: rules" in systemd.says()


def test_a_second_daemon_on_the_state_gives_up_and_the_first_goes_on(systemd: Kept) -> None:
    with catalog(quiet_poll()) as (base_url, _):
        systemd.configure(base_url)
        systemd.does("start")
        code, _, why = systemd.runs("once")

    assert code == 1
    assert "is already running here" in why
    assert systemd.shown("ActiveState") == "active"
