"""What is asked for once, for which rules."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from tests.builders import model, rule, rulebook
from watcher.catalog.names import Surface
from watcher.config import Frontend
from watcher.daemon.past.errands import Errand, errands
from watcher.daemon.rounds.allowance import past_at_most
from watcher.daemon.rounds.needs import Means
from watcher.daemon.rounds.plan import plan, unplanned_at_most
from watcher.rules.rule import Rule

LISTED = (
    model("a/b", canonical_slug="a/b-1"),
    model("a/b:free", canonical_slug="a/b-1"),
    model("c/d", canonical_slug="c/d-1"),
)


def asked(*rules: Rule, frontend: Frontend = Frontend.ALL) -> Mapping[Surface, Errand]:
    book, means = rulebook(*rules), Means(frontend=frontend)
    return errands(book, LISTED, plan(book, LISTED, means), means)


def test_earlier_prices_are_asked_of_all_models_whose_endpoints_are() -> None:
    found = asked(rule("price-change"))

    assert {surface: tuple(errand.keys) for surface, errand in found.items()} == {
        Surface.LISTED_PRICES: ("a/b-1|standard", "a/b-1|free", "c/d-1|standard")
    }


def test_uptimes_are_asked_only_of_models_whose_uptime_some_rule_measures() -> None:
    found = asked(rule("price-change"), rule("uptime-drop", name="down", models=("a/*",)))

    recent = found[Surface.UPTIME_RECENT]
    assert recent.rules == ("down",)
    assert recent.keys == {"a/b-1": ("a/b", "a/b:free")}
    assert found[Surface.UPTIME_HOURLY].models == ("a/b", "a/b:free")
    assert found[Surface.UPTIME_HOURLY].keys == {}


def test_ids_are_asked_for_once_where_no_rule_has_them_swept() -> None:
    assert Surface.FRONTEND_ENDPOINTS in asked(rule("uptime-drop"))
    assert Surface.FRONTEND_ENDPOINTS not in asked(rule("uptime-drop"), rule("data-policy-flip"))


@pytest.mark.parametrize("frontend", [Frontend.NONE, Frontend.POLICIES])
def test_without_the_whole_frontend_there_are_no_errands(frontend: Frontend) -> None:
    assert asked(rule("uptime-drop"), frontend=frontend) == {}


def test_rules_that_need_no_endpoints_send_nobody() -> None:
    assert asked(rule("new-free-variant")) == {}


def test_with_the_past_the_four_main_rules_on_ten_models_stay_under_eighty_requests_an_hour() -> None:
    ten = tuple(model(f"a/b{number}") for number in range(10))
    uses = ("new-free-variant", "price-change", "data-policy-flip", "uptime-drop")
    made = plan(rulebook(*map(rule, uses)), ten, Means(frontend=Frontend.ALL))

    assert made.an_hour + unplanned_at_most(made, None) < 80
    assert 10 <= past_at_most(made, None) < unplanned_at_most(made, None)


@pytest.mark.parametrize("per_hour", [None, 20, 40])
def test_a_limit_on_requests_holds_for_the_past_too(per_hour: int | None) -> None:
    book, means = rulebook(rule("uptime-drop")), Means(frontend=Frontend.ALL, per_hour=per_hour)
    made = plan(book, LISTED, means)

    assert past_at_most(made, per_hour) <= unplanned_at_most(made, per_hour)
    assert per_hour is None or made.an_hour + unplanned_at_most(made, per_hour) <= per_hour
