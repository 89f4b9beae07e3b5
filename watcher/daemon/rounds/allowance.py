"""The allowance: how many requests may be made beside the plan, in any hour."""

from __future__ import annotations

from collections import deque
from datetime import datetime, timedelta

from watcher.daemon.rounds.plan import Plan, unplanned_at_most

HOUR = timedelta(hours=1)
FOR_THE_PRESENT = 0.25


class Allowance:
    """The requests of the last hour that were in no plan, and how many more there may be."""

    def __init__(self) -> None:
        self._spent: deque[tuple[datetime, int]] = deque()

    def left(self, made: Plan, per_hour: int | None, now: datetime) -> int:
        """Return how many unplanned requests may be made now beside a plan's."""
        while self._spent and not timedelta(0) <= now - self._spent[0][0] < HOUR:
            self._spent.popleft()
        return max(unplanned_at_most(made, per_hour) - sum(count for _, count in self._spent), 0)

    def left_for_the_past(self, made: Plan, per_hour: int | None, now: datetime) -> int:
        """Return how many of them may be for the past: a quarter stays for what changes."""
        kept = unplanned_at_most(made, per_hour) - past_at_most(made, per_hour)
        return max(self.left(made, per_hour, now) - kept, 0)

    def spend(self, count: int, now: datetime) -> None:
        """Count requests that are made now."""
        self._spent.append((now, count))


def past_at_most(made: Plan, per_hour: int | None) -> int:
    """Return how many requests an hour may be made for the past."""
    most = unplanned_at_most(made, per_hour)
    return most - int(most * FOR_THE_PRESENT)
