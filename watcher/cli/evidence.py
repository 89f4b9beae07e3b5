"""Evidence: what is stored about an alert, or about a rule's silence on a subject."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from watcher.alerts.alert import Alert
from watcher.alerts.wire import alert_to_json, stamp
from watcher.cli.known import known_of
from watcher.cli.policy_evidence import policy_known
from watcher.cli.recounted import value_in_words
from watcher.judgement.decision import Suppressed
from watcher.judgement.knowledge.books import offers_of
from watcher.judgement.knowledge.facts import json_value
from watcher.judgement.knowledge.usage import TOKENS
from watcher.judgement.state import State
from watcher.messages.amounts import reading
from watcher.messages.fields import field_name
from watcher.messages.policies import touched
from watcher.messages.spans import duration, moment
from watcher.messages.tell import tell
from watcher.rules.anchors import Anchor
from watcher.rules.episodes import Episode
from watcher.rules.restless import Restless
from watcher.rules.rule import Rule, matches
from watcher.rules.watch import APP, VERSION
from watcher.store.waiting import OutboxRow

Entry = dict[str, Any]
"""JSON values with a ``type``; ``said`` holds the lines people read."""


def of_alert(alert: Alert, zone: ZoneInfo) -> Entry:
    """Return an alert with its values, times, and the clauses and gates it passed."""
    seen = moment(alert.at, zone)
    before = "" if alert.not_before is None else f", not yet at {moment(alert.not_before, zone)}"
    percent = "" if alert.percent is None else f", {alert.percent:+.4g} %"
    move = alert.new if alert.is_level else f"{alert.old} → {alert.new}{percent}"
    value = f"{alert.field}: {move}" if alert.field else alert.event
    return {
        "type": "alert",
        **alert_to_json(alert),
        "said": [
            tell(alert).headline,
            f"  {alert.status} {alert.id} by rule {alert.rule}, {alert.severity.label}, {alert.event}",
            f"  {alert.subject}",
            f"  {value}",
            f"  first shown {seen}{before}; told {moment(alert.told_at, zone)}",
            *(f"  because {reason}" for reason in alert.reasons),
            *(f"  on {line}" for line in touched([alert])),
        ],
    }


def of_message(row: OutboxRow, zone: ZoneInfo) -> Entry:
    """Return where a message with the alert went, and what became of it."""
    last = row.attempts[-1] if row.attempts else None
    said = f": {last.detail}" if last and last.detail else ""
    when = moment(last.ended_at if last else row.queued_at, zone)
    return {
        "type": "message",
        "id": row.id,
        "receiver": row.receiver,
        "target": row.target,
        "state": str(row.state),
        "queued_at": stamp(row.queued_at),
        "attempts": len(row.attempts),
        "said": [f"  message {row.id} to {row.receiver} {row.target}: {row.state} {when}{said}"],
    }


def of_level(episode: Episode, rule: Rule | None, zone: ZoneInfo) -> Entry:
    """Return a level that is pending or firing, with its numbers."""
    state = "pending" if episode.fired_at is None else "firing"
    wanted = "" if rule is None else f" of the {duration(rule.lasting.total_seconds())} that `for` asks"
    lasted = f"{duration(episode.lasted.total_seconds())} on the wrong side{wanted}"
    values = f"{reading(episode.value)} now, {reading(episode.worst)} at worst"
    well = "" if episode.good_since is None else f"; well again since {moment(episode.good_since, zone)}"
    inhibited = "; explained by an outage already told" if episode.inhibited else ""
    return {
        "type": "level",
        "state": state,
        "id": episode.alert_id,
        "subject": episode.subject.label,
        "since": stamp(episode.since),
        "read_at": stamp(episode.read_at),
        "lasted_seconds": int(episode.lasted.total_seconds()),
        "value": episode.value,
        "worst": episode.worst,
        "fired_at": None if episode.fired_at is None else stamp(episode.fired_at),
        "said": [
            f"{state} since {moment(episode.since, zone)}: {values}",
            f"  {lasted}, read {moment(episode.read_at, zone)}{well}{inhibited}",
        ],
    }


def of_silence(state: State, rule: Rule, subject: str, zone: ZoneInfo, now: datetime) -> Iterator[Entry]:
    """Yield what a rule holds back about a subject, or why it is none of its business."""
    yield from _scope(state, rule, subject)
    yield from policy_known(state, rule, subject, zone)
    yield from (entry for entry in known_of(state, subject, zone) if _is_followed(entry, rule))
    for key, anchor in state.anchors.items():
        if key.rule == rule.name and anchor.subject.label == subject:
            yield _difference(key.field, anchor, rule, zone, now)
    for at, episode in state.episodes.items():
        if at.rule == rule.name and episode.subject.label == subject:
            yield of_level(episode, rule, zone)
    uids = {tracked.uid for tracked in _tracked(state, subject)}
    for at, entry in state.restless.items():
        if at.rule == rule.name and at.uid in uids and entry.since is not None:
            yield _restless(entry, entry.since, zone)


def of_suppressed(item: Suppressed, zone: ZoneInfo) -> Entry:
    """Return a change that was dropped, with the gate that stopped it."""
    field = f"{field_name(item.field)} " if item.field else ""
    return {
        "type": "suppressed",
        "at": stamp(item.at),
        "gate": str(item.gate),
        "rule": item.rule,
        "subject": item.subject,
        "field": item.field,
        "reason": item.reason,
        "said": [f"{moment(item.at, zone)}  {field}stopped by {item.gate}: {item.reason}"],
    }


def _scope(state: State, rule: Rule, subject: str) -> Iterator[Entry]:
    known = any(True for _ in _tracked(state, subject))
    if not known:
        yield _note("unknown", f"{subject} is not in the catalog as last believed.")
    model = subject.partition(" @ ")[0]
    if "/" in model and not matches(rule.models, model):
        yield _note("scope", f"{model} matches none of the rule's models: {' '.join(rule.models)}.")
    if "/" not in model and rule.providers and not matches(rule.providers, subject):
        yield _note("scope", f"{subject} matches none of the rule's providers: {' '.join(rule.providers)}.")


def _is_followed(entry: Entry, rule: Rule) -> bool:
    """Tell whether a rule is about what an entry says of the pages."""
    fields = {"users": f"{APP}1", "versions": f"{VERSION}1"}
    if entry["type"] == "use":
        return any(level.quantity == TOKENS for level in rule.levels)
    return any(watch.follows(fields.get(entry["type"], "")) for watch in rule.watches)


def _tracked(state: State, subject: str) -> Iterator[Any]:
    for kind in (state.models, state.providers, state.policies):
        yield from (tracked for key, tracked in kind.items() if str(key) == subject)
    model = subject.partition(" @ ")[0]
    offers = offers_of(state, model)
    yield from (tracked for key, tracked in offers.items() if key.label == subject)


def _note(kind: str, sentence: str) -> Entry:
    return {"type": kind, "said": [sentence]}


def _difference(field: str, anchor: Anchor, rule: Rule, zone: ZoneInfo, now: datetime) -> Entry:
    pending = anchor.pending
    told = "last told" if anchor.spoken else "first seen"
    entry = {
        "type": "difference",
        "subject": anchor.subject.label,
        "field": field,
        "anchor": json_value(anchor.value),
        "spoken": anchor.spoken,
        "since": None if pending is None else stamp(pending.since),
        "wanted": None if pending is None else pending.wanted,
        "where_failed": None if pending is None else pending.where_failed,
    }
    said = [f"{field_name(field)} is measured against {value_in_words(field, anchor.value)}, {told}"]
    if pending is not None:
        lasted = duration((now - pending.since).total_seconds())
        asked = duration(rule.lasting.total_seconds())
        said.append(f"  differs since {moment(pending.since, zone)}, for {lasted}; `for` asks {asked}")
        if pending.where_failed:
            said.append(f"  stopped by where: {rule.where.source if rule.where else ''}")
        elif not pending.wanted:
            said.append("  but not enough, or not in the way, that the rule tells")
    return entry | {"said": said}


def _restless(entry: Restless, since: datetime, zone: ZoneInfo) -> Entry:
    line = "" if entry.line_at is None else f"; the next line is due {moment(entry.line_at, zone)}"
    return {
        "type": "restless",
        "since": stamp(since),
        "line_at": None if entry.line_at is None else stamp(entry.line_at),
        "waiting": len(entry.waiting),
        "said": [f"restless since {moment(since, zone)}: one line a day{line}"],
    }
