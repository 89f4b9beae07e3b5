"""Price schedules in words."""

from __future__ import annotations

from tests.messages.samples import alert
from watcher.messages.schedules import tell_schedule

PEAK = "800-2000  prompt=0.000004"


def schedule(old: str, new: str) -> str:
    return tell_schedule(
        alert("endpoint.price_changed", "deepseek/x @ deepseek", field="schedule", old=old, new=new)
    ).phrase


def test_only_the_windows_that_changed_are_told() -> None:
    told = schedule(f"{PEAK}; 2000-800  prompt=0.000002", f"{PEAK}; 2000-800  prompt=0.000001")

    assert told == (
        "price schedule changed: was 20:00-08:00 UTC input $2 per M; now 20:00-08:00 UTC input $1 per M"
    )


def test_days_are_told_where_a_window_has_them() -> None:
    assert "08:00-20:00 UTC mon,tue input $4 per M" in schedule("none", "800-2000 mon,tue prompt=0.000004")


def test_the_end_of_a_schedule_is_told() -> None:
    assert schedule(PEAK, "none").endswith("now the same at every hour")


def test_a_window_in_another_form_is_shown_as_it_is() -> None:
    assert schedule("none", "odd").endswith("now odd")
