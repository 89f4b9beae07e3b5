"""The unit in a real systemd, booted for these tests where the machine can: root, systemd-nspawn, overlay."""

from __future__ import annotations

import time
from collections.abc import Iterator

import pytest

from tests.cli.stage import ROOT, Mailbox, catalog, mailbox, quiet_poll, with_free
from tests.systemd.machine import Machine, Unbootable, machine
from watcher.cli.units import CONFIG

SECRET = "whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD"  # made up
WORST_EXPOSURE = 1.1

PROGRAM = """\
#!/bin/sh
export PYTHONPATH=/opt/source:/opt/packages PYTHONDONTWRITEBYTECODE=1 LD_LIBRARY_PATH=/opt/interpreter/lib
exec /opt/interpreter/bin/python3 -c '
import signal, threading

def stuck_here(*_):
    threading.Event().wait()

signal.signal(signal.SIGUSR1, stuck_here)
from watcher.cli import main
main(prog_name="watcher")
' "$@"
"""
"""The command, as a path that the unit can see; SIGUSR1 brings its event loop to a standstill."""

QUICK = """\
[Service]
RestartSec=200ms
WatchdogSec=3s
LoadCredential=hook-secret:/etc/watcher/hook-secret
"""
"""Shorter times than anybody would choose, and a credential as drop-ins/credentials.conf has them."""

WATCHDOG_OVER = 5
"""A ping comes every second: after so many the watchdog would have bitten."""

ADMIN = """\
[Service]
Type=oneshot
ExecStart=/bin/sh -c 'echo %i >/shared/told'
"""

BESIDE = f"""\
[Service]
Type=oneshot
ExecStart=/usr/local/bin/watcher %i -c {CONFIG}
DynamicUser=yes
User=watcher
StateDirectory=watcher
StateDirectoryMode=0700
LoadCredential=hook-secret:/etc/watcher/hook-secret
StandardOutput=truncate:/shared/out
StandardError=truncate:/shared/error
"""
"""Another verb as the daemon's user: what systemd-run does in the unit's own words, which asks for D-Bus."""


@pytest.fixture(scope="module")
def host(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Machine]:
    units = "/etc/systemd/system"
    files = {
        f"{units}/watcher.service": (ROOT / "systemd/watcher.service").read_text(),
        f"{units}/watcher.service.d/quick.conf": QUICK,
        f"{units}/watcher.service.d/on-failure.conf": (ROOT / "systemd/drop-ins/on-failure.conf").read_text(),
        f"{units}/tell-the-admin@.service": ADMIN,
        f"{units}/beside@.service": BESIDE,
        "/usr/local/bin/watcher": PROGRAM,
        "/etc/watcher/hook-secret": SECRET,
    }
    try:
        with machine(tmp_path_factory.mktemp("machine"), files) as found:
            found.told("chmod 0600 /etc/watcher/hook-secret")
            yield found
    except Unbootable as error:
        pytest.skip(str(error))


@pytest.fixture
def systemd(host: Machine) -> Iterator[Machine]:
    """Give the machine with a unit that was never started, and a journal of its own for each test."""
    yield host
    host.run("systemctl stop watcher; systemctl reset-failed watcher; rm -rf /var/lib/private/watcher")
    host.run("journalctl --rotate; journalctl --vacuum-time=1s")


def configure(systemd: Machine, base_url: str, *receivers: str, hooks: str = "http://127.0.0.1:9") -> str:
    """Write a configuration whose polls are a second apart; return it."""
    gates = "group_wait: 0s, group_interval: 0s, allow_private: true, secret_file: hook-secret"
    listed = (f"  {name}: {{webhook: {hooks}/{name}, {gates}}}" for name in receivers or ("hook",))
    text = "\n".join(
        (
            f"catalog: {{base_url: '{base_url}', confirm_after: 0s, max_requests_per_minute: 6000,",
            "  every: {models: 1s, endpoints: 1s, providers: 1s, zdr: 1s, frontend: 1s}}",
            "receivers:",
            *listed,
            "rules: [{use: new-free-variant}]",
            "reload: signal",
        )
    )
    write(systemd, f"{text}\n")
    return text


