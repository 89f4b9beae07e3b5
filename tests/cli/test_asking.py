from __future__ import annotations

import csv
import io
import json
import sqlite3
from contextlib import closing
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.cli.conftest import BASE_URL, MIDNIGHT, Run
from watcher.archive.recorded import seen_of
from watcher.config import load
from watcher.daemon.ledger import Ledger
from watcher.reading.reader import Reader
from watcher.store.store import Store

EARLY = ("--since", "2026-07-01")


def objects(run: Run, *words: object) -> list[dict[str, Any]]:
    result = run(*words, "--json")
    assert result.exit_code == 0, result.stderr
    return [json.loads(line) for line in result.stdout.splitlines()]


def test_status_tells_every_surface_the_queue_and_the_problems(watcher: Run, lived: Path) -> None:
    found = objects(watcher, "status", "-c", lived)
    words = watcher("status", "-c", lived).stdout

    surfaces = {entry["surface"]: entry["believed_at"] for entry in found if entry["type"] == "surface"}
    assert surfaces == dict.fromkeys(
        ("models", "endpoints", "providers", "zdr", "frontend"), "2026-07-06T10:00:00Z"
    )
    assert found[-1]["problems"] == 1
    assert "is the daemon running?" in words
    assert "\nDaemon: none runs\n" in words


def test_status_counts_and_names_rows_that_could_not_be_read(watcher: Run, own: Path, archive: Path) -> None:
    poll = json.loads(archive.read_text().splitlines()[21])
    poll["models"]["data"][0]["pricing"]["prompt"] = "-7"
    settings = load(own, {}, targets=None)
    with Store.open(settings.state, catalog=BASE_URL) as store:
        seen = seen_of(poll, MIDNIGHT + timedelta(hours=11), Reader())
        Ledger(store, settings.rulebook, {"terminal": (), "log": ()}).enter(seen, seen.at)

    words = watcher("status", "-c", own).stdout
    models = next(entry for entry in objects(watcher, "status", "-c", own) if entry["type"] == "surface")

    name = poll["models"]["data"][0]["id"]
    assert f"models: 1 row set aside that could not be read, first {name}: a price of '-7'" in words
    assert (models["surface"], models["set_aside"]) == ("models", 1)


def test_the_plan_says_what_is_asked_for_whose_sake(watcher: Run, lived: Path) -> None:
    found = objects(watcher, "status", "--plan", "-c", lived)

    plan = {entry["surface"]: entry for entry in found if entry["type"] == "plan"}
    assert plan["models"]["requests"] == 1
    assert plan["endpoints"]["requests"] > 30
    assert plan["zdr"]["rules"] == ["data-policy-flip"]


def test_alerts_lists_what_is_pending_firing_and_told(watcher: Run, lived: Path) -> None:
    found = objects(watcher, "alerts", *EARLY, "-c", lived)
    firing = objects(watcher, "alerts", "--state", "firing", "-c", lived)
    words = watcher("alerts", *EARLY, "-c", lived).stdout.splitlines()

    assert {entry["state"] for entry in found} == {"pending", "firing", "told"}
    assert [(entry["rule"], entry["value"]) for entry in firing] == [("uptime-drop", 0.0)]
    assert len(words) == len(found)
    assert any(
        ": down, best uptime 0 % (below 90 % for 15 min); 0 now, 0 at worst, for " in line for line in words
    )


def test_an_alert_is_explained_by_the_beginning_of_its_id(watcher: Run, lived: Path) -> None:
    told = next(
        entry for entry in objects(watcher, "alerts", *EARLY, "-c", lived) if entry["state"] == "told"
    )

    words = watcher("explain", told["id"][:10], "-c", lived).stdout
    found = objects(watcher, "explain", told["id"], "-c", lived)

    assert f"because first shown at {told['at'][:10]}" in words
    assert "message 1 to terminal console: queued" in words
    assert [entry["type"] for entry in found] == ["alert", "suppressed", "message"]
    assert "stopped by below_severity" in words


def test_a_level_is_explained_with_what_it_has_lasted(watcher: Run, lived: Path) -> None:
    firing = objects(watcher, "alerts", "--state", "firing", "-c", lived)[0]

    words = watcher("explain", firing["id"], "-c", lived).stdout

    assert "on the wrong side of the 15 min that `for` asks" in words


