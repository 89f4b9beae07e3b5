"""Departures: told new implies told gone, by the rule whose business departures are where there is one."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from watcher.judgement.edges.anchoring import COMINGS
from watcher.judgement.edges.cases import Telling
from watcher.rules.anchors import Anchor, AnchorKey
from watcher.rules.rule import Rule
from watcher.rules.watch import PRESENT

Anchors = Mapping[AnchorKey, Anchor]


def begun(anchors: Anchors, tellings: Iterable[Telling], rules: Iterable[Rule]) -> Anchors:
    """Return the anchors of a poll in which what one rule told as begun is where the others start from.

    A rule about departures waits to see whether what began lasts (see ``anchoring.SETTLE``); somebody who was
    told already need not be told first that it lasted, but is to hear that it ended.
    """
    comings = [item for item in tellings if item.field in COMINGS and item.new in (True, PRESENT)]
    if not comings:
        return anchors
    known = {rule.name: rule for rule in rules}
    started = {key for telling in comings for key in _started(anchors, telling, known)}
    return {key: anchor for key, anchor in anchors.items() if key not in started}


def _started(anchors: Anchors, telling: Telling, rules: Mapping[str, Rule]) -> Iterator[AnchorKey]:
    """Yield what stops waiting: the present value, which needs no anchor, is the start now."""
    for name, rule in rules.items():
        key = AnchorKey(name, telling.subject.uid, telling.field)
        anchor = anchors.get(key)
        waits = anchor is not None and anchor.pending is not None and not anchor.pending.wanted
        if waits and name != telling.rule.name and _share_receivers(rule, telling.rule):
            yield key


def _share_receivers(rule: Rule, other: Rule) -> bool:
    return not rule.notify or not other.notify or not set(rule.notify).isdisjoint(other.notify)
