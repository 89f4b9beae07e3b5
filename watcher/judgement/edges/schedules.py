"""Schedules: a price that moved says more than the schedule that moved with it."""

from __future__ import annotations

from collections.abc import Iterable

from watcher.judgement.edges.cases import Telling

SCHEDULE = "schedule"


def prices_before_schedules(tellings: Iterable[Telling]) -> tuple[Telling, ...]:
    """Return the tellings without the schedules of models whose price the same rule tells now."""
    tellings = tuple(tellings)
    told = {
        (telling.rule.name, telling.subject.model)
        for telling in tellings
        if telling.field.startswith("pricing.")
    }
    return tuple(
        telling
        for telling in tellings
        if telling.field != SCHEDULE or (telling.rule.name, telling.subject.model) not in told
    )
