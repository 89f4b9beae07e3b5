"""What only upstream's own pages show: the disabled, announced prices, top apps, warnings; and losing it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from tests.builders import (
    Story,
    at,
    clause,
    endpoint,
    frontend_offer,
    hours,
    minutes,
    model,
    private,
    rule,
    rulebook,
    seen,
)
from watcher.catalog.listing import Listing
from watcher.catalog.names import ModelId, Surface
from watcher.catalog.past import PricePoint, PriceSeries
from watcher.catalog.sheets import AskedSheet, Sheet
from watcher.catalog.usage import App
from watcher.judgement.decision import Decision, Gate
from watcher.rules.rule import Rule

GLM = ModelId("z-ai/glm-5.2")
NOVITA, GROQ = endpoint(GLM, "novita", prompt="1"), endpoint(GLM, "groq", prompt="2")
HOURLY = minutes(60)


def tale(*rules: Rule) -> Story:
    return Story(rulebook(*rules, every=HOURLY))


def shown(story: Story, minute: float, **pages: Any) -> Decision:
    """Judge a poll of the pages, given by what Seen calls them."""
    return story.judge(replace(seen(minute), **pages), at(minute))


def notices(**texts: str | None) -> Sheet[ModelId, Listing]:
    """Return the frontend's catalog with one model, and a text above it."""
    said: dict[str, Any] = {"warning": "", "promotion": ""} | texts
    listing = Listing(
        model=model(GLM), permaslug=GLM, author="z-ai", hidden=False, leads=frontend_offer(NOVITA), **said
    )
    return Sheet(surface=Surface.FRONTEND_CATALOG, rows={GLM: listing})


def warned(*texts: str | None) -> Story:
    story = tale(rule("warning-message"))
    for hour, text in enumerate(texts):
        shown(story, hour * 60, frontend_catalog=notices(warning=text))
    return story


@pytest.mark.parametrize(
    ("texts", "told"),
    [
        (("", "Only in the US."), [("none", "Only in the US.")]),
        (("Only in the US.", "Only in the EU."), [("Only in the US.", "Only in the EU.")]),
        (("Only in the US.", ""), []),
        (("Only in the US.", "", "Only in the US."), []),
        ((None, "Only in the US."), []),
        (("Only in the US.", None, "Only in the US."), []),
        (("Only in the US.", None, "Only in the EU."), [("Only in the US.", "Only in the EU.")]),
    ],
)
def test_a_text_that_appears_or_changes_above_a_model_is_told(
    texts: tuple[str | None, ...], told: list[tuple[str, str]]
) -> None:
    story = warned(*texts)

    assert [(alert.old, alert.new) for alert in story.alerts] == told
    assert {alert.event for alert in story.alerts} <= {"model.message_changed"}


def test_a_promotion_is_told_too_and_a_clause_can_read_the_text() -> None:
    about_prices = clause(lambda facts: "free" in str(facts["change.text"]))
    story = tale(rule("warning-message", where=about_prices))
    shown(story, 0, frontend_catalog=notices())

    shown(story, 60, frontend_catalog=notices(promotion="free this week", warning="beware"))

    assert [(alert.field, alert.new) for alert in story.alerts] == [("promotion", "free this week")]


def test_texts_that_change_on_a_fifth_of_all_models_at_once_are_held() -> None:
    story = tale(rule("warning-message"))
    rows = {ModelId(f"a/m{n}"): replace(notices().rows[GLM], model=model(f"a/m{n}")) for n in range(20)}
    shouting = {
        id_: replace(listing, warning="x") if index < 6 else listing
        for index, (id_, listing) in enumerate(rows.items())
    }

    for minute, listed in ((0, rows), (10, shouting), (20, rows)):
        shown(story, minute, frontend_catalog=Sheet(surface=Surface.FRONTEND_CATALOG, rows=listed))

    assert story.alerts == []
    assert story.refused[0].reason == "frontend_catalog: held: warnings moved on 6 of 20 rows at once"


def apps(*names: str) -> Mapping[str, Any]:
    listed = tuple(
        App(id=name, title=name.title(), url=f"https://{name}.example", tokens=1) for name in names
    )
    return {"top_apps": AskedSheet(surface=Surface.TOP_APPS, rows={GLM: listed})}


def used(*polls: Sequence[str], **parameters: Any) -> Story:
    story = tale(rule("app-entered-top", **({"lasting": minutes(0)} | parameters)))
    for hour, names in enumerate(polls):
        shown(story, hour * 60, **apps(*names))
    return story


