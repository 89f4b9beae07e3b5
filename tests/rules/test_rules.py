"""Rules: comparisons, globs, thresholds, and what every preset promises."""

from __future__ import annotations

from decimal import Decimal

import pytest

from tests.builders import hours, minutes, rule, when, while_
from watcher.catalog.names import Kind
from watcher.rules.comparisons import LosesCapability, PriceMoved, Shrinks
from watcher.rules.events import EVENTS
from watcher.rules.level import Level, Side
from watcher.rules.needs import needs_fact, needs_reading
from watcher.rules.patience import is_met
from watcher.rules.presets import PRESETS
from watcher.rules.rule import matches
from watcher.rules.vocabulary import Shape, variables
from watcher.rules.watch import Verdict


@pytest.mark.parametrize(
    ("globs", "name", "is_meant"),
    [
        (("*",), "z-ai/glm-5.2", True),
        (("*",), None, True),
        (("z-ai/*",), "z-ai/glm-5.2:free", True),
        (("z-ai/*", "qwen/*"), "qwen/qwen4", True),
        (("z-ai/*",), "Z-AI/glm", False),
        (("z-ai/*",), None, False),
        ((), "z-ai/glm-5.2", False),
    ],
)
def test_globs_are_those_of_a_shell(globs: tuple[str, ...], name: str | None, is_meant: bool) -> None:
    assert matches(globs, name) is is_meant


def test_a_threshold_below_has_a_wrong_side_a_good_one_and_something_between() -> None:
    level = Level(kind=Kind.MODEL, event="model.uptime", quantity="uptime_30m", below=90.0, recover=95.0)

    sides = [level.side_of(value) for value in (89.9, 90.0, 94.9, 95.0, None)]

    assert sides == [Side.WRONG, Side.BETWEEN, Side.BETWEEN, Side.GOOD, Side.UNKNOWN]


def test_a_threshold_above_is_its_mirror() -> None:
    level = Level(
        kind=Kind.ENDPOINT, event="endpoint.latency", quantity="latency", above=2000.0, recover=1500.0
    )

    sides = [level.side_of(value) for value in (2000.1, 2000.0, 1500.1, 1500.0, None)]

    assert sides == [Side.WRONG, Side.BETWEEN, Side.BETWEEN, Side.GOOD, Side.UNKNOWN]


def test_a_recovery_is_never_easier_than_the_fall() -> None:
    (level,) = rule("uptime-drop", below=97.0).levels

    assert (level.below, level.recover) == (97.0, 97.0)


def test_nine_tenths_of_a_wait_are_all_of_it() -> None:
    assert is_met(minutes(27), minutes(30))
    assert not is_met(minutes(26.9), minutes(30))
    assert is_met(minutes(0), minutes(0))


@pytest.mark.parametrize("compare", [PriceMoved(), LosesCapability()])
def test_values_that_are_not_of_the_facts_kind_are_no_move(compare: PriceMoved | LosesCapability) -> None:
    assert compare("pricing.prompt", "1", "2") is Verdict.SAME


def test_a_length_that_is_not_a_number_did_not_shrink() -> None:
    assert Shrinks()("context_length", "many", 1) is Verdict.UNWANTED


def test_percent_is_computed_in_decimals() -> None:
    exactly = PriceMoved(percent=Decimal(10))

    assert exactly("pricing.prompt", Decimal("0.30"), Decimal("0.33")) is Verdict.WANTED
    assert exactly("pricing.prompt", Decimal("0.30"), Decimal("0.3299999999999999")) is Verdict.SAME


@pytest.mark.parametrize("name", PRESETS)
def test_every_preset_says_what_it_tells_and_follows_something(name: str) -> None:
    required = {"usd_per_million": Decimal(1)} if name == "price-below" else {}

    made = rule(name, **required)

    assert (made.name, made.use) == (name, name)
    assert PRESETS[name].TELLS
    assert bool(made.watches) + bool(made.levels) + (made.trouble_after is not None) == 1


@pytest.mark.parametrize(
    ("name", "severity", "lasting"),
    [
        ("new-free-variant", "info", minutes(30)),
        ("price-change", "info", minutes(30)),
        ("data-policy-flip", "warning", minutes(0)),
        ("uptime-drop", "critical", minutes(15)),
        ("deprecation", "warning", minutes(0)),
        ("catalog-trouble", "critical", minutes(0)),
        ("model-removed", "info", minutes(0)),
    ],
)
def test_presets_have_the_defaults_that_are_promised(name: str, severity: str, lasting: object) -> None:
    made = rule(name)

    assert (made.severity.label, made.lasting) == (severity, lasting)


def test_a_star_follows_every_fact_that_begins_so() -> None:
    follows = EVENTS["model.price_changed"].follows

    assert (follows("pricing.image"), follows("context_length")) == (True, False)


def test_rules_say_which_facts_and_readings_they_need() -> None:
    rules = (rule("data-policy-flip"), while_("endpoint.latency", above=1.0, recover=1.0))

    assert needs_fact(rules, Kind.PROVIDER, "training")
    assert not needs_fact(rules, Kind.MODEL, "training")
    assert (needs_reading(rules, "latency"), needs_reading(rules, "throughput")) == (True, False)
    assert not needs_fact((when("model.added"),), Kind.MODEL, "free")


def test_a_clause_about_an_endpoint_may_name_its_model_and_provider() -> None:
    edge, level = variables(Kind.ENDPOINT, is_level=False), variables(Kind.ENDPOINT, is_level=True)

    assert {"model.id", "provider.slug", "endpoint.tag", "change.percent"} <= edge.keys()
    assert ("reading.value" in level, "change.percent" in level) == (True, False)
    assert edge["change.percent"].shape is Shape.NUMBER
    assert variables(Kind.CATALOG, is_level=False) == {}


def test_keep_firing_for_is_an_hour_unless_said() -> None:
    (level,) = rule("uptime-drop").levels

    assert level.keep_firing_for == hours(1)
