"""What was told of polls: written as an archive, read back and judged just as ``watcher backtest`` does."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.benchmarks.planting.day import Body
from tests.benchmarks.planting.truth import Due
from watcher.alerts.alert import Status
from watcher.archive.recorded import Poll, recorded
from watcher.archive.survey import survey
from watcher.archive.write import ArchiveWriter
from watcher.cli.rehearsals import at_its_pace
from watcher.judgement.rehearsal import rehearse
from watcher.reading.reader import Reader
from watcher.rules.rulebook import Rulebook


def told_of(polls: Iterable[tuple[datetime, Body]], book: Rulebook) -> list[Due]:
    """Return the alerts that left as messages, without resolutions, each with the poll that it left at.

    What time alone brings after the last poll, the reminder of a date, is not the polls' matter.
    """
    with TemporaryDirectory() as folder:
        writer = ArchiveWriter(Path(folder))
        for at, bodies in polls:
            writer.append(at, bodies)
        archive = survey([Path(folder)])
        seen = (poll.seen for poll in recorded(archive, Reader()) if isinstance(poll, Poll))
        return [
            Due(alert.rule, alert.subject, alert.field, alert.at, notification.at)
            for decision in rehearse(seen, at_its_pace(book, archive.times))
            for notification in decision.notifications
            for alert in notification.alerts
            if alert.status is Status.FIRING and alert.at <= archive.times[-1]
        ]
