from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
HOSTILE = "evil/\x1b[2Jmodel\nlevel=error\u202e"


def logged(program: str, **environment: str) -> list[str]:
    setup = (
        "import structlog; from watcher.daemon import logs; logs.configure(); log = structlog.get_logger();"
    )
    done = subprocess.run(
        [sys.executable, "-c", f"{setup} {program}"],
        env={"PYTHONPATH": str(ROOT), **environment},
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout == ""
    return done.stderr.splitlines()


def test_off_a_terminal_a_log_line_is_an_object_of_json() -> None:
    (line,) = logged("log.info('poll.judged', surfaces='models', changes=2, reason=None)")

    found = json.loads(line)
    assert found.pop("at").endswith("Z")
    assert found == {"level": "info", "event": "poll.judged", "surfaces": "models", "changes": 2}


def test_text_from_the_catalog_can_neither_steer_a_terminal_nor_forge_a_line() -> None:
    (line,) = logged(f"log.warning('poll.refused', reason={HOSTILE!r}, facts=[{HOSTILE!r}])")

    found = json.loads(line)
    assert found["reason"] == "evil/\\x1b[2Jmodel\\nlevel=error\\u202e"
    assert found["facts"] == [found["reason"]]


@pytest.mark.parametrize(("level", "priority"), [("info", 6), ("warning", 4), ("error", 3)])
def test_journald_is_told_how_serious_a_line_is(level: str, priority: int) -> None:
    (line,) = logged(f"log.{level}('daemon.started')", JOURNAL_STREAM="8:1")

    assert line.startswith(f"<{priority}>{{")
