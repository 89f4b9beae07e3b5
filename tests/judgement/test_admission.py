"""Admission: what is refused, what is held until it repeats, and what is unobserved."""

from __future__ import annotations

from typing import Any

import pytest

from tests.builders import (
    Offer,
    Story,
    at,
    broken,
    endpoint,
    key,
    minutes,
    model,
    offers,
    private,
    provider,
    rule,
    rulebook,
    when,
)
from watcher.catalog.names import ModelId, Surface
from watcher.catalog.sheets import BadRow, EndpointsSheet, Sheet

MODELS = [model(f"a{number}/one") for number in range(20)]
ROWS = {one.id: one for one in MODELS}
EVERYTHING = (rule("model-added"), rule("model-removed"), rule("price-change", lasting=minutes(0)))


def sheet(**facts: Any) -> Sheet[Any, Any]:
    return Sheet(surface=Surface.MODELS, **{"rows": ROWS} | facts)


def started() -> Story:
    story = Story(rulebook(*EVERYTHING))
    story.poll(0, models=MODELS)
    return story


@pytest.mark.fault(
    "empty data with status 200", "an id twice with the same content", "an id twice with other content"
)
@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        (broken(fault="HTTP 502"), "models: HTTP 502"),
        (sheet(rows={}), "models: an empty list"),
        (sheet(rows={}, bad=(BadRow(id=None, reason="x"),)), "models: not one of 1 rows can be read"),
        (sheet(duplicates=("a1/one",)), "models: 1 ids stand twice, first 'a1/one'"),
        (sheet(claimed=21), "models: lists 20 of the 21 rows it counts"),
        (
            sheet(bad=tuple(BadRow(id=f"b/{n}", reason="no price") for n in range(6))),
            "models: 6 of 26 rows cannot be read, first: no price",
        ),
    ],
    ids=["fault", "empty", "unreadable", "duplicates", "miscounted", "too many bad rows"],
)
def test_what_cannot_be_right_is_refused_however_often_it_repeats(
    answer: Sheet[Any, Any], reason: str
) -> None:
    story = started()
    before = story.state.models

    for moment in range(5, 300, 5):
        story.poll(moment, models=answer)

    assert {(refusal.reason, refusal.held) for refusal in story.refused} == {(reason, False)}
    assert (story.alerts, story.state.models) == ([], before)


def test_a_few_bad_rows_are_set_aside_and_the_rest_lives() -> None:
    story = started()

    bad = tuple(BadRow(id=f"b/{number}", reason="no price") for number in range(5))
    story.poll(5, models=sheet(rows=ROWS | {ModelId("a/new"): model("a/new")}, bad=bad, claimed=26))

    assert (story.told, story.refused) == ([("model.added", "a/new")], [])


@pytest.mark.fault("half a catalog")
def test_a_list_that_shrank_past_a_limit_is_held() -> None:
    story = started()

    story.poll(5, models=MODELS[:15])

    (refusal,) = story.refused
    assert (refusal.held, refusal.reason) == (True, "models: held: 5 of 20 rows are missing at once")
    assert refusal.at == at(5)


def test_a_list_that_shrank_a_little_is_believed() -> None:
    story = started()

    for moment in (5, 20):
        story.poll(moment, models=MODELS[:16])

    assert (len(story.alerts), story.refused) == (4, [])


def test_a_short_list_may_lose_two_rows_at_once() -> None:
    story = Story(rulebook(*EVERYTHING))
    story.poll(0, models=MODELS[:3])

    for moment in (5, 20):
        story.poll(moment, models=MODELS[:1])

    assert len(story.alerts) == 2


def test_a_held_list_that_repeats_for_four_confirmations_is_believed_and_told_as_one_change() -> None:
    story = started()

    for moment in range(5, 90, 5):
        story.poll(moment, models=MODELS[:10])

    (notification,) = story.notifications
    assert len(notification.alerts) == 10
    assert {alert.at for alert in notification.alerts} == {at(5)}
    assert notification.at == at(60)


@pytest.mark.fault("half a catalog")
def test_a_held_list_that_recovers_was_nothing() -> None:
    story = started()
    for moment in range(5, 50, 5):
        story.poll(moment, models=MODELS[:10])

    story.poll(50, models=MODELS)
    story.poll(70, models=MODELS[:10])

    assert story.alerts == []
    assert story.refused[-1].held


def test_a_refused_answer_in_between_does_not_end_the_hold() -> None:
    story = started()
    for moment in range(5, 50, 5):
        story.poll(moment, models=MODELS[:10])

    story.poll(50, models=broken())
    story.poll(65, models=MODELS[:10])

    assert len(story.alerts) == 10


@pytest.mark.fault("a unit that changed on every row")
def test_prices_that_moved_on_a_fifth_of_all_rows_are_held_and_then_told_as_one_change() -> None:
    names = [f"a{number}/one" for number in range(20)]
    story = Story(rulebook(*EVERYTHING))
    story.poll(0, endpoints=[endpoint(name, "novita", prompt="1") for name in names])

    for moment in range(15, 120, 15):
        story.poll(moment, endpoints=[endpoint(name, "novita", prompt="1000") for name in names])

    assert {refusal.reason for refusal in story.refused} == {
        "endpoints: held: prices moved on 20 of 20 rows at once"
    }
    (notification,) = story.notifications
    assert len(notification.alerts) == 20