def write(systemd: Machine, text: str) -> None:
    (systemd.shared / "config.yaml").write_text(text)
    systemd.told(f"install -D -m 0644 /shared/config.yaml {CONFIG}")


def status(systemd: Machine) -> str:
    return systemd.shown("watcher", "StatusText")


def beside(systemd: Machine, verb: str) -> tuple[int, str, str]:
    """Run a verb beside the daemon; return its exit code and what it says."""
    systemd.run(f"systemctl start beside@{verb}")
    code = int(systemd.shown(f"beside@{verb}", "ExecMainStatus"))
    return code, (systemd.shared / "out").read_text(), (systemd.shared / "error").read_text()


def journal(systemd: Machine) -> str:
    return systemd.told("journalctl --no-pager -o cat -u watcher")


def wait_for(box: Mailbox, names: list[str]) -> None:
    for name in names:
        box.next(name)


def test_it_starts_tells_how_it_does_and_nobody_sees_its_secret(systemd: Machine) -> None:
    with catalog(quiet_poll()) as (base_url, _):
        configure(systemd, base_url)
        began = time.monotonic()
        systemd.told("systemctl start watcher")
        took = time.monotonic() - began
        systemd.until(lambda: "12 models" in status(systemd))
        pid = systemd.shown("watcher", "MainPID")
        own = systemd.told(f"cat /proc/{pid}/environ | tr '\\0' '\\n'; cat /proc/{pid}/cmdline")
        user = systemd.told(f"stat -c %U /proc/{pid}; grep -E 'CapEff|NoNewPrivs' /proc/{pid}/status")
        everything = systemd.told("systemctl show watcher; systemctl status watcher; ls -lR /run/credentials")
        exposure = systemd.run("systemd-analyze security watcher.service --no-pager").stdout

    assert took < 10
    assert (systemd.shown("watcher", "ActiveState"), systemd.shown("watcher", "NRestarts")) == ("active", "0")
    assert "CREDENTIALS_DIRECTORY" in own
    assert not any(SECRET[6:] in text for text in (own, everything, journal(systemd)))
    assert user.split() == ["watcher", "CapEff:", "0000000000000000", "NoNewPrivs:", "1"]
    assert "12 models" in everything
    assert exposed(exposure) <= WORST_EXPOSURE


def exposed(words: str) -> float:
    """Return the overall level that systemd-analyze tells in its last line."""
    return float(words.strip().splitlines()[-1].split(":")[1].split()[0])


def test_a_message_is_signed_with_the_credential(systemd: Machine) -> None:
    before = quiet_poll()

    with catalog(before, with_free(before, "first")) as (base_url, replay), mailbox() as box:
        configure(systemd, base_url, hooks=box.url("")[:-1])
        systemd.told("systemctl start watcher")
        systemd.until(lambda: "models believed" in status(systemd))
        replay.step()
        told = box.next("hook")

    assert "newcomer/first:free" in told


def test_killed_it_comes_back(systemd: Machine) -> None:
    with catalog(quiet_poll()) as (base_url, _):
        configure(systemd, base_url)
        systemd.told("systemctl start watcher")
        before = systemd.shown("watcher", "MainPID")
        systemd.told(f"kill -KILL {before}")
        systemd.until(lambda: systemd.shown("watcher", "NRestarts") == "1")
        systemd.until(lambda: systemd.shown("watcher", "ActiveState") == "active")

        assert systemd.shown("watcher", "MainPID") != before


