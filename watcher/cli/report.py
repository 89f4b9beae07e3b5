"""Reports: what a backtest found, as people read it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta, tzinfo

from watcher.alerts.notification import Notification
from watcher.archive.recorded import Unreadable
from watcher.cli.tally import Tally
from watcher.judgement.decision import Gate, Refusal, Suppressed
from watcher.messages.page import lay_out
from watcher.messages.safe import visible
from watcher.messages.spans import duration, moment

ROWS = 10
REFUSED = 10
DAY = timedelta(days=1)
WEEK = timedelta(days=7)

GATES = {
    Gate.SCHEMA: "came or went for a whole kind at once: upstream's schema",
    Gate.ALIAS_ECHO: "an alias repeating its target",
    Gate.TOP_ENDPOINT_SWITCH: "the model's row following another endpoint",
    Gate.TIER_TWIN: "a service tier repeating its base",
    Gate.POLICY_ECHO: "an endpoint repeating its provider's policy",
    Gate.SCHEDULE: "a price by the clock, as scheduled",
    Gate.RENAMED: "the same endpoint under a new name",
    Gate.FLAP: "gone and back again",
    Gate.UNCONFIRMED: "an absence that was never confirmed",
    Gate.HELD_UNDONE: "came back before it had lasted for its `for`",
    Gate.WHERE: "a `where` clause that was not true",
    Gate.INHIBITED: "explained by an outage already told",
    Gate.SILENCED: "silenced",
    Gate.BELOW_SEVERITY: "under its receiver's min_severity",
}
"""What each gate stops, in words."""


def block(notification: Notification, zone: tzinfo) -> str:
    """Return a message as a short block: when, to whom and by which rule, then title and rows."""
    page = lay_out(notification, zone, rows=ROWS, repeat=False)
    when = moment(notification.at, zone)
    rows = [] if page.is_single else [f"{row.subject.ljust(page.width)}  {row.phrase}" for row in page.rows]
    more = [f"and {page.more} more"] if page.more else []
    below = [line for line in (page.since, *rows, *more) if line]
    return "\n".join(
        (
            f"{when}  {notification.receiver}  {page.rule}  {page.severity}",
            f"  {page.title}",
            *(f"    {line}" for line in below),
        )
    )


def suppression(item: Suppressed, zone: tzinfo) -> str:
    """Return a dropped change as one line."""
    field = f" {item.field}" if item.field else ""
    rule = f" [{item.rule}]" if item.rule else ""
    return visible(
        f"{moment(item.at, zone)}  not told ({item.gate}){rule} {item.subject}{field}: {item.reason}"
    )


def closing(tally: Tally, zone: tzinfo) -> Iterator[str]:
    """Yield the lines of the summary."""
    yield _over(tally, zone)
    yield ""
    yield from _by_rule(tally)
    if tally.still_held:
        yield f"  {tally.still_held} still held when the polls end"
    yield from _stopped(tally)
    yield from _not_believed(tally, zone)
    yield from _set_aside(tally)


def _over(tally: Tally, zone: tzinfo) -> str:
    if tally.first is None or tally.last is None:
        return f"{count(tally.polls, 'poll')}, none of which could be read."
    span = (
        f"{moment(tally.first, zone)} to {moment(tally.last, zone)} ({duration(tally.span.total_seconds())})"
    )
    found = f"{count(tally.changes, 'change')}, {count(len(tally.alerts), 'alert')}"
    return f"{count(tally.polls, 'poll')} from {span}:\n{found}, {count(tally.messages.total(), 'message')}."


def _by_rule(tally: Tally) -> Iterator[str]:
    rules = sorted({*tally.messages, *tally.alerts.values()})
    if not rules:
        yield "  No rule would have sent a message."
    width = max((len(rule) for rule in rules), default=0)
    for rule in rules:
        alerts = sum(each == rule for each in tally.alerts.values())
        sent = tally.messages[rule]
        told = f"{count(sent, 'message')}, {count(alerts, 'alert')}"
        yield f"  {rule.ljust(width)}  {told}{weekly(sent, tally.span)}"


def weekly(messages: int, span: timedelta) -> str:
    """Return ``; 3.1 messages a week``, or nothing for less than a day of polls."""
    return f"; {messages * (WEEK / span):.1f} messages a week" if span >= DAY else ""


def _stopped(tally: Tally) -> Iterator[str]:
    stopped = [(tally.suppressed[gate], words) for gate, words in GATES.items() if tally.suppressed[gate]]
    if not stopped:
        return
    yield ""
    yield f"Not told, and why ({sum(number for number, _ in stopped)}):"
    width = max(len(str(number)) for number, _ in stopped)
    for number, words in stopped:
        yield f"  {number:>{width}}  {words}"


def _not_believed(tally: Tally, zone: tzinfo) -> Iterator[str]:
    if not tally.refused:
        return
    yield ""
    yield f"Not believed ({len(tally.refused)}):"
    for refusal in tally.refused[:REFUSED]:
        yield visible(f"  {_refusal(refusal, zone)}")
    if len(tally.refused) > REFUSED:
        yield f"  and {len(tally.refused) - REFUSED} more; --json lists them all"


def _set_aside(tally: Tally) -> Iterator[str]:
    if tally.set_aside:
        yield ""
        yield f"Rows that could not be read ({tally.set_aside.total():,}):"
    for surface, number in tally.set_aside.items():
        yield visible(f"  {number:,} of {surface}, first {tally.set_aside_first[surface]}")


def _refusal(refusal: Refusal | Unreadable, zone: tzinfo) -> str:
    when = "at an unknown time" if refusal.at is None else moment(refusal.at, zone)
    if isinstance(refusal, Unreadable):
        return f"{when}  {refusal.source.name} line {refusal.line}: {refusal.reason}"
    return f"{when}  {refusal.surface}: {refusal.reason}{' (held)' if refusal.held else ''}"


def count(number: int, noun: str) -> str:
    """Return ``1 poll`` or ``1,874 polls``."""
    return f"{number:,} {noun}{'' if number == 1 else 's'}"
