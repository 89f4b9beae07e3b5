"""The verdict: what was told of a planted day, against what was due and what the day tells by itself."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from tests.benchmarks.planting.truth import Due, Truth

UNPLANTED = "the day's own"
"""The kind of alerts that the day tells without anything planted."""


class Fault(StrEnum):
    """What can be wrong with telling."""

    LATE = "late"
    LOST = "lost"
    FALSE = "false"
    TWICE = "twice"


@dataclass(frozen=True, slots=True, kw_only=True)
class Miss:
    """One alert that was wrong: as it was told, or where it was lost as it was due."""

    kind: str
    fault: Fault
    due: Due


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """By kind: truths planted, alerts due and told at the right poll; and all that was wrong."""

    planted: Counter[str] = field(default_factory=Counter)
    due: Counter[str] = field(default_factory=Counter)
    exact: Counter[str] = field(default_factory=Counter)
    misses: tuple[Miss, ...] = ()

    def __add__(self, other: Verdict) -> Verdict:
        """Return both together."""
        return Verdict(
            planted=self.planted + other.planted,
            due=self.due + other.due,
            exact=self.exact + other.exact,
            misses=self.misses + other.misses,
        )

    @property
    def is_good(self) -> bool:
        """Tell whether nothing was lost, false or told twice."""
        return all(miss.fault is Fault.LATE for miss in self.misses)


def judge(truths: Sequence[Truth], undisturbed: Iterable[Due], told: Iterable[Due]) -> Verdict:
    """Return the verdict over a day; ``undisturbed`` is what it tells without the truths.

    An alert is the same when it is of the same rule, subject, fact and first poll: such have one id.
    """
    owed: dict[tuple[object, ...], tuple[str, Due]] = {}
    for debt in _owed(truths, undisturbed):
        owed.setdefault(debt[1][:4], debt)
    misses: list[Miss] = []
    exact: Counter[str] = Counter()
    answered: set[tuple[object, ...]] = set()
    for alert in told:
        kind, due = owed.get(alert[:4], (_kind_of(alert, truths), None))
        fault = Fault.TWICE if alert[:4] in answered else _fault(alert, due)
        answered.add(alert[:4])
        if fault is None:
            exact[kind] += 1
        else:
            misses.append(Miss(kind=kind, fault=fault, due=alert))
    lost = (
        Miss(kind=kind, fault=Fault.LOST, due=due) for key, (kind, due) in owed.items() if key not in answered
    )
    return Verdict(
        planted=Counter(truth.kind for truth in truths),
        due=Counter(kind for kind, _ in owed.values()),
        exact=exact,
        misses=(*misses, *lost),
    )


def _fault(alert: Due, due: Due | None) -> Fault | None:
    if due is None or alert.told < due.told:
        return Fault.FALSE
    return Fault.LATE if alert.told > due.told else None


def _owed(truths: Sequence[Truth], undisturbed: Iterable[Due]) -> Iterator[tuple[str, Due]]:
    for truth in truths:
        yield from ((truth.kind, due) for due in truth.due)
    yield from ((UNPLANTED, due) for due in undisturbed)


def _kind_of(alert: Due, truths: Sequence[Truth]) -> str:
    return next((truth.kind for truth in truths if truth.touches(alert.subject)), UNPLANTED)
