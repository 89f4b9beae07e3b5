from __future__ import annotations

import threading
import time
from collections.abc import Callable
from datetime import timedelta

from hypothesis import given, settings
from hypothesis import strategies as st
from prometheus_client.parser import text_string_to_metric_families

from tests.builders import NOON, at, broken, free, minutes, model, offers, rule, rulebook, seen
from tests.delivery.samples import AT, notification
from tests.web.standings import standing
from watcher.alerts.outbox import Attempt, Claim, Outcome, RowState
from watcher.catalog.names import Surface
from watcher.catalog.sheets import BadRow, Seen, Sheet
from watcher.judgement.decide import decide
from watcher.judgement.state import State
from watcher.rules.rulebook import Rulebook
from watcher.web.metrics import Metrics
from watcher.web.standing import Standing

BOOK = rulebook(rule("new-free-variant"), rule("model-removed"))
ROWS = [model(f"acme/model-{number}") for number in range(40)]

Samples = dict[tuple[str, frozenset[tuple[str, str]]], float]


def metrics(now: Callable[[], Standing] = standing) -> Metrics:
    return Metrics(now, version="1.2.3")


def samples(found: Metrics) -> Samples:
    """Read the text as Prometheus would."""
    families = text_string_to_metric_families(found.text().decode())
    return {
        (sample.name, frozenset(sample.labels.items())): sample.value
        for family in families
        for sample in family.samples
    }


def value(found: Metrics, name: str, **labels: str) -> float:
    return samples(found)[name, frozenset(labels.items())]


def lived(found: Metrics, *polls: Seen, book: Rulebook = BOOK) -> State:
    state = State()
    for poll in polls:
        decision = decide(state, poll, book, poll.at)
        found.polled(state, decision, poll)
        state = decision.state
    return state


def test_polls_are_counted_by_surface_and_by_how_they_ended() -> None:
    found = metrics()

    lived(
        found,
        seen(0, models=ROWS, providers=broken(Surface.PROVIDERS)),
        seen(5, models=broken()),
        seen(10, models=ROWS[:5]),
        seen(15, models=ROWS),
    )
    found.lost(Surface.ZDR)

    counted = {
        (surface, outcome): value(found, "watcher_polls_total", surface=surface, outcome=outcome)
        for surface in ("models", "providers", "zdr")
        for outcome in ("believed", "refused", "held", "lost")
    }
    assert {key: number for key, number in counted.items() if number} == {
        ("models", "believed"): 2,
        ("models", "refused"): 1,
        ("models", "held"): 1,
        ("providers", "refused"): 1,
        ("zdr", "lost"): 1,
    }


def test_time_that_passes_is_no_poll() -> None:
    found = metrics()
    state = lived(found, seen(0, models=ROWS))

    found.polled(state, decide(state, None, BOOK, at(1)), None)

    assert value(found, "watcher_polls_total", surface="models", outcome="believed") == 1


def test_rows_that_cannot_be_read_are_counted_where_they_stood() -> None:
    found = metrics()
    bad = Sheet(
        surface=Surface.MODELS, rows={row.id: row for row in ROWS}, bad=(BadRow(id=None, reason="no id"),)
    )

    lived(found, seen(0, models=bad, endpoints=offers(bad=[("acme/model-1", "x"), ("acme/model-2", None)])))

    assert value(found, "watcher_rows_refused_total", surface="models") == 1
    assert value(found, "watcher_rows_refused_total", surface="endpoints") == 2


def test_changes_alerts_and_what_was_suppressed_are_counted() -> None:
    found = metrics()

    lived(
        found,
        seen(0, models=ROWS),
        seen(5, models=[*ROWS, free("acme/gift:free")]),
        seen(10, models=[*ROWS[1:], free("acme/gift:free")]),
        seen(15, models=[*ROWS, free("acme/gift:free")]),
    )

    assert value(found, "watcher_changes_total", event="model.added") == 1
    assert value(found, "watcher_alerts_total", rule="new-free-variant", status="firing") == 1
    assert value(found, "watcher_suppressed_total", gate="unconfirmed") == 1


def test_what_may_happen_is_shown_at_nothing_from_the_start() -> None:
    found = metrics()
    found.configured(NOON, rules=["mine"], receivers=["team-slack"])

    assert value(found, "watcher_polls_total", surface="zdr", outcome="held") == 0
    assert value(found, "watcher_suppressed_total", gate="alias_echo") == 0
    assert value(found, "watcher_alerts_total", rule="mine", status="resolved") == 0
    assert value(found, "watcher_delivery_attempts_total", receiver="team-slack", outcome="unknown") == 0
    assert value(found, "watcher_delivery_seconds_count", receiver="team-slack") == 0
    assert value(found, "watcher_config_last_reload_success_timestamp_seconds") == NOON.timestamp()


def attempt(outcome: Outcome, ended_at: timedelta) -> Attempt:
    end = AT + ended_at
    return Attempt(started_at=end, ended_at=end, outcome=outcome, detail="", state=RowState.DELIVERED)


def claim(queued_at: timedelta) -> Claim:
    return Claim(
        row=1, token="1:x:1", notification=notification(receiver="team"), receiver="team", target="#models",
        attempts=0, possible_repeat=False, queued_at=AT + queued_at, lease_until=AT + minutes(60),
    )  # fmt: skip


