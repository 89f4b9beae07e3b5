"""``watcher test-notify``: a sample to every target, and what became of it."""

from __future__ import annotations

import random
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TextIO

import click

from watcher.alerts.outbox import Attempt, Outcome
from watcher.cli.failures import Exit, Misuse
from watcher.cli.lines import put
from watcher.cli.verbs import verb, with_config, with_json
from watcher.cli.watching import watched
from watcher.config import Config
from watcher.daemon.addresses import targets_of
from watcher.daemon.clock import wall_clock
from watcher.delivery.lanes import Pace
from watcher.delivery.open import open_transport
from watcher.delivery.target import Target
from watcher.delivery.trial import sample, try_out
from watcher.messages.safe import visible

VERDICTS = {
    Outcome.DELIVERED: "sent",
    Outcome.RETRY: "not sent, may work later",
    Outcome.TARGET_FAULT: "not sent, refused",
    Outcome.MESSAGE_FAULT: "not sent, message refused",
    Outcome.UNKNOWN: "unknown, may have arrived",
}


@verb(
    "test-notify",
    Exit.FAILED,
    Exit.WRONG,
    Exit.UNDELIVERED,
    examples={
        "watcher test-notify": "Does every receiver work?",
        "watcher test-notify team-slack": "Only one of them:",
    },
)
@click.argument("receivers", metavar="[RECEIVER...]", nargs=-1)
@with_config
@with_json
@click.pass_context
def command(
    context: click.Context, *, receivers: tuple[str, ...], config: Path | None, as_json: bool
) -> None:
    """Send a sample to receivers, and say for each target what happened.

    The sample is a price alert about a model that does not exist. It goes out at once, past quiet hours and
    digests; nothing is stored and nothing sent again. Without a RECEIVER every one is tried. Each target has
    30 seconds.
    """
    settings, addresses = watched(config)
    targets = _wanted(targets_of(settings, addresses), receivers)
    widths = (max(len(target.receiver) for target in targets), max(len(target.label) for target in targets))
    failed = 0
    for target in targets:
        attempt = _tried(target, settings, sys.stderr if as_json else sys.stdout)
        failed += attempt.outcome is not Outcome.DELIVERED
        _report(target, attempt, widths, as_json=as_json)
    if failed:
        context.exit(int(Exit.UNDELIVERED))


def _wanted(targets: Sequence[Target], receivers: Sequence[str]) -> list[Target]:
    known = dict.fromkeys(target.receiver for target in targets)
    for name in receivers:
        if name not in known:
            raise Misuse(f"no receiver is called {visible(name)!r}; there are {', '.join(known)}")
    return [target for target in targets if not receivers or target.receiver in receivers]


def _tried(target: Target, settings: Config, terminal: TextIO) -> Attempt:
    transport = open_transport(target, zone=settings.rulebook.timezone, wall=wall_clock, stream=terminal)
    pace = Pace(wall=wall_clock, random=random.random)
    return try_out(transport, sample(target.receiver, wall_clock()), pace)


def _report(target: Target, attempt: Attempt, widths: tuple[int, int], *, as_json: bool) -> None:
    seconds = (attempt.ended_at - attempt.started_at).total_seconds()
    sent = attempt.outcome is Outcome.DELIVERED
    if as_json:
        put(
            {
                "receiver": target.receiver,
                "target": target.label,
                "sent": sent,
                "outcome": str(attempt.outcome),
                "seconds": round(seconds, 3),
                "detail": attempt.detail,
            }
        )
        return
    lane = f"{target.receiver.ljust(widths[0])}  {target.label.ljust(widths[1])}"
    said = f": {visible(attempt.detail)}" if attempt.detail else ""
    click.echo(f"{lane}  {VERDICTS[attempt.outcome]} ({seconds:.1f} s){said}")
