"""Tally: what a rehearsal of rules over recorded polls came to."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from watcher.alerts.wire import stamp
from watcher.archive.recorded import Poll, Unreadable
from watcher.catalog.names import Surface
from watcher.catalog.sheets import Seen
from watcher.judgement.decision import Decision, Gate, Refusal
from watcher.judgement.state import UNREAD_SURFACE, State


@dataclass(slots=True)
class Tally:
    """Counts while the polls go by; ``polls`` also counts those that were refused.

    ``alerts`` are the ids of all that was told, each with its rule; ``messages`` counts by rule.
    ``set_aside`` counts the rows of believed answers that could not be read; of each surface the first one is
    named.
    """

    polls: int = 0
    first: datetime | None = None
    last: datetime | None = None
    refused: list[Refusal | Unreadable] = field(default_factory=list)
    changes: int = 0
    alerts: dict[str, str] = field(default_factory=dict)
    messages: Counter[str] = field(default_factory=Counter)
    suppressed: Counter[Gate] = field(default_factory=Counter)
    set_aside: Counter[Surface] = field(default_factory=Counter)
    set_aside_first: dict[Surface, str] = field(default_factory=dict)
    state: State = field(default_factory=State)

    def seen_in(self, items: Iterable[Poll | Unreadable]) -> Iterator[Seen]:
        """Yield what the readable polls showed, and count them all."""
        for item in items:
            self.polls += 1
            if isinstance(item, Unreadable):
                self.refused.append(item)
                continue
            self.first = self.first or item.seen.at
            self.last = item.seen.at
            yield item.seen

    def add(self, decision: Decision) -> None:
        """Count a decision."""
        self.refused += decision.refused
        self.changes += len(decision.changes)
        self.alerts.update((alert.id, alert.rule) for alert in decision.alerts)
        self.messages.update(notification.rule for notification in decision.notifications)
        self.suppressed.update(item.gate for item in decision.suppressed)
        self._count_rows(decision.state)
        self.state = decision.state

    def _count_rows(self, after: State) -> None:
        for surface, health in after.surfaces.items():
            before = self.state.surfaces.get(surface, UNREAD_SURFACE)
            if health.set_aside and health.believed_at != before.believed_at:
                self.set_aside[surface] += health.set_aside
                self.set_aside_first.setdefault(surface, health.set_aside_reason or "")

    def covered(self, other: Tally) -> None:
        """Take over which polls another tally of the same archive counted."""
        self.polls, self.first, self.last = other.polls, other.first, other.last
        self.refused += [refusal for refusal in other.refused if isinstance(refusal, Unreadable)]

    @property
    def span(self) -> timedelta:
        """Return the time from the first readable poll to the last."""
        return self.last - self.first if self.first and self.last else timedelta(0)

    @property
    def still_held(self) -> int:
        """Return how many differences, episodes and groups wait when the polls end."""
        edges = (anchor.pending for anchor in self.state.anchors.values())
        wanted = sum(pending is not None and pending.wanted and not pending.where_failed for pending in edges)
        episodes = sum(episode.fired_at is None for episode in self.state.episodes.values())
        return wanted + episodes + sum(bool(group.waiting) for group in self.state.groups.values())

    def summary(self) -> dict[str, Any]:
        """Return the summary as JSON values, every gate named."""
        return {
            "type": "summary",
            "polls": self.polls,
            "refused": [refusal_to_json(refusal) for refusal in self.refused],
            "changes": self.changes,
            "alerts": len(self.alerts),
            "notifications": self.messages.total(),
            "still_held": self.still_held,
            "suppressed": {str(gate): self.suppressed[gate] for gate in Gate},
            "set_aside": {str(surface): rows for surface, rows in self.set_aside.items()},
        }


def refusal_to_json(refusal: Refusal | Unreadable) -> dict[str, Any]:
    """Return a poll that was not believed as JSON values; one that cannot be read may have no time."""
    told = {"at": None if refusal.at is None else stamp(refusal.at), "reason": refusal.reason}
    if isinstance(refusal, Unreadable):
        return told | {"source": str(refusal.source), "line": refusal.line}
    return told | {"surface": str(refusal.surface), "held": refusal.held}
