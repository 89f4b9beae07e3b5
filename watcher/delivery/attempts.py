"""Attempts: one try from the words to its verdict."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

from watcher.alerts.notification import Notification
from watcher.alerts.outbox import Attempt, Outcome, RowState
from watcher.delivery.backoff import asked_pause, backoff
from watcher.delivery.evidence import Evidence, judge
from watcher.delivery.transport import Transport

PROBE = timedelta(days=1)
"""How often a paused target is tried again, with its oldest row."""

STATES = {
    Outcome.DELIVERED: RowState.DELIVERED,
    Outcome.RETRY: RowState.RETRY,
    Outcome.UNKNOWN: RowState.RETRY,
    Outcome.TARGET_FAULT: RowState.PAUSED,
    Outcome.MESSAGE_FAULT: RowState.DEAD,
}


def try_once(
    transport: Transport, notification: Notification, *, repeat: bool, deadline: timedelta
) -> Evidence:
    """Return what became of one try; words that cannot be found are the message's fault, nothing raises."""
    try:
        post = transport.prepare(notification, repeat=repeat)
    except Exception as error:  # noqa: BLE001  # one poisoned row must not stop those behind it
        kind = type(error).__name__
        return Evidence(fault=Outcome.MESSAGE_FAULT, detail=f"it could not be put into words: {kind}")
    try:
        return post(deadline)
    except Exception as error:  # noqa: BLE001  # 256 services of a library: what they raise is a failed try
        return Evidence(detail=f"the service's plugin failed: {type(error).__name__}", uncertain=True)


def conclude(
    evidence: Evidence,
    *,
    started_at: datetime,
    ended_at: datetime,
    failures: int,
    random: Callable[[], float],
) -> Attempt:
    """Return the try with its outcome, the row's next state and its next time (UTC).

    ``failures`` counts this one; ``random`` gives numbers from 0 to 1.
    """
    outcome = judge(evidence)
    return Attempt(
        started_at=started_at,
        ended_at=ended_at,
        outcome=outcome,
        detail=evidence.detail,
        state=STATES[outcome],
        next_at=_next_at(outcome, evidence, ended_at, failures, random),
    )


def _next_at(
    outcome: Outcome, evidence: Evidence, now: datetime, failures: int, random: Callable[[], float]
) -> datetime | None:
    match outcome:
        case Outcome.RETRY | Outcome.UNKNOWN:
            asked = asked_pause(evidence.retry_after, now) or timedelta(0)
            return now + max(asked, backoff(failures, random))
        case Outcome.TARGET_FAULT:
            return now + PROBE
        case _:
            return None
