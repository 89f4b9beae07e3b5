"""Own troubles: what is told of the machine that we run on and is not over, as ``watcher status`` says it."""

from __future__ import annotations

from collections.abc import Iterator

from watcher.alerts.troubles import CLOCK_JUMPED, DISK_LOW, STATE_DAMAGED, STATE_UNWRITTEN
from watcher.messages.tell import tell
from watcher.store.queries import Queries

OWN = frozenset({CLOCK_JUMPED, DISK_LOW, STATE_DAMAGED, STATE_UNWRITTEN})


def own_troubles(queries: Queries) -> Iterator[str]:
    """Yield a line for each."""
    for episode in queries.levels().values():
        if episode.fired_at is not None and episode.subject.uid.partition("\n")[0] in OWN:
            firing = queries.alerts_named(episode.alert_id)
            yield from (f"{alert.subject}: {tell(alert).phrase}" for alert in firing[-1:])
