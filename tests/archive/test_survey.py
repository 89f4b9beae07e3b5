from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tests.archive.polls import NOON, after, poll, text, write
from watcher.archive.survey import survey
from watcher.archive.times import moment, time_of


def test_a_survey_knows_times_and_the_median_interval(tmp_path: Path) -> None:
    write(tmp_path / "a.jsonl", poll(0), poll(15), poll(30))
    write(tmp_path / "b.json.gz", poll(60))
    write(tmp_path / "c.jsonl.zst", poll(45), b"not JSON\n")

    seen = survey([tmp_path])

    assert seen.times == tuple(after(minutes) for minutes in (0, 15, 30, 45, 60))
    assert (seen.polls, seen.interval, len(seen.files)) == (5, timedelta(minutes=15), 3)


def test_one_poll_has_no_interval(tmp_path: Path) -> None:
    assert survey([write(tmp_path / "a.json", poll())]).interval is None


def test_a_single_poll_is_found_when_its_time_stands_at_the_end_or_is_none(tmp_path: Path) -> None:
    late = {
        "models": {"data": [{"description": 'x "generated": "2020-01-01" ' * 300}]},
        "generated": "2026-07-06T12:00:00Z",
    }
    write(tmp_path / "late.json", late)
    write(tmp_path / "none.json", {"models": None})
    write(tmp_path / "odd.json.gz", {"generated": "soon"})

    assert survey([tmp_path]).times == (NOON,)


def test_a_file_out_of_order_is_noticed(tmp_path: Path) -> None:
    (span,) = survey([write(tmp_path / "a.jsonl", poll(15), poll(0))]).files

    assert not span.is_sorted


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("2026-07-06T12:00:00+00:00", NOON),
        ("2026-07-06T12:00:00Z", NOON),
        ("2026-07-06T14:00:00+02:00", NOON),
        ("2026-07-06T12:00:00", NOON),
        ("2026-07-06", datetime(2026, 7, 6, tzinfo=UTC)),
        ("0001-01-01T00:00:00+23:00", None),
        ("noon", None),
        (None, None),
        (1783339200, None),
    ],
)
def test_times_are_utc_and_anything_else_is_none(written: object, meant: datetime | None) -> None:
    assert moment(written) == meant


def test_a_time_inside_a_text_is_no_time() -> None:
    line = text({"note": '"generated":"2020-01-01"', "generated": NOON.isoformat()})

    assert time_of(line) == NOON
    assert time_of(text({"note": '"generated":"2020-01-01"'})) is None
