"""Flips in recorded days while the surface dies, moves, changes its form or loses some of its rows.

Each flip is told once as what it is, and nothing else is: a provider's as the provider's wherever its record
can be read in time, else as those of its endpoints and not again; an endpoint's own as the endpoint's.
"""

from __future__ import annotations

import gzip
from collections import Counter
from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path

import orjson
import pytest

from tests.archive.frontend_polls import (
    ATLAS,
    Change,
    Poll,
    all_endpoints,
    answering,
    changed,
    dead,
    endpoints,
    flips,
    nested,
    nested_for,
    of_endpoints,
    of_provider,
    providers,
    renamed,
    told,
    without_any_policy,
    without_own_policy,
    without_policy,
    without_provider,
)

DAY, HOUR = timedelta(days=1), timedelta(hours=1)
ECHOES = 31
FOLLOWED = ("AtlasCloud", "DeepInfra", "Groq")
PACES = pytest.mark.parametrize("every", [DAY, HOUR], ids=["daily", "hourly"])


@pytest.fixture(scope="module")
def few(days: tuple[bytes, bytes]) -> tuple[bytes, bytes]:
    """Give the two days with what AtlasCloud offers, beside it a few of DeepInfra's, and little else."""
    first, second = map(orjson.loads, days)
    listed = first["frontend_endpoints"]
    kept = {asked for asked, body in listed.items() if "AtlasCloud" in str(body)}
    kept.update([asked for asked, body in listed.items() if "DeepInfra" in str(body)][:6])
    for day in (first, second):
        bodies = {asked: body for asked, body in day["frontend_endpoints"].items() if asked in kept}
        for body in bodies.values():
            body["data"] = [row for row in body["data"] if row["provider_name"] in FOLLOWED] or body["data"]
        day["frontend_endpoints"] = bodies
        day["models"]["data"] = day["models"]["data"][:40]
        del day["frontend_catalog"]
    return orjson.dumps(first), orjson.dumps(second)


MEANWHILE: Mapping[str, tuple[Change | None, ...]] = {
    "some are nested": (nested_for(2), None),
    "some stay nested": (nested_for(3), nested_for(3)),
    "others are nested then": (nested_for(3), nested_for(2), None),
    "two providers missing": (without_provider("groq", "openai"), None),
    "retention renamed": (renamed("retainsPrompts", "retainPrompts"), None),
    "training renamed": (renamed("training", "trains"), None),
    "another's policy null": (without_policy("groq"), None),
    "its policy null": (without_policy("atlas-cloud"), None, None),
    "its endpoints' null": (without_own_policy("atlas-cloud"), None, None),
    "its endpoints' null and nested then": (*(without_own_policy("atlas-cloud"),) * 2, nested, None),
    "all null": (without_any_policy, None, None),
    "both dead and nested then": (dead, dead, nested, None),
    "both dead and some nested then": (dead, nested_for(2), nested),
    "endpoints dead": (all_endpoints(None), None, None),
}
"""What becomes of the polls from the flip on; None: nothing."""


@PACES
@pytest.mark.parametrize("changes", MEANWHILE.values(), ids=MEANWHILE)
def test_the_providers_flip_is_told_once_whatever_its_surfaces_do_meanwhile(
    few: tuple[bytes, bytes], changes: tuple[Change | None, ...], every: timedelta
) -> None:
    first, second = few
    polls = [second if change is None else changed(second, change) for change in changes]

    assert flips(told(first, *polls, every=every)) == [ATLAS]


@PACES
@pytest.mark.parametrize(
    "before",
    [nested, nested_for(2), dead, without_provider("atlas-cloud")],
    ids=["nested", "some nested", "dead", "not listed"],
)
def test_a_surface_that_moved_before_the_flip_hides_nothing(
    few: tuple[bytes, bytes], before: Change, every: timedelta
) -> None:
    first, second = few

    alerts = told(first, changed(first, before), changed(second, nested_for(3)), second, every=every)

    assert flips(alerts) == [ATLAS]


@pytest.mark.parametrize(
    "change",
    [answering("frontend_providers", None), without_provider("atlas-cloud"), without_policy("atlas-cloud")],
    ids=["dead", "not listed", "no policy"],
)
@pytest.mark.parametrize("form", [None, nested, nested_for(2)], ids=["same form", "2025", "mixed"])
def test_a_record_that_is_back_within_the_hour_tells_of_the_provider(
    few: tuple[bytes, bytes], change: Change, form: Change | None
) -> None:
    first, second = few
    back = second if form is None else changed(second, form)

    assert flips(told(first, changed(second, change), back, second, every=HOUR)) == [ATLAS]


