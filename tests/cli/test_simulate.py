from __future__ import annotations

import signal
import subprocess
from pathlib import Path

import httpx
import pytest
from click.testing import CliRunner

from tests.cli.stage import PATIENCE, started
from watcher.archive.recorded import raw_polls
from watcher.cli import main


def served(*arguments: str | Path) -> tuple[str, subprocess.Popen[str]]:
    process = started("simulate", *arguments)
    assert process.stdout is not None
    return process.stdout.readline().strip(), process


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_it_serves_on_loopback_until_it_is_interrupted(number: signal.Signals) -> None:
    base_url, process = served("--models", "150", "--seed", "2")

    listed = httpx.get(f"{base_url}/api/v1/models?output_modalities=all").json()["data"]
    process.send_signal(number)
    _, said = process.communicate(timeout=PATIENCE)

    assert base_url.startswith("http://127.0.0.1:")
    assert len(listed) == 150
    assert process.returncode == 0
    assert f"base_url: {base_url}" in said


def test_a_port_that_is_taken_is_said_in_words() -> None:
    base_url, process = served("--models", "150")

    refused = CliRunner().invoke(main, ["simulate", "--port", base_url.rpartition(":")[2]])
    process.terminate()
    process.communicate(timeout=PATIENCE)

    assert refused.exit_code == 1
    assert signal.SIGTERM not in signal.pthread_sigmask(signal.SIG_BLOCK, ()), (
        "nobody after us could be ended"
    )
    assert "taken; name another --port" in refused.output


def test_a_written_day_can_be_replayed(tmp_path: Path) -> None:
    path = tmp_path / "day.jsonl.zst"
    written = CliRunner().invoke(main, ["simulate", "--models", "60", "--speed", "24", "--write", str(path)])
    polls = list(raw_polls([path]))
    base_url, process = served("--replay", path)
    listed = httpx.get(f"{base_url}/api/v1/models?output_modalities=all&limit=1000").json()["data"]
    process.terminate()
    process.communicate(timeout=PATIENCE)

    assert written.exit_code == 0, written.output
    assert len(polls) == 97
    assert {row["id"] for row in listed} == {row["id"] for row in polls[0]["models"]["data"]}  # type: ignore[index]


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--models", "10"], "needs more models than 10"),
        (["--write", "day.txt"], "*.jsonl"),
        (["stray.jsonl"], "does not exist"),
    ],
)
def test_what_cannot_be_served_is_said_and_leaves_no_file(
    arguments: list[str], said: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)

    done = CliRunner().invoke(main, ["simulate", *arguments])

    assert done.exit_code == 2
    assert said in done.output
    assert list(tmp_path.iterdir()) == []
