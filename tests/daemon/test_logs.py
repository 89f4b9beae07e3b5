from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
HOSTILE = "evil/\x1b[2Jmodel\nlevel=error\u202e"


def logged(program: str, *, before: str = "", least: str = "info", **environment: str) -> list[str]:
    """Return the lines that a program logs; ``before`` is run before logging is configured."""
    setup = f"{before}\nimport structlog; from watcher.daemon import logs; logs.configure('{least}')"
    done = subprocess.run(
        [sys.executable, "-c", f"{setup}\nlog = structlog.get_logger()\n{program}"],
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


@pytest.mark.fault("terminal escapes in logs", "a forged log line")
def test_text_from_the_catalog_can_neither_steer_a_terminal_nor_forge_a_line() -> None:
    (line,) = logged(f"log.warning('poll.refused', reason={HOSTILE!r}, facts=[{HOSTILE!r}])")

    found = json.loads(line)
    assert found["reason"] == "evil/\\x1b[2Jmodel\\nlevel=error\\u202e"
    assert found["facts"] == [found["reason"]]


def test_whatever_stands_in_a_field_is_shown_as_one_visible_line() -> None:
    setup = f"from pathlib import Path; hostile = {HOSTILE!r};"
    (line,) = logged(
        f"{setup} log.warning('poll.refused', path=Path(hostile), facts={{hostile: (1, [hostile])}}, "
        "held=True, seconds=0.5)"
    )

    found = json.loads(line)
    shown = "evil/\\x1b[2Jmodel\\nlevel=error\\u202e"
    assert found["path"] == shown
    assert found["facts"] == {shown: [1, [shown]]}
    assert (found["held"], found["seconds"]) == (True, 0.5)


@pytest.mark.parametrize(("level", "priority"), [("debug", 7), ("info", 6), ("warning", 4), ("error", 3)])
def test_journald_is_told_how_serious_a_line_is(level: str, priority: int) -> None:
    # As systemd does it: the variable names the very stream that standard error is.
    named = "found = os.fstat(2); os.environ['JOURNAL_STREAM'] = f'{found.st_dev}:{found.st_ino}'"
    (line,) = logged(f"log.{level}('daemon.started')", before=f"import os; {named}", least="debug")

    assert line.startswith(f"<{priority}>{{")


def test_a_stream_that_was_redirected_away_from_journald_gets_plain_json() -> None:
    (line,) = logged("log.info('daemon.started')", JOURNAL_STREAM="8:1")

    assert line.startswith("{")


def test_the_name_of_an_event_stands_at_the_head_of_its_line() -> None:
    (line,) = logged("log.info('daemon.started', version='1', pid=7)")

    assert list(json.loads(line)) == ["at", "level", "event", "version", "pid"]


@pytest.mark.parametrize(("least", "count"), [("debug", 4), ("info", 3), ("warning", 2), ("error", 1)])
def test_a_level_hides_what_is_less(least: str, count: int) -> None:
    each = "; ".join(f"log.{level}('daemon.started')" for level in ("debug", "info", "warning", "error"))

    assert len(logged(each, least=least)) == count


SECRET = "PLANTEDtoken0123456789AB"


def strayed(program: str) -> list[dict[str, object]]:
    lines = logged(program, before="from watcher.daemon.strays import catch_strays; catch_strays()")
    return [json.loads(line) for line in lines]


def test_what_a_library_warns_of_is_an_event_without_the_values_in_it() -> None:
    (found,) = strayed(
        "import logging; logging.getLogger('somebody').warning('cannot reach %s', "
        f"'https://u:{SECRET}@a.example'); logging.getLogger('somebody').info('hello')"
    )

    assert found["level"] == "warning"
    assert (found["event"], found["library"], found["words"]) == (
        "library.warned",
        "somebody",
        "cannot reach %s",
    )


def test_a_library_that_writes_a_url_into_its_words_is_not_quoted() -> None:
    (found,) = strayed(f"import logging; logging.getLogger('x').error('at https://a.example/{SECRET}')")

    assert (found["event"], found["words"]) == ("library.failed", "***")


def test_a_task_that_nobody_waits_for_is_told_without_the_text_of_its_error() -> None:
    found = strayed(
        "import asyncio, gc\n"
        f"async def fail(): raise RuntimeError('{SECRET}')\n"
        "async def forget(): asyncio.ensure_future(fail()); await asyncio.sleep(0)\n"
        "asyncio.run(forget()); gc.collect()"
    )

    assert [(entry["event"], entry["library"], entry["error"]) for entry in found] == [
        ("library.failed", "asyncio", "RuntimeError")
    ]
    assert SECRET not in str(found)


def test_a_thread_that_dies_is_told_with_its_name_and_place_and_without_a_traceback() -> None:
    (found,) = strayed(
        "import threading\n"
        f"def fail(): raise RuntimeError('{SECRET}')\n"
        "thread = threading.Thread(target=fail, name='lane a/b'); thread.start(); thread.join()"
    )

    assert (found["event"], found["thread"], found["error"]) == ("thread.died", "lane a/b", "RuntimeError")
    assert "<string>:" in str(found["places"])
    assert SECRET not in str(found)


def test_an_object_that_cannot_be_cleaned_up_is_told_too() -> None:
    (found,) = strayed(
        f"class Odd:\n    def __del__(self): raise RuntimeError('{SECRET}')\nodd = Odd(); del odd"
    )

    assert (found["event"], found["error"]) == ("object.failed", "RuntimeError")
    assert SECRET not in str(found)


def test_no_library_says_anything_of_a_url_even_where_everything_is_logged() -> None:
    program = (
        "import logging; logging.basicConfig(level=logging.DEBUG); from watcher.daemon import logs; "
        "logs.configure('debug'); import httpx\n"
        f"try: httpx.get('http://127.0.0.1:9/{SECRET}')\n"
        "except httpx.ConnectError: pass"
    )

    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)

    assert done.stderr == ""
