"""One directory has one daemon."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from watcher.store.errors import AlreadyRunning
from watcher.store.lock import lock
from watcher.store.places import LOCK

HOLD = """
import sys
from pathlib import Path
from watcher.store.lock import lock
with lock(Path(sys.argv[1])):
    print("held", flush=True)
    input()
"""


@pytest.mark.fault("two daemons on one state")
def test_a_second_daemon_is_told_who_was_first(directory: Path) -> None:
    with lock(directory), pytest.raises(AlreadyRunning, match=f"pid {os.getpid()}") as told, lock(directory):
        pass

    assert told.value.pid == os.getpid()


def test_a_lock_is_free_again_after_use(directory: Path) -> None:
    with lock(directory):
        pass

    with lock(directory):
        assert (directory / LOCK).read_text() == f"{os.getpid()}\n"


def test_a_killed_daemon_leaves_no_lock_behind(directory: Path) -> None:
    command = [sys.executable, "-c", HOLD, str(directory)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as other:
        assert other.stdout is not None
        assert other.stdout.readline() == b"held\n"
        with pytest.raises(AlreadyRunning, match=f"pid {other.pid}"), lock(directory):
            pass
        other.send_signal(signal.SIGKILL)

    with lock(directory):
        pass


def test_a_holder_that_did_not_say_who_it_is_is_still_respected(directory: Path) -> None:
    with lock(directory):
        (directory / LOCK).write_text("")

        with pytest.raises(AlreadyRunning, match="another daemon"), lock(directory):
            pass
