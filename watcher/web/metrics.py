"""Metrics: what is counted while the watcher runs, and how it fares when it is asked, for Prometheus.

Labels come from closed sets and from the configuration (rules, receivers), never from the catalog: no answer
of upstream's can make a new time series.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime
from platform import python_version

from prometheus_client import (
    CollectorRegistry,
    Counter,
    Gauge,
    Histogram,
    Info,
    disable_created_metrics,
)
from prometheus_client.exposition import CONTENT_TYPE_PLAIN_0_0_4, generate_latest

from watcher.alerts.alert import Status
from watcher.alerts.outbox import Attempt, Claim
from watcher.alerts.outbox import Outcome as AttemptOutcome
from watcher.catalog.names import Surface
from watcher.catalog.sheets import Seen
from watcher.judgement.decision import Decision, Gate
from watcher.judgement.state import State
from watcher.rules.events import EVENTS
from watcher.web.outcomes import Outcome, outcomes, refused_rows
from watcher.web.process import ProcessCollector
from watcher.web.standing import Standing
from watcher.web.standing_metrics import StandingCollector

CONTENT_TYPE = CONTENT_TYPE_PLAIN_0_0_4
BUCKETS = (1, 2.5, 5, 10, 30, 60, 120, 300, 900, 3600, 21_600, 86_400)
"""Seconds: ``group_wait`` is 30 s, and a digest takes up to a day."""

OTHER = "other"
"""The label of an event that this module does not know."""

# When a series began is the process's start for all of them; it would double what is shown.
disable_created_metrics()  # type: ignore[no-untyped-call]  # the library lacks these two


class Metrics:
    """Counts what happens; safe to share between threads.

    ``standing`` tells how the watcher fares at the moment of a scrape. Nothing is shared with the registry
    that prometheus-client keeps for a whole process.
    """

    def __init__(self, standing: Callable[[], Standing], *, version: str) -> None:
        """Begin to count from nothing."""
        self._registry = registry = CollectorRegistry()
        registry.register(StandingCollector(standing))
        registry.register(ProcessCollector())
        build = Info("watcher_build", "The version that runs.", registry=registry)
        build.info({"version": version, "python": python_version()})
        self._polls = _counter(registry, "watcher_polls", "Polls, by how they ended.", "surface", "outcome")
        self._rows = _counter(
            registry, "watcher_rows_refused", "Rows of answers that could not be read.", "surface"
        )
        self._changes = _counter(registry, "watcher_changes", "Believed changes of the catalog.", "event")
        self._alerts = _counter(registry, "watcher_alerts", "Alerts that were told.", "rule", "status")
        self._suppressed = _counter(
            registry, "watcher_suppressed", "Changes that disturbed nobody, by what stopped them.", "gate"
        )
        self._attempts = _counter(
            registry, "watcher_delivery_attempts", "Messages that were tried to send, by how that ended.",
            "receiver", "outcome",
        )  # fmt: skip
        self._delivery = _histogram(
            registry, "watcher_delivery_seconds",
            "From the poll that fired a message's oldest alert until its target took it, waits included.",
        )  # fmt: skip
        self._queued = _histogram(
            registry, "watcher_queue_seconds", "From the time a message was queued until its target took it."
        )
        self._reloaded_at = Gauge(
            "watcher_config_last_reload_success_timestamp_seconds",
            "When a configuration last came into force, in Unix time.",
            registry=registry,
        )
        self._begin()

    def polled(self, before: State, decision: Decision, seen: Seen | None) -> None:
        """Count what a poll brought, once it is written; ``seen`` is None where only time passed."""
        for surface, outcome in outcomes(before, decision).items():
            self._polls.labels(surface.value, outcome.value).inc()
        for surface, number in refused_rows(seen).items() if seen is not None else ():
            self._rows.labels(surface.value).inc(number)
        for change in decision.changes:
            self._changes.labels(change.event if change.event in EVENTS else OTHER).inc()
        for alert in decision.alerts:
            self._alerts.labels(alert.rule, alert.status.value).inc()
        for item in decision.suppressed:
            self._suppressed.labels(item.gate.value).inc()

    def lost(self, surface: Surface) -> None:
        """Count a poll of which nothing could be written."""
        self._polls.labels(surface.value, Outcome.LOST.value).inc()

    def tried(self, claim: Claim, attempt: Attempt) -> None:
        """Count one try to deliver a message."""
        self._attempts.labels(claim.receiver, attempt.outcome.value).inc()
        if attempt.outcome is not AttemptOutcome.DELIVERED:
            return
        self._queued.labels(claim.receiver).observe(_seconds(claim.queued_at, attempt.ended_at))
        told = min((alert.told_at for alert in claim.notification.alerts), default=claim.queued_at)
        self._delivery.labels(claim.receiver).observe(_seconds(told, attempt.ended_at))

    def configured(self, at: datetime, *, rules: Iterable[str], receivers: Iterable[str]) -> None:
        """Note that a configuration came into force; its rules and receivers are shown at 0 from now on."""
        self._reloaded_at.set(at.timestamp())
        for rule in rules:
            for status in Status:
                self._alerts.labels(rule, status.value)
        for receiver in receivers:
            for outcome in AttemptOutcome:
                self._attempts.labels(receiver, outcome.value)
            self._queued.labels(receiver)
            self._delivery.labels(receiver)

    def text(self) -> bytes:
        """Return all of it in Prometheus' text format."""
        return generate_latest(self._registry)

    def _begin(self) -> None:
        """Show what may happen at 0: a rate over a series that begins with its first event misses that."""
        for surface in Surface:
            self._rows.labels(surface.value)
            for outcome in Outcome:
                self._polls.labels(surface.value, outcome.value)
        for event in EVENTS:
            self._changes.labels(event)
        for gate in Gate:
            self._suppressed.labels(gate.value)


def _counter(registry: CollectorRegistry, name: str, what: str, *labels: str) -> Counter:
    return Counter(name, what, labels, registry=registry)


def _histogram(registry: CollectorRegistry, name: str, what: str) -> Histogram:
    return Histogram(name, what, ("receiver",), buckets=BUCKETS, registry=registry)


def _seconds(since: datetime, until: datetime) -> float:
    # A clock that was set back makes no negative duration.
    return max((until - since).total_seconds(), 0.0)
