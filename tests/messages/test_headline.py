"""Headlines: several alerts in one title."""

from __future__ import annotations

from dataclasses import replace

from tests.messages.samples import (
    BACK,
    DOWN,
    M,
    alert,
    batches,
    policy,
    price,
    title,
)
from watcher.alerts.alert import Alert
from watcher.messages.tell import tell


def test_several_alerts_are_counted_and_told_by_what_they_share() -> None:
    assert title(*batches(24)) == "24 models added: all :batch variants"


def test_price_moves_share_provider_and_percent() -> None:
    moves = [
        alert(
            "endpoint.price_changed",
            f"{m} @ baidu",
            model=m,
            endpoint="baidu",
            provider="baidu",
            field="pricing.prompt",
            old="0.000001",
            new="0.0000012",
            percent="20",
        )
        for m in ("a/x", "b/y")
    ]

    assert title(*moves) == "2 prices up 20 %: a/x @ baidu, b/y @ baidu"


def test_two_facts_of_one_subject_are_told_together() -> None:
    both = title(policy("training", True, False), policy("retains_prompts", True, False))

    assert both == "open-inference: stopped training on prompts; stopped retaining prompts"


def offer(meter: str, old: str, new: str, percent: str, at: str = "") -> Alert:
    context = {"cheapest_provider": at} if at else {}
    return alert(
        "model.price_changed", M, field=f"pricing.{meter}", old=old, new=new, percent=percent, context=context
    )


def test_prices_of_one_model_are_one_line_also_when_they_moved_unlike_or_at_others() -> None:
    unlike = title(
        offer("prompt", "0.00000093", "0.000000812", "-12.7", "Novita"),
        offer("completion", "0.0000029", "0.000002552", "-12", "Novita"),
    )
    elsewhere = title(
        offer("prompt", "0.0000002", "0.0000003", "50", "StreamLake"),
        offer("completion", "0.0000008", "0.0000004", "-50", "DeepInfra"),
    )

    assert unlike == (
        f"Price down 12 % to 13 %: {M}, input $0.93 → $0.812, output $2.90 → $2.552 per M at Novita"
    )
    assert elsewhere == (
        f"Price changed: {M}, input $0.20 → $0.30 per M at StreamLake, "
        "output $0.80 → $0.40 per M at DeepInfra"
    )


def test_several_prices_that_begin_or_end_at_nothing_are_told_by_their_words() -> None:
    begun = title(price("0", "0.000001", field="pricing.prompt"), price("0", "0.000002"))
    undone = title(
        offer("prompt", "0.000001", "0.000002", "100"), offer("prompt", "0.000002", "0.000001", "-50")
    )
    odd = title(price("-1", "0.000001", field="pricing.prompt"), price("0.000001", "0.000002", "100"))

    assert begun == f"Price up from free: {M}, input free → $1, output free → $2 per M"
    assert undone == f"Price changed: {M}, input $1 → $1 per M"
    assert odd == f"Price changed: {M}, input dynamic → $1, output $1 → $2 per M"


def test_a_price_that_moved_twice_is_told_from_its_first_to_its_last() -> None:
    twice = title(
        offer("prompt", "0.00000091", "0.00000077", "-15.4", "StreamLake"),
        offer("prompt", "0.00000077", "0.000000728", "-5.5", "Novita"),
    )

    assert twice == f"Price down 20 %: {M}, input $0.91 → $0.728 per M at Novita"


def test_what_would_be_too_long_for_one_subject_is_told_by_its_facts() -> None:
    terms = [
        alert(
            "provider.changed",
            "tencent",
            field=field,
            old="https://a.example/" + "x" * 60,
            new="https://b.example",
        )
        for field in ("privacy_policy_url", "terms_of_service_url")
    ]
    context = {"kind": "restless", "count": 3, "low": "0.00000022", "high": "0.00000038"}
    moved = [
        alert(
            "endpoint.price_changed",
            "google/gemma-4-31b-it @ sambanova",
            field=f"pricing.{meter}",
            old="0.00000022",
            new="0.00000038",
            context=context,
        )
        for meter in ("prompt", "completion")
    ]

    assert title(*terms) == "tencent: privacy policy, terms of service changed"
    assert title(*moved) == (
        "Restless: google/gemma-4-31b-it @ sambanova, 3 moves in a day: "
        "input $0.22 to $0.38, now $0.38; output $0.22 to $0.38, now $0.38 per M"
    )


