"""``watcher demo``: a simulated day in half a minute, offline."""

from __future__ import annotations

import sys
import textwrap
from datetime import UTC, timedelta

import click

from watcher.alerts.notification import Notification
from watcher.alerts.severity import Severity
from watcher.cli.failures import Exit
from watcher.cli.verbs import verb
from watcher.daemon import logs
from watcher.daemon.demo import demo
from watcher.delivery.evidence import Evidence
from watcher.delivery.target import Target
from watcher.delivery.transport import Post
from watcher.messages.plain import plain

WIDTH = 80
COLOURS = {Severity.INFO: "cyan", Severity.WARNING: "yellow", Severity.CRITICAL: "red"}
OPENING = """\
A small OpenRouter is being simulated on this machine: 60 models, and a day that
takes 24 seconds. The daemon watches it as it would watch the real one. Four
things happen that are worth telling; all the rest only looks like news."""


@verb("demo", Exit.FAILED, examples={"watcher demo": "Half a minute, no network, no traces:"})
def command() -> None:
    """Show all four kinds of alert in seconds: a free variant, a price, a data policy, an outage.

    The real daemon, with quick rules, watches a simulated catalog on loopback for one simulated day. Alerts
    go to standard output; what the catalog does meanwhile, and what was not told and why, to standard error.
    """
    logs.configure("error")
    click.echo(f"{OPENING}\n", err=True)
    ending = demo(_happening, _open)
    click.echo(f"\n{ending.summary}", err=True)
    if ending.missing:
        click.echo(f"not told: {', '.join(ending.missing)}", err=True)
        sys.exit(int(Exit.FAILED))
    click.echo("\nNow the real one: `make run`, or `watcher run` with a config.yaml of your own.", err=True)


def _happening(at: timedelta, text: str) -> None:
    hours, minutes = divmod(int(at.total_seconds()) // 60, 60)
    lines = textwrap.wrap(text, WIDTH - 9, break_on_hyphens=False)
    words = "\n         ".join(lines)
    click.secho(f"  {hours:02}:{minutes:02}  {words}", err=True, dim=True)


def _open(target: Target) -> _Frame:
    del target
    return _Frame()


class _Frame:
    """Alerts in a frame, as wide as a terminal was in 1978."""

    spacing = timedelta(0)

    def prepare(self, notification: Notification, *, repeat: bool) -> Post:
        words = plain(notification, UTC, repeat=repeat)
        colour = COLOURS[notification.severity]
        edge = click.style("┃", fg=colour, bold=True)
        rows = [click.style(row, bold=True) for row in _wrapped(words.title)]
        rows += ["", *(row for line in words.body.rstrip().splitlines() for row in _wrapped(line))]
        text = "\n".join(f"{edge} {row}".rstrip() for row in rows)

        def post(limit: timedelta) -> Evidence:
            del limit
            click.echo(f"\n{text}")
            sys.stdout.flush()
            return Evidence(delivered=True, detail="written")

        return post


def _wrapped(line: str) -> list[str]:
    indent = " " * (len(line) - len(line.lstrip()) + 2)
    return textwrap.wrap(line, WIDTH - 2, subsequent_indent=indent, break_on_hyphens=False) or [""]
