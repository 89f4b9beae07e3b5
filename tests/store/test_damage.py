"""Whatever happens to the file: it is refused, or every value that is read of it equals what was written."""

from __future__ import annotations

import random
import shutil
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.faults.fuzzing import TIMES
from tests.store.values import NOON, OPENROUTER
from tests.store.wear import LANE, LEASE, LONG, Told, lay_down, told, unsaid, untruths, wear
from watcher.alerts.outbox import RowState
from watcher.store.errors import Behind, Corrupt, StoreError
from watcher.store.places import DATABASE
from watcher.store.store import Store

ACCIDENTS = 60 * TIMES


@pytest.fixture(scope="module")
def used(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give a directory that was in use for days."""
    directory = tmp_path_factory.mktemp("years") / "state"
    lay_down(directory)
    return directory


@pytest.fixture(scope="module")
def written(used: Path) -> Told:
    """Give all that was written there."""
    with Store.open_to_read(used, catalog=OPENROUTER) as store:
        return told(store)


def as_a_daemon(directory: Path, written: Told) -> str:
    """Start on it, and send what is there to send; return how it went."""
    with Store.open(directory, catalog=OPENROUTER, check=True) as store:
        buried = store.outbox.bury(NOON)
        listed = {row.id: row for row in store.queries.outbox()}
        before = compared(store, written)
        while claim := store.outbox.claim(*LANE, now=LONG + LEASE, lease=LEASE):
            assert claim.notification == listed[claim.row].notification
            assert claim.possible_repeat == listed[claim.row].possible_repeat
    return "left out" if buried else before


def as_a_question(directory: Path, written: Told) -> str:
    """Read all there is; return how it went."""
    with Store.open_to_read(directory, catalog=OPENROUTER) as store:
        return compared(store, written)


def compared(store: Store, written: Told) -> str:
    found = told(store)
    assert untruths(found, written) == []
    assert unsaid(found, written, store.queries.damage()) == []
    return "sound" if found == written else "left out"


@pytest.mark.parametrize("look", [as_a_daemon, as_a_question])
def test_random_damage_is_never_read_as_truth(
    used: Path, written: Told, tmp_path: Path, look: Callable[[Path, Told], str]
) -> None:
    outcomes = Counter[str]()
    for seed in range(1, ACCIDENTS + 1):
        worn = Path(shutil.copytree(used, tmp_path / str(seed)))
        done = wear(worn / DATABASE, seed)

        try:
            outcomes[look(worn, written)] += 1
        except StoreError as error:
            outcomes["refused"] += "watcher restore" in str(error)
        except AssertionError as error:
            raise AssertionError(f"seed {seed}, {done}") from error
        shutil.rmtree(worn)

    assert outcomes.keys() == {"sound", "left out", "refused"}
    assert outcomes.total() == ACCIDENTS


@pytest.mark.parametrize("share", [0.0, 0.01, 0.3, 0.9, 0.999])
def test_a_file_that_was_cut_off_is_refused(used: Path, tmp_path: Path, share: float) -> None:
    worn = Path(shutil.copytree(used, tmp_path / "worn"))
    content = (worn / DATABASE).read_bytes()
    (worn / DATABASE).write_bytes(content[: int(len(content) * share)])

    with pytest.raises(Corrupt, match="watcher restore"), Store.open(worn, catalog=OPENROUTER, check=True):
        pass


def test_garbage_is_refused(used: Path, tmp_path: Path) -> None:
    worn = Path(shutil.copytree(used, tmp_path / "worn"))
    (worn / DATABASE).write_bytes(random.Random(1).randbytes(100_000))  # noqa: S311  # made-up garbage

    for opening in (Store.open, Store.open_to_read):
        with pytest.raises(Corrupt, match="no database"):
            opening(worn, catalog=OPENROUTER)


@pytest.mark.parametrize("seed", range(8))
def test_a_damaged_journal_is_missed_or_it_was_whole_all_the_same(
    used: Path, tmp_path: Path, seed: int
) -> None:
    worn, crashed = Path(shutil.copytree(used, tmp_path / "worn")), tmp_path / "crashed"
    with Store.open(worn, catalog=OPENROUTER) as store:
        for row in store.queries.outbox([RowState.QUEUED])[:20]:
            store.outbox.discard([row.id], NOON)
        expected = told(store)
        shutil.copytree(worn, crashed)  # as a crash leaves it: the journal is not yet in the file
    wear(crashed / f"{DATABASE}-wal", seed)

    try:
        found = as_a_question(crashed, expected)
    except (Behind, Corrupt):
        found = "refused"

    assert found in {"refused", "sound"}
