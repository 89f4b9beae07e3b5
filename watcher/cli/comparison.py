"""Comparisons: what one rulebook told that another did not, over the same polls."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from watcher.alerts.alert import Alert, Status
from watcher.alerts.wire import alert_to_json
from watcher.archive.recorded import Poll, Unreadable
from watcher.cli.rehearsals import alongside
from watcher.cli.report import count
from watcher.cli.tally import Tally
from watcher.messages.safe import visible
from watcher.messages.spans import moment
from watcher.messages.tell import tell
from watcher.rules.rulebook import Rulebook


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """Both tallies, and what was told by one alone, by alert id, oldest first."""

    these: Tally = field(default_factory=Tally)
    other: Tally = field(default_factory=Tally)
    more: tuple[Alert, ...] = ()
    less: tuple[Alert, ...] = ()

    def to_json(self) -> Iterator[dict[str, Any]]:
        """Yield a line for each alert that one alone told, then the summary of both."""
        for only, alerts in (("these", self.more), ("other", self.less)):
            for alert in alerts:
                yield {"type": "difference", "only": only, "alert": alert_to_json(alert)}
        yield self.these.summary() | {
            "more": len(self.more),
            "less": len(self.less),
            "against": self.other.summary(),
        }

    def told(self, book: Rulebook) -> Iterator[str]:
        """Yield the lines people read: ``+`` only these rules tell, ``-`` only the others."""
        for sign, alerts in (("+", self.more), ("-", self.less)):
            for alert in alerts:
                when = moment(alert.at, book.timezone)
                yield visible(f"{sign} {when}  {alert.rule}  {alert.subject}: {tell(alert).phrase}")
        if self.more or self.less:
            yield ""
        same = len(self.these.alerts) - len(self.more)
        more, less = count(len(self.more), "alert"), len(self.less)
        yield f"{count(self.these.polls, 'poll')}: {more} more (+), {less} less (-), {same} the same."
        yield "Messages by rule, these and the others:"
        yield from self._by_rule()

    def _by_rule(self) -> Iterator[str]:
        told = {*self.these.alerts.values(), *self.other.alerts.values()}
        rules = sorted({*self.these.messages, *self.other.messages, *told})
        width = max((len(rule) for rule in rules), default=0)
        these, other = Counter(self.these.alerts.values()), Counter(self.other.alerts.values())
        for rule in rules:
            mine, theirs = self.these.messages[rule], self.other.messages[rule]
            alerts = f"{these[rule]} and {other[rule]} alerts"
            yield f"  {rule.ljust(width)}  {mine:>5} {theirs:>5}  ({alerts})"


def compare(polls: Iterable[Poll | Unreadable], these: Rulebook, other: Rulebook) -> Comparison:
    """Return how two rulebooks differ; the polls are read once."""
    tallies = (Tally(), Tally())
    told: tuple[dict[str, Alert], dict[str, Alert]] = ({}, {})
    for place, decision in alongside(tallies[0].seen_in(polls), (these, other)):
        tallies[place].add(decision)
        for alert in decision.alerts:
            if alert.status is Status.FIRING:
                told[place].setdefault(alert.id, alert)
    tallies[1].covered(tallies[0])
    return Comparison(
        these=tallies[0],
        other=tallies[1],
        more=_missing(told[0], told[1]),
        less=_missing(told[1], told[0]),
    )


def _missing(told: dict[str, Alert], elsewhere: dict[str, Alert]) -> tuple[Alert, ...]:
    alone = (alert for name, alert in told.items() if name not in elsewhere)
    return tuple(sorted(alone, key=lambda alert: (alert.at, alert.rule, alert.subject)))
