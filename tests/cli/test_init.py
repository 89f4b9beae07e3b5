from __future__ import annotations

import os
import pty
import re
import select
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from tests.cli.conftest import Run
from tests.cli.stage import PROGRAM, ROOT
from watcher.cli import main
from watcher.cli.units import system_unit, user_unit
from watcher.config import load

URL = "slack://TAAAAAAAA/BBBBBBBBB/cccccccccccccccccccccccc/#chan"
USUAL = ("", "", "", "", "")
"""An empty line takes the usual answer."""


def init(path: Path, *words: str, answers: tuple[str, ...] = ()) -> Result:
    lines = "".join(f"{answer}\n" for answer in answers)
    return CliRunner().invoke(main, ["init", "-c", str(path), *words], input=lines, prog_name="watcher")


def files(folder: Path) -> list[str]:
    return sorted(file.name for file in folder.iterdir())


def test_five_empty_lines_are_a_start_that_works(watcher: Run, tmp_path: Path) -> None:
    path = tmp_path / "new" / "config.yaml"

    written = init(path, answers=USUAL)
    checked = watcher("check", "-c", path)

    assert written.exit_code == 0, written.output
    assert checked.exit_code == 0, checked.stderr
    assert "6 rules, 1 receiver, no warnings" in checked.stdout
    assert files(path.parent) == ["config.yaml", "watcher.service"]


def test_nothing_is_asked_with_yes_and_the_same_is_written(tmp_path: Path) -> None:
    asked, unasked = tmp_path / "a" / "config.yaml", tmp_path / "b" / "config.yaml"

    init(asked, answers=USUAL)
    silent = init(unasked, "--yes")

    assert silent.exit_code == 0
    assert silent.stderr == ""
    assert unasked.read_text() == asked.read_text()


def test_answers_are_written_and_a_secret_is_in_a_file_for_the_owner_alone(
    watcher: Run, tmp_path: Path
) -> None:
    path = tmp_path / "config.yaml"

    init(
        path,
        answers=("openai/* deepseek/*", URL, "prices, endings", "Europe/London 22:00-07:30", "system"),
    )

    text = path.read_text()
    config = load(path, {}, targets=None)
    (receiver,) = config.rulebook.receivers
    assert 'models: ["openai/*", "deepseek/*"]' in text
    assert [rule.name for rule in config.rulebook.rules][:2] == ["price-change", "deprecation"]
    assert str(receiver.quiet_hours) != "None"
    assert str(config.rulebook.timezone) == "Europe/London"
    assert (tmp_path / "alerts-url").read_text() == f"{URL}\n"
    assert (tmp_path / "alerts-url").stat().st_mode & 0o777 == 0o600
    assert not any("cccc" in (tmp_path / name).read_text() for name in ("config.yaml", "watcher.service"))
    assert "alerts" in watcher("check", "-c", path).stdout


def test_the_machines_unit_hands_the_secret_over_as_a_credential(tmp_path: Path) -> None:
    done = init(tmp_path / "config.yaml", answers=("", URL, "", "", "system"))

    unit = (tmp_path / "watcher.service").read_text().splitlines()
    assert "LoadCredential=alerts-url:/etc/watcher/alerts-url" in unit
    assert any(re.fullmatch("ExecStart=.*/watcher run -c /etc/watcher/config.yaml", line) for line in unit)
    assert f"sudo install -m 0600 {tmp_path}/alerts-url /etc/watcher/alerts-url" in done.stdout
    assert f"sudo install -m 0644 {tmp_path}/watcher.service /etc/systemd/system/" in done.stdout


def test_a_person_without_root_gets_a_unit_that_names_the_configuration_where_it_is(tmp_path: Path) -> None:
    path = tmp_path / "a b" / "config.yaml"

    done = init(path, answers=("", "", "", "", "user"))

    unit = (path.parent / "watcher.service").read_text()
    assert f'run -c "{path}"' in unit
    assert "WantedBy=default.target" in unit
    assert f"systemctl --user enable --now {path.parent}/watcher.service" in done.stdout


