"""``watcher silence``: what somebody does not want to hear of for a while."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import click

from watcher.alerts.silence import Silence
from watcher.alerts.wire import stamp
from watcher.cli.configured import configuration
from watcher.cli.failures import Exit, Failure, Misuse
from watcher.cli.lines import put
from watcher.cli.moments import Length, Moment, now
from watcher.cli.remembered import to_read, to_write
from watcher.cli.silences import Silences, rewrite
from watcher.cli.verbs import Verb, Verbs, with_config, with_config_in_front, with_json
from watcher.messages.safe import visible
from watcher.messages.spans import moment
from watcher.store.store import Store

KEPT = timedelta(days=7)
"""How long a silence that is over stays listed."""


@click.group(
    "silence",
    cls=Verbs,
    exits=(Exit.FAILED, Exit.WRONG),
    examples={
        "watcher silence add --alert 4f0c29ab83d1e6f7": "Enough of this outage, for a day:",
        "watcher silence add --rule uptime-drop --subject 'openai/*' --for 2h": "Maintenance:",
        "watcher silence list": "What is silenced?",
    },
)
@with_config_in_front
def command() -> None:
    """Add, list or end silences: what they match is listed, but not sent.

    A change that is silenced when its message would leave is not sent later either; a level that still fires
    when its silence ends is told then. A running daemon heeds a silence at once.
    """


@command.command(
    "add",
    cls=Verb,
    short_help="Silence a rule, subjects or an alert.",
    exits=(Exit.FAILED, Exit.WRONG),
    examples={
        "watcher silence add --alert 4f0c29ab83d1e6f7": "One alert, for a day:",
        "watcher silence add --provider novita --for 2h --comment maintenance": "One provider:",
    },
)
@click.option("--rule", metavar="GLOB", help="Alerts of these rules.")
@click.option("--subject", metavar="GLOB", help="About these: a model's id, a provider, 'model @ tag'.")
@click.option("--model", metavar="GLOB", help="About these models and their endpoints.")
@click.option("--provider", metavar="GLOB", help="About these providers and their endpoints.")
@click.option("--alert", metavar="ID", help="This one alert; the beginning of its id is enough.")
@click.option("--for", "length", type=Length(), default="1d", help="How long: 30m, 2h, 7d.")
@click.option("--until", type=Moment(end_of_day=True), help="Or until when.")
@click.option("--comment", default="", help="Why; shown in the list.")
@with_config
def add(
    *,
    length: timedelta,
    until: datetime | None,
    comment: str,
    alert: str | None,
    config: Path | None,
    **globs: str | None,
) -> None:
    """Silence what matches all that is given; at least one of rule, subject, model, provider, alert."""
    if alert is None and not any(globs.values()):
        raise Misuse("name at least one of --rule, --subject, --model, --provider and --alert")
    at = now()
    ends = until or at + length
    if ends <= at:
        raise Misuse("the silence would be over before it begins")
    settings = configuration(config)
    with to_write(settings) as store:
        named = None if alert is None else _known(store, alert)
        made = Silence(starts=at, ends=ends, comment=comment, alert=named, **globs)
        rewrite(store, lambda silences: {**_recent(silences, at), made.id: made}, now)
    if made.rule and not any(fnmatchcase(rule.name, made.rule) for rule in settings.rulebook.rules):
        click.echo(f"warning: no rule of the configuration is called {visible(made.rule)}", err=True)
    click.echo(
        f"{made.id}  {visible(_matches(made))} is silenced until {moment(ends, settings.rulebook.timezone)}."
    )


@command.command(
    "list",
    cls=Verb,
    short_help="List silences.",
    exits=(Exit.FAILED, Exit.WRONG),
    examples={"watcher silence list --all": "Also those that are over:"},
)
@click.option("--all", "show_all", is_flag=True, help="Also silences that ended in the last week.")
@with_config
@with_json
def list_silences(*, show_all: bool, config: Path | None, as_json: bool) -> None:
    """List the silences that hold, the one that ends first at the top."""
    settings = configuration(config)
    at = now()
    with to_read(settings) as store:
        found = sorted(store.load().silences.values(), key=lambda silence: silence.ends)
    shown = [silence for silence in found if show_all or silence.is_active(at)]
    if not shown and not as_json:
        click.echo("Nothing is silenced.")
    for silence in shown:
        if as_json:
            put(_to_json(silence, at))
        else:
            click.echo(visible(_line(silence, settings.rulebook.timezone, at)))


@command.command(
    "expire",
    cls=Verb,
    short_help="End silences now.",
    exits=(Exit.FAILED, Exit.WRONG),
    examples={"watcher silence expire 9c1f03ab": "The maintenance is over:"},
)
@click.argument("ids", metavar="ID...", nargs=-1, required=True)
@with_config
def expire(*, ids: tuple[str, ...], config: Path | None) -> None:
    """End silences now; levels that still fire are told then."""
    at = now()
    with to_write(configuration(config)) as store:
        active = {name for name, silence in store.load().silences.items() if silence.is_active(at)}
        unknown = [name for name in ids if name not in active]
        if unknown:
            raise Failure(
                f"no silence that holds is called {visible(', '.join(unknown))}; see `silence list`"
            )
        rewrite(store, lambda silences: _ended(silences, ids, at), now)
    click.echo(f"{', '.join(ids)} ended.")


def _recent(silences: Silences, at: datetime) -> Silences:
    return {name: silence for name, silence in silences.items() if at - silence.ends < KEPT}


def _ended(silences: Silences, ids: tuple[str, ...], at: datetime) -> Silences:
    return {name: replace(silence, ends=at) if name in ids else silence for name, silence in silences.items()}


def _known(store: Store, prefix: str) -> str:
    """Return the whole id of an alert. Raises Failure when none or several begin so."""
    names = {alert.id for alert in store.queries.alerts_named(prefix)}
    names |= {
        episode.alert_id
        for episode in store.queries.levels().values()
        if episode.alert_id.startswith(prefix.lower())
    }
    if len(names) > 1:
        raise Failure(f"several alerts begin so: {' '.join(sorted(names))}")
    if not names:
        raise Failure(f"no alert has the id {visible(prefix)}; `watcher alerts` lists those there are")
    return names.pop()


def _matches(silence: Silence) -> str:
    kinds = ("rule", "subject", "model", "provider", "alert")
    return ", ".join(f"{kind} {getattr(silence, kind)}" for kind in kinds if getattr(silence, kind))


def _line(silence: Silence, zone: ZoneInfo, at: datetime) -> str:
    word = "until" if silence.is_active(at) else "ended"
    comment = f"  ({silence.comment})" if silence.comment else ""
    return f"{silence.id}  {word} {moment(silence.ends, zone)}  {_matches(silence)}{comment}"


def _to_json(silence: Silence, at: datetime) -> dict[str, Any]:
    return {
        "id": silence.id,
        "active": silence.is_active(at),
        "starts": stamp(silence.starts),
        "ends": stamp(silence.ends),
        "rule": silence.rule,
        "subject": silence.subject,
        "model": silence.model,
        "provider": silence.provider,
        "alert": silence.alert,
        "comment": silence.comment,
    }