def test_a_loop_that_is_stuck_is_ended_with_its_stacks_and_started_anew(systemd: Machine) -> None:
    with catalog(quiet_poll()) as (base_url, _):
        configure(systemd, base_url)
        systemd.told("systemctl start watcher")
        systemd.told(f"kill -USR1 {systemd.shown('watcher', 'MainPID')}")
        began = time.monotonic()
        systemd.until(lambda: systemd.shown("watcher", "NRestarts") == "1")
        took = time.monotonic() - began
        systemd.until(lambda: systemd.shown("watcher", "ActiveState") == "active")

    said = journal(systemd)
    assert took < 20
    assert "the event loop is stuck: it has been busy with one thing" in said
    assert "Watchdog timeout" in said
    assert "in stuck_here" in said
    assert said.count("(most recent call first)") > 3
    assert SECRET[6:] not in said


def pinged(systemd: Machine, pings: set[str]) -> int:
    """Remember when the last ping came; return how many there were."""
    pings.add(systemd.shown("watcher", "WatchdogTimestampMonotonic"))
    return len(pings)


def test_a_dead_upstream_is_no_reason_to_start_anew(systemd: Machine) -> None:
    configure(systemd, "http://127.0.0.1:9")
    systemd.told("systemctl start watcher")
    systemd.until(lambda: "ConnectError" in status(systemd))
    pings: set[str] = set()
    systemd.until(lambda: pinged(systemd, pings) > WATCHDOG_OVER)

    assert systemd.shown("watcher", "NRestarts") == "0"


def test_a_good_configuration_takes_over_and_a_broken_one_is_told_of_and_changes_nothing(
    systemd: Machine,
) -> None:
    with catalog(quiet_poll()) as (base_url, _):
        good = configure(systemd, base_url)
        systemd.told("systemctl start watcher")
        pid = systemd.shown("watcher", "MainPID")
        systemd.told("systemctl reload watcher")
        systemd.until(lambda: "config.reloaded" in journal(systemd))
        write(systemd, "rules: 3\n")
        systemd.told("systemctl reload watcher")
        systemd.until(lambda: "refused" in status(systemd))
        _, says, wrong = beside(systemd, "status")
        write(systemd, good)
        systemd.told("systemctl reload watcher")
        systemd.until(lambda: "refused" not in status(systemd))
        code, mended, _ = beside(systemd, "status")

    assert (systemd.shown("watcher", "MainPID"), systemd.shown("watcher", "ActiveState")) == (pid, "active")
    assert "It says: the changed configuration is refused, the one read at " in says
    assert f"{CONFIG}:1:8: rules" in wrong
    assert (code, f"Daemon: pid {pid}, runs since" in mended) == (0, True)


def test_under_load_it_stops_within_five_seconds(systemd: Machine) -> None:
    before = quiet_poll()
    names = [f"stuck{number}" for number in range(6)]

    with catalog(before, with_free(before, "first")) as (base_url, replay), mailbox() as box:
        configure(systemd, base_url, *names, hooks=box.url("")[:-1])
        systemd.told("systemctl start watcher")
        systemd.until(lambda: "models believed" in status(systemd))
        replay.step()
        wait_for(box, names)
        began = time.monotonic()
        systemd.told("systemctl stop watcher")
        took = time.monotonic() - began

    assert took < 5
    assert systemd.shown("watcher", "Result") == "success"


def test_a_wrong_configuration_fails_at_once_and_somebody_is_told(systemd: Machine) -> None:
    write(systemd, "rules: 3\n")

    started = systemd.run("systemctl start watcher")
    systemd.until((systemd.shared / "told").exists)

    assert started.returncode != 0
    assert systemd.shown("watcher", "ExecMainStatus") == "2"
    assert systemd.shown("watcher", "NRestarts") == "0"
    assert (systemd.shared / "told").read_text() == "watcher.service\n"
    assert f"{CONFIG}:1:8: rules" in journal(systemd)


def test_a_second_daemon_on_the_state_gives_up_and_the_first_goes_on(systemd: Machine) -> None:
    with catalog(quiet_poll()) as (base_url, _):
        configure(systemd, base_url)
        systemd.told("systemctl start watcher")
        code, _, why = beside(systemd, "once")

    assert code == 1
    assert "is already running here" in why
    assert systemd.shown("watcher", "ActiveState") == "active"
