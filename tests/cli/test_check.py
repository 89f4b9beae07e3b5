from __future__ import annotations

import json
from pathlib import Path

from tests.cli.conftest import Run


def test_a_right_configuration_is_summed_up(watcher: Run, config: Path) -> None:
    result = watcher("check", "-c", config)

    assert result.exit_code == 0, result.stderr
    assert result.stdout.startswith(f"{config} is valid: 5 rules, 2 receivers, no warnings.\n")
    assert "  log               file alerts.jsonl" in result.stdout


def test_check_leaves_nothing_behind(watcher: Run, config: Path) -> None:
    watcher("check", "-c", config)

    assert [path.name for path in config.parent.iterdir()] == ["config.yaml"]


def test_every_mistake_is_told_at_once_with_its_line(watcher: Run, config: Path) -> None:
    config.write_text("rules:\n  - {use: price-chnge}\n  - {use: price-change, percnt: 5}\n")

    result = watcher("check", "-c", config)

    assert result.exit_code == 2
    assert result.stdout == ""
    assert f"{config}:2:11: rules[0].use: unknown preset 'price-chnge'" in result.stderr
    assert f"{config}:3:25: rules[1].percnt: unknown key; did you mean 'percent'?" in result.stderr


def test_a_url_that_names_two_targets_is_refused_without_its_secret(watcher: Run, config: Path) -> None:
    url = "slack://TAAAAAAAA/BBBBBBBBB/cccccccccccccccccccccccc/#one/#two"
    config.write_text(config.read_text().replace("console: true", f'urls: ["{url}"]'))

    result = watcher("check", "-c", config)

    assert result.exit_code == 2
    assert "names 2 targets" in result.stderr
    assert "cccccccccccccccccccccccc" not in result.stderr


def test_as_json_each_finding_is_a_line_and_the_summary_is_last(watcher: Run, config: Path) -> None:
    right = [json.loads(line) for line in watcher("check", "-c", config, "--json").stdout.splitlines()]
    config.write_text("rules:\n  - {use: price-chnge}\n")
    wrong = [json.loads(line) for line in watcher("check", "-c", config, "--json").stdout.splitlines()]

    assert right[-1] == {
        "type": "summary",
        "valid": True,
        "file": str(config),
        "rules": 5,
        "receivers": 2,
        "warnings": 0,
    }
    assert [line["type"] for line in wrong] == ["problem", "summary"]
    assert (wrong[0]["line"], wrong[0]["path"]) == (2, "rules[0].use")