def test_prices_of_model_rows_that_all_moved_at_once_are_held_too() -> None:
    story = started()

    story.poll(5, models=[model(one.id, prompt="1") for one in MODELS])

    assert [refusal.reason for refusal in story.refused] == [
        "models: held: prices moved on 20 of 20 rows at once"
    ]


def test_what_was_not_answered_is_unobserved() -> None:
    story = Story(rulebook(when("endpoint.removed"), rule("model-removed")))
    both = [endpoint("a/one", "novita"), endpoint("a/two", "novita")]
    story.poll(0, models=MODELS, endpoints=both)

    for moment in (15, 45, 75):
        story.poll(moment, endpoints=offers(both[0], unanswered={"a/two": "HTTP 500"}))

    assert story.alerts == []


def test_a_model_that_answers_with_no_endpoint_lost_them() -> None:
    story = Story(rulebook(when("endpoint.removed")))
    story.poll(0, endpoints=[endpoint("a/one", "novita"), endpoint("a/two", "novita")])

    for moment in (15, 45):
        story.poll(moment, endpoints=offers(endpoint("a/two", "novita"), asked=["a/one"]))

    assert story.told == [("endpoint.removed", "a/one @ novita")]


@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        (EndpointsSheet(rows={}, fault="no route"), "endpoints: no route"),
        (offers(unanswered={"a/one": "HTTP 500"}), "endpoints: no model answered, first: HTTP 500"),
        (offers(), "endpoints: an empty answer"),
        (
            offers(endpoint("a/one", "novita"), bad=[("a/one", f"b{n}") for n in range(6)]),
            "endpoints: 6 of 7 rows cannot be read, first: no price",
        ),
    ],
)
def test_an_unusable_sweep_of_endpoints_is_refused(answer: EndpointsSheet, reason: str) -> None:
    story = Story(rulebook(rule("uptime-drop")))
    story.poll(0, endpoints=[endpoint("a/one", "novita")])

    story.poll(15, endpoints=answer)

    assert [refusal.reason for refusal in story.refused] == [reason]


def test_endpoints_that_vanish_all_at_once_are_held() -> None:
    story = Story(rulebook(when("endpoint.removed")))
    listed = [endpoint("a/one", tag) for tag in ("novita", "groq", "xai", "azure")]
    story.poll(0, endpoints=listed)

    for moment in range(15, 75, 15):
        story.poll(moment, endpoints=offers(asked=["a/one"]))
    held = len(story.alerts)
    story.poll(75, endpoints=offers(asked=["a/one"]))

    assert (held, len(story.alerts), story.alerts[0].at) == (0, 4, at(15))


def test_two_surfaces_fail_independently() -> None:
    story = started()
    story.poll(5, providers=[provider("novita")], zdr=[key("a/one", "novita")])

    story.poll(
        10,
        models=[*MODELS, model("a/new")],
        providers=broken(Surface.PROVIDERS),
        zdr=broken(Surface.ZDR),
        policies=broken(Surface.FRONTEND),
    )

    assert story.told == [("model.added", "a/new")]
    assert [refusal.surface for refusal in story.refused] == [
        Surface.PROVIDERS,
        Surface.FRONTEND,
        Surface.ZDR,
    ]


def test_providers_that_vanish_all_at_once_are_held() -> None:
    story = Story(rulebook(rule("provider-removed")))
    slugs = [f"p{number}" for number in range(10)]
    story.poll(0, providers=[provider(slug) for slug in slugs])

    story.poll(60, providers=[provider(slug) for slug in slugs[:5]])

    assert [refusal.held for refusal in story.refused] == [True]


def test_a_provider_whose_row_could_not_be_read_did_not_leave() -> None:
    story = Story(rulebook(rule("provider-removed")))
    story.poll(0, providers=[provider("novita"), provider("groq")])
    half = Sheet(
        surface=Surface.PROVIDERS,
        rows={"groq": provider("groq")},
        bad=(BadRow(id="novita", reason="no name"),),
    )

    for moment in (60, 120, 180):
        story.poll(moment, providers=half)

    assert story.alerts == []


def test_zero_retention_of_a_row_that_could_not_be_read_did_not_end() -> None:
    story = Story(rulebook(rule("data-policy-flip")))
    one, two = key("a/one", "novita"), key("a/two", "novita")
    story.poll(0, endpoints=[endpoint("a/one", "novita"), endpoint("a/two", "novita")], zdr=[one, two])
    half = Sheet(surface=Surface.ZDR, rows={one: None}, bad=(BadRow(id=str(two), reason="no tag"),))

    for moment in (60, 120, 180):
        story.poll(moment, zdr=half)

    assert story.alerts == []


