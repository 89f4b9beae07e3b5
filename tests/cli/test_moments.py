from __future__ import annotations

from datetime import UTC, datetime, timedelta

import click
import pytest

from watcher.cli.moments import Length, Moment, Since, now

NOON = datetime(2026, 7, 6, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("2026-07-06", datetime(2026, 7, 6, tzinfo=UTC)),
        ("2026-07-06T12:00", NOON),
        ("2026-07-06T12:00Z", NOON),
        ("2026-07-06 14:00+02:00", NOON),
    ],
)
def test_a_time_is_utc_unless_it_says_otherwise(written: str, meant: datetime) -> None:
    assert Moment().convert(written, None, None) == meant
    assert Since().convert(written, None, None) == meant


def test_until_a_day_is_until_its_end() -> None:
    last = Moment(end_of_day=True).convert("2026-07-06", None, None)

    assert last == datetime(2026, 7, 6, 23, 59, 59, 999999, tzinfo=UTC)


def test_since_may_be_how_long_ago() -> None:
    before = now()

    found = Since().convert("7d", None, None)

    assert before - timedelta(days=7) <= found <= now() - timedelta(days=7)


@pytest.mark.parametrize("kind", [Moment(), Since(), Length()])
def test_what_is_no_time_is_refused_with_what_to_write(
    kind: click.ParamType[datetime] | click.ParamType[timedelta],
) -> None:
    with pytest.raises(click.BadParameter, match="write"):
        kind.convert("soon", None, None)
