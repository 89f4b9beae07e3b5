from __future__ import annotations

import json
import textwrap
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


def test_the_test_of_the_manual_passes_as_it_stands(watcher: Run, tmp_path: Path) -> None:
    page = watcher("test-rules", "--help").stdout
    start, end = page.index("  rules:"), page.index("  Rows are upstream's own")
    path = tmp_path / "manual.yaml"
    path.write_text(textwrap.dedent(page[start:end]))

    assert watcher("test-rules", path).stdout == "manual.yaml: ok, 1 alert as expected\n"


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

    assert f"{path}:3:11: rules[0].use: unknown preset 'price-chang'; did you mean 'price-change'?" in told(
        RISE.replace("price-change, percent", "price-chang, percent")
    )
    assert "14:77: expect[0].subjct: unknown key; did you mean 'subject'?" in told(
        RISE.replace("subject: a/b", "subjct: a/b")
    )
    assert "14:35: expect[0].rule: unknown rule 'price-rise'; did you mean 'price-change'?" in told(
        RISE.replace("rule: price-change", "rule: price-rise")
    )
    assert f"{path}:1:1: a test has `polls`, or names an `archive`" in told("rules: [{use: price-change}]\n")
    assert f"{path}:2:1: no YAML" in told("rules: [\n")
    assert f"{path}:1:1: the file is empty; `watcher test-rules --help`" in told("\n")
    assert f"{path}:1:1: wants a mapping (key: value), not a list" in told("[]\n")


WRONG = """\
rules: [{use: price-change, percnt: 20, where: "model.idd == 'x'"}]
polls:
  - {at: 0m, model: []}
  - {at: 3 potatoes, endpoints: [1], zdr: same}
  - 17
expect: [{at: noon, status: fire}]
strt: 2026-01-01
tests:
  - rules: [{use: uptime-dropp}]
    polls: [{at: 30m, models: []}, {at: 0m, models: 7}]
  - {polls: [], archive: nowhere.jsonl}
  - {rules: missing.yaml}
"""


def test_every_mistake_of_every_file_of_tests_is_told_at_once_at_its_place(
    watcher: Run, tmp_path: Path
) -> None:
    wrong, other = tmp_path / "wrong.yaml", tmp_path / "other.yaml"
    wrong.write_text(WRONG)
    other.write_text(RISE + "prices: []\n")

    result = watcher("test-rules", wrong, other)

    told = [line.removeprefix(f"{tmp_path}/") for line in result.stderr.splitlines()]
    assert (result.exit_code, result.stdout) == (2, "")
    assert told == [
        "wrong.yaml:1:29: rules[0].percnt: unknown key; did you mean 'percent'?",
        "wrong.yaml:1:49: rules[0].where: undeclared variable 'model.idd'; did you mean 'model.id'?",
        "wrong.yaml:3:14: polls[0].model: unknown key; did you mean 'models'?",
        (
            "wrong.yaml:4:10: polls[1].at: '3 potatoes' is no time; "
            "write 30m (since the start) or 2026-01-01T00:30Z"
        ),
        "wrong.yaml:4:33: polls[1].endpoints: wants a mapping of model ids to rows, or `same`, not a list",
        "wrong.yaml:4:43: polls[1].zdr: there is nothing to repeat: no poll above it shows this surface",
        "wrong.yaml:5:5: polls[2]: wants a mapping (key: value), not a number",
        "wrong.yaml:6:15: expect[0].at: 'noon' is no time; write 30m (since the start) or 2026-01-01T00:30Z",
        "wrong.yaml:6:29: expect[0].status: unknown status 'fire'; did you mean 'firing'?",
        "wrong.yaml:7:1: strt: unknown key; did you mean 'start'?",
        "wrong.yaml:9:19: tests[0].rules[0].use: unknown preset 'uptime-dropp'; did you mean 'uptime-drop'?",
        "wrong.yaml:10:41: tests[0].polls[1].at: is before the poll above it; polls go forward in time",
        (
            "wrong.yaml:10:53: tests[0].polls[1].models: "
            "wants a list of rows, a whole body, or `same`, not a number"
        ),
        "wrong.yaml:11:17: tests[1].archive: `polls` or `archive`, not both",
        "wrong.yaml:11:26: tests[1].archive: there is no such file or directory",
        (
            "wrong.yaml:12:13: tests[2].rules: "
            "this configuration cannot be used; what is wrong with it is told below"
        ),
        "missing.yaml: there is no such file; `watcher init` writes one",
        (
            "other.yaml:15:1: prices: unknown key; "
            "known here: name, rules, models, start, polls, archive, expect, tests"
        ),
    ]


def test_a_failed_test_names_the_answers_that_were_not_believed(watcher: Run, tmp_path: Path) -> None:
    path = tmp_path / "rise.yaml"
    path.write_text(RISE.replace("endpoints: same", "models: []"))

    result = watcher("test-rules", path)
    found = json.loads(watcher("test-rules", path, "--json").stdout)

    assert "  not believed: 2026-01-01 01:00 UTC, models: " in result.stdout
    assert [refusal["surface"] for refusal in found["refused"]] == ["models"]


def test_where_nothing_is_expected_nothing_may_be_told(watcher: Run, tmp_path: Path) -> None:
    path = tmp_path / "calm.yaml"
    path.write_text(RISE[: RISE.index("expect")] + "start: 2026-03-01\nexpect:\n")

    result = watcher("test-rules", path)

    assert (result.exit_code, "not expected: 2026-03-01 00:30 UTC" in result.stdout) == (1, True)
