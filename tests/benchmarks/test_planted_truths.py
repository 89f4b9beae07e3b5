"""The harness of planted truths: on made polls, with rules that miss nothing and with rules that do."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from tests.archive.polls import after, write
from tests.benchmarks.planted_truths import main, run, verdicts
from tests.benchmarks.planting.calm import calm_of
from tests.benchmarks.planting.comings import model_gone
from tests.benchmarks.planting.day import Day, day_of
from tests.benchmarks.planting.judged import told_of
from tests.benchmarks.planting.outages import out_for_a_while
from tests.benchmarks.planting.prices import moves, price_moved
from tests.benchmarks.planting.rules import Threshold, rulebook
from tests.benchmarks.planting.sowing import sown
from tests.benchmarks.planting.truth import Due, Span, Truth
from tests.benchmarks.planting.verdict import Fault, Verdict, judge
from watcher.rules.rulebook import Rulebook

MODELS = 24
POLLS = 24
PACE = 15
PROVIDERS = ("acme", "bolt", "coil")


def offer(model: str, provider: str, place: int) -> dict[str, Any]:
    return {
        "model_id": model,
        "provider_name": provider.title(),
        "tag": provider,
        "pricing": {"prompt": "0.000001", "completion": "0.000004", "discount": 0},
        "quantization": "bf16",
        "context_length": 65536,
        "max_completion_tokens": None,
        "supported_parameters": ["tools", "temperature"],
        "status": 0,
        # Different in every poll, as those of the world are.
        "uptime_last_5m": 99.0 + place / 100,
        "uptime_last_30m": 99.1 + place / 100,
        "uptime_last_1d": 99.2 + place / 100,
    }


def row(model: str) -> dict[str, Any]:
    return {
        "id": model,
        "name": model,
        "created": 1_780_000_000,
        "context_length": 65536,
        "architecture": {"input_modalities": ["text"], "output_modalities": ["text"]},
        "pricing": {"prompt": "0.000001", "completion": "0.000004"},
        "supported_parameters": ["tools", "temperature"],
        "expiration_date": None,
    }


def poll(place: int) -> dict[str, Any]:
    models = [f"maker-{number}/model" for number in range(MODELS)]
    policy = {
        "training": False,
        "retainsPrompts": False,
        "canPublish": False,
        "privacyPolicyURL": "https://a.example",
    }
    alias = {"id": "~maker/latest", "alias_target": {"name": "Latest", "slug": models[0]}}
    return {
        "generated": after(place * PACE).isoformat(),
        "models": {"data": [*map(row, models), row(models[0]) | alias], "total_count": MODELS + 1},
        "providers": {"data": [{"slug": slug, "name": slug, "dataPolicy": policy} for slug in PROVIDERS]},
        "endpoints": {
            model: {"data": {"id": model, "endpoints": [offer(model, slug, place) for slug in PROVIDERS]}}
            for model in models
        },
    }


@pytest.fixture(scope="module")
def day() -> Day:
    return day_of(poll(place) for place in range(POLLS))


def without(book: Rulebook, *names: str) -> Rulebook:
    return replace(book, rules=tuple(rule for rule in book.rules if rule.name not in names))


def over(day: Day, book: Rulebook, seeds: Sequence[int] = (1,)) -> Verdict:
    found = Verdict()
    for verdict in verdicts(day, book, seeds, 20):
        found += verdict
    return found


def faults(verdict: Verdict) -> Counter[Fault]:
    return Counter(miss.fault for miss in verdict.misses)


def test_rules_that_miss_nothing_are_found_exact_on_truths_of_every_kind(day: Day) -> None:
    found = over(day, rulebook(), range(1, 9))

    assert found.misses == ()
    assert found.exact == found.due
    assert found.is_good
    assert len(found.planted) == 16


def test_a_rule_that_is_missing_loses_what_it_should_tell(day: Day) -> None:
    found = over(day, without(rulebook(), "offer-5"))

    lost = [miss for miss in found.misses if miss.fault is Fault.LOST]
    assert {miss.due.rule for miss in lost} == {"offer-5"}
    assert {miss.kind for miss in lost} <= {"price moves", "models become free"}
    assert len(found.misses) == len(lost) > 0
    assert not found.is_good


def test_a_rule_that_waits_too_long_is_late(day: Day) -> None:
    book = rulebook()
    slow = [
        replace(rule, lasting=timedelta(hours=1)) if rule.name == "out-30" else rule for rule in book.rules
    ]
    truth = out_for_a_while(day, "maker-1/model", 10, (Span(4, 20),))

    verdict = only(day, [truth], replace(book, rules=tuple(slow)))

    assert faults(verdict) == {Fault.LATE: 1}
    assert verdict.is_good


def test_a_rule_that_tells_what_is_no_news_is_false(day: Day) -> None:
    book = rulebook()
    hasty = [replace(rule, lasting=timedelta(0)) if rule.name == "offer-5" else rule for rule in book.rules]
    truth = price_moved(day, calm_of(day), "maker-1/model", tag="acme", factor=Decimal(2), span=Span(4, 5))

    verdict = only(day, [truth], replace(book, rules=tuple(hasty)))

    # Both prices, there and back.
    assert faults(verdict) == {Fault.FALSE: 4}
    assert {miss.kind for miss in verdict.misses} == {"price moves"}


def only(day: Day, truths: Sequence[Truth], book: Rulebook) -> Verdict:
    return judge(truths, told_of(day.polls(), book), told_of(day.polls(truths), book))


def test_the_same_alert_told_again_is_twice(day: Day) -> None:
    truth = model_gone(day, "maker-1/model", Span(4, POLLS))
    (due,) = truth.due

    verdict = judge([truth], [], [due, due._replace(told=day.times[9])])

    assert faults(verdict) == {Fault.TWICE: 1}
    assert (verdict.exact, verdict.is_good) == ({"models leave": 1}, False)


def test_what_the_polls_tell_by_themselves_must_be_told_beside_the_truths_too(day: Day) -> None:
    own = Due("model-added", "b/c", None, day.times[3], day.times[3])

    verdict = judge([], [own], [])

    assert [(miss.kind, miss.fault) for miss in verdict.misses] == [("the day's own", Fault.LOST)]


def test_the_same_seed_plants_the_same(day: Day) -> None:
    calm = calm_of(day)
    first, again, other = (sown(day, calm, seed, 12) for seed in ("7", "7", "8"))

    assert [(truth.subject, truth.spans, truth.due) for truth in first] == [
        (truth.subject, truth.spans, truth.due) for truth in again
    ]
    assert [truth.subject for truth in first] != [truth.subject for truth in other]


def test_only_what_stays_as_it_is_all_day_is_planted_on() -> None:
    polls = [poll(place) for place in range(POLLS)]
    polls[5]["endpoints"]["maker-3/model"]["data"]["endpoints"][0]["pricing"]["prompt"] = "3"
    del polls[6]["models"]["data"][MODELS - 1]
    polls[7]["endpoints"]["maker-4/model"]["data"]["endpoints"][0]["uptime_last_30m"] = 3

    calm = calm_of(day_of(polls))

    assert {f"maker-{number}/model" for number in range(MODELS)} - calm.models.keys() == {
        "maker-3/model",
        f"maker-{MODELS - 1}/model",
    }
    assert calm.models.keys() - calm.well == {"maker-4/model"}


def test_a_move_is_due_when_it_has_lasted_and_measured_from_what_was_told(day: Day) -> None:
    half_an_hour = Threshold(10, timedelta(minutes=30), "any")
    prices = [Decimal(price) for price in (100, 100, 120, 100, 100, 120, 120, 125, 125, 125, 100, 100, 100)]
    series = [*prices, *[Decimal(100)] * (POLLS - len(prices))]

    assert list(moves(day, half_an_hour, series)) == [(5, 7), (10, 12)]
    assert list(moves(day, half_an_hour._replace(way="down"), series)) == [(10, 12)]


def test_an_outage_is_due_again_once_the_last_one_is_over_for_an_hour(day: Day) -> None:
    soon = out_for_a_while(day, "maker-1/model", 10, (Span(4, 8), Span(9, 12)))
    later = out_for_a_while(day, "maker-2/model", 10, (Span(4, 8), Span(13, 16)))

    assert [(due.rule, due.at) for due in soon.due] == [("out-15", day.times[4]), ("out-30", day.times[4])]
    assert [due.at for due in later.due] == [day.times[place] for place in (4, 13, 4, 13)]


def test_the_command_reads_an_archive_and_prints_a_row_for_each_kind(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    archive = write(tmp_path / "day.jsonl", *(poll(place) for place in range(POLLS)))

    code = main([str(archive), "--seeds", "1", "--truths", "6"])

    rows = capsys.readouterr().out.splitlines()
    assert (code, rows[0].startswith("| kind |"), rows[-1].startswith("| all | 6 |")) == (0, True, True)


def test_it_exits_with_1_where_something_is_lost_and_names_the_rule_the_subject_and_the_poll(
    day: Day, capsys: pytest.CaptureFixture[str]
) -> None:
    code = run(day, without(rulebook(), "out-15"), (2,), 20)

    lines = capsys.readouterr().out.splitlines()
    assert code == 1
    assert lines[0].startswith("seed 2: lost: outages: out-15: maker-")
    assert ", first shown 2026-07-06T" in lines[0]
    assert ", due 2026-07-06T" in lines[0]


def test_a_day_of_too_few_polls_is_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    archive = write(tmp_path / "day.jsonl", poll(0), poll(1))

    with pytest.raises(SystemExit, match="2"):
        main([str(archive)])

    assert "2 polls are too few" in capsys.readouterr().err
