"""Marks: what readings that never come twice tell of the age of what was answered with them."""

from __future__ import annotations

from datetime import timedelta

from tests.builders import NOON, Offer, Story, at, endpoint, minutes, model, private, rule, rulebook, when
from watcher.catalog.names import ModelId, Surface
from watcher.catalog.telemetry import Telemetry
from watcher.judgement.belief.generations import MEMORY
from watcher.judgement.belief.marks import SWEEPS, mark

AT_ONCE = rule("price-change", lasting=minutes(0))
NAMES = ("a/one", "b/two", "c/three", "d/four")


def body(name: str, hour: float, price: str) -> Offer:
    """Return a model's only offer, with readings of an hour."""
    return endpoint(name, "novita", prompt=price, uptime=90 + hour + len(name) / 100)


def sweep(hour: float, *prices: str) -> list[Offer]:
    return [body(name, hour, price) for name, price in zip(NAMES, prices, strict=True)]


def polled(*sweeps: list[Offer]) -> Story:
    story = Story(rulebook(AT_ONCE))
    for index, listed in enumerate(sweeps):
        story.poll(index * 15, endpoints=listed)
    return story


def test_a_single_price_that_goes_back_with_readings_as_old_is_a_copy() -> None:
    story = polled(
        sweep(1, "1", "1", "1", "1"),
        sweep(2, "2", "1", "1", "1"),
        sweep(1, "1", "1", "1", "1"),
        sweep(3, "2", "1", "1", "1"),
    )

    assert story.moves == [("a/one", "1", "2")]
    assert [refusal.reason for refusal in story.refused] == [
        "endpoints: held: shows an old generation of the catalog"
    ]


def test_prices_of_many_that_go_back_with_new_readings_are_the_world() -> None:
    story = polled(sweep(1, "1", "1", "1", "1"), sweep(2, "2", "2", "2", "2"), sweep(3, "1", "1", "1", "1"))

    assert (len(story.alerts), story.refused) == (8, [])


def test_one_old_body_in_a_new_sweep_is_left_out_and_the_rest_is_believed() -> None:
    story = polled(
        sweep(1, "1", "1", "1", "1"),
        sweep(2, "2", "1", "1", "1"),
        [body("a/one", 1, "1"), *sweep(3, "2", "3", "1", "1")[1:]],
        sweep(4, "2", "3", "1", "1"),
    )

    assert story.moves == [("a/one", "1", "2"), ("b/two", "1", "3")]
    assert [refusal.reason for refusal in story.refused] == [
        "endpoints: held: 1 of 4 models show an old generation, first: a/one"
    ]


def test_an_old_body_that_is_served_for_an_hour_is_the_world_after_all() -> None:
    old = body("a/one", 1, "1")
    sweeps = [[old, *sweep(hour, "2", "1", "1", "1")[1:]] for hour in range(3, 9)]

    story = polled(sweep(1, "1", "1", "1", "1"), sweep(2, "2", "1", "1", "1"), *sweeps)

    assert [(alert.new, alert.told_at) for alert in story.alerts] == [("2", at(15)), ("1", at(90))]


def test_readings_that_do_not_move_tell_nothing() -> None:
    story = polled(sweep(1, "1", "1", "1", "1"), sweep(1, "2", "1", "1", "1"), sweep(1, "1", "1", "1", "1"))

    assert (len(story.alerts), story.refused) == (2, [])


def test_readings_that_come_back_after_a_silence_tell_nothing() -> None:
    silent = [offer._replace(telemetry=Telemetry()) for offer in sweep(1, "2", "1", "1", "1")]

    story = polled(sweep(1, "1", "1", "1", "1"), silent, sweep(1, "1", "1", "1", "1"))

    assert (len(story.alerts), story.refused) == (2, [])


def test_an_outage_that_ends_with_the_very_readings_of_before_has_ended() -> None:
    story = Story(rulebook(rule("uptime-drop", lasting=minutes(0), keep_firing_for=minutes(0))))

    for minute, hour in ((0, 6), (15, -80), (30, 6)):
        story.poll(minute, endpoints=sweep(hour, "1", "1", "1", "1"))

    assert (len(story.alerts), story.refused) == (8, [])


def test_what_comes_with_a_copy_is_as_old() -> None:
    story = Story(rulebook(rule("capability-lost"), when("model.changed")))
    rich, poor = (
        [model(name, supported_parameters=frozenset(can)) for name in NAMES]
        for can in (("tools", "seed"), ("seed",))
    )
    prices = "1", "1", "1", "1"
    story.poll(0, models=poor[:1] + rich[1:], endpoints=sweep(1, *prices))
    story.poll(15, models=rich, endpoints=sweep(2, *prices))

    story.poll(30, models=poor[:1] + rich[1:], endpoints=sweep(1, *prices))
    story.poll(45, models=rich, endpoints=sweep(3, *prices))

    assert [alert.at for alert in story.alerts] == [at(15)]
    assert [refusal.surface for refusal in story.refused] == [Surface.MODELS, Surface.ENDPOINTS]


def test_what_comes_with_new_readings_is_as_new() -> None:
    story = Story(rulebook(rule("data-policy-flip")))

    for minute, training in ((0, True), (60, False), (120, True)):
        policies = {"novita": private(training=training)}
        story.poll(minute, endpoints=sweep(minute / 60, "1", "1", "1", "1"), policies=policies)

    assert len(story.alerts) == 2


