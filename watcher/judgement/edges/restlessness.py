"""Restlessness: a subject that a rule told three times in a day gets one line a day until it is calm."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from decimal import Decimal

from watcher.alerts.alert import Alert
from watcher.catalog.price import percent_between
from watcher.rules.episodes import EpisodeKey
from watcher.rules.restless import Restless

DAY = timedelta(days=1)
OFTEN = 3
RANGE = frozenset({"kind", "count", "low", "high"})
Entries = Mapping[EpisodeKey, Restless]


@dataclass(frozen=True, slots=True, kw_only=True)
class Calmed:
    """What is remembered of restless subjects, and the alerts that are told now."""

    restless: Entries
    alerts: tuple[Alert, ...] = ()


def calm(restless: Entries, alerts: Sequence[tuple[EpisodeKey, Alert]], now: datetime) -> Calmed:
    """Return which alerts are told now: one by one, or as the daily line of a restless subject."""
    if not alerts and all(_is_waiting(entry, now) for entry in restless.values()):
        return Calmed(restless=restless)
    groups: dict[EpisodeKey, list[Alert]] = {key: [] for key in restless}
    for key, alert in alerts:
        groups.setdefault(key, []).append(alert)
    remembered: dict[EpisodeKey, Restless] = {}
    told: list[Alert] = []
    for key, group in groups.items():
        entry, spoken = _turn(restless.get(key, Restless()), group, now)
        told.extend(spoken)
        if entry is not None:
            remembered[key] = entry
    return Calmed(restless=remembered, alerts=tuple(told))


def next_line(restless: Entries) -> datetime | None:
    """Return when the next daily line is due; None when none waits."""
    dues = (entry.line_at for entry in restless.values() if entry.waiting)
    return min((due for due in dues if due is not None), default=None)


def _is_waiting(entry: Restless, now: datetime) -> bool:
    """Tell whether neither a line is due nor the day of calm over."""
    if entry.line_at is not None:
        return entry.line_at > now
    return now - max(entry.told, default=now - DAY) < DAY


def _turn(entry: Restless, group: list[Alert], now: datetime) -> tuple[Restless | None, list[Alert]]:
    if entry.line_at is None:
        return _counted(entry, group, now)
    if not entry.waiting and now - max(entry.told, default=now) >= DAY:
        return _counted(Restless(), group, now)
    waiting = _merged(entry.waiting, group)
    restless = replace(entry, told=(now,)) if group else entry
    if entry.line_at > now:
        return replace(restless, waiting=waiting), []
    if not waiting:
        return None, []
    return replace(restless, waiting=(), line_at=now + DAY), [_line(alert, now) for alert in waiting]


def _line(alert: Alert, now: datetime) -> Alert:
    """Return the daily line about one fact; a single move is told as what it is."""
    if alert.context.get("count") != 1:
        return replace(alert, told_at=now)
    plain = {name: value for name, value in alert.context.items() if name not in RANGE}
    return replace(alert, told_at=now, context=plain)


def _counted(entry: Restless, group: list[Alert], now: datetime) -> tuple[Restless | None, list[Alert]]:
    told = tuple(at for at in (*entry.told, *([now] if group else [])) if now - at < DAY)
    if not told:
        return None, group
    if len(told) < OFTEN:
        return Restless(told=told), group
    return Restless(told=told, since=now, line_at=now + DAY), group


def _merged(waiting: tuple[Alert, ...], group: list[Alert]) -> tuple[Alert, ...]:
    merged = {alert.field: alert for alert in waiting}
    for alert in group:
        before = merged.get(alert.field)
        merged[alert.field] = _with_range(
            alert if before is None else _spanning(before, alert), before, alert
        )
    return tuple(merged.values())


def _spanning(first: Alert, last: Alert) -> Alert:
    percent = last.percent
    if percent is not None and isinstance(first.old, str) and isinstance(last.new, str):
        percent = percent_between(Decimal(first.old), Decimal(last.new))
    return replace(last, old=first.old, percent=percent)


def _with_range(alert: Alert, before: Alert | None, last: Alert) -> Alert:
    context = {} if before is None else before.context
    count = context.get("count", 0)
    more: dict[str, object] = {"kind": "restless", "count": (count if isinstance(count, int) else 0) + 1}
    if last.percent is not None and isinstance(last.old, str) and isinstance(last.new, str):
        ends = [value for name in ("low", "high") if isinstance(value := context.get(name), str)]
        prices = sorted([*ends, last.old, last.new], key=Decimal)
        more |= {"low": prices[0], "high": prices[-1]}
    return replace(alert, context={**last.context, **more})
