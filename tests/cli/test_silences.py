"""Silences are written whole, or not at all, beside a daemon that commits meanwhile."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from tests.cli.conftest import BASE_URL
from tests.store.values import NOON
from watcher.alerts.silence import Silence
from watcher.cli.failures import Failure
from watcher.cli.silences import TRIES, rewrite
from watcher.judgement.decision import Decision
from watcher.store.store import Store

NIGHT = Silence(starts=NOON, ends=NOON + timedelta(hours=8), rule="uptime-drop")


class Daemon:
    """Commits whenever somebody is about to write, so many times."""

    def __init__(self, store: Store, times: int) -> None:
        self._store = store
        self.left = times

    def add_night(self, silences: Mapping[str, Silence]) -> Mapping[str, Silence]:
        """Return the silences with one more, while the daemon commits."""
        if self.left:
            self.left -= 1
            state, version = self._store.loaded()
            after = replace(state, rules=frozenset({f"rule-{self.left}"}))
            self._store.commit(state, Decision(state=after), (), now=NOON, expected_version=version)
        return {**silences, NIGHT.id: NIGHT}


def test_a_silence_is_written_though_a_daemon_commits_meanwhile(tmp_path: Path) -> None:
    with Store.open(tmp_path, catalog=BASE_URL) as store:
        rewrite(store, Daemon(store, TRIES - 1).add_night, lambda: NOON)

        assert dict(store.load().silences) == {NIGHT.id: NIGHT}
        assert store.load().rules == frozenset({"rule-0"})


def test_who_cannot_get_a_word_in_is_told_so_and_nothing_is_silenced(tmp_path: Path) -> None:
    with Store.open(tmp_path, catalog=BASE_URL) as store:
        with pytest.raises(Failure, match=r"nothing was changed\. Try again"):
            rewrite(store, Daemon(store, TRIES).add_night, lambda: NOON)

        assert dict(store.load().silences) == {}