def test_a_delivery_is_timed_from_its_poll_and_from_the_queue() -> None:
    found = metrics()

    found.tried(claim(minutes(0.5)), attempt(Outcome.RETRY, minutes(1)))
    found.tried(claim(minutes(0.5)), attempt(Outcome.DELIVERED, minutes(2)))

    assert value(found, "watcher_delivery_attempts_total", receiver="team", outcome="retry") == 1
    assert value(found, "watcher_delivery_seconds_sum", receiver="team") == 120
    assert value(found, "watcher_queue_seconds_sum", receiver="team") == 90
    assert value(found, "watcher_delivery_seconds_bucket", receiver="team", le="120.0") == 1
    assert value(found, "watcher_delivery_seconds_bucket", receiver="team", le="60.0") == 0


def test_a_clock_that_was_set_back_makes_no_negative_time() -> None:
    found = metrics()

    found.tried(claim(minutes(5)), attempt(Outcome.DELIVERED, minutes(-5)))

    assert value(found, "watcher_queue_seconds_sum", receiver="team") == 0
    assert value(found, "watcher_delivery_seconds_count", receiver="team") == 1


def test_a_scrape_shows_how_things_stand_at_that_moment() -> None:
    now = [standing()]
    found = metrics(lambda: now[0])

    before = value(found, "watcher_problems")
    now[0] = standing(problems=["a", "b"], is_alive=False, is_ready=False, config_refused=True)

    assert before == 0
    assert value(found, "watcher_problems") == 2
    assert [
        value(found, f"watcher_{name}") for name in ("alive", "ready", "config_last_reload_successful")
    ] == [0, 0, 0]


def test_surfaces_say_when_they_were_last_believed_and_how_often_they_should_be() -> None:
    found = metrics()

    last = "watcher_surface_last_believed_timestamp_seconds"
    assert value(found, last, surface="models") == NOON.timestamp()
    assert value(found, last, surface="zdr") == 0
    assert value(found, "watcher_surface_interval_seconds", surface="zdr") == 3600
    assert value(found, "watcher_surface_lost_facts", surface="models") == 1


def test_surfaces_say_how_many_fields_nobody_knows_and_how_often_they_disagree() -> None:
    found = metrics()

    assert value(found, "watcher_surface_unknown_fields", surface="models") == 2
    assert value(found, "watcher_surface_unknown_fields", surface="zdr") == 0
    assert value(found, "watcher_surface_disagreements", surface="models") == 4


def test_the_outbox_is_shown_by_receiver_also_of_one_that_is_gone() -> None:
    found = metrics()

    assert value(found, "watcher_outbox_rows", receiver="team-slack", state="retry") == 2
    assert value(found, "watcher_outbox_rows", receiver="team-slack", state="queued") == 0
    assert value(found, "watcher_outbox_rows", receiver="gone", state="orphaned") == 1
    assert value(found, "watcher_receiver_paused", receiver="mail") == 1
    assert value(found, "watcher_receiver_paused", receiver="team-slack") == 0


def test_a_store_that_cannot_be_read_hides_its_rows_and_nothing_else() -> None:
    found = metrics(lambda: standing(outbox=None))

    shown = samples(found)
    assert shown["watcher_store_readable", frozenset()] == 0
    assert not any(name == "watcher_outbox_rows" for name, _ in shown)
    assert shown["watcher_alive", frozenset()] == 1


def test_the_process_is_shown_under_the_usual_names_and_the_build_by_its_version() -> None:
    shown = {name: number for (name, labels), number in samples(metrics()).items() if not labels}
    builds = [dict(labels) for name, labels in samples(metrics()) if name == "watcher_build_info"]

    assert shown["process_resident_memory_bytes"] > 10_000_000
    assert shown["process_open_fds"] > 2
    assert shown["process_threads"] >= 1
    assert shown["process_cpu_seconds_total"] > 0
    assert builds[0]["version"] == "1.2.3"


def test_the_process_began_before_now_and_not_before_the_machine() -> None:
    began = value(metrics(), "process_start_time_seconds")

    assert time.time() - time.clock_gettime(time.CLOCK_BOOTTIME) - 1 < began <= time.time()


@settings(max_examples=50, deadline=None)
@given(name=st.text(max_size=40))
def test_any_name_of_a_rule_or_a_receiver_survives_the_text_format(name: str) -> None:
    name = name.encode("utf-8", "replace").decode()
    found = metrics()

    found.configured(NOON, rules=[name], receivers=[name])

    assert value(found, "watcher_alerts_total", rule=name, status="firing") == 0


def test_nothing_of_the_catalog_becomes_a_label() -> None:
    found = metrics()
    before = set(samples(found))

    lived(found, seen(0, models=ROWS), seen(5, models=[*ROWS, free("acme/gift:free")]), book=rulebook())

    assert set(samples(found)) == before
    assert b"acme" not in found.text()


def test_many_threads_count_together() -> None:
    found = metrics()

    def count() -> None:
        for _ in range(20):
            found.lost(Surface.ZDR)
            found.text()

    threads = [threading.Thread(target=count) for _ in range(4)]

    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert value(found, "watcher_polls_total", surface="zdr", outcome="lost") == 80
