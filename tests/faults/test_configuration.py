"""The configuration is wrong, hostile or caught in the middle of a change."""

from __future__ import annotations

import asyncio
import re
import signal
import subprocess
import sys
import threading
import time
import tracemalloc
from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from tests.acceptance.lives import configured, life, newcomers, undelivered
from tests.cli.stage import catalog, mailbox
from tests.daemon.test_rereading import Reported
from watcher.config import Config, ConfigError, load, parse
from watcher.daemon.addresses import Addresses
from watcher.daemon.rereading import Rereading
from watcher.rules.rule import matches

ROOT = Path(__file__).parents[2]
FINE = "rules: [{use: model-added}]\n"


def told(text: str) -> list[str]:
    try:
        parse(text, {})
    except ConfigError as error:
        return str(error).splitlines()
    return []


BOMB = "a: &a [x, x, x, x, x, x, x, x, x]\n" + "".join(
    f"{name}: &{name} [{', '.join([f'*{before}'] * 9)}]\n"
    for before, name in zip("abcdefgh", "bcdefghi", strict=True)
)


@pytest.mark.fault("an alias bomb", "an anchor inside itself")
@pytest.mark.parametrize("text", [BOMB, "models: &m [*m]\n" + FINE], ids=["bomb", "self"])
def test_no_alias_is_followed_and_a_bomb_takes_no_memory(text: str) -> None:
    tracemalloc.start()
    lines = told(text)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()

    assert any("an anchor (&) is refused" in line for line in lines)
    assert any("an alias (*) is refused" in line for line in lines)
    assert peak < 4 * 1024 * 1024


@pytest.mark.fault("5000 rules")
def test_five_thousand_rules_are_read_within_seconds() -> None:
    rules = "".join(
        f"  - {{use: price-change, name: r{n}, models: ['a/{n}*'], percent: 5}}\n" for n in range(5000)
    )

    began = time.process_time()
    config = parse(f"rules:\n{rules}", {})

    assert len(config.rulebook.rules) == 5001
    assert time.process_time() - began < 20


@pytest.mark.fault("a glob that backtracks")
@pytest.mark.parametrize("glob", ["*a" * 50 + "b", "*[a-z]" * 30 + "!", "a*" * 40 + "?" * 60 + "z"])
def test_no_glob_takes_longer_than_a_moment(glob: str) -> None:
    parse(f"rules: [{{use: model-added, models: ['{glob}']}}]\n", {})

    began = time.process_time()
    found = [matches((glob,), "a" * length) for length in range(150, 200)]

    assert not any(found)
    assert time.process_time() - began < 1


UNREADABLE = """
import os, sys
from pathlib import Path
from tests.daemon.test_rereading import Reported
from watcher.config import ConfigError, load
if os.geteuid() == 0:
    os.setgroups([]); os.setgid(65534); os.setuid(65534)
try:
    load(Path(sys.argv[1]), {}, targets=None)
except ConfigError as error:
    print(error)
"""


@pytest.mark.fault("an unreadable file")
def test_a_file_that_may_not_be_read_says_so() -> None:
    with TemporaryDirectory() as folder:
        config = Path(folder) / "config.yaml"
        config.write_text(FINE)
        config.chmod(0)
        Path(folder).chmod(0o755)

        done = subprocess.run(
            [sys.executable, "-c", UNREADABLE, str(config)],
            cwd=ROOT, capture_output=True, text=True, check=False,
        )  # fmt: skip

    assert "Permission denied" in done.stdout, done.stderr


def name_of(config: Config) -> str:
    return config.rulebook.rules[0].name


@pytest.mark.fault("replaced while it is read")
def test_a_file_that_is_replaced_again_and_again_is_read_whole_or_refused_and_never_mixed(
    tmp_path: Path,
) -> None:
    path = tmp_path / "config.yaml"
    texts = [
        f"# {'x' * 200_000}\nrules: [{{use: model-added, name: {name}}}]\n# end\n" for name in ("one", "two")
    ]
    path.write_text(texts[0])
    over = threading.Event()

    def replace() -> None:
        turn = 0
        while not over.is_set():
            turn += 1
            fresh = tmp_path / f"{turn % 2}.new"
            fresh.write_text(texts[turn % 2])
            fresh.replace(path)

    writer = threading.Thread(target=replace)
    writer.start()
    try:
        names = {name_of(load(path, {}, targets=None)) for _ in range(60)}
    finally:
        over.set()
        writer.join()

    assert names <= {"one", "two"}


@pytest.mark.fault("replaced while it is read")
def test_a_file_that_is_still_being_written_is_not_read_before_it_rests(tmp_path: Path) -> None:
    path = tmp_path / "config.yaml"
    path.write_text(FINE)
    read: list[str] = []

    def reading() -> tuple[Config, Addresses]:
        read.append(path.read_text())
        return load(path, {}, targets=None), Addresses()

    async def live() -> None:
        looking = Rereading(path, reading, look=timedelta(milliseconds=500))
        taken = asyncio.create_task(
            looking.renewed(load(path, {}, targets=None), asyncio.Event(), Reported())
        )
        rules = [f"  - {{use: model-added, name: r{number}}}\n" for number in range(30)]
        text = "rules:\n" + "".join(rules)
        for end in range(0, len(text), 60):
            path.write_text(text[:end])
            await asyncio.sleep(0.02)
        path.write_text(text)
        async with asyncio.timeout(10):
            config, _ = await taken
        assert len(config.rulebook.rules) == 31

    asyncio.run(live())

    assert len(read) == 1


@pytest.mark.fault("a symbolic link that was swapped")
def test_a_symbolic_link_that_leads_elsewhere_now_is_read_anew(tmp_path: Path) -> None:
    for name in ("old", "new"):
        (tmp_path / f"{name}.yaml").write_text(f"rules: [{{use: model-added, name: {name}}}]\n")
    path = tmp_path / "config.yaml"
    path.symlink_to("old.yaml")

    async def live() -> Config:
        looking = Rereading(
            path, lambda: (load(path, {}, targets=None), Addresses()), look=timedelta(milliseconds=10)
        )
        taken = asyncio.create_task(
            looking.renewed(load(path, {}, targets=None), asyncio.Event(), Reported())
        )
        (tmp_path / "swap").symlink_to("new.yaml")
        (tmp_path / "swap").replace(path)
        async with asyncio.timeout(10):
            config, _ = await taken
        return config

    assert name_of(asyncio.run(live())) == "new"


@pytest.mark.fault("a reload during a send", "a reload without a receiver whose rows wait")
def test_a_receiver_that_a_reload_removes_in_the_middle_of_a_send_gets_its_message_when_it_is_back(
    tmp_path: Path,
) -> None:
    polls, (name,) = newcomers(1)
    with catalog(*polls) as (base_url, replay), mailbox() as box:
        config = configured(tmp_path, base_url, f"webhook: {box.url('stuck')}", "file: kept.jsonl")
        whole = config.read_text()
        with life(config) as daemon:
            daemon.until("poll.judged")
            replay.step()
            box.next("stuck")
            config.write_text(re.sub(r"  r0: .*\n", "", whole))
            daemon.send(signal.SIGHUP)
            daemon.until("config.reloaded", targets=1)
            daemon.end(signal.SIGKILL)
        lost = undelivered(config, base_url)
        config.write_text(whole)
        with life(config):
            again = box.next("stuck")

    assert lost == 1
    assert name in again
    assert "(possible repeat)" in again
    assert len((tmp_path / "kept.jsonl").read_text().splitlines()) == 1