def test_that_free_models_were_free_is_not_what_they_have_in_common() -> None:
    gone = [alert("model.removed", f"a/m-{n}:free", field="free", old=True) for n in range(4)]
    others = [alert("model.removed", f"b/m-{n}:free", field="free", old=True) for n in range(2)]

    assert title(*gone) == "4 free models gone: all by a"
    assert title(*gone, *others) == "6 free models gone: a/m-0:free, a/m-1:free and 4 more"


def test_three_long_names_are_one_name_and_a_number() -> None:
    down = [
        alert("endpoint.uptime", f"{n}{'x' * 60}/m @ p", is_level=True, new=10, context={}) for n in "abc"
    ]

    assert title(*down) == f"3 endpoints down: a{'x' * 60}/m @ p and 2 more"


def test_prices_of_few_are_told_with_their_names_and_where_they_are() -> None:
    def offer_of(model: str, percent: str) -> Alert:
        context = {"provider_name": "DeepInfra"}
        return alert("model.price_changed", model, field="pricing.prompt", percent=percent, context=context)

    few = [offer_of("a/x", "17"), offer_of("a/x", "19"), offer_of("b/y", "20")]
    many = [*few, offer_of("c/z", "17"), offer_of("d/z", "17"), offer_of("d/z", "17")]

    assert title(*few) == "3 prices up 17 % to 20 %: a/x, b/y at DeepInfra"
    assert title(*many) == "6 prices of 4 models up 17 % to 20 %: all at DeepInfra"


def test_what_expires_is_told_with_its_day_or_the_first_of_several() -> None:
    days = ["2026-07-19", "2026-07-19", "2026-07-24", "2026-07-31"]
    expiring = [
        alert("model.deprecated", f"{name}/m", field="expires", new=day)
        for name, day in zip("abcd", days, strict=True)
    ]
    lifted = alert("model.deprecated", "e/m", field="expires", old="2026-07-19")

    assert title(*expiring[:2]) == "2 models expire on 2026-07-19: a/m, b/m"
    assert title(*expiring) == "4 models expire, the first on 2026-07-19: a/m, b/m and 2 more"
    assert title(expiring[0], lifted) == "1 model expires on 2026-07-19: a/m; 1 model no longer expires: e/m"


def test_a_restless_subject_that_moved_once_in_one_price_is_told_from_first_to_last() -> None:
    often = offer("prompt", "0.0000006", "0.00000072", "20", "Decart")
    often = replace(
        often,
        context={**often.context, "kind": "restless", "low": "0.0000005", "high": "0.0000008", "count": 3},
    )

    assert title(often, offer("completion", "0.00000125", "0.0000018", "44", "Decart")) == (
        f"Price up 20 % to 44 %: {M}, input $0.60 → $0.72, output $1.25 → $1.80 per M at Decart"
    )


def test_what_a_title_has_no_room_for_is_left_to_the_message() -> None:
    flips = [
        policy(field, False, True, context={"also": ["a/b @ x"], "alternatives": {"a/b": ["Novita"] * 5}})
        for field in ("training", "retains_prompts")
    ]

    assert title(*flips) == "open-inference: now trains on prompts; now retains prompts (1 endpoint)"


def test_a_flip_that_touches_nobody_yet_says_so() -> None:
    one = policy("training", True, False, context={"also": []})

    assert title(one) == "open-inference stopped training on prompts (touches no watched endpoint)"


def test_what_is_lost_says_once_what_follows_and_what_is_only_announced_says_nothing_of_it() -> None:
    blind = alert("catalog.surface_lost", "frontend", context={"reason": "3 polls in a row"})
    drift = alert("catalog.schema_changed", "model", context={"reason": "x appeared on 50 of 60", "rows": 50})
    announced = alert("catalog.schema_changed", "schema", context={"reason": "announced: x [Breaking]"})

    assert [tell(each).phrase for each in (blind, drift, announced)] == [
        "surface lost: 3 polls in a row; what was known last is kept, and what moves meanwhile is not seen",
        "schema change: x appeared on 50 of 60; no rule tells it as a change",
        "schema change: announced: x [Breaking]",
    ]


def test_what_shares_nothing_is_named() -> None:
    other = alert("model.uptime", "b/y", is_level=True, new=10, context={})

    assert (
        title(DOWN, BACK, other) == "2 models down: anthropic/claude-x, b/y; 1 model back: anthropic/claude-x"
    )


def test_a_title_is_cut_before_it_grows_too_long() -> None:
    long = title(alert("model.added", "a/" + "b" * 500))

    assert len(long) == 180
    assert long.endswith("…")
