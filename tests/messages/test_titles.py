"""Titles: each says it all on a phone."""

from __future__ import annotations

import pytest

from tests.messages.samples import (
    BACK,
    DOWN,
    FREE,
    RETAINS,
    RISE,
    M,
    alert,
    policy,
    price,
    title,
)
from watcher.alerts.alert import Alert, Status


@pytest.mark.parametrize(
    ("one", "expected"),
    [
        (
            RISE,
            f"Price up 25 %: {M}, output $0.87 → $1.09 per M at Baidu (cheapest is now Novita, $0.95)",
        ),
        (price("0.000002", "0.0000015", "-25"), f"Price down 25 %: {M}, output $2 → $1.50 per M"),
        (
            price("0.000002", "0.0000019", "-5", context={"cheapest_provider": "Novita"}),
            f"Price down 5 %: {M}, output $2 → $1.90 per M at Novita",
        ),
        (price("0", "0.000001"), f"Price up from free: {M}, output free → $1 per M"),
        (price("0.000001", "0", "-100"), f"Price down 100 %: {M}, output $1 per M → free"),
        (price(None, "0.000001"), f"Price changed: {M}, output not charged → $1 per M"),
        (price("-1", "0.000001"), f"Price changed: {M}, output dynamic → $1 per M"),
        (
            price("0.00000008333333", "0.00000008333999", "0.008"),
            f"Price up less than 0.1 %: {M}, output $0.08333 → $0.08334 per M",
        ),
        (
            price("0.04", "0.05", "25", field="pricing.image"),
            f"Price up 25 %: {M}, image $0.04 → $0.05 per image",
        ),
        (
            alert("endpoint.changed", "a/b @ deepseek", field="pricing.schedule", old=["x"], new=["y"]),
            "Price schedule changed: a/b @ deepseek",
        ),
        (FREE, "New free model: tencent/hy3:free"),
        (alert("model.added", "a/b", context={"free": True}), "New free model: a/b"),
        (alert("model.added", "openrouter/some:free"), "New model: openrouter/some:free"),
        (alert("model.added", "~a/b:free", context={"alias": True}), "New alias: ~a/b:free"),
        (alert("model.removed", "a/b", context={"free": True}), "Free model gone: a/b"),
        (alert("model.price_changed", "a/b", field="free", old=False, new=True), "Now free: a/b"),
        (alert("model.changed", "a/b", field="free", old=True, new=False), "No longer free: a/b"),
        (alert("model.removed", "a/b:free", field="free", old=True), "Free model gone: a/b:free"),
        (alert("model.added", "a/b", context={"kind": "back"}), "Model back: a/b"),
        (alert("endpoint.removed", "a/b @ baidu", model="a/b"), "Endpoint gone: a/b @ baidu"),
        (alert("provider.added", "novita"), "New provider: novita"),
        (policy("training", True, False), "open-inference stopped training on prompts"),
        (policy("zdr", True, False), "open-inference no longer offers zero data retention"),
        (policy("retention_days", 7, 30), "open-inference now keeps prompts for 30 days (was 7 days)"),
        (
            policy("retention_days", None, 1),
            "open-inference now keeps prompts for 1 day (was an unknown time)",
        ),
        (RETAINS, "AtlasCloud now retains prompts (31 endpoints)"),
        (DOWN, "Down: anthropic/claude-x, best uptime 43 % (below 90 % for 30 min)"),
        (BACK, "Back: anthropic/claude-x, best uptime 99.2 % after 1 h 10 min"),
        (
            alert(
                "model.uptime",
                "a/b",
                is_level=True,
                status=Status.RESOLVED,
                new=40.0,
                context={"closed": "closed as unknown", "lasted_seconds": 4200},
            ),
            "Unknown for a day: a/b, was down for 1 h 10 min",
        ),
        (
            alert(
                "model.price",
                "a/b",
                is_level=True,
                status=Status.RESOLVED,
                field="pricing.prompt",
                context={"closed": "closed as gone", "below": 0.000001},
            ),
            "Gone: a/b, was below $1 per M",
        ),
        (
            alert("provider.uptime", "mara", is_level=True, new=66.6, context={"well": 2, "known": 3}),
            "Degraded: mara, 2 of 3 endpoints well",
        ),
        (
            alert("model.uptime", "a/b", is_level=True, new=88.8, context={"below": 90}),
            "Degraded: a/b, best uptime 88.8 % (below 90 %)",
        ),
        (
            alert("model.uptime", "a/b", is_level=True, new=99.5, context={"above": 99}),
            "Now above 99 %: a/b, best uptime 99.5 %",
        ),
        (
            alert("endpoint.throughput", "a/b @ x", is_level=True, new=20, context={"below": 30}),
            "Slow: a/b @ x, throughput 20 tokens/s (below 30 tokens/s)",
        ),
        (
            alert("endpoint.latency", "a/b @ x", is_level=True, new=200, context={"below": 300}),
            "Fast: a/b @ x, latency 200 ms (below 300 ms)",
        ),
        (
            alert("provider.uptime", "mara", is_level=True, new=0, context={"well": 0, "known": 3}),
            "Down: mara, 0 of 3 endpoints well",
        ),
        (
            alert(
                "provider.uptime",
                "mara",
                is_level=True,
                status=Status.RESOLVED,
                new=100.0,
                context={"well": 3, "known": 3, "lasted_seconds": 5400},
            ),
            "Back: mara, 3 of 3 endpoints well after 1 h 30 min",
        ),
        (
            alert(
                "model.uptime",
                "a/b",
                is_level=True,
                status=Status.RESOLVED,
                new=99,
                context={"held": True, "lasted_seconds": 4200, "worst": 40},
            ),
            "Down and back: a/b, best uptime 99 % after 1 h 10 min",
        ),
        (
            alert("model.uptime", "a/b", is_level=True, new=12, context={"kind": "reminder"}),
            "Still down: a/b, best uptime 12 %",
        ),
        (
            alert("endpoint.latency", "a/b @ x", is_level=True, new=5400.0, context={"above": 3000}),
            "Slow: a/b @ x, latency 5,400 ms (above 3,000 ms)",
        ),
        (
            alert(
                "model.price",
                "a/b",
                is_level=True,
                field="pricing.prompt",
                new="0.00000087",
                context={"below": 0.000001, "provider_name": "Novita"},
            ),
            "Now below $1 per M: a/b, input $0.87 per M at Novita",
        ),
        (
            alert("model.deprecated", "a/b", field="expires", new="2026-08-17"),
            "Expires 2026-08-17: a/b",
        ),
        (
            alert("model.deprecated", "a/b", field="expires", new="2026-07-13", context={"kind": "reminder"}),
            "Expires in 7 days: a/b (on 2026-07-13)",
        ),
        (
            alert("model.deprecated", "a/b", field="expires", old="2026-08-17", new=None),
            "No longer expires: a/b (was 2026-08-17)",
        ),
        (
            alert("alias.retargeted", "~a/b-latest", field="alias_target", old="a/b-1", new="a/b-2"),
            "Alias retargeted: ~a/b-latest, a/b-1 → a/b-2",
        ),
        (
            alert("model.changed", "a/b", field="context_length", old=131072, new=65536),
            "a/b: context 131,072 → 65,536 tokens",
        ),
        (
            alert("model.changed", "a/b", field="supported_parameters", old=["seed", "tools"], new=["seed"]),
            "a/b: parameters: lost tools",
        ),
        (
            alert("endpoint.changed", "a/b @ x", field="quantization", old="bf16", new="fp8"),
            "a/b @ x: quantization bf16 → fp8",
        ),
        (
            alert("model.price_changed", "a/b", context={"kind": "restless", "summary": "$1 to $2, 9 times"}),
            "Restless: a/b, $1 to $2, 9 times",
        ),
        (
            alert("catalog.surface_lost", "providers", context={"reason": "no row carries training"}),
            "Lost sight of providers (no row carries training)",
        ),
        (
            alert("catalog.surface_lost", "providers", context={"facts": ["training", "retention_days"]}),
            "Lost sight of training, retention_days: no longer in providers",
        ),
        (
            alert("catalog.surface_back", "providers", context={"facts": ["training"]}),
            "In sight again: training (providers)",
        ),
        (
            alert("catalog.schema_changed", "provider", context={"reason": "colour appeared on 6 of 9"}),
            "Catalog schema changed: colour appeared on 6 of 9",
        ),
        (alert("catalog.blind", "models"), "Blind: no believed poll of models"),
        (
            alert(
                "catalog.refused", "models", is_level=True, context={"kind": "blind", "reason": "HTTP 503"}
            ),
            "Blind: no believed poll of models (HTTP 503)",
        ),
        (
            alert(
                "catalog.refused",
                "models",
                is_level=True,
                status=Status.RESOLVED,
                context={"kind": "blind", "lasted_seconds": 4200},
            ),
            "In sight again: models (after 1 h 10 min)",
        ),
        (
            price(
                "0.000002",
                "0.000001",
                "-50",
                context={"cheapest_provider": "Novita", "was_cheapest_provider": "Baidu"},
            ),
            f"Price down 50 %: {M}, output $2 → $1 per M at Novita (was at Baidu)",
        ),
        (
            price(
                "0.000002",
                "0.000001",
                "-50",
                context={"kind": "restless", "count": 9, "low": "0.000001", "high": "0.000003"},
            ),
            f"Restless: {M}, output moved 9 times in a day, $1 to $3 per M, now $1",
        ),
        (
            alert("model.price_changed", "a/b", field="free", old=False, new=True, context={"kind": "back"}),
            "Free again: a/b",
        ),
        (
            alert(
                "provider.policy_changed",
                "x",
                field="training",
                old=False,
                new=True,
                context={"endpoints": 3},
            ),
            "x now trains on prompts (3 endpoints)",
        ),
        (
            alert("catalog.receiver_paused", "team-slack", context={"reason": "HTTP 404: no_service"}),
            "Receiver paused: team-slack (HTTP 404: no_service)",
        ),
        (
            alert(
                "catalog.receiver_paused",
                "team-slack",
                status=Status.RESOLVED,
                context={"lasted_seconds": 5400.0},
            ),
            "Receiver takes messages again: team-slack (after 1 h 30 min)",
        ),
        (
            alert("catalog.backlog_cut", "team-slack", context={"reason": "backlog over 10,000"}),
            "Backlog cut: team-slack (backlog over 10,000)",
        ),
        (alert("catalog.of_tomorrow", "models"), "Of tomorrow: models"),
        (alert("model.of_tomorrow", "a/b", field="colour", old="red", new=True), "a/b: colour red → yes"),
    ],
)
def test_a_title_says_it_all(one: Alert, expected: str) -> None:
    assert title(one) == expected
