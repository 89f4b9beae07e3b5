"""Old generations: answers out of another time, told from the world by what was seen before."""

from __future__ import annotations

import pytest

from tests.builders import (
    Offer,
    Story,
    endpoint,
    key,
    minutes,
    private,
    provider,
    rule,
    rulebook,
)
from watcher.catalog.names import Surface


def old_generation(*steps: list[Offer]) -> Story:
    story = Story(rulebook(rule("price-change", lasting=minutes(0))))
    for index, listed in enumerate(steps):
        story.poll(index * 15, endpoints=listed)
    return story


def priced(*prices: str, tags: tuple[str, ...] = ("novita", "groq", "xai", "azure")) -> list[Offer]:
    rest = [endpoint(f"b/model-{number}", "together") for number in range(20)]
    return [
        *rest,
        *(endpoint(f"a/{tag}", tag, prompt=price) for tag, price in zip(tags, prices, strict=True)),
    ]


@pytest.mark.fault("one regressed edge copy")
def test_an_old_generation_of_unrelated_rows_is_held_and_never_heard_of() -> None:
    new, old = priced("2", "2", "2", "2"), priced("1", "1", "1", "1")

    story = old_generation(old, new, old, new, new)

    assert len(story.alerts) == 4
    assert [refusal.reason for refusal in story.refused] == [
        "endpoints: held: shows an old generation of the catalog"
    ]


def test_an_old_generation_in_which_one_row_moves_on_is_the_world() -> None:
    story = old_generation(priced("1", "1", "1", "1"), priced("2", "2", "2", "2"), priced("1", "1", "1", "3"))

    assert (len(story.alerts), story.refused) == (8, [])


def test_rows_of_two_providers_that_go_back_are_the_world() -> None:
    story = old_generation(priced("1", "1", "1", "1"), priced("2", "2", "1", "1"), priced("1", "1", "1", "1"))

    assert (len(story.alerts), story.refused) == (4, [])


def test_rows_that_never_looked_so_together_are_the_world() -> None:
    story = old_generation(
        priced("1", "5", "5", "5"),
        priced("2", "5", "5", "5"),
        priced("2", "6", "5", "5"),
        priced("2", "8", "7", "5"),
        priced("2", "8", "9", "5"),
        priced("1", "6", "7", "5"),
    )

    assert [refusal.held for refusal in story.refused] == []


def test_an_old_generation_is_known_also_where_a_price_was_the_same_several_times() -> None:
    story = old_generation(
        priced("1", "1", "1", "1"),
        priced("2", "2", "1", "1"),
        priced("1", "2", "2", "1"),
        priced("2", "2", "2", "2"),
        priced("1", "1", "1", "1"),
        priced("2", "2", "2", "2"),
    )

    assert len(story.refused) == 1


def test_a_policy_that_goes_back_in_the_company_of_an_old_generation_is_no_flip() -> None:
    before, after = private(training=True), private()
    flips = (rule("data-policy-flip"), rule("provider-added"))
    new, old = priced("2", "2", "2", "2"), priced("1", "1", "1", "1")
    story = Story(rulebook(*flips))
    story.poll(0, endpoints=old, providers=[provider("novita")], policies={"novita": before})
    story.poll(60, endpoints=new, providers=[provider("novita")], policies={"novita": after})

    story.poll(75, endpoints=old, providers=[provider("novita")], policies={"novita": before})
    story.poll(90, endpoints=new, providers=[provider("novita")], policies={"novita": after})

    assert [(alert.old, alert.new) for alert in story.alerts] == [(True, False)]
    assert sorted(refusal.surface for refusal in story.refused) == [Surface.ENDPOINTS, Surface.FRONTEND]


def test_a_policy_that_goes_back_alone_is_a_flip() -> None:
    story = Story(rulebook(rule("data-policy-flip")))

    for moment, training in ((0, True), (60, False), (120, True)):
        story.poll(moment, policies={"novita": private(training=training)})

    assert len(story.alerts) == 2


def test_zero_retention_in_the_company_of_an_old_generation_is_none() -> None:
    new, old = priced("2", "2", "2", "2"), priced("1", "1", "1", "1")
    seats = [key(one.endpoint.key.model, one.endpoint.key.tag) for one in old]
    story = Story(rulebook(rule("data-policy-flip")))
    story.poll(0, endpoints=old, zdr=seats[1:])
    story.poll(60, endpoints=new, zdr=seats)

    story.poll(75, endpoints=old, zdr=seats[1:])
    story.poll(90, endpoints=old, zdr=seats[1:])
    story.poll(105, endpoints=new, zdr=seats)

    assert [(alert.field, alert.new) for alert in story.alerts] == [("zdr", True)]


def test_an_old_generation_of_a_time_in_which_a_row_was_away_is_known_too() -> None:
    rest, away = priced("1", "1", "1", "1"), [endpoint("b/model-0", "fireworks")]
    story = old_generation(
        [*rest, *away],
        rest,
        [*priced("1", "2", "2", "2"), *away],
        rest,
        [*priced("1", "2", "2", "2"), *away],
    )

    assert len(story.refused) == 1
