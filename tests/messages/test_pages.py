"""The words of policies and of what upstream's pages show."""

from __future__ import annotations

from typing import Any

import pytest

from tests.messages.samples import alert
from watcher.messages.policies import touched
from watcher.messages.tell import tell

GLM, NOVITA = "z-ai/glm-5.2", "z-ai/glm-5.2 @ novita"


def announced(old: object, new: object, **context: object) -> str:
    return tell(
        alert(
            "endpoint.price_announced",
            NOVITA,
            model=GLM,
            endpoint="novita",
            field="announced.prompt",
            old=old,
            new=new,
            context=context,
        )
    ).phrase


TWO = "0.000002 from 2026-08-01T00:00:00Z"


def test_an_announced_price_is_told_with_its_instant_and_what_holds_now() -> None:
    assert announced("none", TWO, price_now="0.000001") == (
        "input price announced: $1 → $2 per M from 2026-08-01 00:00 UTC (up 100 %)"
    )
    assert announced("none", TWO) == "input price announced: $2 per M from 2026-08-01 00:00 UTC"
    assert announced("none", f"{TWO}; 0.000003 from 2026-09-01T00:00:00Z", price_now="0") == (
        "input price announced: free → $2 per M from 2026-08-01 00:00 UTC, and 1 more after it"
    )


def test_an_announcement_that_moves_or_goes_says_what_it_was() -> None:
    assert announced(TWO, "0.000002 from 2026-08-02T00:00:00Z") == (
        "announced input price moved: $2 per M from 2026-08-02 00:00 UTC "
        "(was $2 per M from 2026-08-01 00:00 UTC)"
    )
    assert announced(TWO, "none") == (
        "announced input price withdrawn (was $2 per M from 2026-08-01 00:00 UTC)"
    )
    assert announced("none", "none from 2026-08-01T00:00:00Z") == (
        "input price announced: not offered from 2026-08-01 00:00 UTC"
    )


@pytest.mark.parametrize(
    ("old", "new", "phrase"),
    [
        ("none", "Only in\nthe US.", "new warning: Only in the US."),
        ("a", "b", "warning changed: b"),
        ("a", "none", "warning gone"),
    ],
)
def test_a_text_above_a_model_is_quoted_in_one_line(old: str, new: str, phrase: str) -> None:
    told = tell(alert("model.message_changed", GLM, field="warning", old=old, new=new))

    assert (told.phrase, told.headline) == (phrase, f"{GLM}: {phrase}")


def test_an_app_is_named_with_its_address() -> None:
    came = tell(
        alert("model.app_entered", GLM, field="app.1", new="Kilo", context={"url": "https://kilo.ai"})
    )
    left = tell(alert("model.app_left", GLM, field="app.1", old="Kilo"))

    assert (came.headline, came.phrase) == (
        f"Kilo is now a top app of {GLM}",
        "Kilo (https://kilo.ai) is now a top app",
    )
    assert (left.headline, left.phrase) == (
        f"Kilo is no longer a top app of {GLM}",
        "Kilo is no longer a top app",
    )


def test_a_version_is_named_that_is_published_or_no_more() -> None:
    came = tell(alert("model.version_published", GLM, field="version.v2", new="v2"))
    left = tell(alert("model.version_withdrawn", GLM, field="version.v2", old="v2"))

    assert (came.headline, came.one, came.many) == (
        f"{GLM}: version v2 is published",
        "version published",
        "versions published",
    )
    assert (left.phrase, left.one) == ("version v2 is no longer published", "version withdrawn")


@pytest.mark.parametrize(
    ("field", "new", "phrase"),
    [
        ("disabled", True, "disabled"),
        ("disabled", False, "in service again"),
        ("deranked", True, "put behind the others"),
        ("hidden", None, "hidden no → none"),
    ],
)
def test_an_endpoints_state_is_told_in_words(field: str, new: object, phrase: str) -> None:
    told = tell(
        alert("endpoint.changed", NOVITA, model=GLM, endpoint="novita", field=field, old=False, new=new)
    )

    assert told.phrase == phrase


def flip(field: str = "training", **more: Any) -> Any:
    usual: dict[str, Any] = {"model": GLM, "endpoint": "novita", "field": field, "old": False, "new": True}
    return alert("endpoint.policy_changed", NOVITA, **(usual | more))


@pytest.mark.parametrize(
    ("context", "phrase"),
    [
        ({"alternatives": {GLM: ["Groq"]}}, "now trains on prompts; still offered without training: Groq"),
        (
            {"alternatives": {GLM: list("ABCDEFG")}},
            "now trains on prompts; still offered without training: A, B, C, D, E and 2 more",
        ),
        ({"alternatives": {GLM: []}, "alone": [GLM]}, "now trains on prompts; no other provider offers it"),
        (
            {"alternatives": {GLM: []}, "alone": []},
            "now trains on prompts; no other provider is known to offer it without training",
        ),
        (
            {"providers_record": False},
            "now trains on prompts (this endpoint only: its provider's own record says otherwise)",
        ),
        ({"providers_record": None}, "now trains on prompts"),
    ],
)
def test_an_endpoints_flip_says_who_still_offers_the_model_as_before(
    context: dict[str, object], phrase: str
) -> None:
    assert tell(flip(context=context)).phrase == phrase


def test_a_longer_retention_names_who_keeps_prompts_no_longer_than_before() -> None:
    longer = flip("retention_days", old=30, new=60, context={"alternatives": {GLM: ["Groq"]}})

    assert tell(longer).phrase == (
        "now keeps prompts for 60 days (was 30 days); still offered for 30 days at most: Groq"
    )


@pytest.mark.parametrize(
    ("new", "phrase"),
    [
        (False, "is no longer offered with zero data retention at all"),
        (True, "is offered with zero data retention now"),
    ],
)
def test_a_models_zero_retention_is_that_of_all_its_offers(new: bool, phrase: str) -> None:
    told = tell(alert("model.policy_changed", GLM, field="zdr", old=not new, new=new))

    assert told.headline == f"{GLM} {phrase}"


def test_the_endpoints_of_a_flip_each_say_who_else_offers_their_model() -> None:
    context = {"also": [NOVITA, "a/b @ novita"], "alternatives": {GLM: ["Groq"], "a/b": []}, "alone": ["a/b"]}

    assert touched([alert("provider.policy_changed", "novita", field="training", context=context)]) == (
        f"{NOVITA}: still offered without training: Groq",
        "a/b @ novita: no other provider offers it",
    )


def test_a_listed_price_says_that_it_is_one() -> None:
    told = tell(
        alert(
            "model.price_changed",
            GLM,
            field="pricing.prompt",
            old="0.000001",
            new="0.000002",
            percent="100",
            context={"basis": "listed"},
        )
    )

    assert told.headline == f"Listed price up 100 %: {GLM}, input $1 → $2 per M (endpoints are not to be had)"
    assert told.phrase == "listed price, input $1 → $2 per M (up 100 %); endpoints are not to be had"
