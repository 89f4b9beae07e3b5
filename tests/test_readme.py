"""The README tells the truth: its commands exist, the safe ones run, its YAML loads, its alert was sent."""

from __future__ import annotations

import json
import re
import shlex
import subprocess
from collections.abc import Iterator
from pathlib import Path

import click
import pytest
import yaml
from click.testing import CliRunner, Result

from watcher.cli import main
from watcher.config import load
from watcher.rules.presets import PRESETS

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")
RECORDED = ROOT.parent / "shared" / "data" / "polls" / "2026-07-13.jsonl.zst"

IN_PROSE = re.compile(r"`((?:watcher|make) [^`]+)`")
IN_BLOCKS = re.compile(r"^ {4,}((?:watcher|make|pipx|cp|export) .*)$", flags=re.MULTILINE)
YAML = re.compile(r"^ *```yaml\n(.*?)^ *```", flags=re.MULTILINE | re.DOTALL)


def commands() -> list[list[str]]:
    """Return every command line of the README, in words, without what a message shows of itself."""
    lines = [*IN_BLOCKS.findall(README), *IN_PROSE.findall(README)]
    found = (tuple(shlex.split(line, comments=True)) for line in lines)
    return [list(words) for words in dict.fromkeys(found)]


def snippets() -> Iterator[str]:
    for found in YAML.findall(README):
        indent = min(len(line) - len(line.lstrip()) for line in found.splitlines())
        yield "\n".join(line[indent:] for line in found.splitlines()) + "\n"


@pytest.mark.parametrize("words", [words for words in commands() if words[0] == "watcher"], ids=" ".join)
def test_every_command_is_a_verb_with_these_options(words: list[str]) -> None:
    command: click.Command | None = main
    rest = words[1:]
    context = click.Context(main)

    while isinstance(command, click.Group) and rest:
        command = command.get_command(context, rest.pop(0))

    assert command is not None, f"no such verb: {words}"
    known = {name for param in command.params if isinstance(param, click.Option) for name in param.opts}
    assert {word for word in rest if word.startswith("-")} <= known


@pytest.mark.parametrize("words", [words for words in commands() if words[0] == "make"], ids=" ".join)
def test_every_goal_is_known_to_make(words: list[str]) -> None:
    planned = subprocess.run(
        ["make", "--dry-run", *words[1:]],  # noqa: S607  # whichever make the reader has
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )

    assert planned.returncode == 0, planned.stderr


def test_the_five_minutes_go_as_they_are_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    exported = next(words[1] for words in commands() if words[0] == "export")
    monkeypatch.setenv(*exported.split("=", 1))
    monkeypatch.chdir(tmp_path)
    example = (ROOT / "config.example.yaml").read_text(encoding="utf-8")
    mine = re.sub(r"^  # (team-slack:|  urls: \[.*)", r"  \1", example, flags=re.MULTILINE)
    Path("config.yaml").write_text(mine, encoding="utf-8")

    checked = run("check")
    asked = [run(verb) for verb in ("status", "alerts")]

    assert checked.exit_code == 0, checked.output
    assert "team-slack" in checked.stdout
    assert [result.exit_code for result in asked] == [1, 1]
    assert all("start with `watcher run` or `watcher once`" in result.stderr for result in asked)


def test_the_yaml_loads_without_a_doubt(tmp_path: Path) -> None:
    path = tmp_path / "config.yaml"
    path.write_text("".join(snippets()), encoding="utf-8")

    config = load(path, {"SLACK_URL": "slack://TokenA/TokenB/TokenC/#models"}, targets=None)

    assert config.warnings == ()
    assert [rule.name for rule in config.rulebook.rules if rule.use is None] == ["long-context-bargains"]
    assert list(yaml.safe_load(next(snippets()))) == ["receivers"]


def test_every_preset_has_its_row() -> None:
    table = [line.split("|")[1] for line in README.splitlines() if line.startswith("| `")]

    assert set(re.findall(r"`([a-z-]+)`", " ".join(table))) == set(PRESETS)


def test_every_file_it_names_is_there() -> None:
    linked = re.findall(r"\]\((?!https?:)([^)]+)\)", README)
    named = re.findall(r"`([a-z]+(?:[./][a-z]+)+\.(?:yaml|service|md))`", README)

    assert [name for name in (*linked, *named) if not (ROOT / name).exists()] == []


def test_its_alert_is_one_that_the_example_sends() -> None:
    if not RECORDED.exists():
        pytest.skip("the recorded polls of 13 July 2026 are not beside this checkout")

    lines = run("backtest", "-c", str(ROOT / "config.example.yaml"), str(RECORDED), "--json").stdout

    start = README.index("    4 prices up ")
    shown = README[start : README.index("\n\n## ", start)]
    title, body = re.sub(r"^ {4}", "", shown, flags=re.MULTILINE).split("\n\n", 1)
    sent = [json.loads(line) for line in lines.splitlines() if '"type":"notification"' in line]
    assert (title, body.strip()) in [(each["title"], each["body"].strip()) for each in sent]


def run(*words: str) -> Result:
    return CliRunner().invoke(main, list(words), prog_name="watcher")
