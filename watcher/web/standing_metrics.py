"""What is measured when Prometheus asks: surfaces, records, alerts and messages as they stand."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from prometheus_client.metrics_core import GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from watcher.alerts.outbox import RowState
from watcher.web.standing import Standing

IN_THE_OUTBOX = tuple(state for state in RowState if state not in (RowState.DELIVERED, RowState.DISCARDED))
"""What is over is counted as attempts; how long its rows are kept would say nothing."""


class StandingCollector(Collector):
    """Shows how the watcher fares at the moment of each scrape."""

    def __init__(self, standing: Callable[[], Standing]) -> None:
        """Take what tells how the watcher fares; it is called from the pages' thread."""
        self._standing = standing

    def collect(self) -> Iterator[Metric]:
        """Yield the metrics."""
        standing = self._standing()
        yield from _surfaces(standing)
        rows = GaugeMetricFamily(
            "watcher_records", "Records that are believed to be in the catalog.", labels=("kind",)
        )
        for kind, number in standing.rows().items():
            rows.add_metric((kind.value,), number)
        yield rows
        alerts = GaugeMetricFamily(
            "watcher_alerts", "Alerts that wait for their `for`, and levels that fire.", labels=("state",)
        )
        alerts.add_metric(("pending",), standing.pending())
        alerts.add_metric(("firing",), standing.firing())
        yield alerts
        yield from _messages(standing)
        yield from _verdicts(standing)


def _surfaces(standing: Standing) -> Iterator[Metric]:
    believed = _by_surface(
        "watcher_surface_last_believed_timestamp_seconds",
        "When a poll was last believed, in Unix time; 0: never.",
    )
    interval = _by_surface("watcher_surface_interval_seconds", "How often the surface is to be swept.")
    failures = _by_surface("watcher_surface_failures", "Polls in a row that were not believed.")
    lost = _by_surface(
        "watcher_surface_lost_facts", "Facts that the surface carried once and carries no more."
    )
    unknown = _by_surface(
        "watcher_surface_unknown_fields", "Fields of upstream's that nobody here knows (`watcher status`)."
    )
    differing = _by_surface(
        "watcher_surface_disagreements", "Endpoints on which the documented list says otherwise."
    )
    for surface, every in standing.every.items():
        health, label = standing.health_of(surface), (surface.value,)
        believed.add_metric(label, health.believed_at.timestamp() if health.believed_at else 0)
        interval.add_metric(label, every.total_seconds())
        failures.add_metric(label, health.failures)
        lost.add_metric(label, len(health.lost))
        unknown.add_metric(label, len(health.strange))
        differing.add_metric(label, health.disagreements)
    yield from (believed, interval, failures, lost, unknown, differing)


def _messages(standing: Standing) -> Iterator[Metric]:
    yield _alone("watcher_store_readable", "1 while the state can be read.", standing.outbox is not None)
    if standing.outbox is None:
        return
    rows = GaugeMetricFamily(
        "watcher_outbox_rows", "Messages that were not delivered, by receiver.", labels=("receiver", "state")
    )
    paused = GaugeMetricFamily(
        "watcher_receiver_paused",
        "1 while some target of the receiver is given a rest.",
        labels=("receiver",),
    )
    gone = {receiver for receiver, _ in standing.outbox} - set(standing.receivers)
    for receiver in (*standing.receivers, *sorted(gone)):
        for state in IN_THE_OUTBOX:
            rows.add_metric((receiver, state.value), standing.outbox.get((receiver, state), 0))
    for receiver in standing.receivers:
        paused.add_metric((receiver,), receiver in standing.paused)
    yield from (rows, paused)


def _verdicts(standing: Standing) -> Iterator[Metric]:
    yield _alone("watcher_alive", "1 while a restart would mend nothing (/healthz).", standing.is_alive)
    yield _alone("watcher_ready", "1 while the watcher can do its work (/readyz).", standing.is_ready)
    yield _alone("watcher_problems", "Things that are wrong, as /healthz lists them.", len(standing.problems))
    yield _alone(
        "watcher_config_last_reload_successful",
        "1 if the configuration was right when it was last read.",
        not standing.config_refused,
    )


def _by_surface(name: str, what: str) -> GaugeMetricFamily:
    return GaugeMetricFamily(name, what, labels=("surface",))


def _alone(name: str, what: str, value: float) -> Metric:
    return GaugeMetricFamily(name, what, value=value)