def test_a_list_of_providers_from_elsewhere_is_a_beginning() -> None:
    story = Story(rulebook(rule("provider-added"), rule("provider-removed")))

    def listed(slugs: list[str], keys: set[str]) -> Sheet[Any, Any]:
        return Sheet(
            surface=Surface.PROVIDERS, rows={slug: provider(slug) for slug in slugs}, carries=frozenset(keys)
        )

    story.poll(0, providers=listed(["novita", "groq"], {"slug", "dataPolicy", "icon"}))
    story.poll(
        60, providers=listed(["novita", "groq", "xai"], {"slug", "headquarters", "terms_of_service_url"})
    )
    story.poll(120, providers=listed(["novita", "groq", "xai", "azure"], {"slug", "headquarters"}))

    assert story.told == [("provider.added", "azure")]


def test_what_was_told_as_gone_does_not_come_back_by_a_list_from_elsewhere() -> None:
    story = Story(rulebook(rule("provider-added"), rule("provider-removed")))
    here, elsewhere = (
        frozenset({"slug", "dataPolicy", "icon"}),
        frozenset({"slug", "headquarters", "datacenters"}),
    )
    both = {slug: provider(slug) for slug in ("novita", "groq")}
    one = {"novita": provider("novita")}

    for moment, rows, keys in ((0, both, here), (15, one, here), (30, one, here), (45, both, elsewhere)):
        story.poll(moment, providers=Sheet(surface=Surface.PROVIDERS, rows=rows, carries=keys))
    story.poll(60, providers=Sheet(surface=Surface.PROVIDERS, rows=both, carries=elsewhere))

    assert story.told == [("provider.removed", "groq")]


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


def test_models_that_came_today_and_are_missing_together_are_an_old_generation() -> None:
    story = started()
    new = [model(f"n{number}/new") for number in range(3)]
    story.poll(5, models=[*MODELS, *new])

    story.poll(10, models=MODELS)
    story.poll(15, models=[*MODELS, *new])

    assert [refusal.held for refusal in story.refused] == [True]


def test_models_that_were_there_from_the_beginning_really_left() -> None:
    story = started()

    for moment in (5, 20):
        story.poll(moment, models=MODELS[3:])

    assert (len(story.alerts), story.refused) == (3, [])


def test_models_that_left_today_and_are_back_together_are_an_old_generation() -> None:
    story = started()
    for moment in (5, 20):
        story.poll(moment, models=MODELS[3:])

    story.poll(25, models=MODELS)

    assert [refusal.held for refusal in story.refused] == [True]


def test_another_half_of_a_list_each_time_is_never_believed() -> None:
    story = started()

    for turn, moment in enumerate(range(5, 300, 30)):
        story.poll(moment, models=MODELS[:10] if turn % 2 else MODELS[10:])

    assert (story.alerts, len(story.refused)) == ([], 10)


def test_what_a_held_list_lacks_only_at_last_has_not_left() -> None:
    story = started()

    for moment in range(5, 60, 5):
        story.poll(moment, models=MODELS[:10])
    story.poll(60, models=MODELS[:9])

    assert {subject for _, subject in story.told} == {f"a{number}/one" for number in range(10, 20)}


def test_what_a_held_sweep_showed_all_along_is_told_as_of_its_first_poll() -> None:
    names = [f"a{number}/one" for number in range(20)]
    story = Story(rulebook(*EVERYTHING))
    story.poll(0, endpoints=[endpoint(name, "novita", prompt="1") for name in names])

    for moment in range(15, 120, 15):
        story.poll(moment, endpoints=[endpoint(name, "novita", prompt="1000") for name in names])

    assert {(alert.at, alert.not_before) for alert in story.alerts} == {(at(15), at(0))}


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


def test_contexts_that_moved_on_a_fifth_of_all_rows_are_held() -> None:
    names = [f"a{number}/one" for number in range(20)]
    story = Story(rulebook(rule("context-change")))
    story.poll(0, endpoints=[endpoint(name, "novita") for name in names])

    story.poll(15, endpoints=[endpoint(name, "novita", context_length=1) for name in names])
    story.poll(30, endpoints=[endpoint(name, "novita") for name in names])

    assert [refusal.reason for refusal in story.refused] == [
        "endpoints: held: contexts moved on 20 of 20 rows at once"
    ]
    assert story.told == []


@pytest.mark.parametrize("surface", [Surface.FRONTEND, Surface.PROVIDERS])
def test_policies_that_flipped_on_a_fifth_of_all_providers_are_held_and_then_told_as_one_change(
    surface: Surface,
) -> None:
    slugs = [f"provider-{number:02}" for number in range(20)]
    calm = {slug: private() for slug in slugs}
    greedy = {slug: private(training=True) for slug in slugs}
    story = Story(rulebook(rule("data-policy-flip")))

    for moment, rows in ((0, calm), (15, greedy), (30, calm), (45, greedy), (60, greedy), (105, greedy)):
        story.poll(
            moment,
            providers=[provider(slug) for slug in slugs],
            policies=Sheet(surface=surface, rows=rows),
        )

    assert {refusal.reason for refusal in story.refused} == {
        f"{surface}: held: training flipped at 20 of 20 providers at once"
    }
    assert [(len(message.alerts), message.at) for message in story.notifications] == [(20, at(105))]
