"""Golden texts, read by eye."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.messages.samples import BACK, DOWN, RETAINS, RISE, alert, batches, told
from watcher.alerts.severity import Severity
from watcher.messages.plain import plain

BERLIN = ZoneInfo("Europe/Berlin")


def test_one_alert() -> None:
    body = plain(told(RISE, severity=Severity.WARNING), BERLIN).body

    assert (
        body
        == f"""\
deepseek/deepseek-v4-pro @ baidu/fp8
output $0.87 → $1.09 per M at Baidu (up 25 %); cheapest is now Novita, $0.95
since 2026-07-06 18:19 CEST
https://openrouter.ai/deepseek/deepseek-v4-pro

rule a-rule, warning
alert {RISE.id}
watcher explain {RISE.id}
watcher silence add --alert {RISE.id}
"""
    )


def test_two_alerts() -> None:
    body = plain(told(DOWN, BACK), BERLIN).body

    assert (
        body
        == f"""\
anthropic/claude-x  down, best uptime 43 % (below 90 % for 30 min)
  since 2026-07-06 18:19 CEST
                    back, best uptime 99.2 % after 1 h 10 min
  it began 2026-07-06 18:19 CEST
https://openrouter.ai/anthropic/claude-x

rule a-rule, info
alerts
  {DOWN.id} {BACK.id}
watcher explain ID
watcher silence add --alert ID
"""
    )


def test_long_rows_take_two_lines() -> None:
    other = alert("model.uptime", "b/y", is_level=True, new=10, context={})

    body = plain(told(RISE, other), BERLIN).body

    assert body.startswith("""\
since 2026-07-06 18:19 CEST

deepseek/deepseek-v4-pro @ baidu/fp8
  output $0.87 → $1.09 per M at Baidu (up 25 %); cheapest is now Novita, $0.95
b/y
  down, best uptime 10 %
""")


def test_a_flip_lists_the_endpoints_it_stands_for_and_both_ends_of_a_gap() -> None:
    body = plain(told(RETAINS), BERLIN).body

    assert body.startswith("""\
atlas-cloud
now retains prompts (31 endpoints)
it happened between 2026-07-06 15:19 and 18:19 CEST

on
  acme/m0 @ atlas-cloud
""")
    assert f"and 11 more: watcher explain {RETAINS.id}" in body


def test_a_model_that_is_served_badly_is_told_by_endpoint() -> None:
    down = replace(
        DOWN, context={**DOWN.context, "offers": [["azure", 43.0], ["openai/eu", 0.0], ["x", None]]}
    )

    assert "\nby endpoint\n  azure: 43 %\n  openai/eu: 0 %\n  x: unknown\n" in plain(told(down), BERLIN).body


def test_two_flips_of_one_provider_list_its_endpoints_once_with_who_else_offers_them() -> None:
    context = {"also": ["a/b @ x"], "alternatives": {"a/b": ["Novita"]}}
    flips = [
        alert("provider.policy_changed", "x", field=field, old=False, new=True, context=context)
        for field in ("training", "retains_prompts")
    ]

    body = plain(told(*flips), BERLIN).body

    assert (
        "\non\n  a/b @ x: still offered without training: Novita; still offered without retention: Novita\n"
        in body
    )


def test_many_alerts_are_listed_up_to_twenty_and_all_their_ids_are_given() -> None:
    alerts = batches(27)

    body = plain(told(*alerts), BERLIN).body

    assert "and 7 more: watcher alerts" in body
    assert all(one.subject in body for one in alerts[:20])
    assert all(one.id in body for one in alerts)
    assert all(len(line) <= 80 for line in body.splitlines())


def test_a_repeat_says_that_it_may_be_one() -> None:
    assert plain(told(DOWN), UTC, repeat=True).title.endswith("for 30 min) (possible repeat)")


@pytest.mark.parametrize("limit", [100, 300, 700, 1600])
def test_a_body_keeps_to_its_limit_and_still_ends_with_the_commands(limit: int) -> None:
    body = plain(told(*batches(27)), UTC, limit=limit).body

    assert len(body) <= limit
    assert body.endswith("watcher silence add --alert ID\n")


@given(st.text(min_size=1), st.text(), st.sampled_from(["model.added", "model.changed", "nonsense"]))
def test_no_text_of_the_catalog_can_break_a_line_or_raise(subject: str, value: str, event: str) -> None:
    words = plain(told(alert(event, subject, field="name", old=value, new=subject)), UTC)

    assert all(character.isprintable() or character == "\n" for character in words.title + words.body)
    assert "\n" not in words.title
    assert len(words.body.splitlines()) <= 9


def test_a_price_that_moved_before_is_drawn() -> None:
    course = ["0.000002", "0.000004", "0.000003", "0.000001", "0.0000025"]
    often = alert(
        "model.price_changed", "a/b", field="pricing.completion", old="0.000001", new="0.0000025",
        percent="150", context={"course": course},
    )  # fmt: skip
    once = replace(often, context={"course": course[-2:]})

    assert " ▃█▅▁▄ in 30 d\n" in plain(told(often), UTC).body
    assert "in 30 d" not in plain(told(once), UTC).body


def test_an_uptime_that_fell_is_drawn_from_the_first_hour_that_is_known() -> None:
    hours = [None, 99.0, None, 100.0, 40.0, 0.0]
    told_of = {**DOWN.context, "uptimes": hours}

    assert " █·█▃▁ in 4 h" in plain(told(replace(DOWN, context=told_of)), UTC).body
    for few in ([None, 99.0, 0.0], [0.0], [], [None], "99"):
        assert " in 1 h" not in plain(told(replace(DOWN, context={**told_of, "uptimes": few})), UTC).body
