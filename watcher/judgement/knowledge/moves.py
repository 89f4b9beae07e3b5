"""Moves: one fact of one subject that differs between two believed polls."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from watcher.catalog.names import Kind
from watcher.catalog.policy import POLICY_FIELDS
from watcher.judgement.decision import Change
from watcher.judgement.knowledge.facts import Facts, json_value
from watcher.rules.subject import Subject
from watcher.rules.watch import (
    ABSENT,
    ANNOUNCED,
    APP,
    FREE,
    LISTED,
    MEMBERSHIP,
    PRESENT,
    PRICING,
    VERSION,
    shown_field,
)

PAGE_EVENTS = {"warning": "model.message_changed", "promotion": "model.message_changed"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Move:
    """``old`` and ``new`` are facts' values; None is unknown.

    ``at`` is the poll that first showed it, ``not_before`` the believed poll before that. A newcomer's moves
    start from its absence. ``was_by`` names who offered a model's cheapest price before.
    """

    subject: Subject
    field: str
    old: object
    new: object
    at: datetime
    not_before: datetime | None
    newcomer: bool = False
    was_by: str | None = None

    @property
    def is_learning(self) -> bool:
        """Tell whether something became known or unknown, which is no change of the world."""
        return self.old is None or self.new is None


def moves_between(
    subject: Subject, before: Facts, after: Facts, *, at: datetime, not_before: datetime | None
) -> Iterator[Move]:
    """Yield a move for each fact that differs; a fact that is in only one of them is unknown in the other."""
    for field in sorted(_differing(before, after), key=_reading_order):
        yield Move(
            subject=subject,
            field=field,
            old=before.get(field),
            new=after.get(field),
            at=at,
            not_before=not_before,
        )


def _reading_order(field: str) -> tuple[bool, str]:
    """People read what goes in before what comes out."""
    return shown_field(field) != "pricing.prompt", field


def _differing(before: Facts, after: Facts) -> set[str]:
    # What is equal is left out first: it spares deepdiff most of its walk, and sets their hashes.
    unequal = {name for name in before.keys() | after.keys() if before.get(name) != after.get(name)}
    if not unequal:
        return set()
    from deepdiff import DeepDiff  # noqa: PLC0415  # 0.1 s that a poll without a change need not pay

    before, after = ({name: facts.get(name) for name in unequal} for facts in (before, after))
    return {str(name) for name in DeepDiff(before, after, threshold_to_diff_deeper=0).affected_root_keys}


def event_of(kind: Kind, field: str, new: object) -> str:
    """Return the name of the event that a move is."""
    if field in (MEMBERSHIP, FREE):
        return f"{kind}.added" if new in (PRESENT, True) else f"{kind}.removed"
    if field == "alias_target":
        return "alias.retargeted"
    if kind is Kind.MODEL and field == "expires":
        return "model.deprecated"
    if field in PAGE_EVENTS:
        return PAGE_EVENTS[field]
    if field.startswith(APP):
        return "model.app_left" if new == ABSENT else "model.app_entered"
    if field.startswith(VERSION):
        return "model.version_withdrawn" if new == ABSENT else "model.version_published"
    if field.startswith(ANNOUNCED):
        return "endpoint.price_announced"
    if field.startswith((PRICING, LISTED)):
        return f"{kind}.price_changed"
    return f"{kind}.policy_changed" if field in POLICY_FIELDS else f"{kind}.changed"


def recorded(move: Move) -> Change:
    """Return a move as the history keeps it."""
    subject = move.subject
    is_membership = move.field == MEMBERSHIP
    return Change(
        at=move.at,
        not_before=move.not_before,
        kind=subject.kind,
        event=event_of(subject.kind, move.field, move.new),
        subject=subject.label,
        uid=subject.uid,
        model=subject.model,
        provider=subject.provider,
        endpoint=subject.endpoint,
        field=None if is_membership else shown_field(move.field),
        old=None if is_membership else json_value(move.old),
        new=None if is_membership else json_value(move.new),
    )
