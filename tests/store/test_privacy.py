from __future__ import annotations

import os
import stat
from pathlib import Path

import pytest

from tests.store.values import OPENROUTER
from watcher.store.lock import lock
from watcher.store.privacy import close_to_others
from watcher.store.store import Store


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def test_a_new_state_is_its_owners_alone_whatever_the_umask(tmp_path: Path) -> None:
    directory = tmp_path / "state"
    before = os.umask(0)
    try:
        with lock(directory), Store.open(directory, catalog=OPENROUTER) as store:
            store.touch()
            modes = {path.name: mode(path) for path in directory.iterdir()}
    finally:
        os.umask(before)

    assert mode(directory) == 0o700
    assert {"watcher.db", "watcher.db-wal", "watcher.lock", "initialised"} <= modes.keys()
    assert set(modes.values()) == {0o600}
    assert close_to_others(directory) == ()


def test_what_everybody_could_read_is_closed_to_them_and_named(tmp_path: Path) -> None:
    with Store.open(tmp_path / "state", catalog=OPENROUTER):
        pass
    (tmp_path / "state").chmod(0o755)
    (tmp_path / "state" / "watcher.db").chmod(0o664)

    found = close_to_others(tmp_path / "state")

    assert [(each.path.name, each.mode, each.mended) for each in found] == [
        ("state", "0755", True),
        ("watcher.db", "0664", True),
    ]
    assert (mode(tmp_path / "state"), mode(tmp_path / "state" / "watcher.db")) == (0o750, 0o660)
    assert close_to_others(tmp_path / "state") == ()


def test_what_cannot_be_closed_is_said_to_be_open() -> None:
    if os.geteuid() == 0:
        pytest.skip("root may change the mode of every directory")

    (found,) = close_to_others(Path("/tmp"))  # noqa: S108  # somebody else's directory, open to all

    assert not found.mended
