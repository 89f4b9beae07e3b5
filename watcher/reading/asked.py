"""Asked one by one: the bodies of a surface that answers for one thing at a time."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import TypeVar

from watcher.catalog.model import Model
from watcher.catalog.names import ModelId, Surface
from watcher.catalog.sheets import AskedSheet, BadRow
from watcher.reading.envelope import fault_of
from watcher.reading.fields import UnreadableRowError, shown

K = TypeVar("K")
R = TypeVar("R")

Ids = Mapping[str, ModelId]
"""Which model is asked for as ``permaslug|variant``."""
Reasons = Mapping[str, str]
NO_IDS: Ids = {}
ALL_ANSWERED: Reasons = {}

Read = Callable[[str, object], Iterable[tuple[K, R]] | None]
"""Reads the body of what was asked for; None where it is no answer. Raises UnreadableRowError."""


def ids_of(models: Iterable[Model]) -> dict[str, ModelId]:
    """Return the ids of models by what the frontend is asked for them by."""
    return {model.asked_as: model.id for model in models}


def answers(surface: Surface, bodies: object, unanswered: Reasons, read: Read[K, R]) -> AskedSheet[K, R]:
    """Return the sheet of the bodies by what was asked for; ``unanswered`` maps the rest to the reason.

    A body that is null, an error or malformed leaves unanswered what it was asked for.
    """
    if not isinstance(bodies, Mapping):
        return AskedSheet(surface=surface, unanswered=unanswered, fault=fault_of(bodies))
    rows: dict[K, R] = {}
    missing = dict(unanswered)
    bad: list[BadRow] = []
    for asked, body in bodies.items():
        try:
            found = read(str(asked), body)
        except UnreadableRowError as error:
            bad.append(BadRow(id=shown(asked), reason=str(error)))
            continue
        if found is None:
            missing[str(asked)] = fault_of(body)
        else:
            rows.update(found)
    return AskedSheet(surface=surface, rows=rows, unanswered=missing, bad=tuple(bad))