def test_an_app_that_is_new_among_the_top_apps_is_told_with_its_address() -> None:
    story = used(("roo", "cline"), ("roo", "kilo"))

    (alert,) = story.alerts
    assert (alert.event, alert.subject, alert.old, alert.new) == ("model.app_entered", GLM, None, "Kilo")
    assert alert.context["url"] == "https://kilo.example"


@pytest.mark.parametrize(
    "polls",
    [
        [("roo", "cline"), ("cline", "roo")],
        [("roo", "cline"), ("roo",), ("roo", "cline")],
        [("roo", "cline"), ("roo", "cline", "kilo")],
        [("roo", "cline"), (), ("roo", "cline")],
    ],
    ids=["another order", "back within a week", "a longer list", "an empty list"],
)
def test_what_is_no_newcomer_is_not_told(polls: list[Sequence[str]]) -> None:
    assert used(*polls).alerts == []


def test_an_app_that_falls_out_again_within_for_is_not_told() -> None:
    story = used(("roo", "cline"), ("roo", "kilo"), ("roo", "cline"), ("roo", "cline"), lasting=hours(3))

    assert story.alerts == []


def test_an_app_that_was_away_for_long_is_new_again() -> None:
    story = used(("roo", "cline"), ("roo", "kilo"))
    for minute in (10 * 1440, 20 * 1440):
        shown(story, minute, **apps("roo", "kilo"))

    shown(story, 21 * 1440, **apps("roo", "cline"))

    assert [alert.new for alert in story.alerts] == ["Kilo", "Cline"]


def listed(*points: tuple[float, str | None], uuid: str = "1", meter: str = "prompt") -> Mapping[str, Any]:
    """Return the listed prices of one endpoint, by hours after NOON."""
    series = PriceSeries(
        uuid=uuid,
        provider="novita",
        provider_name="Novita",
        meters={
            meter: tuple(
                PricePoint(at(hour * 60), None if price is None else Decimal(price)) for hour, price in points
            )
        },
    )
    return {"listed_prices": AskedSheet(surface=Surface.LISTED_PRICES, rows={GLM: (series,)})}


def announced(*polls: Sequence[tuple[float, str | None]]) -> Story:
    story = tale(rule("announced-price"))
    story.poll(0, endpoints=[NOVITA], endpoint_policies=[frontend_offer(NOVITA, private(), "1")])
    for hour, points in enumerate(polls):
        shown(story, hour * 60, **listed(*points))
    return story


NOW = (-100.0, "1")


def test_an_announced_price_says_what_and_from_when_on() -> None:
    story = announced([NOW], [NOW, (48, "2")])

    (alert,) = story.alerts
    assert (alert.event, alert.subject, alert.field) == (
        "endpoint.price_announced",
        f"{GLM} @ novita",
        "announced.prompt",
    )
    assert (alert.old, alert.new) == ("none", "2 from 2026-07-08T12:00:00Z")
    assert alert.context["price_now"] == "1"


@pytest.mark.parametrize(
    ("polls", "told"),
    [
        ([[NOW], [NOW, (48, "2")], [NOW, (48, "2")]], ["2 from 2026-07-08T12:00:00Z"]),
        (
            [[NOW], [NOW, (48, "2")], [NOW, (49, "2")]],
            ["2 from 2026-07-08T12:00:00Z", "2 from 2026-07-08T13:00:00Z"],
        ),
        ([[NOW], [NOW, (48, "2")], [NOW]], ["2 from 2026-07-08T12:00:00Z", "none"]),
        ([[NOW], [NOW, (1.5, "2")], [NOW, (1.5, "2")]], ["2 from 2026-07-06T13:30:00Z"]),
        ([[NOW, (48, "2")], [NOW, (48, "2")]], []),
        ([[NOW], [NOW, (48, "1")]], []),
        ([[NOW], [NOW, (48, None)]], ["none from 2026-07-08T12:00:00Z"]),
        (
            [[NOW], [NOW, (1.5, "2"), (48, "3")], [NOW, (1.5, "2"), (48, "3")]],
            ["2 from 2026-07-06T13:30:00Z; 3 from 2026-07-08T12:00:00Z"],
        ),
    ],
    ids=["once", "moved", "withdrawn", "come true", "there at first", "no change", "ends", "in steps"],
)
def test_an_announcement_is_told_once_and_again_when_it_moves(
    polls: list[Sequence[tuple[float, str | None]]], told: list[str]
) -> None:
    assert [alert.new for alert in announced(*polls).alerts] == told


