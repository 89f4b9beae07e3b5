from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest
from click.testing import CliRunner

from tests.cli.conftest import Run
from watcher.cli import main
from watcher.cli.newcomer import unit_of


def answered(path: Path, *answers: str) -> str:
    lines = "".join(f"{answer}\n" for answer in answers)
    result = CliRunner().invoke(main, ["init", "-c", str(path)], input=lines, prog_name="watcher")
    assert result.exit_code == 0, result.output
    return result.output


def test_without_questions_the_files_are_there_and_right(watcher: Run, tmp_path: Path) -> None:
    path = tmp_path / "new" / "config.yaml"

    written = watcher("init", "--defaults", "-c", path)
    checked = watcher("check", "-c", path)

    assert written.exit_code == 0, written.stderr
    assert checked.exit_code == 0, checked.stderr
    assert "5 rules, 1 receiver, no warnings" in checked.stdout
    assert f'run -c "{path}"' in (path.parent / "watcher.service").read_text()


def test_answers_are_written_and_a_secret_is_in_a_file_for_the_owner_alone(
    watcher: Run, tmp_path: Path
) -> None:
    path = tmp_path / "config.yaml"
    url = "slack://TAAAAAAAA/BBBBBBBBB/cccccccccccccccccccccccc/#chan"

    answered(path, url, "openai/* deepseek/*", "Europe/London", "5", "95")

    text = path.read_text()
    assert 'models: ["openai/*", "deepseek/*"]' in text
    assert "percent: 5\n" in text
    assert "cccc" not in text
    assert (tmp_path / "alerts-url").stat().st_mode & 0o777 == 0o600
    assert "alerts" in watcher("check", "-c", path).stdout


def test_an_answer_that_cannot_be_read_is_asked_for_again(tmp_path: Path) -> None:
    path = tmp_path / "config.yaml"

    said = answered(path, "slak://x", "", "*", "Europe/Londn", "UTC", "ten", "10", "90")

    assert "did you mean slack://?" in said
    assert "did you mean 'Europe/London'?" in said
    assert "wants a number" in said


def test_no_file_that_exists_is_replaced(watcher: Run, config: Path) -> None:
    before = config.read_text()

    result = watcher("init", "--defaults", "-c", config)

    assert result.exit_code == 1
    assert result.stderr == f"{config} is there already; nothing was written\n"
    assert config.read_text() == before
    assert not (config.parent / "watcher.service").exists()


@pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="systemd-analyze is not installed here")
def test_the_unit_is_one_that_systemd_understands(tmp_path: Path) -> None:
    unit = tmp_path / "watcher.service"
    unit.write_text(unit_of(Path("/bin/true"), tmp_path / "a b" / "config.yaml"))

    done = subprocess.run(
        ["systemd-analyze", "--user", "verify", unit],  # noqa: S607  # wherever it is installed
        capture_output=True,
        text=True,
        check=False,
    )

    assert "watcher.service" not in done.stderr
