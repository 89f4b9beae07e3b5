"""Returns: told gone implies told back, by the rule whose business arrivals are where there is one."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from watcher.judgement.decision import Gate, Suppressed
from watcher.judgement.edges.cases import Telling
from watcher.judgement.knowledge.scope import in_scope
from watcher.judgement.state import State
from watcher.rules.rule import Rule
from watcher.rules.watch import MEMBERSHIP, Newcomer, Watch


def handed_over(tellings: Iterable[Telling], rules: Sequence[Rule], state: State) -> tuple[Telling, ...]:
    """Return the tellings, each return told by a rule about arrivals that reaches the same receivers.

    So what came new and what came back in one poll are one message.
    """
    told: dict[tuple[str, str, str], Telling] = {}
    for telling in tellings:
        heir = _heir(telling, rules, state) if telling.is_return and telling.field == MEMBERSHIP else None
        final = telling if heir is None else replace(telling, rule=heir[0], watch=heir[1])
        told.setdefault((final.rule.name, final.subject.uid, final.field), final)
    return tuple(told.values())


def not_told(suppressed: Iterable[Suppressed], tellings: Iterable[Telling]) -> tuple[Suppressed, ...]:
    """Return what was dropped, without the returns that their heir tells after all."""
    told = {(telling.rule.name, telling.subject.label) for telling in tellings if telling.is_return}
    return tuple(
        item for item in suppressed if item.gate is not Gate.FLAP or (item.rule, item.subject) not in told
    )


def _heir(telling: Telling, rules: Sequence[Rule], state: State) -> tuple[Rule, Watch] | None:
    for rule in rules:
        for watch in rule.watches:
            is_arrival = watch.newcomer is Newcomer.CHANGE and watch.follows(MEMBERSHIP)
            if is_arrival and watch.kind is telling.subject.kind and _reaches(rule, telling.rule):
                return (
                    (rule, watch) if in_scope(rule, telling.subject, state) and rule.where is None else None
                )
    return None


def _reaches(rule: Rule, other: Rule) -> bool:
    """Tell whether a rule is told to everybody that another is told to."""
    return not rule.notify or (bool(other.notify) and set(other.notify) <= set(rule.notify))
