"""The wall clock jumps; what is told depends on the catalog alone."""

from __future__ import annotations

import ast
import asyncio
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tests.cli.stage import catalog, quiet_poll, with_free
from tests.faults.rounds import SURFACES, Round, going_round
from watcher.daemon.rounds.schedule import due_at, seeded
from watcher.simulator.replay import Replay

PACKAGE = Path(__file__).parents[2] / "watcher"
HOUR = timedelta(hours=1)
YEAR = timedelta(days=365)
BIRTH = datetime(1970, 1, 1, 0, 5, tzinfo=UTC)
"""What a machine without a battery believes before NTP answers."""

JUMPS = {
    "an hour forward": HOUR,
    "an hour back": -HOUR,
    "a year forward": YEAR,
    "a year back": -YEAR,
    "from 1970 to now": None,
}


def due_at_latest(round_: Round) -> datetime:
    """Return when the last of all surfaces is due."""
    rulebook, health, now = round_.ledger.rulebook, round_.ledger.state.surfaces, round_.clock.now
    return max(
        due_at(surface, health[surface], rulebook.intervals[surface], now, seeded("x"))
        for surface in SURFACES
    )


@pytest.mark.fault(
    "an hour forward", "an hour back", "a year forward", "a year back", "wrong at the start, before NTP"
)
@pytest.mark.parametrize("jump", JUMPS.values(), ids=JUMPS)
def test_a_jump_of_the_clock_tells_nothing_and_what_changes_after_it_is_told_once(
    tmp_path: Path, jump: timedelta | None
) -> None:
    before = quiet_poll()

    async def live(base_url: str, replay: Replay) -> tuple[list[tuple[str, str]], timedelta]:
        async with going_round(tmp_path, base_url) as round_:
            true = round_.clock.now
            round_.clock.now = BIRTH if jump is None else true
            for _ in range(4):
                await round_.poll(after=15)
            round_.clock.now = true if jump is None else round_.clock.now + jump
            wait = due_at_latest(round_) - round_.clock.now
            for _ in range(4):
                await round_.poll(after=15)
            replay.step()
            await round_.poll(after=15)
            return round_.told, wait

    with catalog(before, with_free(before, "late")) as (base_url, replay):
        told, wait = asyncio.run(live(base_url, replay))

    assert told == [("new-free-variant", "newcomer/late:free")]
    assert wait < timedelta(minutes=5)


WALL_CLOCKS = {
    "time.time",
    "datetime.now",
    "datetime.utcnow",
    "time.localtime",
    "datetime.today",
    "date.today",
}


@pytest.mark.fault("an interval on the wall clock")
def test_the_wall_clock_is_read_in_one_place_and_no_deadline_is_counted_on_it() -> None:
    readers = {
        path.relative_to(PACKAGE).as_posix()
        for path in PACKAGE.rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.Call) and ast.unparse(node.func) in WALL_CLOCKS
    }

    assert "daemon/clock.py" in readers
    assert not [
        name for name in readers if name.startswith(("openrouter/", "delivery/", "judgement/", "alerts/"))
    ]
