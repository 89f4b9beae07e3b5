from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from click.testing import Result

from tests.cli.conftest import Run
from watcher.judgement.decision import Gate

NOTIFICATION = {"type", "at", "receiver", "rule", "severity", "status", "title", "body", "alerts"}
ALERT = {
    "id", "event", "subject", "model", "provider", "endpoint", "field", "old", "new", "percent", "at",
    "not_before",
}  # fmt: skip
SUMMARY = {
    "type", "polls", "refused", "changes", "alerts", "notifications", "still_held", "suppressed", "set_aside",
}  # fmt: skip


def objects(result: Result) -> list[dict[str, Any]]:
    return [json.loads(line) for line in result.stdout.splitlines()]


def test_every_json_line_has_the_keys_that_are_promised_and_the_summary_is_last(
    watcher: Run, config: Path, archive: Path
) -> None:
    result = watcher("backtest", archive, "-c", config, "--json")

    *told, summary = objects(result)
    assert result.exit_code == 0, result.stderr
    assert told
    assert all(line.keys() >= NOTIFICATION and line["type"] == "notification" for line in told)
    assert all(alert.keys() >= ALERT for line in told for alert in line["alerts"])
    assert summary.keys() == SUMMARY
    assert set(summary["suppressed"]) == {str(gate) for gate in Gate}
    assert summary["polls"] == 49
    assert summary["notifications"] == len(told)
    assert [line["at"] for line in told] == sorted(line["at"] for line in told)


def test_rows_that_cannot_be_read_are_counted_and_named(
    watcher: Run, config: Path, archive: Path, tmp_path: Path
) -> None:
    polls = [json.loads(line) for line in archive.read_text().splitlines()[:2]]
    for poll in polls:
        poll["models"]["data"][0]["pricing"]["prompt"] = "-7"
    recording = tmp_path / "bad.jsonl"
    recording.write_text("".join(json.dumps(poll) + "\n" for poll in polls))

    told = watcher("backtest", recording, "-c", config).stdout
    summary = objects(watcher("backtest", recording, "-c", config, "--json"))[-1]

    name = polls[0]["models"]["data"][0]["id"]
    assert "Rows that could not be read (2):" in told
    assert f"  2 of models, first {name}: a price of '-7'" in told
    assert summary["set_aside"] == {"models": 2}


def test_a_backtest_leaves_no_state_behind(watcher: Run, config: Path, archive: Path) -> None:
    watcher("backtest", archive, "-c", config)

    assert [path.name for path in config.parent.iterdir()] == ["config.yaml"]


def test_people_read_blocks_and_a_summary_by_rule(watcher: Run, config: Path, archive: Path) -> None:
    result = watcher("backtest", archive, "-c", config)

    assert "terminal  data-policy-flip  warning" in result.stdout
    assert "49 polls from 2026-07-06 00:00 UTC" in result.stdout
    assert "messages a week" in result.stdout
    assert "Not told, and why" in result.stdout
    assert result.stderr == ""


def test_only_the_rules_that_are_asked_for_are_rehearsed(watcher: Run, config: Path, archive: Path) -> None:
    result = watcher("backtest", archive, "-c", config, "--rule", "price-change", "--json")

    assert {line["rule"] for line in objects(result)[:-1]} == {"price-change"}


def test_an_unknown_rule_is_told_with_those_that_exist(watcher: Run, config: Path, archive: Path) -> None:
    result = watcher("backtest", archive, "-c", config, "--rule", "prices")

    assert result.exit_code == 2
    assert "no rule is called 'prices'; there are new-free-variant, price-change," in result.stderr


def test_since_and_until_choose_polls_with_both_ends_included(
    watcher: Run, config: Path, archive: Path
) -> None:
    span = ("--since", "2026-07-06T10:00Z", "--until", "2026-07-06T11:00Z")

    result = watcher("backtest", archive, "-c", config, *span, "--json")

    assert objects(result)[-1]["polls"] == 3


