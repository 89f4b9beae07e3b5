"""Silences: written beside a daemon, which commits what it sees meanwhile."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace

from watcher.alerts.silence import Silence
from watcher.cli.failures import Failure
from watcher.daemon.clock import Clock
from watcher.judgement.decision import Decision
from watcher.store.errors import Conflict
from watcher.store.store import Store

TRIES = 20
"""So often silences are written anew because somebody committed in between."""

Silences = Mapping[str, Silence]


def rewrite(store: Store, change: Callable[[Silences], Silences], clock: Clock) -> None:
    """Write the silences that a change makes of those there are, whatever a daemon commits meanwhile.

    Raises Failure where it commits again and again; then nothing has changed.
    """
    for _ in range(TRIES):
        state, version = store.loaded()
        after = replace(state, silences=change(state.silences))
        try:
            store.commit(state, Decision(state=after), (), now=clock(), expected_version=version)
        except Conflict:
            continue
        return
    raise Failure(f"the daemon wrote in between {TRIES} times in a row; nothing was changed. Try again")
