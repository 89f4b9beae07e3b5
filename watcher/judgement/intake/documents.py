"""Taking in what upstream publishes about its API, and pages of which only the health is judged."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from watcher.catalog.sheets import AskedSheet, SchemaSheet
from watcher.judgement.belief.admit import admit
from watcher.judgement.belief.taken import Moment, Taken, not_believed, with_health
from watcher.judgement.intake.announcements import doubt_about_asked
from watcher.judgement.state import UNREAD_SURFACE, State

CHANGELOG = "changelog"
BREAKING = "[breaking"


def take_in_page(state: State, sheet: AskedSheet[Any, Any], moment: Moment) -> Taken:
    """Return the state that knows how a page fares; what it shows is kept elsewhere, and told by nobody."""
    health = state.surfaces.get(sheet.surface, UNREAD_SURFACE)
    admission = admit(sheet.surface, health, doubt_about_asked(sheet), moment.at, moment.confirm_after)
    if not admission.believed:
        return not_believed(state, sheet.surface, admission)
    return Taken(state=with_health(state, sheet.surface, admission), believed=True)


def take_in_documents(state: State, sheet: SchemaSheet, moment: Moment) -> Taken:
    """Return the state after one answer of the documents about the API."""
    taken = take_in_page(state, sheet, moment)
    if not taken.believed:
        return taken
    return replace(taken, state=replace(taken.state, documents={**state.documents, **sheet.rows}))


def breaks_announced(before: State, after: State) -> Iterator[str]:
    """Yield the entries of the changelog that are new and say that they break something.

    A changelog that is read for the first time announces nothing: it is the past.
    """
    was, now = before.documents.get(CHANGELOG), after.documents.get(CHANGELOG)
    if was is not None and now is not None and was is not now:
        yield from (entry for entry in now.entries if entry not in was.entries and BREAKING in entry.lower())
