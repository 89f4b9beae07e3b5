from __future__ import annotations

import yaml

from tests.simulator.clocks import Clock
from watcher.judgement.decision import Gate
from watcher.simulator.days import demo_day
from watcher.simulator.demo import PRESETS, SUPPRESSED, closing_summary, demo_config
from watcher.simulator.simulation import Simulation


def test_the_demos_configuration_uses_all_four_presets_and_waits_two_seconds() -> None:
    config = yaml.safe_load(demo_config("http://127.0.0.1:5000"))

    assert config["catalog"]["base_url"] == "http://127.0.0.1:5000"
    assert tuple(rule["use"] for rule in config["rules"]) == PRESETS
    assert {rule["for"] for rule in config["rules"]} == {"2s"}
    assert config["receivers"]["terminal"] == {"console": True, "group_wait": "0s", "group_interval": "0s"}


def test_every_gate_has_its_words_in_the_closing_summary() -> None:
    assert SUPPRESSED.keys() == {gate.value for gate in Gate}


def test_the_closing_summary_says_what_was_told_and_what_was_not_and_why() -> None:
    truths = Simulation(seed=1, models=60, script=demo_day, clock=Clock()).truths
    told = [truth.told for truth in truths]

    right = closing_summary(truths, told, {"schema": 15, "flap": 2, "where": 0})
    blind = closing_summary(truths, [], {})

    assert right.splitlines() == [
        "The day is over: 4 of 4 things worth telling were told.",
        "17 changes disturbed nobody:",
        "     15 a field that appeared on every row",
        "      2 models that left and were soon back",
    ]
    assert "0 of 4" in blind
    assert blind.count("missed:") == 4
