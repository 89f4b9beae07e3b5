from __future__ import annotations

import json
from pathlib import Path

from tests.cli.conftest import Run

RISE = """\
models: ["*"]
rules:
  - {use: price-change, percent: 20, for: 30m}
polls:
  - at: 0m
    models: [{id: a/b, name: B}]
    endpoints:
      a/b: [{tag: x, provider_name: X, pricing: {prompt: "0.000001", completion: "0.000002"}}]
  - at: 30m
    endpoints:
      a/b: [{tag: x, provider_name: X, pricing: {prompt: "0.0000015", completion: "0.000002"}}]
  - {at: 60m, endpoints: same}
expect:
  - {at: 30m, told_at: 60m, rule: price-change, event: model.price_changed, subject: a/b, percent: 50}
"""


def test_a_test_passes_when_exactly_the_expected_is_told(watcher: Run, tmp_path: Path) -> None:
    path = tmp_path / "rise.yaml"
    path.write_text(RISE)

    result = watcher("test-rules", path)

    assert (result.exit_code, result.stdout) == (0, "rise.yaml: ok, 1 alert as expected\n"), result.stderr


def test_a_test_fails_with_what_is_missing_and_what_was_not_expected(watcher: Run, tmp_path: Path) -> None:
    path = tmp_path / "rise.yaml"
    path.write_text(RISE.replace("percent: 50}", "percent: 60}"))

    result = watcher("test-rules", path)
    found = json.loads(watcher("test-rules", path, "--json").stdout)

    assert result.exit_code == 1
    assert "rise.yaml: FAILED, 0 alerts as expected" in result.stdout
    assert "missing: at 30m, told_at 60m, rule price-change" in result.stdout
    assert (
        "not expected: 2026-01-01 00:30 UTC, price-change, model.price_changed, a/b: input" in result.stdout
    )
    assert (found["passed"], len(found["missing"]), len(found["unexpected"])) == (False, 1, 1)


def test_a_file_may_hold_several_tests_over_rules_of_a_configuration(
    watcher: Run, tmp_path: Path, config: Path, archive: Path
) -> None:
    path = tmp_path / "two.yaml"
    quiet = "polls: [{at: 0m, models: [{id: a/b, name: B}]}], expect: []"
    recorded = f"archive: {archive}, expect: []"
    path.write_text(
        f"rules: {config.name}\ntests:\n  - {{name: calm, {quiet}}}\n  - {{name: day, {recorded}}}\n"
    )

    result = watcher("test-rules", path)

    assert result.exit_code == 1
    assert "calm: ok, 0 alerts as expected" in result.stdout
    assert "day: FAILED" in result.stdout


def test_a_mistake_in_a_file_of_tests_is_exit_code_2_and_named(watcher: Run, tmp_path: Path) -> None:
    path = tmp_path / "wrong.yaml"

    def told(text: str) -> str:
        path.write_text(text)
        result = watcher("test-rules", path)
        assert result.exit_code == 2
        return result.stderr

    assert f"{path}: rules[0].use: unknown preset 'price'" in told(
        RISE.replace("price-change, percent", "price, percent")
    )
    assert "unknown key 'prices'" in told(RISE + "prices: []\n")
    assert "unknown key 'subjct'" in told(RISE.replace("subject: a/b", "subjct: a/b"))
    assert "a test has `polls`, or names an `archive`" in told("rules: [{use: price-change}]\n")
    assert f"{path}:2:1: no YAML" in told("rules: [\n")