def test_suppressed_changes_are_listed_with_their_gate_and_counted_alike(
    watcher: Run, config: Path, archive: Path
) -> None:
    result = watcher("backtest", archive, "-c", config, "--show-suppressed", "--json")

    *lines, summary = objects(result)
    listed = [line for line in lines if line["type"] == "suppressed"]
    assert listed
    assert all({"type", "at", "gate", "rule", "subject", "field", "reason"} == line.keys() for line in listed)
    assert len(listed) == sum(summary["suppressed"].values())


def test_a_poll_that_cannot_be_read_is_listed_and_fails_nothing(
    watcher: Run, config: Path, archive: Path, tmp_path: Path
) -> None:
    cut = tmp_path / "cut.jsonl"
    lines = archive.read_bytes().splitlines(keepends=True)[:3]
    cut.write_bytes(lines[0] + lines[1][:1000] + b"\n" + lines[2])

    as_json = objects(watcher("backtest", cut, "-c", config, "--json"))[-1]
    result = watcher("backtest", cut, "-c", config)

    assert result.exit_code == 0
    assert as_json["polls"] == 3
    assert as_json["refused"][0]["reason"].startswith("truncated JSON")
    assert "Not believed" in result.stdout


def test_a_missing_archive_is_named(watcher: Run, config: Path, archive: Path, tmp_path: Path) -> None:
    result = watcher("backtest", archive, tmp_path / "none.jsonl", "-c", config)

    assert result.exit_code == 2
    assert result.stderr == f"{tmp_path / 'none.jsonl'}: no such file or directory\n"


def test_two_configurations_are_compared_over_the_same_polls(
    watcher: Run, config: Path, archive: Path, tmp_path: Path
) -> None:
    other = tmp_path / "other.yaml"
    other.write_text(config.read_text().replace("  - use: price-change\n", ""))

    *differences, summary = objects(watcher("backtest", archive, "-c", config, "--against", other, "--json"))
    words = watcher("backtest", archive, "-c", config, "--against", other).stdout

    assert {line["only"] for line in differences} == {"these"}
    assert {line["alert"]["rule"] for line in differences} == {"price-change"}
    assert summary["more"] == len(differences) == summary["alerts"] - summary["against"]["alerts"]
    assert words.startswith("+ 2026-07-06")


def test_a_configuration_compared_with_itself_differs_in_nothing(
    watcher: Run, config: Path, archive: Path
) -> None:
    alone = objects(watcher("backtest", archive, "-c", config, "--json"))[-1]

    both = objects(watcher("backtest", archive, "-c", config, "--against", config, "--json"))

    assert len(both) == 1
    assert {key: both[0][key] for key in SUMMARY} == alone == both[0]["against"]


def test_a_missing_variable_is_an_error_of_the_configuration(
    watcher: Run, config: Path, archive: Path
) -> None:
    config.write_text(config.read_text() + "heartbeat: ${WATCHER_TEST_NOT_SET}\n")

    result = watcher("backtest", archive, "-c", config)

    assert result.exit_code == 2
    assert "heartbeat" in result.stderr


def test_the_only_free_variant_of_a_july_day_is_told_at_its_poll(
    watcher: Run, config: Path, recordings: Path
) -> None:
    days = [recordings / "polls" / f"2026-07-{day}.jsonl.zst" for day in ("06", "07")]

    told = objects(watcher("backtest", *days, "-c", config, "--rule", "new-free-variant", "--json"))

    alerts = [alert for line in told[:-1] for alert in line["alerts"]]
    assert [(alert["subject"], alert["at"][:16]) for alert in alerts] == [
        ("tencent/hy3:free", "2026-07-06T16:19")
    ]


def test_the_only_true_flip_of_july_is_told_and_a_new_field_is_schema(
    watcher: Run, config: Path, recordings: Path
) -> None:
    days = [recordings / "polls" / f"2026-07-{day}.jsonl.zst" for day in ("13", "14")]

    *told, summary = objects(watcher("backtest", *days, "-c", config, "--rule", "data-policy-flip", "--json"))

    alerts = [alert for line in told for alert in line["alerts"]]
    assert {(alert["subject"], alert["field"], alert["at"][:16]) for alert in alerts} == {
        ("open-inference", "training", "2026-07-13T21:54"),
        ("open-inference", "retains_prompts", "2026-07-13T21:54"),
    }
    assert summary["suppressed"]["schema"] >= 68
