"""Taking in authors: what each of their models does by the day; a reading, and no change of the world."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from watcher.catalog.sheets import AuthorsSheet
from watcher.catalog.usage import Author
from watcher.judgement.belief.taken import Moment, Taken
from watcher.judgement.intake.documents import take_in_page
from watcher.judgement.state import State

KEPT = timedelta(days=14)
"""Two weeks show what a usual weekend does."""


def take_in_authors(state: State, sheet: AuthorsSheet, moment: Moment) -> Taken:
    """Return the state after one answer of some authors; of who was not answered the last word stays."""
    taken = take_in_page(state, sheet, moment)
    if not taken.believed:
        return taken
    rows = {slug: _of_late(author, moment.at) for slug, author in sheet.rows.items()}
    return replace(taken, state=replace(taken.state, authors={**state.authors, **rows}))


def _of_late(author: Author, now: datetime) -> Author:
    """Return an author with the whole days of late: today is not over, and tomorrow not known."""
    today, first = now.date(), (now - KEPT).date()
    models = tuple(
        replace(model, days=tuple(day for day in model.days if first <= day.day < today))
        for model in author.models
    )
    return replace(author, models=models)
