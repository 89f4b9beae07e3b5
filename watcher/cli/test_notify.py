"""``watcher test-notify``: a sample to every target, and what became of it."""

from __future__ import annotations

import random
import sys
import threading
from collections.abc import Sequence
from concurrent.futures import Future
from pathlib import Path
from typing import TextIO

import click

from watcher.alerts.outbox import Outcome
from watcher.cli.failures import Exit, Misuse
from watcher.cli.lines import put
from watcher.cli.verbs import verb, with_config, with_json
from watcher.cli.watching import watched
from watcher.config import Config
from watcher.daemon.addresses import targets_of
from watcher.daemon.clock import wall_clock
from watcher.delivery.open import open_transport
from watcher.delivery.pace import Pace
from watcher.delivery.target import Target
from watcher.delivery.trial import Trial, sample, try_out
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
    digests; nothing is stored and nothing sent again. Without a RECEIVER every one is tried, all at the same
    time. Each target has 30 seconds.
    """
    settings, addresses = watched(config)
    targets = _wanted(targets_of(settings, addresses), receivers)
    widths = (max(len(target.receiver) for target in targets), max(len(target.label) for target in targets))
    terminal = sys.stderr if as_json else sys.stdout
    failed = 0
    for target, trial in [(target, _begun(target, settings, terminal)) for target in targets]:
        found = trial.result()
        failed += found.attempt.outcome is not Outcome.DELIVERED
        _report(target, found, widths, as_json=as_json)
    if failed:
        context.exit(int(Exit.UNDELIVERED))


def _wanted(targets: Sequence[Target], receivers: Sequence[str]) -> list[Target]:
    known = dict.fromkeys(target.receiver for target in targets)
    for name in receivers:
        if name not in known:
            raise Misuse(f"no receiver is called {visible(name)!r}; there are {', '.join(known)}")
    return [target for target in targets if not receivers or target.receiver in receivers]


def _begun(target: Target, settings: Config, terminal: TextIO) -> Future[Trial]:
    """Begin a trial in a thread of its own: one target that hangs lets nobody wait for the others."""
    transport = open_transport(target, zone=settings.rulebook.timezone, wall=wall_clock, stream=terminal)
    pace = Pace(wall=wall_clock, random=random.random)
    trial: Future[Trial] = Future()

    def tried() -> None:
        try:
            trial.set_result(try_out(transport, sample(target.receiver, wall_clock()), pace))
        except BaseException as error:  # noqa: BLE001  # raised again where somebody waits for it
            trial.set_exception(error)

    # No pool: its threads would hold the exit.
    threading.Thread(target=tried, name=f"trial of {target.label}", daemon=True).start()
    return trial


def _report(target: Target, trial: Trial, widths: tuple[int, int], *, as_json: bool) -> None:
    attempt = trial.attempt
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
                "advice": trial.advice,
            }
        )
        return
    lane = f"{target.receiver.ljust(widths[0])}  {target.label.ljust(widths[1])}"
    said = f": {visible(attempt.detail)}" if attempt.detail else ""
    click.echo(f"{lane}  {VERDICTS[attempt.outcome]} ({seconds:.1f} s){said}")
    if trial.advice:
        click.echo(f"{' ' * widths[0]}  {trial.advice}")
