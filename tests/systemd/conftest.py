"""The machine that is booted once for all of these tests, and the two systemd that keep a daemon on it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.cli.stage import ROOT
from tests.systemd.kept import HOME, PERSON, PROGRAM, QUICK, SECRET, Kept, of_the_machine, of_the_person
from tests.systemd.machine import Machine, Unbootable, machine
from watcher.cli.units import CONFIG

SYSTEM = "/etc/systemd/system"

CREDENTIAL = "LoadCredential=hook-secret:/etc/watcher/hook-secret\n"
"""As drop-ins/credentials.conf has them."""

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
{CREDENTIAL}\
StandardOutput=truncate:/shared/out
StandardError=truncate:/shared/error
"""
"""Another verb as the daemon's user: what systemd-run does in the unit's own words, which asks for D-Bus."""

NEEDED = {"useradd": "passwd", "runuser": "util-linux", "loginctl": "systemd", "dbus-daemon": "dbus"}
"""What a person's systemd is started with, and Debian's packages of it."""

ARRIVAL = f"""\
useradd -m -s /bin/sh {PERSON} &&
chmod 0600 {HOME}/.config/watcher/hook-secret &&
mkdir -p {HOME}/.local/bin && ln -s /usr/local/bin/watcher {HOME}/.local/bin/watcher &&
chown -R {PERSON}: {HOME} &&
systemctl start dbus.socket systemd-logind && loginctl enable-linger {PERSON} &&
systemctl start user@$(id -u {PERSON})
""".replace("\n", " ")


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Let one worker run all that needs the machine: it is booted once."""
    for item in items:
        if isinstance(item, pytest.Function) and "host" in item.fixturenames:
            item.add_marker(pytest.mark.xdist_group("machine"))


@pytest.fixture(scope="package")
def host(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Machine]:
    own = f"{HOME}/.config/systemd/user/watcher.service.d/quick.conf"
    files = {
        f"{SYSTEM}/watcher.service": (ROOT / "systemd/watcher.service").read_text(),
        f"{SYSTEM}/watcher.service.d/quick.conf": QUICK + CREDENTIAL,
        f"{SYSTEM}/watcher.service.d/on-failure.conf": (
            ROOT / "systemd/drop-ins/on-failure.conf"
        ).read_text(),
        f"{SYSTEM}/tell-the-admin@.service": ADMIN,
        f"{SYSTEM}/beside@.service": BESIDE,
        "/usr/local/bin/watcher": PROGRAM,
        "/etc/watcher/hook-secret": SECRET,
        f"{HOME}/.config/watcher/watcher.service": (ROOT / "systemd/user/watcher.service").read_text(),
        f"{HOME}/.config/watcher/hook-secret": SECRET,
        own: QUICK,
    }
    try:
        with machine(tmp_path_factory.mktemp("machine"), files) as found:
            found.told("chmod 0600 /etc/watcher/hook-secret")
            yield found
    except Unbootable as error:
        pytest.skip(str(error))


@pytest.fixture(scope="package")
def lodger(host: Machine) -> Machine:
    """Give the machine with a person on it whose systemd runs without a login, and has the unit."""
    for program, package in NEEDED.items():
        if host.run(f"command -v {program}").returncode != 0:
            pytest.skip(f"a person's systemd needs {program} (Debian: {package})")
    if host.run("ls /etc/pam.d/systemd-user /usr/lib/pam.d/systemd-user | grep .").returncode != 0:
        pytest.skip("a person's systemd needs its PAM module (Debian: libpam-systemd)")
    arrived = host.run(ARRIVAL)
    if arrived.returncode != 0:
        pytest.skip(f"no systemd of a person starts here: {arrived.stderr.strip()}")
    host.told(f"{of_the_person(host).systemctl} enable {HOME}/.config/watcher/watcher.service")
    return host


@pytest.fixture
def systemd(host: Machine) -> Iterator[Kept]:
    """Give the machine's unit, never started, and a journal of its own for each test."""
    yield of_the_machine(host)
    host.run("systemctl stop watcher; systemctl reset-failed watcher; rm -rf /var/lib/private/watcher")
    host.run("journalctl --rotate; journalctl --vacuum-time=1s")


@pytest.fixture
def person(lodger: Machine) -> Iterator[Kept]:
    """Give the unit of a person, likewise."""
    kept = of_the_person(lodger)
    yield kept
    kept.tries("stop")
    kept.tries("reset-failed")
    lodger.run(f"rm -rf {HOME}/.config/watcher/state; journalctl --rotate; journalctl --vacuum-time=1s")


@pytest.fixture(params=["systemd", "person"])
def kept(request: pytest.FixtureRequest, host: Machine) -> Kept:  # noqa: ARG001  # what both stand on
    """Give each of the two."""
    found: Kept = request.getfixturevalue(request.param)
    return found
