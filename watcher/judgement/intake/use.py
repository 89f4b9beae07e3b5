"""Taking in use: what models do by the day, by their own pages and their authors'; no change of the world."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from watcher.catalog.sheets import ActivitySheet, AuthorsSheet
from watcher.catalog.usage import Author, DayOfUse
from watcher.judgement.belief.taken import Moment, Taken
from watcher.judgement.intake.documents import take_in_page
from watcher.judgement.state import State

KEPT = timedelta(days=14)
"""Two weeks show what a usual weekend does."""


def take_in_activity(state: State, sheet: ActivitySheet, moment: Moment) -> Taken:
    """Return the state after one answer of some models' pages; of those without one the last word stays."""
    taken = take_in_page(state, sheet, moment)
    if not taken.believed:
        return taken
    rows = {model: _of_late(days, moment.at) for model, days in sheet.rows.items()}
    return replace(taken, state=replace(taken.state, activity={**state.activity, **rows}))


def take_in_authors(state: State, sheet: AuthorsSheet, moment: Moment) -> Taken:
    """Return the state after one answer of some authors' pages; the last word stays of who did not answer."""
    taken = take_in_page(state, sheet, moment)
    if not taken.believed:
        return taken
    rows = {slug: _lately(author, moment.at) for slug, author in sheet.rows.items()}
    return replace(taken, state=replace(taken.state, authors={**state.authors, **rows}))


def _lately(author: Author, now: datetime) -> Author:
    models = tuple(replace(model, days=_of_late(model.days, now)) for model in author.models)
    return replace(author, models=models)


def _of_late(days: tuple[DayOfUse, ...], now: datetime) -> tuple[DayOfUse, ...]:
    """Return the whole days of late: today is not over, and tomorrow not known."""
    today, first = now.date(), (now - KEPT).date()
    return tuple(day for day in days if first <= day.day < today)
