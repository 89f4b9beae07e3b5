"""Rule tests: polls written down in YAML, and the alerts they should bring."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from copy import deepcopy
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

from watcher import config
from watcher.alerts.alert import Alert
from watcher.alerts.wire import alert_to_json
from watcher.archive.recorded import Poll, recorded, seen_of
from watcher.archive.survey import survey
from watcher.catalog.sheets import Seen
from watcher.cli.failures import Misuse
from watcher.cli.moments import moment
from watcher.cli.rehearsals import at_its_pace
from watcher.config import ConfigError
from watcher.config.durations import duration
from watcher.config.growing import grow
from watcher.config.problems import Findings
from watcher.config.tree import plain
from watcher.judgement.rehearsal import rehearse
from watcher.reading.reader import Reader
from watcher.rules.rulebook import Rulebook

START = datetime(2026, 1, 1, tzinfo=UTC)
SAME = "same"
SURFACES = frozenset({"models", "endpoints", "providers", "zdr", "frontend_providers", "frontend_endpoints"})
KEYS = frozenset({"name", "rules", "models", "start", "polls", "archive", "expect", "tests"})
EXPECTED = frozenset(
    {
        "at", "told_at", "rule", "event", "subject", "model", "provider", "endpoint", "field", "old", "new",
        "percent", "severity", "status",
    }
)  # fmt: skip
TIMES = frozenset({"at", "told_at"})
NEAR = Decimal("0.05")
"""Percents agree when they differ by less."""

Document = Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """One test: what was told as expected, what was expected and not told, and what nobody expected."""

    name: str
    right: int
    missing: tuple[Mapping[str, object], ...]
    unexpected: tuple[Alert, ...]

    @property
    def passed(self) -> bool:
        """Tell whether exactly what was expected was told."""
        return not self.missing and not self.unexpected


def outcomes(path: Path, environ: Mapping[str, str]) -> Iterator[Outcome]:
    """Yield the outcome of each test of a file. Raises Misuse and ConfigError for what is wrong with it."""
    document = _document(path)
    tests = document.get("tests") or [document]
    for number, test in enumerate(tests, start=1):
        whole = {**{key: value for key, value in document.items() if key != "tests"}, **_mapping(path, test)}
        _refuse_unknown(path, whole, KEYS)
        name = whole.get("name") or (path.name if len(tests) == 1 else f"{path.name} test {number}")
        yield _outcome(path, str(name), whole, environ)


def _outcome(path: Path, name: str, test: Document, environ: Mapping[str, str]) -> Outcome:
    book = _rulebook(path, test, environ)
    start = _start(path, test)
    polls = list(_written(path, test, start)) if "polls" in test else _recorded(path, test)
    told = [
        alert
        for decision in rehearse(polls, at_its_pace(book, [seen.at for seen in polls]))
        for alert in decision.alerts
    ]
    missing = []
    for wanted in test.get("expect") or ():
        _refuse_unknown(path, _mapping(path, wanted), EXPECTED)
        timed = {key: _time(path, value, start) if key in TIMES else value for key, value in wanted.items()}
        found = next((alert for alert in told if _agrees(alert, timed)), None)
        if found is None:
            missing.append(wanted)
        else:
            told.remove(found)
    right = len(test.get("expect") or ()) - len(missing)
    return Outcome(name=name, right=right, missing=tuple(missing), unexpected=tuple(told))


def _document(path: Path) -> Document:
    findings = Findings()
    try:
        tree = grow(path.read_text(encoding="utf-8"), findings)
    except UnicodeDecodeError:
        raise Misuse(f"{path}: no UTF-8 text") from None
    if tree is None or findings.problems:
        raise ConfigError(findings.problems, str(path))
    return _mapping(path, plain(tree))


def _mapping(path: Path, value: object) -> Document:
    if not isinstance(value, dict):
        raise Misuse(f"{path}: wants keys and values, not {value!r}")
    return value


def _refuse_unknown(path: Path, found: Document, known: frozenset[str]) -> None:
    for key in found:
        if key not in known:
            raise Misuse(f"{path}: unknown key {key!r}; there are {', '.join(sorted(known))}")


def _rulebook(path: Path, test: Document, environ: Mapping[str, str]) -> Rulebook:
    """Return the rulebook of the configuration that is named, or of the rules that stand in the test."""
    rules = test.get("rules")
    if isinstance(rules, str):
        return config.load(path.parent / rules, environ, targets=None).rulebook
    inline = {key: test[key] for key in ("rules", "models") if key in test}
    try:
        # JSON is YAML: the test's rules are read as a configuration's are.
        return config.parse(json.dumps(inline), environ, source=path).rulebook
    except ConfigError as error:
        said = "\n".join(f"{path}: {problem.path}: {problem.message}" for problem in error.problems)
        raise Misuse(said) from None


def _start(path: Path, test: Document) -> datetime:
    written = test.get("start")
    found = START if written is None else moment(str(written))
    if found is None:
        raise Misuse(f"{path}: start {written!r} is no time; write 2026-01-01T00:00Z")
    return found


def _time(path: Path, written: object, start: datetime) -> datetime:
    """Return a time that is given as such, or as a duration since the start."""
    text = str(written)
    found = moment(text)
    if found is not None:
        return found
    try:
        return start + duration(text)
    except ValueError:
        raise Misuse(
            f"{path}: {text!r} is no time; write 30m (since the start) or 2026-01-01T00:30Z"
        ) from None


def _written(path: Path, test: Document, start: datetime) -> Iterator[Seen]:
    reader, last = Reader(), dict[str, Any]()
    for poll in test["polls"]:
        _refuse_unknown(path, _mapping(path, poll), SURFACES | {"at"})
        now = {key: last.get(key) if value == SAME else value for key, value in poll.items() if key != "at"}
        last |= now
        bodies = {key: _body(key, deepcopy(value)) for key, value in now.items()}
        yield seen_of(bodies, _time(path, poll.get("at", "0s"), start), reader)


def _recorded(path: Path, test: Document) -> list[Seen]:
    named = test.get("archive")
    if named is None:
        raise Misuse(f"{path}: a test has `polls`, or names an `archive`")
    archive = survey([path.parent / str(named)])
    return [item.seen for item in recorded(archive, Reader()) if isinstance(item, Poll)]


def _body(surface: str, value: Any) -> Any:
    """Return rows as upstream wraps them; what is wrapped already, or null, stays."""
    if surface in ("endpoints", "frontend_endpoints") and isinstance(value, dict):
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
