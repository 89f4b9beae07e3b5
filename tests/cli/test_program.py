from __future__ import annotations

import importlib
import os
import subprocess
import sys
from pathlib import Path

import click
import pytest

from tests.cli.conftest import Run
from watcher import __version__
from watcher.cli import main
from watcher.cli.failures import failure_of
from watcher.cli.program import VERBS, module_of
from watcher.cli.verbs import Verb, Verbs


def command_of(name: str) -> click.Command:
    found: click.Command = importlib.import_module(f"watcher.cli.{module_of(name)}").command
    return found


def test_the_list_of_verbs_is_read_without_importing_any(watcher: Run) -> None:
    loaded = "import sys; from watcher.cli import main; main(['--help'], standalone_mode=False); "
    asked = loaded + "print([m for m in sys.modules if m.startswith(('sqlalchemy', 'pydantic', 'httpx'))])"

    done = subprocess.run([sys.executable, "-c", asked], capture_output=True, text=True, check=True)

    assert done.stdout.endswith("[]\n")
    assert all(f"\n  {name} " in watcher("--help").stdout for name in VERBS)


def test_verbs_that_ask_no_server_import_no_client_for_one() -> None:
    quiet = ("alerts", "backtest", "check", "explain", "export", "history", "outbox", "silence", "status")
    imports = ", ".join(f"watcher.cli.{name}" for name in quiet)
    asked = f"import sys, {imports}; print([m for m in sys.modules if m in ('httpx', 'stamina', 'apprise')])"

    done = subprocess.run([sys.executable, "-c", asked], capture_output=True, text=True, check=True)

    assert done.stdout == "[]\n"


@pytest.mark.parametrize("name", VERBS)
def test_every_verb_has_a_manual_page_with_exit_codes_and_examples(name: str, watcher: Run) -> None:
    page = watcher(name, "--help").stdout

    assert isinstance(command_of(name), Verb | Verbs)
    assert page.startswith(f"Usage: watcher {name} ")
    assert "Exit codes:\n  0  done\n" in page
    assert "Examples:\n" in page
    assert f"    watcher {name}" in page or f" watcher {name}" in page
    assert max(map(len, page.splitlines())) <= 80
    assert "\\b" not in page


def test_the_manual_of_rule_tests_shows_their_yaml_as_it_is_written(watcher: Run) -> None:
    page = watcher("test-rules", "--help").stdout

    assert "\n  polls:  " in page
    assert "\n    - at: 0m\n      models: [{id: a/b, name: B}]\n" in page


@pytest.mark.parametrize("name", VERBS)
def test_every_option_says_what_it_does(name: str) -> None:
    options = [option for option in command_of(name).params if isinstance(option, click.Option)]

    assert [option.name for option in options if not option.help] == []


def test_the_configuration_may_be_named_before_and_after_the_verb(watcher: Run, config: Path) -> None:
    before = watcher("-c", config, "check")
    after = watcher("check", "-c", config)
    both = watcher("-c", "nowhere.yaml", "check", "-c", config)

    assert (before.exit_code, after.exit_code, both.exit_code) == (0, 0, 0)
    assert before.stdout == after.stdout == both.stdout


def test_the_version_is_told(watcher: Run) -> None:
    assert watcher("--version").stdout == f"watcher, version {__version__}\n"


def test_a_wrong_command_line_is_exit_code_2(watcher: Run) -> None:
    assert watcher("bogus").exit_code == 2
    assert watcher("backtest").exit_code == 2
    assert watcher("history", "--since", "yesterday").exit_code == 2


def test_a_misspelt_verb_is_told_the_one_that_was_meant(watcher: Run) -> None:
    result = watcher("chekc")

    assert result.exit_code == 2
    assert "No such command 'chekc'. Did you mean 'check'?" in result.stderr


def test_a_configuration_that_is_missing_is_exit_code_2(watcher: Run, tmp_path: Path) -> None:
    result = watcher("status", "-c", tmp_path / "none.yaml")

    assert result.exit_code == 2
    assert "there is no such file" in result.stderr
    assert "Traceback" not in result.stderr


@pytest.mark.parametrize(
    ("name", "said"), [(".", "is a directory; name the file in it"), ("/dev/null", "is no regular file")]
)
def test_a_configuration_that_is_no_file_is_called_what_it_is(
    watcher: Run, tmp_path: Path, name: str, said: str
) -> None:
    result = watcher("check", "-c", tmp_path / name)

    assert (result.exit_code, result.stderr) == (2, f"{tmp_path / name}: {said}\n")


def test_letters_that_a_terminal_lacks_are_spelled_out() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "watcher", "simulate", "--help"],
        capture_output=True,
        check=False,
        env={**os.environ, "PYTHONIOENCODING": "latin-1"},
    )

    assert (done.returncode, done.stderr) == (0, b"")
    assert b"--replay ARCHIVE\\u2026" in done.stdout


def test_a_state_that_never_was_is_exit_code_1(watcher: Run, config: Path) -> None:
    result = watcher("status", "-c", config)

    assert result.exit_code == 1
    assert "nothing is recorded here yet; start with `watcher run` or `watcher once`" in result.stderr


def test_a_mistake_of_ours_is_one_sentence_without_a_traceback() -> None:
    failure = failure_of(KeyError("prompt"))

    assert failure.exit_code == 1
    assert failure.message.startswith("this is a bug in watcher: KeyError: 'prompt'")


def test_tracebacks_are_shown_to_who_asks_for_them(tmp_path: Path) -> None:
    words = [sys.executable, "-m", "watcher", "check", "-c", str(tmp_path / "none.yaml")]

    plain = subprocess.run(words, capture_output=True, text=True, check=False)
    asked = subprocess.run(
        words, capture_output=True, text=True, check=False, env={**os.environ, "WATCHER_DEBUG": "1"}
    )

    assert (plain.returncode, "Traceback" in plain.stderr) == (2, False)
    assert "Traceback" in asked.stderr


def test_main_is_a_click_command() -> None:
    assert isinstance(main, click.Group)
