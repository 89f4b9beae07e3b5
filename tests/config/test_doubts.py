"""What may be said but is probably not meant is told as a warning."""

from __future__ import annotations

import pytest

from watcher.config import IdleGlob, parse, unmatched_globs

FLIP = "rules: [{use: data-policy-flip}]"
FLOOR = "receivers: {a: {console: true, min_severity: critical}}"
HOURS = "receivers: {{a: {{console: true, quiet_hours: {quiet}, digest: {{at: 06:00, except: critical}}}}}}"
NIGHT = HOURS.format(quiet="{from: 22:00, to: 07:00}")
MORNING = HOURS.format(quiet="{from: 01:00, to: 05:00}")
GLOBS = """\
models: [a/*]
rules:
  - use: model-added
  - {use: provider-added, models: ['*'], providers: [x*, 'y?']}
"""

ADDERS = "`catalog.api_key` or `catalog.frontend: all`"


def doubts(text: str) -> list[str]:
    """Return the warnings of a text as lines."""
    return [problem.told("config.yaml") for problem in parse(text + "\n", {}).warnings]


@pytest.mark.parametrize(
    ("text", "line"),
    [
        (
            f"catalog: {{frontend: none}}\n{FLIP}",
            (
                "2:15: rules[0].use: needs can_publish, retains_prompts, retention_days or training, which "
                "only `catalog.frontend: policies` reads; only zdr is left"
            ),
        ),
        (
            "catalog: {frontend: none}\nrules: [{use: data-policy-flip, fields: [training]}]",
            (
                "2:15: rules[0].use: needs training, which only `catalog.frontend: policies` reads; "
                "it can never fire"
            ),
        ),
        (
            "catalog: {frontend: none}\nrules: [{when: provider.added, where: '!provider.training'}]",
            "2:39: rules[0].where: is never true: `catalog.frontend: none` leaves provider.training unknown",
        ),
        (
            "rules: [{when: endpoint.latency, above: 5000}]",
            f"1:16: rules[0].when: needs latency, which only {ADDERS} adds",
        ),
        (
            "rules: [{when: endpoint.added, where: endpoint.throughput > 5}]",
            f"1:16: rules[0].when: needs endpoint.throughput, which only {ADDERS} adds",
        ),
        (
            "rules: [{use: warning-message}]",
            (
                "1:15: rules[0].use: needs warning or promotion, which only `catalog.frontend: all` reads; "
                "it can never fire"
            ),
        ),
        (
            "rules: [{use: data-policy-flip, where: 'model.id == \"a\"'}]",
            "1:40: rules[0].where: is never true of a provider, which has no model.id",
        ),
        (
            "receivers: {a: {console: true, min_severity: warning}}\nrules: [{use: price-change}]",
            "2:15: rules[0].use: is info, and everyone it tells wants warning or more: nobody hears of it",
        ),
        (
            f"{FLOOR}\nrules: [{{use: price-change, severity: warning}}]",
            (
                "2:39: rules[0].severity: is warning, and everyone it tells wants critical or more: "
                "nobody hears of it"
            ),
        ),
        (
            "rules: [{use: uptime-drop, for: 10m}]",
            "1:33: rules[0].for: is shorter than `catalog.every.endpoints` (15m): one reading meets it",
        ),
        (
            "rules: [{use: price-change, meters: [promt]}]",
            "1:37: rules[0].meters: OpenRouter documents no meter 'promt'; did you mean 'prompt'?",
        ),
        (
            "rules: [{use: price-below, usd_per_million: 1, meter: completions}]",
            "1:55: rules[0].meter: OpenRouter documents no meter 'completions'; did you mean 'completion'?",
        ),
        (
            "rules: [{when: model.tokens, below: 1000000}]",
            "1:16: rules[0].when: needs tokens, which only `catalog.frontend: all` reads; it can never fire",
        ),
        (
            "rules: [{use: version-published}]",
            "1:15: rules[0].use: needs version, which only `catalog.frontend: all` reads; it can never fire",
        ),
        (
            "rules: [{use: model-removed, where: model.tokens_per_day > 1e9}]",
            (
                "1:37: rules[0].where: is never true: "
                "`catalog.frontend: policies` leaves model.tokens_per_day unknown"
            ),
        ),
        (
            "catalog: {frontend: all}\nrules: [{when: model.tokens, below: 1, for: 2h}]",
            "2:45: rules[0].for: is shorter than `catalog.every.frontend` times 6 (6h): one reading meets it",
        ),
        (
            f"{NIGHT}\n{FLIP}",
            "1:84: receivers.a.digest.at: falls into the quiet hours, and leaves at their end (07:00)",
        ),
        (
            f"receivers: {{a: {{console: true, digest: {{at: 09:00, on: monday}}}}}}\n{FLIP}",
            (
                "1:40: receivers.a.digest: critical alerts reach nobody before it; "
                "`except: critical` tells them at once"
            ),
        ),
        (
            "receivers: {a: {console: true}, b: {file: x}}\nrules: [{use: catalog-trouble, notify: [a]}]",
            "1:36: receivers.b: no rule tells it anything",
        ),
        (
            (
                "receivers: {a: {urls: ['slack://a/b/c', {name: ops, url: 'slack://a/b/c'}]}}\n"
                "rules: [{use: model-added}]"
            ),
            "1:23: receivers.a.urls: names one URL twice: each message would arrive there twice",
        ),
    ],
)
def test_a_doubt_is_told_with_its_place(text: str, line: str) -> None:
    assert doubts(text) == [f"config.yaml:{line}"]


@pytest.mark.parametrize(
    "text",
    [
        FLIP,
        "catalog: {frontend: none}\nrules: [{use: data-policy-flip, fields: [zdr]}]",
        "catalog: {frontend: all}\nrules: [{when: endpoint.policy_changed}]",
        "catalog: {frontend: all}\nrules: [{when: endpoint.latency, above: 5000}, {use: app-entered-top}]",
        "catalog: {frontend: all}\nrules: [{when: model.tokens, below: 1e12, for: 2d}]",
        "catalog: {frontend: all}\nrules: [{use: version-published, where: model.requests_per_day > 10}]",
        "rules: [{when: endpoint.changed}]",
        "catalog: {api_key: k}\nrules: [{when: endpoint.latency, above: 5000}]",
        "receivers: {a: {console: true, min_severity: critical}, b: {file: x}}\nrules: [{use: price-change}]",
        "receivers: {a: {console: true, digest: {at: 09:00}}, b: {file: x}}\nrules: [{use: uptime-drop}]",
        f"{MORNING}\n{FLIP}",
        "rules: [{use: uptime-drop, for: 15m}]",
        "rules: [{when: model.price_changed}, {use: price-change, meters: [web_search]}]",
    ],
)
def test_what_can_happen_is_not_doubted(text: str) -> None:
    assert doubts(text) == []


def test_endpoint_policies_want_the_whole_frontend() -> None:
    (line,) = doubts("rules: [{when: endpoint.policy_changed}]")

    assert "which only `catalog.frontend: all` reads; only zdr is left" in line


def test_globs_that_match_nothing_are_named() -> None:
    rulebook = parse(GLOBS, {}).rulebook

    assert unmatched_globs(rulebook, ["b/c"], ["xa"]) == (
        IdleGlob(rule="model-added", key="models", glob="a/*"),
        IdleGlob(rule="provider-added", key="providers", glob="y?"),
    )
    assert unmatched_globs(rulebook, ["a/c"]) == ()
    assert unmatched_globs(rulebook, []) == ()
