"""Two recorded days of the frontend, as they were and with what upstream does to its bodies now and then."""

from __future__ import annotations

from collections.abc import Mapping
from copy import deepcopy

import pytest

from tests.archive.frontend_polls import (
    ATLAS,
    DEAD,
    HTML,
    Change,
    Poll,
    absent,
    all_endpoints,
    answering,
    as_text,
    changed,
    endpoints,
    everywhere,
    flips,
    grown,
    half_the_rows,
    nested,
    other_ids,
    other_tags,
    reversed_rows,
    shown_no_more,
    told,
    without,
    without_the_other_half,
)


def test_the_one_flip_is_one_message_about_the_provider(whole_days: tuple[bytes, bytes]) -> None:
    (alert,) = told(*whole_days)

    assert flips([alert]) == [ATLAS]
    also = alert.context["also"]
    assert isinstance(also, list)
    assert len(also) == 31


HAPPENINGS: Mapping[str, Change] = {
    "without a field": without("requiresUserIDs"),
    "without two fields": without("retentionDays", "canPublish"),
    "without training": without("training"),
    "a field that is new": grown,
    "all sell prompts": everywhere(sellsPrompts=True),
    "other ids": other_ids,
    "other tags": other_tags,
    "half the rows": half_the_rows,
    "without the other half": without_the_other_half,
    "reversed rows": reversed_rows,
    "no endpoints polled": absent("frontend_endpoints"),
    "no catalog polled": absent("frontend_catalog"),
    "no models polled": absent("models"),
    "endpoints null": answering("frontend_endpoints", None),
    "endpoints a page": answering("frontend_endpoints", HTML),
    "catalog a page": answering("frontend_catalog", HTML),
    "each endpoint null": all_endpoints(None),
    "each endpoint a page": all_endpoints(HTML),
    "each endpoint an error": all_endpoints(DEAD),
    "each endpoint empty": all_endpoints({"data": []}),
    "policies shown no more": shown_no_more,
}
"""What else happened on the second day."""


@pytest.mark.parametrize("change", HAPPENINGS.values(), ids=HAPPENINGS)
def test_whatever_happens_to_the_second_day_the_flip_is_told_once(
    days: tuple[bytes, bytes], change: Change
) -> None:
    first, second = days

    assert flips(told(first, changed(second, change))) == [ATLAS]


@pytest.mark.parametrize(
    "change",
    [
        without("retainsPrompts"),
        everywhere(retainsPrompts=None),
        as_text,
        everywhere(retainsPrompts=True),
        answering("frontend_providers", {"data": []}),
    ],
    ids=["gone", "null", "text", "true for all", "empty"],
)
def test_what_many_rows_show_at_once_is_no_flip_and_hides_none(
    days: tuple[bytes, bytes], change: Change
) -> None:
    first, second = days
    for_a_day = changed(second, change, absent("frontend_endpoints"))

    assert flips(told(first, for_a_day)) == []
    assert flips(told(first, for_a_day, second)) == [ATLAS]


@pytest.mark.parametrize("body", [None, HTML, DEAD, {"data": []}], ids=["null", "page", "error", "empty"])
def test_where_the_providers_died_their_endpoints_flips_are_told_as_such_and_not_again(
    days: tuple[bytes, bytes], body: object
) -> None:
    first, second = days

    alerts = told(first, changed(second, answering("frontend_providers", body)), second)

    assert len(alerts) == 31
    assert {alert.event for alert in alerts} == {"endpoint.policy_changed"}
    assert {alert.provider for alert in alerts} == {"atlas-cloud"}


def test_the_form_of_2025_and_that_of_2026_say_the_same(days: tuple[bytes, bytes]) -> None:
    first, second = days

    assert flips(told(changed(first, nested), second)) == [ATLAS]
    assert flips(told(first, changed(second, nested))) == [ATLAS]


def test_two_equal_days_tell_nothing(days: tuple[bytes, bytes]) -> None:
    assert told(days[0], days[0], days[0]) == []


def test_flips_of_endpoints_whose_providers_record_stays_are_each_told_once(
    days: tuple[bytes, bytes],
) -> None:
    first, _ = days
    kept: list[str] = []

    def three_keep_prompts(poll: Poll) -> None:
        for row in endpoints(poll):
            label = f"{row['model_variant_slug']} @ {row['provider_slug']}"
            safe = row["data_policy"]["retainsPrompts"] is False and "retentionDays" not in row["data_policy"]
            if row["provider_name"] in ("DeepInfra", "Groq") and safe and label not in kept and len(kept) < 3:
                kept.append(label)
                row["data_policy"] |= {"retainsPrompts": True}

    second = changed(first, three_keep_prompts)
    alerts = told(first, deepcopy(second), second)

    assert len(kept) == 3
    assert sorted(flips(alerts)) == sorted((label, "retains_prompts", False, True) for label in kept)
    assert {alert.context["providers_record"] for alert in alerts} == {False}
