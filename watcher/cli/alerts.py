"""``watcher alerts``: what is pending, firing, or was told in the last day."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import click

from watcher.alerts.alert import Alert
from watcher.alerts.wire import alert_to_json, stamp
from watcher.cli.configured import configuration
from watcher.cli.failures import Exit
from watcher.cli.lines import put
from watcher.cli.moments import Since
from watcher.cli.recounted import value_in_words
from watcher.cli.remembered import to_read
from watcher.cli.verbs import verb, with_config, with_json
from watcher.judgement.knowledge.facts import json_value
from watcher.messages.amounts import reading
from watcher.messages.fields import field_name
from watcher.messages.safe import visible
from watcher.messages.spans import duration, moment
from watcher.messages.tell import tell
from watcher.rules.anchors import Anchor, AnchorKey
from watcher.rules.episodes import Episode, EpisodeKey
from watcher.store.queries import Queries

STATES = ("pending", "firing", "told")


@verb(
    "alerts",
    Exit.FAILED,
    Exit.WRONG,
    examples={
        "watcher alerts": "What is going on?",
        "watcher alerts --state firing --json": "What is wrong right now, for a program:",
    },
)
@click.option("--state", type=click.Choice(STATES), help="Only these.")
@click.option(
    "--since", type=Since(), default="1d", help="What was told from then on: 2026-07-06, or 1d ago."
)
@with_config
@with_json
def command(*, state: str | None, since: datetime, config: Path | None, as_json: bool) -> None:
    """List what is pending, what is firing, and what was told in the last day.

    Pending is what has not lasted for its `for` yet: differences, and levels on the wrong side. Firing are
    levels that were told and are not well again. Told are changes, which are told once and are then over.
    `watcher explain ID` says more about what has an id.
    """
    settings = configuration(config)
    with to_read(settings) as store:
        found = [entry for entry in _entries(store.queries, since) if state in (None, entry["state"])]
    for entry in found:
        if as_json:
            put({key: value for key, value in entry.items() if key != "alert"})
        else:
            click.echo(visible(_line(entry, settings.rulebook.timezone)))
    if not found and not as_json:
        click.echo("Nothing is pending or firing, and nothing was told lately.")


def _entries(queries: Queries, since: datetime) -> Iterator[dict[str, Any]]:
    for key, anchor in queries.anchors().items():
        if anchor.pending is not None and anchor.pending.wanted and not anchor.pending.where_failed:
            yield _edge(key, anchor)
    levels = sorted(queries.levels().items(), key=lambda item: item[1].fired_at is not None)
    for at, episode in levels:
        firing = [] if episode.fired_at is None else queries.alerts_named(episode.alert_id)
        yield _level(at, episode) | ({"alert": firing[-1]} if firing else {})
    for alert in queries.edges(since):
        yield {"state": "told", **alert_to_json(alert), "alert": alert}


def _edge(key: AnchorKey, anchor: Anchor) -> dict[str, Any]:
    since = anchor.pending.since if anchor.pending else None
    return {
        "state": "pending",
        "id": None,
        "rule": key.rule,
        "subject": anchor.subject.label,
        "model": anchor.subject.model,
        "provider": anchor.subject.provider,
        "endpoint": anchor.subject.endpoint,
        "field": key.field,
        "old": json_value(anchor.value),
        "since": None if since is None else stamp(since),
        "at": since,
        "is_level": False,
    }


def _level(key: EpisodeKey, episode: Episode) -> dict[str, Any]:
    return {
        "state": "pending" if episode.fired_at is None else "firing",
        "id": episode.alert_id,
        "rule": key.rule,
        "subject": episode.subject.label,
        "model": episode.subject.model,
        "provider": episode.subject.provider,
        "endpoint": episode.subject.endpoint,
        "at": episode.since,
        "since": stamp(episode.since),
        "lasted_seconds": int(episode.lasted.total_seconds()),
        "value": episode.value,
        "worst": episode.worst,
        "fired_at": None if episode.fired_at is None else stamp(episode.fired_at),
        "is_level": True,
    }


def _line(entry: dict[str, Any], zone: ZoneInfo) -> str:
    alert = entry.get("alert")
    if entry["is_level"]:
        when, said = moment(entry["at"], zone), _readings(entry)
    elif isinstance(alert, Alert):
        when, said = moment(alert.told_at, zone), tell(alert).phrase
    else:
        when, said = moment(entry["at"], zone), _difference(entry)
    return f"{entry['state']:<8} {when}  {entry['rule']}  {entry['subject']}: {said}  {entry['id'] or ''}"


def _readings(entry: dict[str, Any]) -> str:
    alert = entry.get("alert")
    lasted = duration(entry["lasted_seconds"])
    now = f"{reading(entry['value'])} now, {reading(entry['worst'])} at worst, for {lasted}"
    if not isinstance(alert, Alert):
        return now
    # What the watcher itself cannot do has no readings.
    told = tell(alert).phrase
    return told if alert.event.startswith("catalog.") else f"{told}; {now}"


def _difference(entry: dict[str, Any]) -> str:
    old = value_in_words(entry["field"], entry["old"])
    return f"{field_name(entry['field'])} differs from {old}"
