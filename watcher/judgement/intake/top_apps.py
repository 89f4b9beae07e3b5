"""Taking in top apps: who uses a model most."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from watcher.catalog.names import ModelId, Surface
from watcher.catalog.sheets import TopAppsSheet
from watcher.catalog.usage import App
from watcher.judgement.belief.admit import admit
from watcher.judgement.belief.taken import Moment, Taken, not_believed, with_health
from watcher.judgement.intake.announcements import doubt_about_asked
from watcher.judgement.knowledge.moves import Move
from watcher.judgement.knowledge.page_facts import facts_of_apps
from watcher.judgement.knowledge.subjects import subject_of_model
from watcher.judgement.state import UNREAD_SURFACE, State
from watcher.rules.watch import ABSENT


def take_in_top_apps(state: State, sheet: TopAppsSheet, moment: Moment) -> Taken:
    """Return the state after one answer of the apps that use some models most; first sight is silent.

    A list that is empty or grew longer brings nobody in: only who stands where the list before reached did.
    """
    health = state.surfaces.get(sheet.surface, UNREAD_SURFACE)
    admission = admit(sheet.surface, health, doubt_about_asked(sheet), moment.at, moment.confirm_after)
    if not admission.believed:
        return not_believed(state, sheet.surface, admission)
    rows = {model: apps for model, apps in sheet.rows.items() if apps}
    moves = tuple(
        move
        for model, apps in rows.items()
        if state.top_apps.get(model, apps) is not apps
        for move in _moves(model, state.top_apps[model], apps, moment)
    )
    after = with_health(state, sheet.surface, admission)
    return Taken(state=replace(after, top_apps={**state.top_apps, **rows}), believed=True, moves=moves)


def _moves(model: ModelId, before: tuple[App, ...], after: tuple[App, ...], moment: Moment) -> Iterator[Move]:
    was, now = facts_of_apps(before), facts_of_apps(after)
    reached = facts_of_apps(after[: len(before)])
    came = {field: (ABSENT, title) for field, title in reached.items() if field not in was}
    left = {field: (title, ABSENT) for field, title in was.items() if field not in now}
    for field, (old, new) in sorted((came | left).items()):
        yield Move(
            subject=subject_of_model(model),
            field=field,
            old=old,
            new=new,
            at=moment.at,
            not_before=moment.last.get(Surface.TOP_APPS),
        )