def test_a_silent_rule_is_explained_by_what_it_holds_back(watcher: Run, lived: Path) -> None:
    pending = objects(watcher, "alerts", "--state", "pending", "-c", lived)[0]

    words = watcher("explain", "--rule", pending["rule"], "--subject", pending["subject"], "-c", lived).stdout

    assert "is measured against $" in words
    assert "`for` asks 30 min" in words


def test_a_subject_that_is_not_there_is_said_to_be_unknown(watcher: Run, lived: Path) -> None:
    words = watcher("explain", "--rule", "price-change", "--subject", "no/model", "-c", lived).stdout

    assert words == "no/model is not in the catalog as last believed.\n"


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        ((), 2, "name an ALERT_ID, or both --rule and --subject"),
        (("--rule", "price-change"), 2, "name an ALERT_ID, or both --rule and --subject"),
        (("--rule", "prices", "--subject", "a/b"), 2, "no rule is called 'prices'"),
        (("ffffffffffffffff",), 1, "no alert has the id ffffffffffffffff"),
        (("",), 1, "several alerts begin so:"),
    ],
)
def test_what_cannot_be_explained_is_said(
    watcher: Run, lived: Path, words: tuple[str, ...], code: int, said: str
) -> None:
    result = watcher("explain", *words, "-c", lived)

    assert result.exit_code == code
    assert said in result.stderr


def test_history_is_newest_first_and_found_by_model_or_glob(watcher: Run, lived: Path) -> None:
    everything = objects(watcher, "history", "--limit", "0", "-c", lived)
    prices = objects(watcher, "history", "--event", "*.price_changed", "-c", lived)
    model = prices[0]["model"]
    of_model = objects(watcher, "history", model, "-c", lived)

    assert [entry["at"] for entry in everything] == sorted(
        (entry["at"] for entry in everything), reverse=True
    )
    assert 0 < len(of_model) < len(everything)
    assert {entry["model"] for entry in of_model} == {model}
    assert len(objects(watcher, "history", "--limit", "3", "-c", lived)) == 3


def test_a_history_of_nothing_says_so_beside_an_empty_result(watcher: Run, lived: Path) -> None:
    words = watcher("history", "nobody/nothing", "-c", lived)

    assert (words.exit_code, words.stdout) == (0, "")
    assert words.stderr == "No such change is recorded.\n"


def test_a_price_that_moved_more_than_once_is_drawn(watcher: Run, lived: Path) -> None:
    words = watcher("history", "*", "--event", "*.price_changed", "--limit", "0", "-c", lived).stdout

    drawn = [line for line in words.splitlines() if "▁" in line]
    assert drawn
    assert all(" per M" in line for line in drawn)


def test_the_history_is_exported_oldest_first_as_lines_and_as_csv(watcher: Run, lived: Path) -> None:
    lines = [json.loads(line) for line in watcher("export", "-c", lived).stdout.splitlines()]
    rows = list(csv.DictReader(io.StringIO(watcher("export", "--format", "csv", "-c", lived).stdout)))

    assert [entry["at"] for entry in lines] == sorted(entry["at"] for entry in lines)
    assert [row["subject"] for row in rows] == [entry["subject"] for entry in lines]
    assert set(rows[0]) == set(lines[0])


def test_readings_are_exported_one_by_one_and_as_the_days_they_shrink_to(watcher: Run, own: Path) -> None:
    readings = exported(watcher, "readings", own)
    settings = load(own, {}, targets=None)
    with Store.open(settings.state, catalog=BASE_URL) as store:
        store.prune(MIDNIGHT + timedelta(days=92))

    days = exported(watcher, "days", own)

    of_one = [row for row in readings if row["endpoint"] == days[0]["endpoint"]]
    uptimes = [float(row["uptime_30m"]) for row in of_one if row["uptime_30m"]]
    assert len(of_one) > 1
    assert (days[0]["day"], int(days[0]["readings"])) == ("2026-07-06", len(uptimes))
    assert float(days[0]["uptime_min"]) == min(uptimes)
    assert float(days[0]["uptime_mean"]) == pytest.approx(sum(uptimes) / len(uptimes), abs=0.001)
    assert len({row["at"] for row in exported(watcher, "readings", own)}) == 1


