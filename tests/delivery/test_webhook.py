from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta

import pytest
from standardwebhooks.webhooks import Webhook

from tests.delivery.samples import notification
from tests.delivery.sink import Sink
from watcher.alerts.outbox import Outcome
from watcher.alerts.wire import notification_from_json
from watcher.delivery.evidence import Evidence, judge
from watcher.delivery.targets import webhook
from watcher.delivery.webhook import WebhookTransport

SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"


def now() -> datetime:
    return datetime.now(UTC)


def send(
    url: str, limit: timedelta = timedelta(seconds=10), *, secret: str | None = None, repeat: bool = False
) -> Evidence:
    transport = WebhookTransport(webhook(url, secret=secret), UTC, now)
    return transport.prepare(notification(), repeat=repeat)(limit)


def url(sink: Sink, path: str) -> str:
    return f"http://127.0.0.1:{sink.port}/{path}"


def test_the_notification_arrives_as_json_with_its_words(sink: Sink) -> None:
    assert judge(send(url(sink, "ok"))) is Outcome.DELIVERED

    (request,) = sink.got("/ok")
    assert request.json()["title"] == "New model: acme/model-0"
    assert notification_from_json(request.json()) == notification()
    assert "possible_repeat" not in request.json()


def test_a_signed_webhook_is_verified_by_the_library_of_its_receiver(sink: Sink) -> None:
    send(url(sink, "ok"), secret=SECRET)

    (request,) = sink.got("/ok")
    assert Webhook(SECRET).verify(request.body, dict(request.headers))["rule"] == "model-added"
    assert request.headers["webhook-id"] == notification().id


def test_a_possible_repeat_says_so_under_the_same_id(sink: Sink) -> None:
    send(url(sink, "ok"))
    send(url(sink, "ok"), repeat=True)

    first, second = sink.got("/ok")
    assert first.headers["webhook-id"] == second.headers["webhook-id"]
    assert second.json()["possible_repeat"] is True
    assert second.json()["title"].endswith("(possible repeat)")


@pytest.mark.fault("a receiver answers 403", "a receiver answers 5xx", "3xx elsewhere", "an answer of 200 MB")
@pytest.mark.parametrize(
    ("path", "outcome"),
    [
        ("status/500", Outcome.RETRY),
        ("status/403", Outcome.TARGET_FAULT),
        ("status/422", Outcome.MESSAGE_FAULT),
        ("redirect", Outcome.TARGET_FAULT),
        ("huge", Outcome.RETRY),
    ],
)
def test_the_status_says_whose_fault_it_was(sink: Sink, path: str, outcome: Outcome) -> None:
    assert judge(send(url(sink, path))) is outcome
    assert sink.got("/ok") == []


@pytest.mark.fault("a receiver hangs after it accepted", "an answer that drips")
@pytest.mark.parametrize("path", ["hang", "drip"])
def test_a_server_that_never_ends_is_cut_at_the_deadline(sink: Sink, path: str) -> None:
    began = time.monotonic()
    evidence = send(url(sink, path), timedelta(seconds=0.4))

    assert time.monotonic() - began < 2
    assert judge(evidence) is Outcome.UNKNOWN


@pytest.mark.fault("a receiver refuses the connection")
def test_a_closed_port_is_tried_again_without_suspicion() -> None:
    evidence = send("http://127.0.0.1:1/x")

    assert (judge(evidence), evidence.detail) == (Outcome.RETRY, "ConnectError")


@pytest.mark.fault("SSRF by a receiver's URL")
@pytest.mark.parametrize("host", ["169.254.169.254", "[fe80::1]", "0x7f000001", "2130706433"])
def test_metadata_addresses_and_disguised_loopback_are_refused(host: str) -> None:
    evidence = send(f"http://{host}/latest")

    assert judge(evidence) is Outcome.TARGET_FAULT
    assert "not allowed" in evidence.detail
