"""The field of a day's calm ground: models and providers, places and times, drawn by chance."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from random import Random

from tests.benchmarks.planting.calm import Calm
from tests.benchmarks.planting.day import Body, Day

LEAD = 2
"""How many polls of the day come before the first truth."""
TAIL = 3
"""How many polls at least there are from a truth on."""


class Field:
    """A day's calm ground, from which each subject is taken once."""

    def __init__(self, day: Day, calm: Calm, random: Random) -> None:
        self.day = day
        self.calm = calm
        self.random = random
        self._models = sorted(calm.models)
        random.shuffle(self._models)
        self._taken: set[str] = set()

    def place(self) -> int:
        """Return a random poll at which a truth may begin."""
        return self.random.randrange(LEAD, len(self.day) - TAIL)

    def ends(self, begins: int, *waits: timedelta | None) -> int:
        """Return when it ends: after one of some waits, None for never; at least one poll later."""
        wait = self.random.choice(waits)
        return len(self.day) if wait is None else max(begins + 1, self.day.after(begins, wait))

    def model(self, fits: Callable[[Body, tuple[Body, ...]], bool]) -> str | None:
        """Return a model whose row and endpoints fit, and of which no variant was taken before."""
        for name in self._models:
            base = name.partition(":")[0]
            if base not in self._taken and fits(self.calm.models[name], self.calm.offers[name]):
                self._taken.add(base)
                return name
        return None

    def alias(self) -> str | None:
        """Return an alias that was not taken before."""
        name = next((each for each in sorted(self.calm.aliases) if each not in self._taken), None)
        if name is not None:
            self._taken.add(name)
        return name

    def provider(self, fits: Callable[[Body], bool]) -> Body | None:
        """Return a provider that fits and was not taken before."""
        free = [slug for slug in sorted(self.calm.providers) if slug not in self._taken]
        fitting = [slug for slug in free if fits(self.calm.providers[slug])]
        if not fitting:
            return None
        slug = self.random.choice(fitting)
        self._taken.add(slug)
        return self.calm.providers[slug]

    def is_well(self, row: Body, _: object) -> bool:
        """Tell whether a model is up all day."""
        return row["id"] in self.calm.well