@pytest.mark.parametrize(
    "change",
    [answering("frontend_providers", None), without_provider("atlas-cloud"), without_policy("atlas-cloud")],
    ids=["dead", "not listed", "no policy"],
)
@PACES
def test_a_record_that_stays_away_leaves_the_flip_to_its_endpoints_and_comes_back_silent(
    few: tuple[bytes, bytes], change: Change, every: timedelta
) -> None:
    first, second = few
    away = [changed(second, change)] * 5

    alerts = told(first, *away, second, second, every=every)

    assert len(alerts) == len(set(flips(alerts))) == ECHOES
    assert {alert.event for alert in alerts} == {"endpoint.policy_changed"}


@PACES
@pytest.mark.parametrize("provider", ["deepinfra", "nobody-lists-it"])
def test_flips_of_endpoints_alone_are_each_told_once(
    few: tuple[bytes, bytes], provider: str, every: timedelta
) -> None:
    first, _ = few
    unlisted = without_provider("deepinfra") if provider != "deepinfra" else without_provider()
    begins = of_endpoints("deepinfra", 3, training=True)
    ends = of_endpoints("deepinfra", 3, training="unknown")
    polls = [changed(first, unlisted, begins), changed(first, unlisted, begins, nested_for(2))]
    over = [changed(first, unlisted, ends), changed(first, unlisted), changed(first, unlisted, nested)]

    alerts = told(changed(first, unlisted), *polls, *over, every=every)

    moves = Counter((field, old, new) for _, field, old, new in flips(alerts))
    assert moves == {("training", False, True): 3, ("training", True, False): 3}
    assert {alert.event for alert in alerts} == {"endpoint.policy_changed"}


@PACES
@pytest.mark.parametrize(
    ("field", "values", "told_as"),
    [
        ("training", (True, "unknown", False), ("training", True, False)),
        ("training", (True, None, False), ("training", True, False)),
        ("training", (True, "unknown", True), None),
        ("retentionDays", (30, "30", 30), None),
        ("retentionDays", (30, "30 days", 30.0), None),
        ("retentionDays", (30, "sixty", 60), ("retention_days", 30, 60)),
        ("retentionDays", (30, {"days": 60}, 60), ("retention_days", 30, 60)),
    ],
    ids=str,
)
def test_a_fact_that_turns_into_something_else_meanwhile_is_told_as_what_it_became(
    few: tuple[bytes, bytes],
    field: str,
    values: tuple[object, ...],
    told_as: tuple[str, object, object] | None,
    every: timedelta,
) -> None:
    first, _ = few
    polls = [changed(first, of_provider("groq", **{field: value})) for value in values]

    alerts = told(*polls, polls[-1], every=every)

    assert flips(alerts) == ([] if told_as is None else [("groq", *told_as)])


@PACES
def test_nothing_is_told_of_days_that_differ_in_form_alone(
    few: tuple[bytes, bytes], every: timedelta
) -> None:
    first, _ = few
    forms = (nested, nested_for(2), dead, nested_for(3), without_any_policy, without_own_policy("deepinfra"))
    polls = [changed(first, form) for form in forms]

    assert sum(1 for _ in endpoints(changed(first))) > ECHOES
    assert told(first, *polls, first, first, every=every) == []


@PACES
def test_a_flip_between_the_form_of_may_2025_and_todays_is_told_once(
    recordings: Path, every: timedelta
) -> None:
    packed = (recordings / "frontend-2025" / "all-providers.2025-05-19.json.gz").read_bytes()
    old = orjson.dumps({"frontend_providers": orjson.loads(gzip.decompress(packed))})

    def flat(poll: Poll) -> None:
        for row in providers(poll):
            policy = row["dataPolicy"]
            policy |= policy.pop("paidModels", {})
            policy.pop("freeModels", None)

    polls = [changed(old, flat), changed(old), changed(old, flat, of_provider("mistral", training=True))]
    alerts = told(old, *polls, changed(old, of_provider("mistral", training=True)), every=every)

    assert flips(alerts) == [("mistral", "training", False, True)]