def test_who_runs_it_by_hand_gets_no_unit(tmp_path: Path) -> None:
    init(tmp_path / "config.yaml", answers=("", "", "", "", "here"))

    assert files(tmp_path) == ["config.yaml"]


def test_an_answer_that_cannot_be_read_is_asked_for_again(tmp_path: Path) -> None:
    wrong_then_right = (
        *("[", "*"),
        *("slak://x", ""),
        *("price", "prices"),
        *("Europe/Londn", "UTC 22:00", "UTC 22:00-22:00", "UTC 25:00-07:00", "UTC 22:00-07:00"),
        *("sytem", "user"),
    )

    done = init(tmp_path / "config.yaml", answers=wrong_then_right)

    assert done.exit_code == 0
    for hint in (
        "is no glob",
        "did you mean slack://?",
        "did you mean prices?",
        "did you mean 'Europe/London'?",
        "'22:00' are no quiet hours; write 22:00-07:00",
        "would never begin",
        "is no time of day",
        "write here, user, system",
    ):
        assert hint in done.stderr


def test_options_answer_for_a_script_and_a_url_comes_from_a_file_or_the_input(tmp_path: Path) -> None:
    words = ["--yes", "--models", "openai/*", "--jobs", "uptime", "--when", "UTC", "--run", "here"]

    done = init(tmp_path / "config.yaml", *words, "--urls-file", "-", answers=(URL, "json://example.org/"))

    config = load(tmp_path / "config.yaml", {}, targets=None)
    assert done.exit_code == 0, done.output
    assert [rule.name for rule in config.rulebook.rules] == ["uptime-drop", "catalog-trouble"]
    assert len(config.targets["alerts"].targets) == 2
    assert files(tmp_path) == ["alerts-url", "config.yaml"]


@pytest.mark.parametrize(
    ("option", "value", "reason"),
    [
        ("--models", "", "name at least one"),
        ("--jobs", "uptimes", "did you mean uptime?"),
        ("--when", "Mars", "time zone"),
        ("--run", "docker", "write here, user, system"),
    ],
)
def test_an_option_that_cannot_be_read_ends_it_with_nothing_written(
    tmp_path: Path, option: str, value: str, reason: str
) -> None:
    done = init(tmp_path / "new" / "config.yaml", "--yes", option, value)

    assert done.exit_code == 2
    assert reason in done.stderr
    assert "nothing was written" in done.stderr
    assert files(tmp_path) == []


