"""A private machine: systemd booted in a container over a copy-on-write view of this one, network shared.

Nothing of this machine is changed: what the container writes lies in memory, and ends with it.

``SYSTEMD_ROOT`` names the root of another system to boot instead, one with a newer systemd, say. It must run
this machine's Python, and know its users also where they are made up (libnss-systemd):

    debootstrap --variant=minbase --include=systemd-sysv,dbus,libpam-systemd,libnss-systemd,libssl3t64,\
libsqlite3-0,libffi8,libbz2-1.0,liblzma5,libexpat1,procps trixie /srv/trixie
    SYSTEMD_ROOT=/srv/trixie pytest tests/systemd
"""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import sysconfig
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from tests.cli.stage import ROOT

PATIENCE = 30.0
OTHER_ROOT = "SYSTEMD_ROOT"
CGROUPS = tuple(Path("/sys/fs/cgroup", name) for name in ("", "systemd", "unified"))
"""Where control groups may lie. Each machine has its own: two in one would take each other's away."""

NEEDED = ("systemd-nspawn", "unshare", "mount", "systemd-analyze")

BOOT = """
set -e
mount -t tmpfs tmpfs "$1/memory"
mkdir "$1/memory/upper" "$1/memory/work" "$1/memory/root"
mount -t overlay overlay -o "lowerdir=$5,upperdir=$1/memory/upper,workdir=$1/memory/work" "$1/memory/root"
cp -r "$1/files/." "$1/memory/root/"
touch "$1/mounted"
for place in $6; do
  { mkdir "$place/machine-$$" && echo $$ >"$place/machine-$$/cgroup.procs"; } 2>/dev/null || true
done
exec systemd-nspawn --quiet --register=no --keep-unit --console=pipe -D "$1/memory/root" --boot \
  --bind="$1/shared:/shared" --bind-ro="$2:/opt/interpreter" --bind-ro="$3:/opt/packages" \
  --bind-ro="$4:/opt/source" systemd.unit=private.target
"""

TARGET = """\
[Unit]
Requires=sysinit.target door.service
After=sysinit.target
AllowIsolate=yes
"""

DOOR = """\
[Unit]
After=sysinit.target systemd-journald.service
[Service]
Environment=LD_LIBRARY_PATH=/opt/interpreter/lib
ExecStart=/opt/interpreter/bin/python3 /opt/source/tests/systemd/door.py /shared/door
"""


class Unbootable(Exception):  # it is what is wrong
    """No private machine can be booted here; the text says why."""


@dataclass(frozen=True, slots=True)
class Machine:
    """A running machine; ``shared`` is a folder that it knows as ``/shared``."""

    shared: Path

    def run(self, line: str) -> subprocess.CompletedProcess[str]:
        """Run a line of shell as root."""
        with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as guest, guest.makefile("rw") as words:
            guest.settimeout(PATIENCE)
            guest.connect(str(self.shared / "door"))
            words.write(f"{line}\n")
            words.flush()
            code, out, error = json.load(words)
        return subprocess.CompletedProcess(line, code, out, error)

    def told(self, line: str) -> str:
        """Run a line of shell that must succeed; return what it prints."""
        done = self.run(line)
        assert done.returncode == 0, (done, self.run("journalctl --no-pager -o cat -n 40").stdout)
        return done.stdout

    def shown(self, unit: str, key: str) -> str:
        """Return a property of a unit."""
        return self.told(f"systemctl show --value -p {key} {unit}").strip()

    def version(self) -> int:
        """Return the version of its systemd."""
        return int(self.told("systemctl --version").split()[1])

    def until(self, is_so: Callable[[], bool]) -> None:
        """Wait until something is so."""
        end = time.monotonic() + PATIENCE
        while not is_so():
            assert time.monotonic() < end, self.run("journalctl --no-pager -n 60").stdout
            time.sleep(0.1)


@contextlib.contextmanager
def machine(folder: Path, files: dict[str, str]) -> Iterator[Machine]:
    """Boot a machine with some more files, executable ones among them. Raises Unbootable."""
    _look()
    for name, text in {
        "/etc/systemd/system/private.target": TARGET,
        "/etc/systemd/system/door.service": DOOR,
        **files,
    }.items():
        path = folder / "files" / name.lstrip("/")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
        path.chmod(0o755 if text.startswith("#!") else 0o644)
    for name in ("memory", "shared"):
        (folder / name).mkdir()
    root = os.environ.get(OTHER_ROOT, "/")
    groups = " ".join(str(place) for place in CGROUPS if (place / "cgroup.procs").exists())
    places = (folder, sys.base_prefix, sysconfig.get_paths()["purelib"], ROOT, root, groups)
    process = subprocess.Popen(
        ["unshare", "--mount", "sh", "-c", BOOT, "boot", *map(str, places)],  # noqa: S607  # wherever they are
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
    )
    try:
        yield _booted(process, folder)
    finally:
        _end(process, folder / "shared")


def _look() -> None:
    if sys.platform != "linux" or os.geteuid() != 0:
        raise Unbootable("booting a private systemd needs root")
    if lacking := [name for name in NEEDED if shutil.which(name) is None]:
        raise Unbootable(f"{lacking[0]} is not on this machine (Debian: systemd-container)")


def _booted(process: subprocess.Popen[str], folder: Path) -> Machine:
    end = time.monotonic() + PATIENCE
    while not (folder / "shared" / "door").exists():
        if process.poll() is not None or time.monotonic() > end:
            process.kill()
            said = process.communicate()[0].strip().splitlines()
            what = "systemd did not boot" if (folder / "mounted").exists() else "no overlay can be mounted"
            raise Unbootable(f"{what} here: {said[-1] if said else 'it says nothing'}")
        time.sleep(0.05)
    return Machine(folder / "shared")


def _end(process: subprocess.Popen[str], shared: Path) -> None:
    if process.poll() is None and (shared / "door").exists():
        with contextlib.suppress(OSError, ValueError):
            Machine(shared).run("systemctl poweroff --force --force --no-block")
    try:
        process.communicate(timeout=10)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
        process.communicate()
    for place in CGROUPS:
        for group, _, _ in os.walk(place / f"machine-{process.pid}", topdown=False):
            with contextlib.suppress(OSError):
                Path(group).rmdir()
