from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.cli.conftest import Run


def test_a_silence_is_added_listed_and_ended(watcher: Run, config: Path) -> None:
    added = watcher(
        "silence", "add", "--rule", "uptime-drop", "--for", "2h", "--comment", "repairs", "-c", config
    )
    name = added.stdout.split()[0]
    listed = json.loads(watcher("silence", "list", "--json", "-c", config).stdout)
    ended = watcher("silence", "expire", name, "-c", config)

    assert added.exit_code == 0, added.stderr
    assert f"{name}  rule uptime-drop is silenced until " in added.stdout
    assert (listed["id"], listed["active"], listed["rule"], listed["comment"]) == (
        name, True, "uptime-drop", "repairs",
    )  # fmt: skip
    assert ended.stdout == f"{name} ended.\n"
    assert watcher("silence", "list", "-c", config).stdout == "Nothing is silenced.\n"
    assert f"{name}  ended " in watcher("silence", "list", "--all", "-c", config).stdout


def test_an_alert_is_silenced_by_the_beginning_of_its_id(watcher: Run, own: Path) -> None:
    firing = json.loads(watcher("alerts", "--state", "firing", "--json", "-c", own).stdout)

    result = watcher("silence", "add", "--alert", firing["id"][:8], "-c", own)

    assert f"alert {firing['id']} is silenced until" in result.stdout
    assert watcher("alerts", "--state", "firing", "--json", "-c", own).stdout.count("\n") == 1


def test_a_rule_that_is_not_configured_is_silenced_with_a_warning(watcher: Run, config: Path) -> None:
    result = watcher("silence", "add", "--rule", "uptime-dorp", "-c", config)

    assert result.exit_code == 0
    assert result.stderr == "warning: no rule of the configuration is called uptime-dorp\n"


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (("add",), 2, "name at least one of --rule,"),
        (("add", "--rule", "*", "--until", "2020-01-01"), 2, "over before it begins"),
        (("add", "--rule", "*", "--for", "soon"), 2, "no duration; write 30s"),
        (("add", "--alert", "ffffffff"), 1, "no alert has the id ffffffff"),
        (("expire", "ffffffff"), 1, "no silence that holds is called ffffffff"),
    ],
)
def test_what_cannot_be_silenced_is_said(
    watcher: Run, config: Path, words: tuple[str, ...], code: int, said: str
) -> None:
    result = watcher("silence", *words, "-c", config)

    assert result.exit_code == code
    assert said in result.stderr
