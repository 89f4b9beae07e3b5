"""Stillness: how long a receiver has heard nothing, and what disturbed nobody meanwhile."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from watcher.alerts.alert import Alert, Status, alert_id
from watcher.alerts.notification import Notification
from watcher.alerts.receiver import Receiver
from watcher.alerts.severity import Severity

ALL_QUIET = "all-quiet"


@dataclass(frozen=True, slots=True, kw_only=True)
class Stillness:
    """Since when (UTC) a receiver heard nothing; the polls since, the alerts, and what was dropped, by gate.

    The alerts are those of all rules; none of them was sent to the receiver: they were for others, silenced,
    below its severity, or are held for it.
    """

    since: datetime
    polls: int = 0
    alerts: int = 0
    suppressed: Mapping[str, int] = field(default_factory=dict)


def kept_still(
    known: Mapping[str, Stillness],
    receivers: Iterable[Receiver],
    heard: Iterable[str],
    *,
    polls: int,
    alerts: int,
    gates: Iterable[str],
    now: datetime,
) -> tuple[Mapping[str, Stillness], tuple[Notification, ...]]:
    """Return the stillness of each receiver that asked for ``all_quiet``, and the lines that leave now.

    ``heard`` are the receivers that something leaves for now; ``polls``, ``alerts`` and ``gates`` are this
    moment's.
    """
    asked = {receiver.name: receiver.all_quiet for receiver in receivers if receiver.all_quiet is not None}
    if not asked:
        return {}, ()
    heard, gates = frozenset(heard), Counter(gates)
    still: dict[str, Stillness] = {}
    lines: list[Notification] = []
    for name, interval in asked.items():
        before = known.get(name, Stillness(since=now))
        current = Stillness(
            since=before.since,
            polls=before.polls + polls,
            alerts=before.alerts + alerts,
            suppressed=dict(Counter(before.suppressed) + gates),
        )
        if name in heard:
            current = Stillness(since=now)
        elif now - before.since >= interval and current.polls:
            lines.append(_line(name, current, now))
            current = Stillness(since=now)
        still[name] = current
    return still, tuple(lines)


def _line(receiver: str, stillness: Stillness, now: datetime) -> Notification:
    summary = _summary(stillness, (now - stillness.since).days)
    alert = Alert(
        id=alert_id(ALL_QUIET, receiver, None, now),
        rule=ALL_QUIET,
        severity=Severity.INFO,
        status=Status.FIRING,
        event="catalog.quiet",
        subject="catalog",
        at=now,
        not_before=stillness.since,
        told_at=now,
        context={"summary": summary},
    )
    return Notification(at=now, receiver=receiver, rule=ALL_QUIET, severity=Severity.INFO, alerts=(alert,))


def _summary(stillness: Stillness, days: int) -> str:
    gates = ", ".join(
        f"{count:,} {gate.replace('_', ' ')}" for gate, count in sorted(stillness.suppressed.items())
    )
    dropped = sum(stillness.suppressed.values())
    return (
        f"Nothing to tell in {_counted(days, 'day')}: {_counted(stillness.polls, 'poll')} judged, "
        f"{_alerts(stillness.alerts)}, "
        + (f"{_counted(dropped, 'change')} disturbed nobody ({gates})" if dropped else "nothing held back")
    )


def _alerts(number: int) -> str:
    if number == 0:
        return "no alerts"
    return f"{_counted(number, 'alert')} ({'none' if number > 1 else 'not'} sent here)"


def _counted(number: int, noun: str) -> str:
    return f"{number:,} {noun}{'' if number == 1 else 's'}"