def exported(run: Run, what: str, config: Path) -> list[dict[str, str]]:
    """Return what an export writes; the same as lines and as CSV."""
    lines = run("export", "--what", what, "-c", config).stdout.splitlines()
    rows = list(
        csv.DictReader(io.StringIO(run("export", "--what", what, "--format", "csv", "-c", config).stdout))
    )
    assert [json.loads(line)["endpoint"] for line in lines] == [row["endpoint"] for row in rows]
    return rows


def test_damaged_rows_are_left_out_and_said(watcher: Run, own: Path) -> None:
    whole = objects(watcher, "history", "--limit", "0", "-c", own)
    with closing(sqlite3.connect(own.parent / "state" / "watcher.db")) as connection, connection:
        connection.execute("UPDATE changes SET new = '9' WHERE id <= 2")

    result = watcher("history", "--limit", "0", "--json", "-c", own)

    assert len(result.stdout.splitlines()) == len(whole) - 2
    assert "2 rows of changes damaged in the database, and left out here" in result.stderr


def test_a_damaged_state_is_named_by_whoever_asks(watcher: Run, own: Path) -> None:
    with closing(sqlite3.connect(own.parent / "state" / "watcher.db")) as connection, connection:
        connection.execute("UPDATE state SET body = '{}' WHERE part = 'surfaces' AND key = 'models'")

    result = watcher("status", "-c", own)

    assert result.exit_code == 1
    assert "the state is damaged (surfaces 'models')" in result.stderr


def test_an_import_fills_the_history_once_and_tells_nothing(
    watcher: Run, config: Path, archive: Path
) -> None:
    first = watcher("import", archive, "-c", config)
    second = watcher("import", archive, "-c", config)

    found = objects(watcher, "history", "--limit", "0", "-c", config)
    assert first.exit_code == 0, first.stderr
    assert first.stdout == f"{len(found)} changes found, {len(found)} of them new.\n"
    assert second.stdout == f"{len(found)} changes found, 0 of them new.\n"
    assert objects(watcher, "alerts", *EARLY, "-c", config) == []
    assert objects(watcher, "outbox", "list", "-c", config) == []


def test_the_outbox_is_listed_retried_and_discarded(watcher: Run, own: Path) -> None:
    before = objects(watcher, "outbox", "list", "-c", own)

    given_up = watcher("outbox", "discard", "1", "-c", own)
    brought_back = watcher("outbox", "-c", own, "retry", "1")
    again = watcher("outbox", "discard", "1", "9999", "-c", own)

    after = objects(watcher, "outbox", "list", "-c", own)
    assert [row["id"] for row in before] == [1, *(row["id"] for row in after)]
    assert {row["state"] for row in before} == {"queued"}
    assert given_up.stdout == "1 message discarded.\n"
    assert brought_back.stdout == "1 message due now.\n"
    assert (again.exit_code, again.stdout) == (1, "1 message discarded.\n")
    assert "1 of 2 are not there" in again.stderr
    assert [
        row["state"] for row in objects(watcher, "outbox", "list", "--state", "discarded", "-c", own)
    ] == ["discarded"]


def test_an_outbox_without_anything_waiting_says_so(watcher: Run, own: Path) -> None:
    ids = [row["id"] for row in objects(watcher, "outbox", "list", "-c", own)]
    watcher("outbox", "discard", *ids, "-c", own)

    assert watcher("outbox", "list", "-c", own).stdout == "No message waits.\n"
    assert watcher("outbox", "list", "--all", "-c", own).stdout.startswith("1  discarded  terminal  console")


def test_a_backup_is_restored_where_nothing_or_force_is(watcher: Run, own: Path, tmp_path: Path) -> None:
    copy = tmp_path / "copy.db"

    saved = watcher("backup", copy, "-c", own)
    twice = watcher("backup", copy, "-c", own)
    refused = watcher("restore", copy, "-c", own)
    forced = watcher("restore", copy, "--force", "-c", own)

    assert (saved.exit_code, twice.exit_code, refused.exit_code, forced.exit_code) == (0, 1, 1, 0)
    assert "What was there is kept as" in forced.stdout
    assert "give another name" in twice.stderr
    assert "add --force to replace it" in refused.stderr
    assert objects(watcher, "history", "-c", own)


def test_the_schema_is_json(watcher: Run) -> None:
    assert json.loads(watcher("schema").stdout)["title"] == "catalog watcher"