def test_old_bodies_of_three_models_date_what_came_with_them() -> None:
    story = Story(rulebook(rule("data-policy-flip"), AT_ONCE))
    rest = "e/five", "f/six", "g/seven"

    def poll(minute: int, hour: float, price: str, *, training: bool) -> None:
        new = [body(name, minute / 60, "1") for name in rest]
        story.poll(
            minute,
            endpoints=[*sweep(hour, *[price] * 4), *new],
            policies={"novita": private(training=training)},
        )

    poll(0, 1, "1", training=True)
    poll(60, 2, "2", training=False)
    poll(75, 1, "1", training=True)
    poll(90, 3, "2", training=False)

    assert [alert.field for alert in story.alerts] == ["training", *["pricing.prompt"] * 4]


def test_a_model_that_is_listed_again_and_answers_is_back() -> None:
    rest = [model(f"x/{number}") for number in range(20)]
    some = [model(name) for name in NAMES]
    story = Story(rulebook(rule("model-removed")))
    story.poll(0, models=[*rest, *some], endpoints=sweep(1, "1", "1", "1", "1"))
    for minute in (15, 30):
        story.poll(minute, models=rest, endpoints=sweep(1, "1", "1", "1", "1"))

    story.poll(45, models=[*rest, *some], endpoints=sweep(2, "1", "1", "1", "1"))

    assert (len(story.alerts), story.refused) == (8, [])


def test_lists_that_went_back_while_more_stayed_are_the_world() -> None:
    story = Story(rulebook(when("model.changed")))
    at_first, later = (
        [model(f"x/{number}", knowledge_cutoff=year) for number in range(12)] for year in ("2024", "2025")
    )
    rest = [model(f"{letter}/one", knowledge_cutoff="2024") for letter in "abcdefgh"]
    story.poll(0, models=[*at_first, *rest])
    renamed = [*(model(f"{letter}/one", knowledge_cutoff="2025") for letter in "abc"), *rest[3:]]
    story.poll(60, models=[*at_first, *renamed])
    story.poll(120, models=[*later[:4], *at_first[4:], *renamed])

    story.poll(180, models=[*later[:4], *at_first[4:], *rest])

    assert (len(story.alerts), story.refused) == (3 + 4 + 3, [])


def test_what_left_since_and_stays_away_counts_as_what_stayed() -> None:
    story = Story(rulebook(when("model.changed")))
    leaving = [model(f"x/{number}") for number in range(4)]
    rest, renamed = (
        [model(f"{letter}/one", knowledge_cutoff=year) for letter in "abcdefghijklmnopqrst"]
        for year in ("2024", "2025")
    )
    story.poll(0, models=[*leaving, *rest])
    story.poll(60, models=[*leaving, *renamed[:3], *rest[3:]])
    for minute in (120, 180):
        story.poll(minute, models=[*renamed[:3], *rest[3:]])

    story.poll(240, models=rest)

    assert (len(story.alerts), story.refused) == (6, [])


def test_offers_that_went_back_while_more_stayed_are_the_world() -> None:
    def listed(moment: int, *prices: str) -> list[Offer]:
        names = [f"{letter}/one" for letter in "abcdefgh"]
        gone = [endpoint("z/one", f"p{number}") for number in range(2) if moment < 1]
        return [
            endpoint("z/one", "stays"),
            *gone,
            *(endpoint(name, name[0], prompt=price) for name, price in zip(names, prices, strict=True)),
        ]

    story = polled(
        listed(0, *"11111111"), listed(1, *"22211111"), listed(2, *"22222111"), listed(3, *"11122111")
    )

    assert (len(story.alerts), story.refused) == (3 + 2 + 3, [])


def test_few_readings_have_no_mark_and_many_have_one_of_eight_characters() -> None:
    few = [Telemetry(uptime_5m=100, uptime_30m=0, uptime_1d=99.5)]
    many = [Telemetry(uptime_5m=50, uptime_30m=98.2, uptime_1d=99.5)]

    assert (mark(ModelId("a/one"), few), len(mark(ModelId("a/one"), many))) == ("", 8)


def test_a_mark_is_of_the_readings_and_not_of_the_order_of_rows() -> None:
    one = Telemetry(uptime_5m=50.123, uptime_30m=98.2, uptime_1d=99.5)
    two = replace_uptime(one, 33.1)

    assert mark(ModelId("a/one"), [one, two]) == mark(ModelId("a/one"), [two, one])
    assert mark(ModelId("a/one"), [one, two]) != mark(ModelId("b/two"), [one, two])


def replace_uptime(reading: Telemetry, uptime: float) -> Telemetry:
    return reading._replace(uptime_30m=uptime)


def test_sweeps_are_remembered_for_two_days_and_no_more_than_so_many() -> None:
    story = Story(rulebook())
    for minute in range(SWEEPS + 50):
        story.poll(minute, endpoints=sweep(minute / 100, "1", "1", "1", "1"))
    many = len(story.state.sweeps)

    story.poll(NOON + MEMORY + timedelta(minutes=SWEEPS), endpoints=sweep(5, "1", "1", "1", "1"))

    assert (many, len(story.state.sweeps)) == (SWEEPS, 50)
