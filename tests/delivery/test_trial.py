from __future__ import annotations

from datetime import UTC, datetime, timedelta

from tests.delivery.fakes import Clock, Script, half
from tests.delivery.sink import Sink
from watcher.alerts.outbox import Outcome, RowState
from watcher.delivery.evidence import Evidence
from watcher.delivery.pace import Pace
from watcher.delivery.targets import webhook
from watcher.delivery.trial import sample, try_out
from watcher.delivery.webhook import WebhookTransport

NOON = datetime(2026, 7, 6, 12, tzinfo=UTC)
PACE = Pace(wall=Clock(NOON), random=half, deadline=timedelta(seconds=5))


def test_a_sample_reaches_a_receiver_that_works(sink: Sink) -> None:
    transport = WebhookTransport(webhook(f"http://127.0.0.1:{sink.port}/ok"), UTC, PACE.wall)

    attempt, _ = try_out(transport, sample("team", NOON), PACE)

    assert (attempt.outcome, attempt.detail) == (Outcome.DELIVERED, "HTTP 200: ok")
    assert sink.got("/ok")[0].json()["title"].startswith("Price down 25 %: example/sample-model")


def test_a_failed_trial_says_why_and_is_not_repeated() -> None:
    script = Script(Evidence(http=404, detail="HTTP 404: no_service"))

    attempt, _ = try_out(script, sample("team", NOON), PACE)

    assert (attempt.state, attempt.detail) == (RowState.PAUSED, "HTTP 404: no_service")
    assert len(script.sent) == 1
