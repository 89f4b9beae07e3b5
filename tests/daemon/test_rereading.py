from __future__ import annotations

import asyncio
import os
from collections.abc import Callable, Sequence
from datetime import timedelta
from pathlib import Path

import pytest
from structlog.testing import capture_logs

from watcher.config import Config, load
from watcher.daemon.addresses import Addresses
from watcher.daemon.rereading import Rereading

BEFORE = "receivers: {terminal: {console: true}}\nrules: [{use: new-free-variant}]\n"
AFTER = BEFORE + "models: [openai/*]\n"
PATIENCE = 20.0
OFTEN = timedelta(milliseconds=10)

Change = Callable[[Path, asyncio.Event], None]


class Reported:
    """Remembers what it was told."""

    def __init__(self) -> None:
        self.told: list[str] = []

    def begun(self) -> None:
        self.told.append("begun")

    def refused(self, problems: Sequence[str]) -> None:
        self.told += problems


def renewed(
    folder: Path, before: str, *changes: Change, reports: Reported | None = None
) -> tuple[Config | None, list[str]]:
    """Make changes one after the other; return the configuration that took over, and what was refused."""
    path = folder / "config.yaml"
    path.write_text(before)

    def read() -> tuple[Config, Addresses]:
        return load(path, {}, targets=None), Addresses()

    async def wait() -> Config | None:
        hangup = asyncio.Event()
        rereading = Rereading(path, read, look=OFTEN)
        taken = asyncio.create_task(rereading.renewed(read()[0], hangup, reports or Reported()))
        for change in changes:
            told = len(logs)
            change(path, hangup)
            async with asyncio.timeout(PATIENCE):
                while not taken.done() and len(logs) == told:  # noqa: ASYNC110  # a log has no event
                    await asyncio.sleep(0.01)
        if taken.done():
            return taken.result()[0]
        taken.cancel()
        return None

    with capture_logs() as logs:
        found = asyncio.run(wait())
    return found, [str(entry["reason"]) for entry in logs if entry["event"] == "config.refused"]


def write(text: str) -> Change:
    return lambda path, _: save(path, text)


def save(path: Path, text: str) -> None:
    path.write_text(text)
    os.utime(path, ns=(0, path.stat().st_mtime_ns + 1_000_000_000))


def hang_up(_: Path, hangup: asyncio.Event) -> None:
    hangup.set()


def test_a_changed_file_is_read_again(tmp_path: Path) -> None:
    found, refused = renewed(tmp_path, BEFORE, write(AFTER))

    assert found is not None
    assert found.rulebook.rules[0].models == ("openai/*",)
    assert refused == []


@pytest.mark.fault("a reload with a broken file")
def test_a_broken_file_changes_nothing_until_it_is_mended(tmp_path: Path) -> None:
    nothing, refused = renewed(tmp_path, BEFORE, write("rules: [{use: new-fre-variant}]\n"))
    found, _ = renewed(tmp_path, BEFORE, write("rules: [{use: new-fre-variant}]\n"), write(AFTER))

    assert nothing is None
    assert "config.yaml:1:15: rules[0].use: " in refused[0]
    assert found is not None


def test_who_listens_is_told_of_each_reading_that_begins_and_why_one_changes_nothing(tmp_path: Path) -> None:
    reports = Reported()

    renewed(tmp_path, BEFORE, write("rules: 3\n"), write(AFTER), reports=reports)

    assert reports.told[0] == reports.told[-1] == "begun"
    assert "config.yaml:1:8: rules" in reports.told[1]


def test_what_only_a_start_can_bring_is_refused_by_name(tmp_path: Path) -> None:
    found, refused = renewed(tmp_path, BEFORE, write(AFTER + "state: elsewhere\ntimezone: Europe/Paris\n"))

    assert found is None
    assert refused == ["state and timezone changed: restart the daemon"]


def test_sighup_reads_again_what_did_not_change_for_its_secrets_may_have(tmp_path: Path) -> None:
    found, _ = renewed(tmp_path, BEFORE + "reload: signal\n", hang_up)

    assert found is not None


def test_reload_off_refuses_sighup_and_says_so(tmp_path: Path) -> None:
    found, refused = renewed(tmp_path, BEFORE + "reload: 'off'\n", hang_up)

    assert found is None
    assert refused == ["`reload: off` stands in it: restart the daemon"]