@pytest.mark.parametrize("name", ["config.yaml", "alerts-url", "watcher.service"])
def test_no_file_that_exists_is_replaced_unless_it_is_forced(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_text("mine\n")

    refused = init(tmp_path / "config.yaml", "--yes")
    kept = (tmp_path / name).read_text()
    forced = init(tmp_path / "config.yaml", "--force", answers=("", URL, "", "", ""))

    assert refused.exit_code == 1
    assert (
        refused.stderr == f"{tmp_path / name} is there already; nothing was written (--force replaces it)\n"
    )
    assert kept == "mine\n"
    assert forced.exit_code == 0
    assert (tmp_path / name).read_text() != "mine\n"
    assert files(tmp_path) == ["alerts-url", "config.yaml", "watcher.service"]


def test_a_file_of_a_secret_that_others_could_read_is_closed_when_it_is_replaced(tmp_path: Path) -> None:
    (tmp_path / "alerts-url").write_text("old\n")
    (tmp_path / "alerts-url").chmod(0o644)

    init(tmp_path / "config.yaml", "--force", answers=("", URL, "", "", ""))

    assert (tmp_path / "alerts-url").stat().st_mode & 0o777 == 0o600


def test_who_leaves_half_way_finds_nothing_written(tmp_path: Path) -> None:
    done = init(tmp_path / "config.yaml", answers=("openai/*", ""))

    assert done.exit_code == 1
    assert "nothing was written" in done.stderr
    assert files(tmp_path) == []


@pytest.mark.parametrize("key", [b"\x03", b"\x04"], ids=["Ctrl-C", "Ctrl-D"])
def test_on_a_terminal_of_eighty_columns_no_line_is_cut_and_a_key_leaves_it(
    tmp_path: Path, key: bytes
) -> None:
    master, terminal = pty.openpty()
    process = subprocess.Popen(
        [sys.executable, "-c", PROGRAM, "init", "-c", "config.yaml"],
        cwd=tmp_path,
        stdin=terminal,
        stdout=terminal,
        stderr=terminal,
        preexec_fn=own_terminal,  # noqa: PLW1509  # nothing of ours runs in other threads yet
        env={"PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT), "COLUMNS": "80"},
    )
    os.close(terminal)
    try:
        shown = until(master, r"1 of 5.* > $")
        for number in (2, 3, 4, 5):
            os.write(master, b"\n")
            shown += until(master, rf"{number} of 5.* > $")
        shown += pressing(master, key, r"nothing was written")
        code = process.wait(20)
    finally:
        process.kill()
        process.wait()
        os.close(master)

    assert max(map(len, shown.replace("\r", "").split("\n"))) <= 80
    assert code == 1
    assert files(tmp_path) == []


def own_terminal() -> None:
    """Make standard input the terminal of this process, whose keys become signals that it heeds."""
    os.login_tty(0)
    # Who starts the tests in the background may have had SIGINT ignored, and children inherit that.
    signal.signal(signal.SIGINT, signal.SIG_DFL)


def pressing(master: int, key: bytes, words: str) -> str:
    """Press a key until some words come: one that comes just before Python waits for a line is lost to it."""
    found = ""
    for _ in range(20):
        os.write(master, key)
        while select.select([master], [], [], 1)[0]:
            found += os.read(master, 4096).decode()
            if re.search(words, found):
                return found
    raise AssertionError(found)


def until(master: int, words: str) -> str:
    """Read what a terminal shows until some words (a pattern) come."""
    found = ""
    while not re.search(words, found, re.DOTALL):
        assert select.select([master], [], [], 20)[0], found
        found += os.read(master, 4096).decode()
    return found


@pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="systemd-analyze is not installed here")
@pytest.mark.parametrize("manager", ["--user", "--system"])
def test_the_unit_is_one_that_systemd_understands(tmp_path: Path, manager: str) -> None:
    config = tmp_path / "a b" / "50 %" / "config.yaml"
    unit = tmp_path / "watcher.service"
    unit.write_text(
        user_unit(Path("/bin/true"), config)
        if manager == "--user"
        else system_unit(Path("/bin/true"), config, secret="alerts-url")
    )

    understood = verified(unit, manager)
    unit.write_text(f"{unit.read_text()}\n[Service]\nWatchdogSecs=1\n")
    misspelt = verified(unit, manager)

    assert understood == (0, [])
    assert "Unknown key" in misspelt[1][0]


def verified(unit: Path, manager: str) -> tuple[int, list[str]]:
    """Return what systemd says of a unit, by exit code and by the lines that name it."""
    done = subprocess.run(
        ["systemd-analyze", manager, "verify", unit],  # noqa: S607  # wherever it is installed
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "XDG_RUNTIME_DIR": str(unit.parent)},
    )
    return done.returncode, [line for line in done.stderr.splitlines() if "watcher.service" in line]


def test_the_units_of_the_project_are_those_that_init_writes() -> None:
    own = user_unit(Path("HOME/.local/bin/watcher"), Path("CONFIG/watcher/config.yaml"))

    assert (ROOT / "systemd/watcher.service").read_text() == system_unit()
    assert (ROOT / "systemd/user/watcher.service").read_text() == own.replace("HOME", "%h").replace(
        "CONFIG", "%E"
    )
