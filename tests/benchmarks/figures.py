"""Our own figures: what was told against what was true, on recordings and on the simulated day.

    python -m tests.benchmarks.figures ARCHIVE...

prints the table of docs/SIGNAL.md. The truths of the recordings are computed here from the raw bodies, by
other code than the judgement's.
"""

from __future__ import annotations

import sys
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

from watcher.alerts.alert import Alert, Status
from watcher.archive.recorded import Poll, raw_polls, recorded
from watcher.archive.survey import Survey, survey
from watcher.config import parse
from watcher.judgement.rehearsal import rehearse
from watcher.reading.reader import Reader
from watcher.rules.rulebook import Rulebook

RULES = """
receivers: {reader: {console: true}}
rules:
  - use: new-free-variant
  - {use: price-change, percent: 20, basis: endpoint}
  - {use: data-policy-flip, direction: any}
  - {use: uptime-drop, below: 90, for: 30m}
  - use: model-added
  - use: model-removed
"""
FAR = Decimal(20)
HOUR = timedelta(hours=1)
BELOW, RECOVERED = 90.0, 95.0
LASTING = timedelta(minutes=30)
Key = tuple[str, str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Score:
    """How a job did: true moves, those told (at the right poll), and all that was told."""

    true: int
    found: int
    told: int


def told_by(rulebook: Rulebook, surveyed: Survey) -> list[Alert]:
    """Return every alert that left as a message."""
    polls = (poll.seen for poll in recorded(surveyed, Reader()) if isinstance(poll, Poll))
    interval = surveyed.interval or timedelta(0)
    patient = {surface: max(every, interval) for surface, every in rulebook.intervals.items()}
    decisions = rehearse(polls, replace(rulebook, intervals=patient))
    return [
        alert
        for decision in decisions
        for notification in decision.notifications
        for alert in notification.alerts
    ]


def rows_of(poll: Mapping[str, Any]) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Yield each endpoint of a raw poll, the first of equal tags only, with its model."""
    for model, body in (poll.get("endpoints") or {}).items():
        seen = set()
        for row in ((body or {}).get("data") or {}).get("endpoints") or ():
            if row["tag"] not in seen and "/flex" not in row["tag"] and "/priority" not in row["tag"]:
                seen.add(row["tag"])
                yield model, row


def price_moves(polls: Iterable[Mapping[str, Any]]) -> set[tuple[str, str, datetime]]:
    """Return the moves of 20 % and more that lasted an hour: (subject, field, first poll)."""
    series: dict[Key, list[tuple[datetime, Decimal]]] = defaultdict(list)
    for poll in polls:
        at = datetime.fromisoformat(poll["generated"])
        for model, row in rows_of(poll):
            for meter in ("prompt", "completion"):
                series[model, row["tag"], meter].append((at, Decimal(row["pricing"][meter])))
    return {
        (f"{model} @ {tag}", f"pricing.{meter}", at)
        for (model, tag, meter), readings in series.items()
        for at in _moves(readings)
    }


def _moves(readings: Sequence[tuple[datetime, Decimal]]) -> Iterator[datetime]:
    for index, (at, _) in enumerate(readings[1:], start=1):
        before = readings[index - 1][1]
        after = [(later, price) for later, price in readings[index:] if later - at <= HOUR + LASTING / 30]
        beyond = next((price for later, price in readings[index:] if later - at > HOUR), None)
        lasted = after[-1][0] - at >= HOUR * 9 / 10 or (beyond is not None and _far(before, beyond))
        if lasted and all(_far(before, price) for _, price in after):
            yield at


def _far(old: Decimal, new: Decimal) -> bool:
    return (old == 0) != (new == 0) or (old != 0 and abs(new - old) * 100 / old >= FAR)


def outages(polls: Iterable[Mapping[str, Any]], most: timedelta) -> set[tuple[str, datetime]]:
    """Return the spells of at least half an hour in which no endpoint of a model was well: (model, start)."""
    best: dict[str, list[tuple[datetime, float]]] = defaultdict(list)
    for poll in polls:
        at = datetime.fromisoformat(poll["generated"])
        known: dict[str, float] = {}
        for model, row in rows_of(poll):
            if (uptime := row.get("uptime_last_30m")) is not None:
                known[model] = max(known.get(model, 0.0), uptime)
        for model, uptime in known.items():
            best[model].append((at, uptime))
    return {(model, start) for model, readings in best.items() for start in _spells(readings, most)}


def _spells(readings: Sequence[tuple[datetime, float]], most: timedelta) -> Iterator[datetime]:
    start: datetime | None = None
    lasted, told, last = timedelta(0), False, None
    for at, uptime in readings:
        if uptime >= RECOVERED:
            start, lasted, told, last = None, timedelta(0), False, None
        elif uptime < BELOW:
            start = start or at
            if last is not None and at - last <= most:
                lasted += at - last
            if lasted >= LASTING * 9 / 10 and not told:
                told = True
                yield start
            last = at
        else:
            last = None


def free_arrivals(polls: Iterable[Mapping[str, Any]]) -> set[str]:
    """Return the ids that came while all was watched, and were free when they came."""
    known: set[str] = set()
    came: set[str] = set()
    for poll in polls:
        rows = {row["id"]: row for row in poll["models"]["data"]}
        free = {name for name, row in rows.items() if name.endswith(":free") and _costs_nothing(row)}
        came |= free - known if known else set()
        known |= rows.keys()
    return came


def _costs_nothing(row: Mapping[str, Any]) -> bool:
    return all(Decimal(str(price)) == 0 for name, price in row["pricing"].items() if name != "overrides")


def scores(paths: Sequence[Path]) -> dict[str, Score]:
    """Return the score of each job on an archive."""
    rulebook = parse(RULES, {}).rulebook
    surveyed = survey(paths)
    told = [alert for alert in told_by(rulebook, surveyed) if alert.status is Status.FIRING]
    prices = {(a.subject, a.field, a.at) for a in told if a.rule == "price-change"}
    free = [a.subject for a in told if a.rule == "new-free-variant"]
    down = {(a.subject, a.at) for a in told if a.rule == "uptime-drop"}
    moves = price_moves(raw_polls(surveyed))
    spells = outages(raw_polls(surveyed), 2 * max(timedelta(minutes=15), surveyed.interval or timedelta(0)))
    arrivals = free_arrivals(raw_polls(surveyed))
    counts = Counter(alert.rule for alert in told)
    return {
        "new free variants": Score(true=len(arrivals), found=len(arrivals & set(free)), told=len(free)),
        "endpoint prices, 20 % for an hour": Score(
            true=len(moves), found=len(moves & prices), told=counts["price-change"]
        ),
        "outages of a whole model, 30 min": Score(
            true=len(spells), found=len(spells & down), told=counts["uptime-drop"]
        ),
        "data policy flips": Score(true=-1, found=-1, told=counts["data-policy-flip"]),
    }


def main(arguments: Sequence[str]) -> None:
    """Print the table."""
    print("| job | true | told at the right poll | told in all |")
    print("|---|---|---|---|")
    for name, score in scores([Path(argument) for argument in arguments]).items():
        true, found = (str(n) if n >= 0 else "see below" for n in (score.true, score.found))
        print(f"| {name} | {true} | {found} | {score.told} |")


if __name__ == "__main__":
    main(sys.argv[1:])
