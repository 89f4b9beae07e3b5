"""``watcher once``: a single sweep, for cron and for trying."""

from __future__ import annotations

import sys
from pathlib import Path
from zoneinfo import ZoneInfo

import click

from watcher.cli.failures import Exit
from watcher.cli.progress import Progress
from watcher.cli.verbs import verb, with_config, with_log_level
from watcher.cli.watching import watched
from watcher.daemon import logs
from watcher.daemon.once import Swept, once
from watcher.daemon.strays import catch_strays
from watcher.judgement.decision import Decision
from watcher.messages.safe import visible
from watcher.messages.spans import moment


@verb(
    "once",
    Exit.FAILED,
    Exit.WRONG,
    Exit.BLIND,
    Exit.UNDELIVERED,
    examples={
        "watcher once": "Look once; the second time it tells what changed:",
        "*/5 * * * * watcher once -c /etc/watcher/config.yaml": "In a crontab:",
    },
)
@with_config
@with_log_level("warning")
@click.pass_context
def command(context: click.Context, config: Path | None, log_level: str) -> None:
    """Sweep every surface now, judge, deliver what is due, exit.

    The first time nothing is news but what is down: the catalog as it is becomes what changes are measured
    against. Receivers do not collect first (group_wait); group_interval, quiet hours and digests hold.

    With catalog.max_requests_per_hour all the sweeps of an hour keep to it together: lists are asked for
    first, then the endpoints of the models that waited longest, and what was left out is said.
    """
    logs.configure(log_level)
    catch_strays()
    settings, addresses = watched(config)
    swept = once(settings, addresses, bar=Progress(sys.stderr, "requests"))
    zone, limit = settings.rulebook.timezone, settings.catalog.max_requests_per_hour
    for line in (*_summary(swept), *_short(swept, limit, zone), *_held(swept.entries[-1].decision, zone)):
        click.echo(line, err=True)
    context.exit(int(_code(swept)))


def _code(swept: Swept) -> Exit:
    if swept.blind:
        return Exit.BLIND
    return Exit.UNDELIVERED if swept.undelivered or swept.died else Exit.DONE


def _summary(swept: Swept) -> list[str]:
    state = swept.entries[-1].decision.state
    changes = sum(len(entry.decision.changes) for entry in swept.entries)
    alerts = sum(len(entry.decision.alerts) for entry in swept.entries)
    models = sum(not tracked.gone for tracked in state.models.values())
    offers = sum(not tracked.gone for known in state.endpoints.values() for tracked in known.values())
    first = all(health.believed_at is None for health in swept.entries[0].before.surfaces.values())
    known, found = f"{models} models, {offers} endpoints", _counted(changes, "change")
    lines = [f"{known}: {found}, {_counted(alerts, 'alert')}; {_counted(swept.requests, 'request')}."]
    if first and not swept.blind:
        lines.append("This was the first look; the next one tells what changed.")
    lines += [f"{surface}: no believed poll: {visible(reason)}" for surface, reason in swept.blind.items()]
    if swept.undelivered:
        lines.append(
            f"{_counted(swept.undelivered, 'message')} not delivered, still queued: watcher outbox list"
        )
    if swept.died:
        lines.append(f"{_counted(swept.died, 'message')} refused for good: watcher outbox list")
    return lines


def _short(swept: Swept, limit: int | None, zone: ZoneInfo) -> list[str]:
    """Return what is said of surfaces for which an hour has too few requests."""
    if not swept.short or limit is None:
        return []
    parts = (f"{surface} {asked} of {wanted}" for surface, (asked, wanted) in swept.short.items())
    until = "" if swept.free_at is None else f", more from {moment(swept.free_at, zone)} on"
    return [f"max_requests_per_hour is {limit:,}: asked for {', '.join(parts)}{until}."]


def _held(last: Decision, zone: ZoneInfo) -> list[str]:
    """Return what is said of alerts whose message may not leave yet."""
    alerts = {(key.rule, alert.id) for key, group in last.state.groups.items() for alert in group.waiting}
    if not alerts or last.next_due is None:
        return []
    until = moment(last.next_due, zone)
    return [f"{_counted(len(alerts), 'alert')} held until {until}: group_interval, a digest or quiet hours."]


def _counted(count: int, noun: str) -> str:
    return f"{count} {noun}{'' if count == 1 else 's'}"
