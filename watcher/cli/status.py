"""``watcher status``: what is watched, how fresh it is, and what is wrong."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import click

from watcher.alerts.groups import homeless
from watcher.alerts.outbox import RowState
from watcher.catalog.names import Surface
from watcher.cli.configured import configuration
from watcher.cli.failures import Exit
from watcher.cli.known import NO_USE, note_of
from watcher.cli.lines import folded, put, width_of
from watcher.cli.moments import now
from watcher.cli.own_troubles import own_troubles
from watcher.cli.planned import plan_entries, plan_line, plan_of, stretched
from watcher.cli.planned_past import Remembered, past_entries, past_line
from watcher.cli.present import entry_of, troubles_of, unread, words_of
from watcher.cli.remembered import to_read
from watcher.cli.report import count
from watcher.cli.surfaces import surface_entry, surface_lines
from watcher.cli.verbs import verb, with_config, with_json
from watcher.config import Config, ConfigError, find_config, state_named
from watcher.config.durations import written
from watcher.daemon.globs import idle_globs
from watcher.daemon.health.presence import seen
from watcher.daemon.rounds.plan import Plan
from watcher.judgement.state import UNREAD_SURFACE, State, SurfaceHealth
from watcher.messages.safe import visible
from watcher.messages.spans import duration
from watcher.store.errors import Unstarted
from watcher.store.rows import backlog_over
from watcher.store.store import Store

LATE = 3
"""A surface is late when it was not believed for three of its intervals."""

OF_USE = (Surface.ACTIVITY, Surface.AUTHORS)
WAITING = (RowState.QUEUED, RowState.SENDING, RowState.RETRY, RowState.PAUSED)


@verb(
    "status",
    Exit.FAILED,
    Exit.WRONG,
    examples={
        "watcher status": "Is all well?",
        "watcher status --plan": "What is asked of the catalog, how often, and for which rules?",
    },
)
@click.option("--plan", "show_plan", is_flag=True, help="Also tell what is asked for, and why.")
@with_config
@with_json
def command(*, show_plan: bool, config: Path | None, as_json: bool) -> None:
    """Tell what is watched, how fresh it is, and what is wrong.

    Each surface with its last believed poll, failures in a row, facts it carried once and carries no more,
    fields of upstream's that nobody here knows, and on how many endpoints the frontend's list says otherwise
    than the documented one; the queue of messages; the daemon, and since when it runs on which configuration;
    and the problems: a changed configuration that it refused, what is ill with it, late or lost surfaces,
    polls that are held, targets that are paused, dead messages, globs that match nothing. It only reads, also
    beside a running daemon. With a configuration that is broken it says what the daemon says that runs on an
    earlier one.

    With --plan also the requests an hour of each surface, for which rules and models they are made, and their
    sum, and what is asked for once for the past; before the first poll for the models that rules name fully.
    """
    settings = _settings(config, as_json=as_json)
    try:
        with to_read(settings) as store:
            found = _gathered(store, settings, now(), path=find_config(config), show_plan=show_plan)
    except Unstarted:
        if not show_plan:
            raise
        made = plan_of(settings, None)
        found = list(plan_entries(settings, made, are_known=False))
        found += past_entries(settings, None, made, None)
    if as_json:
        for entry in found:
            put(entry)
    else:
        width = width_of(sys.stdout)
        words = _words(found, settings.rulebook.timezone, now())
        click.echo("\n".join(folded(visible(line), width) for line in words))


def _settings(config: Path | None, *, as_json: bool) -> Config:
    """Return the configuration; where it is broken, tell first of the daemon that runs on an earlier one."""
    try:
        return configuration(config)
    except ConfigError:
        presence = seen(state_named(find_config(config), os.environ))
        if presence is not None and presence.is_alive(now()):
            entry = entry_of(presence, now())
            if as_json:
                put(entry)
            else:
                click.echo(visible(words_of(entry, ZoneInfo("UTC"))))
                click.echo(visible(f"It says: {presence.sentence}"))
        raise


def _gathered(
    store: Store, settings: Config, at: datetime, *, path: Path, show_plan: bool
) -> list[dict[str, Any]]:
    state = store.load()
    listed = tuple(tracked.record for tracked in state.models.values() if not tracked.gone)
    wanted = plan_of(settings, listed or None)
    counts = store.outbox.counts()
    held = [*own_troubles(store.queries), *_held(settings, store)]
    orphans = store.outbox.orphans()
    presence = seen(settings.state)
    running = presence is not None and presence.is_alive(at)
    problems = _problems(
        state, settings, wanted, held=held, counts=counts, orphans=orphans, at=at, running=running
    )
    if presence is not None:
        zone = settings.rulebook.timezone
        problems = [*troubles_of(presence, at, zone), *unread(presence, settings, path), *problems]
    entries: list[dict[str, Any]] = [
        surface_entry(
            surface,
            state.surfaces.get(surface, UNREAD_SURFACE),
            ask.every,
            at,
            note_of(surface, state),
        )
        for surface, ask in wanted.asks.items()
    ]
    if show_plan:
        entries += plan_entries(settings, wanted, are_known=bool(listed))
        entries += past_entries(settings, listed or None, wanted, Remembered(store.queries, state, at))
    entries.append({"type": "outbox", **{str(state): number for state, number in counts.items()}})
    if presence is not None:
        entries.append(entry_of(presence, at))
    entries += [{"type": "problem", "message": problem} for problem in problems]
    return [*entries, _summary(settings, state, len(listed), len(problems))]


def _summary(settings: Config, state: State, models: int, problems: int) -> dict[str, Any]:
    offers = sum(not offer.gone for offers in state.endpoints.values() for offer in offers.values())
    providers = sum(not tracked.gone for tracked in state.providers.values())
    return {
        "type": "summary",
        "catalog": settings.catalog.base_url,
        "models": models,
        "endpoints": offers,
        "providers": providers,
        "problems": problems,
    }


def _problems(
    state: State,
    settings: Config,
    wanted: Plan,
    *,
    held: list[str],
    counts: Mapping[RowState, int],
    orphans: Mapping[tuple[str, str], int],
    at: datetime,
    running: bool,
) -> list[str]:
    healths = {surface: state.surfaces.get(surface, UNREAD_SURFACE) for surface in wanted.surfaces}
    over = stretched(wanted, settings)
    found = [] if over is None else [over]
    found += _late(healths, wanted, at, running=running)
    found += [problem for surface, health in healths.items() for problem in _troubles(surface, health)]
    found += _unfit(state, wanted)
    found += held
    if counts[RowState.DEAD]:
        found.append(f"{count(counts[RowState.DEAD], 'message')} refused for good: watcher outbox list")
    found += [
        f"{count(number, 'message')} for {receiver} {target}, which is no longer configured: "
        "watcher outbox list"
        for (receiver, target), number in orphans.items()
    ]
    found += [
        f"{count(number, 'alert')} held for {receiver}, which is no longer configured: kept until it is again"
        for receiver, number in homeless(state.groups, settings.targets).items()
    ]
    return found + [
        f"rule {glob.rule}: {glob.key} '{glob.glob}' matches nothing"
        for glob in idle_globs(settings.rulebook, state)
    ]


def _held(settings: Config, store: Store) -> list[str]:
    """Return a line for each target that is paused or has too much waiting."""
    limits = {receiver.name: receiver.max_backlog for receiver in settings.rulebook.receivers}
    paused = [f"{it.receiver} {it.target} is paused: {it.reason}" for it in store.queries.pauses()]
    return paused + [
        f"{receiver} {target}: {backlog_over(limits[receiver])}"
        for (receiver, target), waiting in store.outbox.backlogs().items()
        if waiting >= limits.get(receiver, waiting + 1)
    ]


def _late(
    healths: Mapping[Surface, SurfaceHealth], wanted: Plan, at: datetime, *, running: bool
) -> list[str]:
    """Return a line for each surface that nobody asked lately, one for all when it is all of them."""
    ages = {
        surface: at - health.attempted_at
        for surface, health in healths.items()
        if health.attempted_at is not None
    }
    every = {surface: ask.every for surface, ask in wanted.asks.items()}
    late = {surface: age for surface, age in ages.items() if age > every[surface] * LATE}
    if late and len(late) == len(ages):
        age = duration(min(late.values()).total_seconds())
        why = "the daemon runs, and its log says why" if running else "is the daemon running?"
        return [f"nothing was polled for {age}: {why}"]
    return [
        f"{surface}: not polled for {duration(age.total_seconds())}; it is every {written(every[surface])}"
        for surface, age in late.items()
    ]


def _troubles(surface: Surface, health: SurfaceHealth) -> Iterator[str]:
    if health.failures:
        said = f": {health.reason}" if health.reason else ""
        often = "at the last try" if health.failures == 1 else f"{health.failures} times in a row"
        yield f"{surface}: no believed poll {often}{said}"
    if health.hold is not None:
        yield f"{surface}: polls are held until they repeat: {health.hold.reason}"
    if health.set_aside:
        rows = count(health.set_aside, "row")
        yield f"{surface}: {rows} set aside that could not be read, first {health.set_aside_reason}"
    if health.lost:
        yield f"{surface}: no longer carries {', '.join(sorted(health.lost))}"


def _unfit(state: State, wanted: Plan) -> Iterator[str]:
    """Yield what the surfaces that answer do not tell, though some rules need it."""
    asks = {surface: wanted.asks[surface] for surface in OF_USE if surface in wanted.asks}
    believed = (state.surfaces.get(surface, UNREAD_SURFACE).believed_at for surface in asks)
    if any(believed) and all(note_of(surface, state) for surface in asks):
        rules = dict.fromkeys(rule for ask in asks.values() for rule in ask.rules)
        yield f"{', '.join(asks)}: {NO_USE}, which is all that {', '.join(rules)} can go by"


def _words(entries: list[dict[str, Any]], zone: ZoneInfo, at: datetime) -> Iterator[str]:
    summary = entries[-1]
    if summary["type"] == "summary":
        counts = (count(summary[kind], kind[:-1]) for kind in ("models", "endpoints", "providers"))
        yield f"{summary['catalog']}: {', '.join(counts)}"
    for entry in entries:
        match entry["type"]:
            case "surface":
                yield from surface_lines(entry, zone, at)
            case "plan" | "plan_sum":
                yield from plan_line(entry)
            case "plan_past" | "plan_past_sum":
                yield past_line(entry)
            case "outbox":
                yield f"Messages: {_queue(entry)}"
                if all(other["type"] != "daemon" for other in entries):
                    yield "Daemon: none runs"
            case "daemon":
                yield words_of(entry, zone)
            case "problem":
                yield f"Problem: {entry['message']}"
            case _:
                pass
    if summary.get("problems") == 0:
        yield "No problems."


def _queue(entry: dict[str, Any]) -> str:
    waiting = sum(entry[str(state)] for state in WAITING)
    more = (f"{entry[word]} {word}" for word in ("retry", "paused", "dead", "orphaned") if entry[word])
    return ", ".join((f"{waiting} waiting", f"{entry['delivered']} delivered", *more))
