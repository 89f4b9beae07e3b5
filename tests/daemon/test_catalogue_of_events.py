"""docs/LOGS.md lists every event that the source logs: its name, its levels and its fields."""

from __future__ import annotations

import ast
import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import NamedTuple

import pytest

ROOT = Path(__file__).parents[2]
DOCUMENT = ROOT / "docs" / "LOGS.md"
LEVELS = ("debug", "info", "warning", "error")
FAILURES = "note_failure"
"""The one function that logs for others: at ``error``, with the error's kind and where it happened."""

ALWAYS_WITH_FAILURES = {"error", "places"}
SPREAD = {"self._names": {"receiver", "target"}}
"""What stands behind ``**``."""

EVENT = re.compile(r"^[a-z]+\.[a-z_]+$")


@dataclass
class Logged:
    """What the source says of one event."""

    levels: set[str] = field(default_factory=set)
    fields: set[str] = field(default_factory=set)


def sources() -> list[Path]:
    return sorted((ROOT / "watcher").rglob("*.py"))


def calls(path: Path) -> Iterator[tuple[str, ast.Call]]:
    """Yield each call that logs in a module, with its level."""
    tree = ast.parse(path.read_text("utf-8"))
    own = {
        id(inner)
        for node in ast.walk(tree)
        if isinstance(node, ast.FunctionDef) and node.name == FAILURES
        for inner in ast.walk(node)
    }
    for node in ast.walk(tree):
        match node:
            case ast.Call(func=ast.Attribute(value=ast.Name(id="log"), attr=level)) if id(node) not in own:
                yield level, node
            case ast.Call(func=ast.Name(id=name)) if name == FAILURES:
                yield FAILURES, node
            case _:
                pass


def fields_of(level: str, call: ast.Call) -> set[str]:
    named = {keyword.arg for keyword in call.keywords if keyword.arg is not None}
    for keyword in call.keywords:
        if keyword.arg is None:
            named |= SPREAD[ast.unparse(keyword.value)]
    return named | ALWAYS_WITH_FAILURES if level == FAILURES else named


@cache
def logged() -> dict[str, Logged]:
    found: dict[str, Logged] = defaultdict(Logged)
    for path in sources():
        for level, call in calls(path):
            first = call.args[0]
            assert isinstance(first, ast.Constant), f"{path}:{call.lineno}: an event's name is written out"
            event = found[str(first.value)]
            event.levels.add("error" if level == FAILURES else level)
            event.fields |= fields_of(level, call)
    return found


class Row(NamedTuple):
    event: str
    levels: str
    fields: str
    means: str
    do: str


def listed() -> dict[str, Row]:
    """Return the rows of the document's table."""
    cells = (
        [cell.strip() for cell in line.strip("|").split("|")]
        for line in DOCUMENT.read_text("utf-8").splitlines()
        if line.startswith("| `")
    )
    rows = [Row(*row) for row in cells]
    assert len({row.event for row in rows}) == len(rows)
    return {row.event.strip("`"): row for row in rows}


def test_every_event_of_the_source_is_listed_and_no_other() -> None:
    assert sorted(listed()) == sorted(logged())


@pytest.mark.parametrize("event", sorted(logged()))
def test_an_event_has_the_levels_and_fields_that_are_listed(event: str) -> None:
    source, row = logged()[event], listed()[event]

    assert row.means
    assert row.levels.split(", ") == [level for level in LEVELS if level in source.levels]
    assert sorted(re.findall(r"`([a-z_]+)`", row.fields)) == sorted(source.fields)


def test_every_event_is_a_noun_and_what_became_of_it_at_a_known_level() -> None:
    for event, source in logged().items():
        assert EVENT.match(event), event
        assert source.levels <= set(LEVELS), event


def test_whatever_is_serious_says_what_to_do() -> None:
    silent = [
        event
        for event, row in listed().items()
        if {"warning", "error"} & set(row.levels.split(", ")) and not row.do
    ]

    assert silent == []


def test_what_begins_has_an_end_that_is_told() -> None:
    """An edge that is logged once is logged again when it is over."""
    pairs = {
        "archive.stopped": "archive.recovered",
        "delivery.stumbled": "delivery.recovered",
        "health.failed": "health.recovered",
        "heartbeat.failed": "heartbeat.recovered",
        "poll.lost": "poll.recovered",
        "poll.refused": "surface.recovered",
        "surface.lost": "surface.recovered",
        "web.failed": "web.recovered",
        "web.refused": "web.started",
    }
    known = logged()

    assert [pair for pair in pairs.items() if not set(pair) <= known.keys()] == []


def test_no_line_of_a_log_is_made_by_hand() -> None:
    """An f-string would put values where a name stands; print would go round the log."""
    for path in sources():
        for _, call in calls(path):
            assert not any(isinstance(node, ast.JoinedStr) for node in call.args), f"{path}:{call.lineno}"
