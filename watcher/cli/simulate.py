"""``watcher simulate``: OpenRouter on loopback, simulated or as it was recorded."""

from __future__ import annotations

import errno
import gzip
import os
import signal
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path

import click
import orjson
import zstandard

from watcher.archive.recorded import raw_polls
from watcher.cli.failures import Exit, Failure
from watcher.cli.verbs import verb
from watcher.daemon.clock import wall_clock
from watcher.simulator.answers import Site
from watcher.simulator.catalog import Catalog
from watcher.simulator.days import full_day
from watcher.simulator.generations import Generation
from watcher.simulator.replay import Pace, Replay
from watcher.simulator.script import Script
from watcher.simulator.server import Server
from watcher.simulator.simulation import Simulation

DAY = timedelta(days=1)
ENDING = {signal.SIGINT, signal.SIGTERM}
WRITTEN_EVERY = timedelta(minutes=15)
PAGES = 4
"""All of the frontend is written once in so many polls: hourly."""

SNIPPET = """\
# Point watcher at it, in config.yaml (loopback may be asked as often as you like):
catalog:
  base_url: {base_url}
  every: {{models: 10s, endpoints: 30s, providers: 30s, zdr: 30s, frontend: 30s}}
  confirm_after: 30s
  max_requests_per_minute: 6000"""


@verb(
    "simulate",
    Exit.FAILED,
    Exit.WRONG,
    examples={
        "watcher simulate --speed 60": "A day in 24 minutes, with some of everything:",
        "watcher simulate --replay recordings/ --speed 10": "What was recorded, as if it happened now:",
        "watcher simulate --write day.jsonl.zst": "A day as recorded polls, for backtests:",
    },
)
@click.option("--port", default=0, type=click.IntRange(0, 65_535), help="The port; 0 takes a free one.")
@click.option("--models", default=400, type=click.IntRange(1, 5000), help="How many models to simulate.")
@click.option("--seed", default=1, help="Another seed is another catalog; the same one is the same.")
@click.option(
    "--generation",
    default=Generation.Y2026.value,
    type=click.Choice([generation.value for generation in Generation]),
    help="The frontend of which year: its addresses and the shapes of its bodies.",
)
@click.option("--speed", default=1.0, type=click.FloatRange(0.001, 100_000), help="Times real time.")
@click.option(
    "--replay",
    multiple=True,
    metavar="ARCHIVE…",
    type=click.Path(exists=True, path_type=Path),
    help="Serve these recordings instead.",
)
@click.option(
    "--write", type=click.Path(path_type=Path), metavar="FILE", help="Write a day's polls and exit."
)
@click.option("--all-surfaces", is_flag=True, help="Write all of the frontend too, hourly.")
@click.argument("archives", nargs=-1, metavar="", type=click.Path(exists=True, path_type=Path))
def command(  # noqa: PLR0917  # click passes options by name
    port: int,
    models: int,
    seed: int,
    generation: str,
    speed: float,
    replay: tuple[Path, ...],
    write: Path | None,
    all_surfaces: bool,
    archives: tuple[Path, ...],
) -> None:
    """Serve a simulated or recorded OpenRouter on loopback, until interrupted.

    The address is the first line on standard output. A simulated day has some of everything: new and
    vanishing models, prices, policies, outages, echoes that are no news, and answers that are wrong. The
    frontend's addresses move during the day: its providers' policies are at the older address until 19:00,
    its catalog until 20:00, and what the pages say of apps is lost from 04:00 to 05:00.
    """
    if archives and not replay:
        raise click.UsageError("archives are replayed with --replay ARCHIVE…")
    if all_surfaces and not write:
        raise click.UsageError("--all-surfaces says what --write writes; all of them are served anyway")
    if replay and write:
        raise click.UsageError("--write is of a simulated day; --replay has its recordings already")
    found = partial(_simulation, models, seed, speed, generation=Generation(generation))
    if write:
        _write(found(start=_midnight()), write, speed, all_surfaces=all_surfaces)
        return
    _serve(_replay((*replay, *archives), speed) if replay else found(start=None), port)


def _simulation(
    models: int, seed: int, speed: float, *, generation: Generation, start: datetime | None
) -> Simulation:
    def day(catalog: Catalog) -> Script:
        script = full_day(catalog)
        moves = script.moves if generation is Generation.Y2026 else ()
        return replace(script, speed=speed, moves=moves)

    try:
        return Simulation(
            seed=seed, models=models, script=day, clock=wall_clock, start=start, generation=generation
        )
    except (ValueError, StopIteration) as error:
        raise click.UsageError(f"a whole day needs more models than {models}, or another seed") from error


def _replay(archives: tuple[Path, ...], speed: float) -> Replay:
    try:
        return Replay(raw_polls(archives), pace=Pace.CLOCK, clock=wall_clock, speed=speed)
    except ValueError as error:
        raise click.UsageError(f"{', '.join(map(str, archives))}: {error}") from error


def _serve(site: Site, port: int) -> None:
    # Blocked before the server's thread starts, so that they wait for us: an interrupted join is unsafe.
    before = signal.pthread_sigmask(signal.SIG_BLOCK, ENDING)
    try:
        with _listening(site, port) as server:
            click.echo(server.base_url)
            click.echo(SNIPPET.format(base_url=server.base_url), err=True)
            signal.sigwait(ENDING)
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)
    click.echo("No longer served.", err=True)


@contextmanager
def _listening(site: Site, port: int) -> Iterator[Server]:
    with ExitStack() as stack:
        try:
            server = stack.enter_context(Server(site, port=port))
        except OSError as error:
            reason = "taken" if error.errno == errno.EADDRINUSE else os.strerror(error.errno or 0)
            raise Failure(f"port {port}: {reason}; name another --port, or none for a free one") from error
        yield server


def _write(simulation: Simulation, path: Path, speed: float, *, all_surfaces: bool) -> None:
    """Write one script day; its polls lie as close as its speed makes them."""
    packed = _packing(path)
    every = WRITTEN_EVERY / speed
    polls = simulation.poll_lines(every, DAY / speed, pages_every=every * PAGES if all_surfaces else None)
    lines = (orjson.dumps(line) + b"\n" for line in polls)
    with path.open("wb") as file:
        sizes = [file.write(packed(line)) for line in lines]
    click.echo(f"{path}: {len(sizes)} polls, {sum(sizes) / 1e6:.1f} MB", err=True)


def _packing(path: Path) -> Callable[[bytes], bytes]:
    """Return what makes a frame of each line, as the file's name says."""
    match path.suffix:
        case ".zst":
            return zstandard.ZstdCompressor(level=3).compress
        case ".gz":
            return gzip.compress
        case ".jsonl":
            return bytes
        case _:
            raise click.UsageError("--write takes a file named *.jsonl, *.jsonl.gz or *.jsonl.zst")


def _midnight() -> datetime:
    return wall_clock().astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
