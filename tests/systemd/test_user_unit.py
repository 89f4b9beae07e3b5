"""What the unit of a person promises, in a real systemd of that person's: without root, without a login."""

from __future__ import annotations

import time

from tests.cli.stage import catalog, quiet_poll
from tests.systemd.kept import HOME, PERSON, SECRET, Kept

STATE = f"{HOME}/.config/watcher/state"


def test_it_starts_as_the_person_with_a_state_for_the_person_alone(person: Kept) -> None:
    told = person.machine.told
    with catalog(quiet_poll()) as (base_url, _):
        person.configure(base_url)
        began = time.monotonic()
        person.does("start")
        took = time.monotonic() - began
        person.machine.until(lambda: "12 models" in person.status())
        pid = person.shown("MainPID")
        owned = told(f"stat -c '%U %a' {STATE}; find {STATE} -type f -perm /077; stat -c %U /proc/{pid}")
        freed = told(f"grep -E 'CapEff|NoNewPrivs|Seccomp:' /proc/{pid}/status")
        limits = told(f"grep -E 'core file' /proc/{pid}/limits")
        code, says, _ = person.runs("status")

    assert took < 10
    assert (person.shown("ActiveState"), person.shown("NRestarts")) == ("active", "0")
    assert owned.split() == [PERSON, "700", PERSON]
    assert freed.split() == ["CapEff:", "0000000000000000", "NoNewPrivs:", "1", "Seccomp:", "2"]
    assert limits.split()[4:6] == ["0", "0"]
    assert (code, f"Daemon: pid {pid}, runs since" in says) == (0, True)
    assert SECRET[6:] not in person.says()


def test_it_starts_with_the_machine_where_nobody_logs_in(person: Kept) -> None:
    manager = f"user@$(id -u {PERSON})"
    with catalog(quiet_poll()) as (base_url, _):
        person.configure(base_url)
        person.starts_believing()
        before = person.shown("MainPID")
        person.machine.told(f"systemctl stop {manager}")
        gone = person.machine.run(f"kill -0 {before}").returncode
        person.machine.told(f"systemctl start {manager}")
        person.machine.until(lambda: person.shown("ActiveState") == "active")

    assert gone != 0
    assert "12 models" in person.status()
    assert person.shown("NRestarts") == "0"


def test_a_wrong_configuration_fails_at_once(person: Kept) -> None:
    person.write("rules: 3\n")

    code = person.tries("start")

    assert code != 0
    assert (person.shown("ExecMainStatus"), person.shown("NRestarts")) == ("2", "0")
    assert f"{person.config}:1:8: rules" in person.says()
