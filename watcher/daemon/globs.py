"""Globs: which of the rules' match nothing that the catalog lists, in the log when it begins and ends.

`watcher check` cannot tell: it touches no state and no network. `watcher status` tells all that is so now.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping

import structlog

from watcher.config import IdleGlob, unmatched_globs
from watcher.judgement.state import State
from watcher.rules.rulebook import Rulebook

log = structlog.get_logger()

Named = tuple[str, str]
"""A glob, after the key that it stands under."""


def idle_globs(rulebook: Rulebook, state: State) -> tuple[IdleGlob, ...]:
    """Return the globs that match nothing of what the last believed polls listed."""
    models = [name for name, tracked in state.models.items() if not tracked.gone]
    providers = [name for name, tracked in state.providers.items() if not tracked.gone]
    return unmatched_globs(rulebook, models, providers)


class GlobWatch:
    """Logs each glob of a rulebook that begins to match nothing, or matches again; begin one with it."""

    def __init__(self, rulebook: Rulebook) -> None:
        self._rulebook = rulebook
        self._idle: Mapping[Named, list[str]] = {}

    def look(self, state: State) -> None:
        """Look at what the catalog lists now."""
        idle: dict[Named, list[str]] = defaultdict(list)
        for found in idle_globs(self._rulebook, state):
            idle[found.key, found.glob].append(found.rule)
        for (key, glob), rules in idle.items():
            if (key, glob) not in self._idle:
                log.warning("glob.unmatched", key=key, glob=glob, rules=rules)
        for (key, glob), rules in self._idle.items():
            if (key, glob) not in idle:
                log.info("glob.matched", key=key, glob=glob, rules=rules)
        self._idle = dict(idle)
