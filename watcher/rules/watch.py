"""Watches: which fact a rule follows, and which moves of it count."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from enum import Enum, StrEnum
from typing import Protocol

from watcher.catalog.names import Kind

MEMBERSHIP = "membership"
FREE = "free"
ABSENT = "absent"
PRESENT = "present"
NEVER = "never"
NOTHING = "none"
PRICING = "pricing."
LISTED = "listed."
ANNOUNCED = "announced."
APP = "app."
VERSION = "version."
"""``absent`` and ``present`` are values of the fact ``membership``, which every subject has, also one that
left; ``never`` is the expiration date of what has none, ``none`` any other known nothing. ``listed.*`` are
the prices of a model's own row, which stand in for ``pricing.*`` while no endpoints are to be had, and are
shown as such; ``announced.*`` what prices will be, ``app.*`` the apps that use a model most,
``version.*`` its published versions."""


def shown_field(field: str) -> str:
    """Return the name under which people know a fact."""
    return PRICING + field.removeprefix(LISTED) if field.startswith(LISTED) else field


class Verdict(Enum):
    """What a rule thinks of the way from its anchor to a value."""

    SAME = "same"
    WANTED = "wanted"
    UNWANTED = "unwanted"
    """It differs in a way the rule does not tell; once it has settled the next move starts from it."""
    RETURN = "return"
    """It undoes what was told: wanted when the anchor was told, else unwanted."""


class Comparison(Protocol):
    """How two known values of one fact are weighed."""

    def __call__(self, field: str, old: object, new: object) -> Verdict:
        """Return the verdict on the way of ``field`` from ``old`` to ``new``, two different known values."""


class Newcomer(StrEnum):
    """What the first sight of a subject is, once its surface was believed before."""

    ANCHOR = "anchor"
    CHANGE = "change"


@dataclass(frozen=True, slots=True, kw_only=True)
class Watch:
    """A fact that is followed on every subject of one kind.

    ``fields`` names facts; a trailing ``*`` stands for any ending, and a model's ``pricing.*`` is its
    cheapest offer. ``settle`` is how long a move the rule does not tell must last to become the new anchor;
    None takes the rule's ``for``. ``newcomer_at_once`` waives ``for`` where the subject itself is new. A move
    to ``slow_value`` must last ``slow_for`` at least, whatever the rule's ``for`` is.
    """

    kind: Kind
    fields: tuple[str, ...]
    compare: Comparison
    newcomer: Newcomer = Newcomer.ANCHOR
    settle: timedelta | None = None
    event: str | None = None
    """The event a move is told as; None lets the move name it (``model.added``, ``model.removed``)."""
    newcomer_at_once: bool = False
    slow_value: object = None
    slow_for: timedelta = timedelta(0)

    def follows(self, field: str) -> bool:
        """Tell whether a fact's name is among ``fields``."""
        field = shown_field(field)
        return any(
            field.startswith(name[:-1]) if name.endswith("*") else field == name for name in self.fields
        )
