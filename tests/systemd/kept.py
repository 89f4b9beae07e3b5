"""The daemon as a systemd keeps it: the machine's own, or that of a person who is not root."""

from __future__ import annotations

from dataclasses import dataclass

from tests.systemd.machine import Machine
from watcher.cli.units import CONFIG

SECRET = "whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD"  # made up
PERSON = "ann"
HOME = f"/home/{PERSON}"

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
"""
"""Shorter times than anybody would choose."""


@dataclass(frozen=True, slots=True)
class Kept:
    """The unit ``watcher`` of one systemd of a machine.

    ``systemctl`` speaks to that systemd, ``journal`` selects what the unit says, and ``beside`` runs the verb
    ``$verb`` of the command as the daemon's user, with its outputs in ``/shared/out`` and ``/shared/error``.
    """

    machine: Machine
    config: str
    owner: str
    systemctl: str
    journal: str
    beside: str

    def does(self, what: str) -> str:
        """Do with the unit what ``systemctl`` calls so; it must succeed."""
        return self.machine.told(f"{self.systemctl} {what} watcher")

    def tries(self, what: str) -> int:
        """Do the same, and return the exit code."""
        return self.machine.run(f"{self.systemctl} {what} watcher").returncode

    def shown(self, key: str) -> str:
        """Return a property of the unit."""
        return self.machine.told(f"{self.systemctl} show --value -p {key} watcher").strip()

    def status(self) -> str:
        """Return the sentence in which it says how it does."""
        return self.shown("StatusText")

    def says(self) -> str:
        """Return what stands in the journal of it, and of its systemd about it."""
        return self.machine.told(f"journalctl --sync; journalctl --no-pager -o cat {self.journal}")

    def runs(self, verb: str) -> tuple[int, str, str]:
        """Run a verb beside the daemon; return its exit code and what it says."""
        code = self.machine.run(f"verb={verb}; {self.beside}").returncode
        shared = self.machine.shared
        return code, (shared / "out").read_text(), (shared / "error").read_text()

    def configure(self, base_url: str, *receivers: str, hooks: str = "http://127.0.0.1:9") -> str:
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
        self.write(f"{text}\n")
        return text

    def write(self, text: str) -> None:
        """Write the configuration."""
        (self.machine.shared / "config.yaml").write_text(text)
        self.machine.told(f"install -D -m 0644 -o {self.owner} /shared/config.yaml {self.config}")

    def starts_believing(self) -> None:
        """Start it, and wait until it has believed a poll."""
        self.does("start")
        self.machine.until(lambda: "models believed" in self.status())

    def is_back(self) -> bool:
        """Tell whether it was started anew, once, and runs."""
        return (self.shown("NRestarts"), self.shown("ActiveState")) == ("1", "active")


def of_the_machine(machine: Machine) -> Kept:
    """Return the machine's own unit."""
    return Kept(
        machine=machine,
        config=str(CONFIG),
        owner="root",
        systemctl="systemctl",
        journal="-u watcher",
        beside="systemctl start beside@$verb; exit $(systemctl show --value -p ExecMainStatus beside@$verb)",
    )


def of_the_person(machine: Machine) -> Kept:
    """Return the unit of a person."""
    config = f"{HOME}/.config/watcher/config.yaml"
    themselves = f"runuser -u {PERSON} --"
    return Kept(
        machine=machine,
        config=config,
        owner=PERSON,
        systemctl=f"{themselves} env XDG_RUNTIME_DIR=/run/user/$(id -u {PERSON}) systemctl --user",
        journal="_SYSTEMD_USER_UNIT=watcher.service + USER_UNIT=watcher.service",
        beside=f"{themselves} {HOME}/.local/bin/watcher $verb -c {config} >/shared/out 2>/shared/error",
    )
