"""Two recorded days of the frontend, as they were and with what upstream does to its bodies now and then.

The one truth: AtlasCloud began to retain prompts, by its own record and by 31 of its endpoints.
"""

from __future__ import annotations

import gzip
from collections.abc import Callable, Iterator, Mapping
from copy import deepcopy
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import orjson
import pytest

from tests.builders import Story, rule, rulebook
from watcher.alerts.alert import Alert
from watcher.archive.recorded import seen_of
from watcher.reading.reader import Reader

Poll = dict[str, Any]
Change = Callable[[Poll], None]
FLIPS = rule(
    "data-policy-flip",
    fields=(
        "training",
        "retains_prompts",
        "retention_days",
        "can_publish",
        "requires_user_ids",
        "trains_openrouter",
    ),
)
ATLAS = ("atlas-cloud", "retains_prompts", False, True)


@pytest.fixture(scope="module")
def whole_days(recordings: Path) -> tuple[bytes, bytes]:
    """Give the two days, whole."""
    first, second = (
        gzip.decompress((recordings / "frontend-2026" / f"2026-07-{day}.json.gz").read_bytes())
        for day in (28, 29)
    )
    return first, second


@pytest.fixture(scope="module")
def days(whole_days: tuple[bytes, bytes]) -> tuple[bytes, bytes]:
    """Give the two days with AtlasCloud's models and a sixth of the others, which is quicker."""
    first, second = map(orjson.loads, whole_days)
    slim = {asked for asked, body in first["frontend_endpoints"].items() if "AtlasCloud" in str(body)}
    slim.update(list(first["frontend_endpoints"])[::6])
    for day in (first, second):
        kept = {asked: body for asked, body in day["frontend_endpoints"].items() if asked in slim}
        day["frontend_endpoints"] = kept
        day["frontend_catalog"]["data"] = [
            row for row in day["frontend_catalog"]["data"] if f"{row['permaslug']}|standard" in slim
        ]
    return orjson.dumps(first), orjson.dumps(second)


def told(*polls: bytes | Poll) -> list[Alert]:
    """Return what the policy rule tells of some polls a day apart."""
    story = Story(rulebook(FLIPS, every=timedelta(days=1)))
    reader = Reader()
    for number, poll in enumerate(polls):
        body = orjson.loads(poll) if isinstance(poll, bytes) else poll
        at = datetime(2026, 7, 28, 12, tzinfo=UTC) + timedelta(days=number)
        story.judge(seen_of(body, at, reader), at)
    return story.alerts


def flips(alerts: list[Alert]) -> list[tuple[str, str | None, object, object]]:
    return [(alert.subject, alert.field, alert.old, alert.new) for alert in alerts]


def changed(day: bytes, *changes: Change) -> Poll:
    poll: Poll = orjson.loads(day)
    for change in changes:
        change(poll)
    return poll


def providers(poll: Poll) -> Iterator[Poll]:
    yield from poll["frontend_providers"]["data"]


def endpoints(poll: Poll) -> Iterator[Poll]:
    for body in poll["frontend_endpoints"].values():
        yield from (body or {}).get("data", ())


def policies(poll: Poll) -> Iterator[Poll]:
    """Yield every policy of a poll, of providers and of endpoints."""
    yield from (row["dataPolicy"] for row in providers(poll))
    yield from (row["data_policy"] for row in endpoints(poll))


def without(*names: str) -> Change:
    def change(poll: Poll) -> None:
        for policy in policies(poll):
            for name in names:
                policy.pop(name, None)

    return change


def everywhere(**values: object) -> Change:
    def change(poll: Poll) -> None:
        for policy in policies(poll):
            policy.update(values)

    return change


def grown(poll: Poll) -> None:
    """Add the field that 68 of 71 providers got in one poll of July."""
    for policy in policies(poll):
        policy.setdefault("requiresUserIDs", False)


def as_text(poll: Poll) -> None:
    for policy in policies(poll):
        for name, value in policy.items():
            policy[name] = str(value).lower() if isinstance(value, bool) else value


def nested(poll: Poll) -> None:
    """Give every policy the form of May 2025: what is not a paid model's alone stays outside."""
    for policy in policies(poll):
        flat = {
            name: policy.pop(name)
            for name in ("training", "retainsPrompts", "retentionDays")
            if name in policy
        }
        policy["paidModels"] = flat
        policy["freeModels"] = {**flat, "training": True}
    for row in endpoints(poll):
        if row["variant"] == "free":
            row["data_policy"]["freeModels"] = row["data_policy"]["paidModels"]


def other_ids(poll: Poll) -> None:
    for row in endpoints(poll):
        row["id"] = f"other-{row['id']}"


def other_tags(poll: Poll) -> None:
    for row in endpoints(poll):
        row["provider_slug"] += "/turbo"


def half_the_rows(poll: Poll) -> None:
    poll["frontend_providers"]["data"] = poll["frontend_providers"]["data"][:60]
    for body in poll["frontend_endpoints"].values():
        if body:
            body["data"] = body["data"][::2] or body["data"]


def without_the_other_half(poll: Poll) -> None:
    kept = list(poll["frontend_endpoints"].items())[::2]
    poll["frontend_endpoints"] = dict(kept)


def reversed_rows(poll: Poll) -> None:
    poll["frontend_providers"]["data"].reverse()
    for body in poll["frontend_endpoints"].values():
        if body:
            body["data"].reverse()


def absent(name: str) -> Change:
    return lambda poll: poll.pop(name)


def answering(name: str, body: object) -> Change:
    def change(poll: Poll) -> None:
        poll[name] = deepcopy(body)

    return change


def all_endpoints(body: object) -> Change:
    def change(poll: Poll) -> None:
        poll["frontend_endpoints"] = dict.fromkeys(poll["frontend_endpoints"], body)

    return change


def shown_no_more(poll: Poll) -> None:
    for row in endpoints(poll):
        row["data_policy"] = None


HTML = "<!doctype html><title>404</title>"
DEAD = {"error": {"code": 503, "message": "Service unavailable"}}


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
