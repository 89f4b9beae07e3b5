from __future__ import annotations

import json
from pathlib import Path

from tests.cli.conftest import Run

DEAD_HOOK = '  hook: {webhook: "http://127.0.0.1:9/", allow_private: true, secret: whsec_c2VjcmV0}\n'


def test_every_target_gets_a_sample_and_says_how_it_went(watcher: Run, config: Path) -> None:
    result = watcher("test-notify", "-c", config)

    assert result.exit_code == 0, result.stderr
    assert "example/sample-model" in result.stdout
    assert "terminal  console            sent (" in result.stdout
    assert json.loads((config.parent / "alerts.jsonl").read_text())["rule"] == "test-notify"


def test_a_target_that_fails_is_exit_code_4_and_the_others_are_still_tried(
    watcher: Run, config: Path
) -> None:
    config.write_text(config.read_text().replace("receivers:\n", f"receivers:\n{DEAD_HOOK}"))

    result = watcher("test-notify", "-c", config, "--json")

    lines = [json.loads(line) for line in result.stdout.splitlines()]
    assert result.exit_code == 4
    assert {line["receiver"]: line["sent"] for line in lines} == {
        "hook": False,
        "terminal": True,
        "log": True,
    }


def test_only_the_receivers_that_are_named_are_tried(watcher: Run, config: Path) -> None:
    result = watcher("test-notify", "log", "-c", config)

    assert len(result.stdout.splitlines()) == 1


def test_an_unknown_receiver_is_told_with_those_there_are(watcher: Run, config: Path) -> None:
    result = watcher("test-notify", "slak", "-c", config)

    assert result.exit_code == 2
    assert result.stderr == "no receiver is called 'slak'; there are terminal, log\n"


def test_a_target_that_fails_says_what_to_do(watcher: Run, config: Path) -> None:
    config.write_text(config.read_text().replace("receivers:\n", f"receivers:\n{DEAD_HOOK}"))

    result = watcher("test-notify", "hook", "-c", config)

    assert result.stdout.splitlines()[1].strip() == (
        "nobody answers at this host and port, or its name is not known"
    )
