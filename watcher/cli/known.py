"""Known: what upstream's own pages show of a model or an author now: users, use by the day, versions."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from decimal import Decimal
from textwrap import wrap
from typing import Any
from zoneinfo import ZoneInfo

from watcher.alerts.wire import stamp
from watcher.catalog.names import ModelId, Surface, author_of
from watcher.catalog.usage import App, Author, DayOfUse, Versions
from watcher.cli.report import count
from watcher.judgement.knowledge.usage import (
    days_of_use,
    last_day,
    last_day_of_use,
    tokens_of,
    used_of_author,
)
from watcher.judgement.state import UNREAD_SURFACE, State
from watcher.messages.amounts import roughly
from watcher.messages.safe import cut, visible
from watcher.messages.spans import moment
from watcher.messages.sparkline import sparkline

Entry = dict[str, Any]
"""JSON values with a ``type``; ``said`` holds the lines people read."""

NOTHING_PUBLISHED = "nothing published"
NO_USE = "no use by the day is published"
MOST_NAMED = 10
LONGEST_NAME = 60
WIDTH, INDENT = 80, 12


def known_of(state: State, subject: str, zone: ZoneInfo) -> Iterator[Entry]:
    """Yield what is known of a model by its id, or of an author by the slug, as far as it was ever read."""
    model = ModelId(subject)
    if model in state.models:
        yield from _users(state, model, zone)
        yield from _use(state, model)
        yield from _versions(state, model, zone)
    elif subject in state.authors or any(author_of(used) == subject for used in state.activity):
        yield _author(state, subject)


def note_of(surface: Surface, state: State) -> str | None:
    """Return that a surface answers and has nothing to tell, which is no trouble of its own."""
    if surface is Surface.VERSIONS and not any(one.listed and one.is_now for one in state.versions.values()):
        return NOTHING_PUBLISHED
    days = {
        Surface.ACTIVITY: any(state.activity.values()),
        Surface.AUTHORS: any(last_day(author) for author in state.authors.values()),
    }
    return None if days.get(surface, True) else NO_USE


def _users(state: State, model: ModelId, zone: ZoneInfo) -> Iterator[Entry]:
    apps, read = state.top_apps.get(model), _read(state, Surface.TOP_APPS)
    if apps is None or read is None:
        return
    shown = ", ".join(_app(app) for app in apps[:MOST_NAMED])
    more = f", and {len(apps) - MOST_NAMED} more" if len(apps) > MOST_NAMED else ""
    yield {
        "type": "users",
        "model": model,
        "at": stamp(read),
        "apps": [app._asdict() for app in apps],
        "said": _lines("users", f"this week by tokens: {shown}{more} (read {moment(read, zone)})"),
    }


def _app(app: App) -> str:
    used = "" if app.tokens is None else f" {roughly(app.tokens)}"
    return f"{cut(visible(app.title), LONGEST_NAME)}{used}"


def _use(state: State, model: ModelId) -> Iterator[Entry]:
    days, author = days_of_use(state, model), state.authors.get(author_of(model))
    is_own = days is state.activity.get(model)
    read = _read(state, Surface.ACTIVITY if is_own else Surface.AUTHORS)
    if not days or read is None:
        return
    last = last_day_of_use(state, model)
    made = [] if author is None else _lines("author", _of_author(author))
    yield {
        "type": "use",
        "model": model,
        "at": stamp(read),
        "tokens_per_day": None if last is None else last.tokens,
        "requests_per_day": None if last is None else last.requests,
        "days": [_day(day) for day in days],
        "author": author_of(model),
        "said": [*_lines("use", _told(days, last)), *_course(days), *made],
    }


def _told(days: tuple[DayOfUse, ...], last: DayOfUse | None) -> str:
    if last is None:
        return f"not told of since {days[-1].day}"
    parts = (
        f"{roughly(last.tokens)} tokens on {last.day}",
        f"{roughly(last.prompt_tokens)} in",
        f"{roughly(last.completion_tokens)} out",
        f"{roughly(last.requests)} requests",
    )
    return ", ".join(parts)


def _course(days: tuple[DayOfUse, ...]) -> Iterator[str]:
    known = [Decimal(day.tokens) for day in days if day.tokens is not None]
    if len(known) > 1:
        yield f"{'':{INDENT}}{sparkline(known)} {count(len(known), 'day')} to {days[-1].day}"


def _day(day: DayOfUse) -> dict[str, Any]:
    return day._asdict() | {"day": f"{day.day}", "tokens": day.tokens}


def _of_author(author: Author) -> str:
    total = tokens_of(author)
    used = "" if total is None else f", {roughly(total)} tokens on {last_day(author)}"
    return f"{cut(visible(author.name), LONGEST_NAME)}: {count(len(author.models), 'model')}{used}"


def _versions(state: State, model: ModelId, zone: ZoneInfo) -> Iterator[Entry]:
    read = _read(state, Surface.VERSIONS)
    if read is None or (state.versions and model not in state.versions):
        return
    versions = state.versions.get(model, Versions())
    shown = ", ".join(visible(name) for name in versions.listed[:MOST_NAMED]) or NOTHING_PUBLISHED
    if versions.listed and not versions.is_now:
        shown = f"{NOTHING_PUBLISHED}, before: {shown}"
    yield {
        "type": "versions",
        "model": model,
        "at": stamp(read),
        "published": list(versions.listed) if versions.is_now else [],
        "before": [] if versions.is_now else list(versions.listed),
        "said": _lines("versions", f"{shown} (read {moment(read, zone)})"),
    }


def _author(state: State, slug: str) -> Entry:
    author, used = state.authors.get(slug), used_of_author(state, slug)
    head = _of_author(author) if author is not None else slug
    return {
        "type": "author",
        "author": slug,
        "models": [{"model": model, **_day(day)} for model, day in used.items()],
        "said": [
            *_lines("author", head),
            *(
                f"  {day.day}  {roughly(day.tokens):>8} tokens  {roughly(day.requests):>8} requests  {model}"
                for model, day in used.items()
            ),
        ],
    }


def _read(state: State, surface: Surface) -> datetime | None:
    return state.surfaces.get(surface, UNREAD_SURFACE).believed_at


def _lines(name: str, text: str) -> list[str]:
    """Return a named paragraph that fits a terminal."""
    lines = wrap(text, WIDTH - INDENT, break_on_hyphens=False) or [""]
    return [f"  {name:<{INDENT - 2}}{lines[0]}", *(f"{'':{INDENT}}{line}" for line in lines[1:])]