def test_an_announcement_of_an_endpoint_of_unknown_id_goes_by_its_provider() -> None:
    story = tale(rule("announced-price"))
    for hour, points in enumerate(([NOW], [NOW, (48.0, "2")])):
        shown(story, hour * 60, **listed(*points, uuid="unknown"))

    assert [(alert.subject, alert.provider) for alert in story.alerts] == [(f"{GLM} @ novita", "novita")]


def test_an_endpoint_that_is_disabled_is_told_and_its_end_too() -> None:
    story = tale(rule("endpoint-disabled", lasting=minutes(0)))

    for minute, disabled in ((0, False), (60, True), (120, True), (180, False)):
        offer = endpoint(GLM, "novita", disabled=disabled, deranked=False)
        story.poll(minute, endpoints=[NOVITA], endpoint_policies=[frontend_offer(offer)])

    assert [(alert.event, alert.subject, alert.field, alert.new) for alert in story.alerts] == [
        ("endpoint.changed", f"{GLM} @ novita", "disabled", True),
        ("endpoint.changed", f"{GLM} @ novita", "disabled", False),
    ]


def test_a_disabled_endpoint_is_no_models_cheapest() -> None:
    story = tale(rule("price-change", lasting=minutes(0)))
    for minute, disabled in ((0, False), (60, True), (120, None), (180, False)):
        listed_now = [frontend_offer(endpoint(GLM, "novita", disabled=disabled)), frontend_offer(GROQ)]
        story.poll(minute, endpoints=[NOVITA, GROQ], endpoint_policies=listed_now)

    assert [(alert.old, alert.new, alert.told_at) for alert in story.alerts] == [
        ("1", "2", at(60)),
        ("2", "1", at(180)),
    ]


def trouble() -> Story:
    return Story(rulebook(rule("catalog-trouble", after=3), rule("price-change"), every=HOURLY))


LOST = [
    ("frontend_catalog", Surface.FRONTEND_CATALOG, notices()),
    ("listed_prices", Surface.LISTED_PRICES, listed(NOW)["listed_prices"]),
    ("top_apps", Surface.TOP_APPS, apps("roo")["top_apps"]),
]


@pytest.mark.parametrize(("name", "surface", "sheet"), LOST, ids=[name for name, _, _ in LOST])
def test_losing_a_page_is_said_once_and_its_return_once(name: str, surface: Surface, sheet: Any) -> None:
    story = trouble()
    dead = replace(sheet, rows={}, fault="404: Not Found")

    for minute, answer in enumerate([sheet, *[dead] * 8, sheet, sheet]):
        shown(story, minute * 60, **{name: answer})

    assert story.told == [("catalog.surface_lost", str(surface)), ("catalog.surface_back", str(surface))]
    assert "404: Not Found" in str(story.alerts[0].context["reason"])


def test_the_policies_that_died_are_lost_and_flip_nothing() -> None:
    story = Story(rulebook(rule("catalog-trouble", after=3), rule("data-policy-flip"), every=HOURLY))
    story.poll(0, policies={"novita": private()})

    for hour in range(1, 6):
        story.poll(hour * 60, policies=Sheet(surface=Surface.FRONTEND, fault="HTTP 404"))

    assert story.told == [("catalog.surface_lost", "frontend")]


def test_a_page_that_never_answered_was_never_lost() -> None:
    story = trouble()

    for hour in range(5):
        shown(story, hour * 60, top_apps=AskedSheet(surface=Surface.TOP_APPS, fault="HTTP 404"))

    assert story.told == [("catalog.refused", "top_apps")]


def test_what_was_not_answered_of_a_page_says_nothing() -> None:
    story = used(("roo", "cline"))
    silent: AskedSheet[Any, Any] = AskedSheet(
        surface=Surface.TOP_APPS, unanswered={"x|standard": "timed out"}
    )

    shown(story, 60, top_apps=silent)

    assert story.alerts == []
    assert story.state.surfaces[Surface.TOP_APPS].reason == "nothing was answered, first: timed out"


def test_gates_name_the_other_source() -> None:
    story = tale(rule("price-change"))
    story.poll(0, endpoints=[NOVITA], endpoint_policies=[frontend_offer(NOVITA)])

    story.poll(60, endpoint_policies=[frontend_offer(endpoint(GLM, "novita", prompt="9"))])

    assert set(story.gates) == {Gate.OTHER_SOURCE}
