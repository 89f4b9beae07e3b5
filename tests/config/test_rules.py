"""What stands under rules: becomes a rulebook's rules."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest

from watcher.alerts.severity import Severity
from watcher.catalog.names import Kind
from watcher.config import parse
from watcher.rules.comparisons import PriceDirection, PriceMoved
from watcher.rules.events import EVENTS, LEVELS
from watcher.rules.presets import PRESETS
from watcher.rules.presets.price_below import PriceBelow
from watcher.rules.rule import Rule


def rule(written: str, top: str = "") -> Rule:
    """Return the first rule of a file."""
    return parse(f"{top}rules:\n  - {written}\n", {}).rulebook.rules[0]


def test_a_preset_brings_its_name_severity_and_for() -> None:
    found = rule("use: price-change")

    assert (found.name, found.use, found.severity, found.lasting) == (
        "price-change",
        "price-change",
        Severity.INFO,
        timedelta(minutes=30),
    )
    assert found.watches == PRESETS["price-change"]().watches()


def test_a_presets_parameters_reach_its_watches() -> None:
    found = rule(
        "{use: price-change, percent: 0.1, at_least: 2, direction: up, meters: [image], basis: endpoint}"
    )

    (watch,) = found.watches
    assert watch.compare == PriceMoved(Decimal("0.1"), Decimal(2), PriceDirection.UP)
    assert (watch.kind, watch.fields, watch.event) == (
        Kind.ENDPOINT,
        ("pricing.image",),
        "endpoint.price_changed",
    )


@pytest.mark.parametrize("name", [name for name in PRESETS if name != PriceBelow.NAME])
def test_a_preset_without_parameters_is_as_its_class_says(name: str) -> None:
    found, preset = rule(f"use: {name}"), PRESETS[name]()

    assert (found.watches, found.levels) == (preset.watches(), preset.levels())
    assert (found.severity, found.better_severity, found.lasting) == (
        preset.SEVERITY,
        preset.BETTER_SEVERITY,
        preset.LASTING,
    )


def test_a_threshold_on_a_price_is_written_in_usd_per_million() -> None:
    (preset,) = rule("{use: price-below, usd_per_million: 0.5, meter: completion}").levels
    (general,) = rule("{when: model.price, below: 0.5, recover_above: 1, meter: completion}").levels

    assert preset.below == general.below == pytest.approx(0.5e-6)
    assert general.recover == pytest.approx(1e-6)
    assert preset.quantity == general.quantity == "pricing.completion"


def test_what_every_rule_takes_replaces_what_the_preset_brings() -> None:
    found = rule(
        "{use: data-policy-flip, name: mine, models: [a/*], providers: [x], for: 1h30m, severity: critical, "
        "notify: [t]}",
        "receivers: {t: {console: true}, u: {console: true}}\n",
    )

    assert (found.name, found.models, found.providers) == ("mine", ("a/*",), ("x",))
    assert (found.lasting, found.severity, found.better_severity, found.notify) == (
        timedelta(hours=1, minutes=30),
        Severity.CRITICAL,
        None,
        ("t",),
    )


def test_models_default_to_those_at_the_top() -> None:
    assert rule("use: model-added", "models: [a/*, b/*]\n").models == ("a/*", "b/*")
    assert rule("{use: model-added, models: ['*']}", "models: [a/*]\n").models == ("*",)
    assert rule("use: model-added").models == ("*",)


def test_a_level_takes_how_long_it_keeps_firing_and_how_often_it_repeats() -> None:
    found = rule("{use: uptime-drop, keep_firing_for: 2h, repeat_interval: 6h, scope: provider, window: 5m}")
    price = rule("{use: price-below, usd_per_million: 1, keep_firing_for: 0s}")

    assert found.repeat_interval == timedelta(hours=6)
    assert (found.levels[0].keep_firing_for, found.levels[0].quantity) == (timedelta(hours=2), "uptime_5m")
    assert found.levels[0].kind is Kind.PROVIDER
    assert price.levels[0].keep_firing_for == timedelta(0)


@pytest.mark.parametrize("event", EVENTS)
def test_every_event_is_a_rule(event: str) -> None:
    found = rule(f"when: {event}")

    assert (found.name, found.use, found.watches) == (event, None, (EVENTS[event],))


@pytest.mark.parametrize("level", LEVELS)
def test_every_level_is_a_rule_and_recovers_at_its_threshold_unless_told(level: str) -> None:
    below = rule(f"{{when: {level}, below: 40}}").levels[0]
    above = rule(f"{{when: {level}, above: 40, recover_below: 30}}").levels[0]

    kind, quantity = LEVELS[level]
    scale = 1e-6 if level == "model.price" else 1
    assert (below.kind, below.event, below.quantity, below.above) == (kind, level, quantity, None)
    assert below.below == below.recover == pytest.approx(40 * scale)
    assert above.above == pytest.approx(40 * scale)
    assert above.recover == pytest.approx(30 * scale)


def test_a_level_of_uptime_reads_another_window_on_request() -> None:
    assert rule("{when: endpoint.uptime, below: 50, window: 1d}").levels[0].quantity == "uptime_1d"


def test_reminders_and_patience_with_the_catalog_stand_in_the_rule_itself() -> None:
    assert rule("{use: deprecation, remind: [14d, 2d]}").remind == (timedelta(days=14), timedelta(days=2))
    assert rule("{use: catalog-trouble, after: 5}").trouble_after == 5


def test_catalog_trouble_is_always_on() -> None:
    without = parse("rules: [{use: model-added}]\n", {}).rulebook.rules
    named = parse("rules: [{use: catalog-trouble, name: ours, severity: warning}]\n", {}).rulebook.rules

    assert [(found.name, found.trouble_after, found.notify) for found in without[1:]] == [
        ("catalog-trouble", 3, ())
    ]
    assert [(found.name, found.severity) for found in named] == [("ours", Severity.WARNING)]


def test_two_rules_of_one_preset_have_names_of_their_own() -> None:
    text = "rules: [{use: price-change}, {use: price-change, name: big, percent: 50}]\n"

    assert [found.name for found in parse(text, {}).rulebook.rules] == [
        "price-change",
        "big",
        "catalog-trouble",
    ]


def test_a_number_may_come_from_the_environment() -> None:
    text = "rules: [{use: price-change, percent: '${PERCENT}'}]\n"

    price, _ = parse(text, {"PERCENT": "2.5"}).rulebook.rules[0].watches

    assert price.compare == PriceMoved(Decimal("2.5"))
