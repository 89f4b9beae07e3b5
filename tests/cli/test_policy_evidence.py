from __future__ import annotations

import json
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.builders import NOON, backstage, endpoint, frontend_offer, policy, private, seen
from tests.cli.conftest import BASE_URL, Run
from watcher.config import load
from watcher.daemon.ledger import Ledger
from watcher.store.store import Store

GLM = "z-ai/glm-5.2"
CONFIG = f"""\
models: ["*"]
catalog: {{base_url: "{BASE_URL}", frontend: all}}
receivers: {{terminal: {{console: true}}}}
rules: [{{use: data-policy-flip, direction: any, fields: [training, retains_prompts, retention_days, zdr]}}]
"""
Explain = Callable[..., str]


@pytest.fixture
def explain(tmp_path: Path, watcher: Run) -> Explain:
    """Give `explain --rule` over two polls: Groq began to keep prompts, Novita trains at one endpoint."""
    config = tmp_path / "config.yaml"
    config.write_text(CONFIG)
    settings = load(config, {}, targets=None)
    offers = [endpoint(GLM, tag) for tag in ("novita", "groq", "mara")]
    own = [
        frontend_offer(offers[0], private(training=True), "1"),
        frontend_offer(offers[1], policy(), "2"),
        frontend_offer(endpoint("a/unlisted", "novita"), private(retention_days=7), "3"),
    ]
    before = {"novita": private(), "groq": private(retention_days=30), "mara": policy()}
    after = before | {"groq": private(retains_prompts=True, retention_days=30)}
    with Store.open(settings.state, catalog=BASE_URL) as store:
        ledger = Ledger(store, settings.rulebook, {"terminal": ()})
        for hour, policies in enumerate((before, after)):
            at = NOON + timedelta(hours=hour)
            zdr = [offers[0].endpoint.key]
            ledger.enter(
                seen(at, endpoints=offers, policies=policies, endpoint_policies=backstage(own), zdr=zdr), at
            )

    def explained(subject: str, *more: str) -> str:
        result = watcher("explain", "--rule", "data-policy-flip", "--subject", subject, "-c", config, *more)
        assert result.exit_code == 0, result.stderr
        return result.stdout

    return explained


def test_a_flip_is_explained_with_what_is_known_now_and_by_whose_record(explain: Explain) -> None:
    words = explain("groq").splitlines()

    assert words[0] == "groq now retains prompts (1 endpoint)"
    assert "  retains_prompts: False → True" in words
    assert "  because read from the provider's record" in words
    assert words[-3:] == [
        "training: no, by the provider's record of 2026-07-06 13:00 UTC",
        "retains prompts: yes, by the provider's record of 2026-07-06 13:00 UTC",
        "retention days: 30, by the provider's record of 2026-07-06 13:00 UTC",
    ]


def test_a_policy_that_is_unknown_is_said_to_be_never_safe(explain: Explain) -> None:
    unknown = [f"{name}: unknown, which never counts as safe" for name in ("training", "retains prompts")]

    assert explain("mara").splitlines()[:2] == unknown
    assert explain(f"{GLM} @ mara").splitlines()[:2] == unknown


def test_an_endpoint_that_overrides_its_provider_is_shown_with_what_that_says(explain: Explain) -> None:
    words = explain(f"{GLM} @ novita").splitlines()
    found = [json.loads(line) for line in explain(f"{GLM} @ novita", "--json").splitlines()]

    assert words == [
        "training: yes, by the endpoint's own record of 2026-07-06 12:00 UTC; its provider's says no",
        "retains prompts: no, by the endpoint's own record of 2026-07-06 12:00 UTC",
        "retention days: unknown, which never counts as safe",
        "zero retention: yes, by the list of endpoints with zero retention of 2026-07-06 12:00 UTC",
    ]
    assert [(entry["field"], entry["value"], entry["provider_says"]) for entry in found] == [
        ("training", True, False),
        ("retains_prompts", False, None),
        ("retention_days", None, None),
        ("zdr", True, None),
    ]


def test_an_endpoint_without_a_record_of_its_own_goes_by_its_providers(explain: Explain) -> None:
    words = explain(f"{GLM} @ groq").splitlines()

    assert words[:2] == [
        "training: no, by the provider's record of 2026-07-06 13:00 UTC",
        "retains prompts: yes, by the provider's record of 2026-07-06 13:00 UTC",
    ]
    assert words[-1].startswith("zero retention: no, by the list")


def test_only_endpoints_are_said_to_be_with_or_without_zero_retention(explain: Explain) -> None:
    assert "zero retention" not in explain("novita")


def test_an_endpoint_that_only_the_frontend_lists_has_its_own_record(explain: Explain) -> None:
    assert "retention days: 7, by the endpoint's own record" in explain("a/unlisted @ novita")


@pytest.mark.parametrize("subject", ["nobody", f"{GLM} @ nobody"])
def test_of_whom_nothing_is_known_no_policy_is_made_up(explain: Explain, subject: str) -> None:
    assert "unknown" not in explain(subject)


def test_entries_for_programs_say_the_same(explain: Explain) -> None:
    entry: dict[str, Any] = json.loads(explain("mara", "--json").splitlines()[0])

    assert entry == {
        "type": "policy",
        "subject": "mara",
        "field": "training",
        "value": None,
        "source": None,
        "since": None,
        "provider_says": None,
        "said": "training: unknown, which never counts as safe",
    }
