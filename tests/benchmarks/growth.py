"""How much the state grows in a day: ``python -m tests.benchmarks.growth ARCHIVE [CONFIG]``.

Replays a recorded day into a real store, poll by poll, as the daemon would, and prints what each table took.
The first poll is the baseline and counts apart. To hold: 8 MB a day on the real catalog.
"""

from __future__ import annotations

import shutil
import sqlite3
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

from watcher.archive.recorded import Poll, recorded
from watcher.archive.survey import survey
from watcher.catalog.names import Surface
from watcher.config import Config, parse
from watcher.daemon.ledger import Ledger
from watcher.reading.reader import Reader
from watcher.store.places import DATABASE
from watcher.store.store import Store

EXAMPLE = Path("config.example.yaml")
MEGABYTE = 1_000_000
DAY = timedelta(days=1)
OF_SWEEPS = frozenset({"telemetry", "ix_telemetry_catalog_at", "rosters"})
"""What grows with the sweeps of endpoints; the rest grows with what happens."""


@dataclass(frozen=True, kw_only=True)
class Growth:
    """Bytes of each table and index after the first poll and after the last, and how long that took."""

    first: Mapping[str, int]
    last: Mapping[str, int]
    polls: int
    lasted: timedelta

    def a_day(self, *, endpoints: timedelta) -> Mapping[str, float]:
        """Return MB a day, by table; what sweeps leave is reckoned to this interval of endpoints."""
        apart = self.lasted / (self.polls - 1)
        spans, more = DAY / self.lasted, apart / endpoints
        return {
            name: (size - self.first.get(name, 0)) / MEGABYTE * spans * (more if name in OF_SWEEPS else 1)
            for name, size in self.last.items()
        }


def polls_of(paths: Sequence[Path]) -> Iterator[Poll]:
    """Yield the polls of an archive."""
    return (poll for poll in recorded(survey(paths), Reader()) if isinstance(poll, Poll))


def grown(polls: Iterable[Poll], config: Config, directory: Path) -> Growth:
    """Replay polls into a store and return how it grew."""
    labels = {name: [target.label for target in found.targets] for name, found in config.targets.items()}
    times: list[datetime] = []
    first: Mapping[str, int] = {}
    with Store.open(directory, catalog=config.catalog.base_url) as store:
        ledger = Ledger(store, config.rulebook, labels)
        for poll in polls:
            ledger.enter(poll.seen, poll.seen.at)
            times.append(poll.seen.at)
            first = first or sizes(directory)
    return Growth(first=first, last=sizes(directory), polls=len(times), lasted=times[-1] - times[0])


def sizes(directory: Path) -> Mapping[str, int]:
    """Return the bytes of each table and index that its pages take."""
    with closing(sqlite3.connect(directory / DATABASE)) as connection:
        return dict(connection.execute("SELECT name, sum(pgsize) FROM dbstat GROUP BY name"))


def main(arguments: Sequence[str]) -> None:
    """Print the figures."""
    config = parse((Path(arguments[1]) if arguments[1:] else EXAMPLE).read_text("utf-8"), {})
    with TemporaryDirectory() as folder:
        found = grown(polls_of([Path(arguments[0])]), config, Path(folder) / "state")
        whole = sum(path.stat().st_size for path in (Path(folder) / "state").iterdir())
        shutil.rmtree(Path(folder) / "state")
    a_day = found.a_day(endpoints=config.catalog.every[Surface.ENDPOINTS])
    begun, ended = (sum(each.values()) / MEGABYTE for each in (found.first, found.last))
    print(f"{found.polls} polls in {found.lasted}; baseline {begun:.2f} MB,")
    print(f"at the end {ended:.2f} MB ({whole / MEGABYTE:.2f} MB with its journal)")
    for name, size in sorted(a_day.items(), key=lambda entry: -entry[1]):
        if size >= 0.005:
            print(f"  {name:40} {size:6.2f} MB a day")
    print(f"  {'in all':40} {sum(a_day.values()):6.2f} MB a day")


if __name__ == "__main__":
    main(sys.argv[1:])
