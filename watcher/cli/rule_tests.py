"""Rule tests: polls written down in YAML, and the alerts they should bring."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from copy import deepcopy
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

from watcher.alerts.alert import Alert
from watcher.alerts.wire import alert_to_json
from watcher.archive.recorded import Poll, recorded, seen_of
from watcher.archive.survey import survey
from watcher.catalog.sheets import Seen
from watcher.cli.rehearsals import at_its_pace
from watcher.cli.written_tests import BY_MODEL, SAME, TIMES, WrittenPoll, WrittenTest
from watcher.judgement.decision import Refusal
from watcher.judgement.rehearsal import rehearse
from watcher.reading.reader import Reader

NEAR = Decimal("0.05")
"""Percents agree when they differ by less."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """One test: what was told as expected, what was expected and not told, and what nobody expected.

    ``refused`` are the answers of its polls that were not believed.
    """

    name: str
    right: int
    missing: tuple[Mapping[str, object], ...]
    unexpected: tuple[Alert, ...]
    refused: tuple[Refusal, ...] = ()

    @property
    def passed(self) -> bool:
        """Tell whether exactly what was expected was told."""
        return not self.missing and not self.unexpected


def outcome(test: WrittenTest) -> Outcome:
    """Return what became of a test."""
    polls = list(_written(test.polls)) if test.archive is None else _recorded(test.archive)
    decisions = list(rehearse(polls, at_its_pace(test.book, [seen.at for seen in polls])))
    told = [alert for decision in decisions for alert in decision.alerts]
    missing = []
    for wanted in test.expect:
        found = next((alert for alert in told if _agrees(alert, wanted.timed)), None)
        if found is None:
            missing.append(wanted.written)
        else:
            told.remove(found)
    return Outcome(
        name=test.name,
        right=len(test.expect) - len(missing),
        missing=tuple(missing),
        unexpected=tuple(told),
        refused=tuple(refusal for decision in decisions for refusal in decision.refused),
    )


def _written(polls: Iterable[WrittenPoll]) -> Iterator[Seen]:
    reader, last = Reader(), dict[str, Any]()
    for poll in polls:
        now = {key: last.get(key) if value == SAME else value for key, value in poll.surfaces.items()}
        last |= now
        yield seen_of({key: _body(key, deepcopy(value)) for key, value in now.items()}, poll.at, reader)


def _recorded(archive: Path) -> list[Seen]:
    return [item.seen for item in recorded(survey([archive]), Reader()) if isinstance(item, Poll)]


def _body(surface: str, value: Any) -> Any:
    """Return rows as upstream wraps them; what is wrapped already, or null, stays."""
    if surface in BY_MODEL and isinstance(value, dict):
        wrap = _offers if surface == "endpoints" else _data
        return {model: wrap(rows) for model, rows in value.items()}
    return _data(value)


def _offers(rows: Any) -> Any:
    return {"data": {"endpoints": rows}} if isinstance(rows, list) else rows


def _data(rows: Any) -> Any:
    return {"data": rows} if isinstance(rows, list) else rows


def _agrees(alert: Alert, wanted: Mapping[str, object]) -> bool:
    said = alert_to_json(alert)
    return all(
        getattr(alert, key) == value if key in TIMES else _same(said[key], value)
        for key, value in wanted.items()
    )


def _same(said: object, wanted: object) -> bool:
    if isinstance(wanted, Sequence) and not isinstance(wanted, str):
        return isinstance(said, list) and sorted(map(str, said)) == sorted(map(str, wanted))
    first, second = _decimal(said), _decimal(wanted)
    if first is None or second is None:
        return said == wanted
    return abs(first - second) < NEAR if isinstance(said, float) else first == second


def _decimal(value: object) -> Decimal | None:
    if value is None or isinstance(value, bool):
        return None
    try:
        return Decimal(str(value))
    except ArithmeticError:
        return None
