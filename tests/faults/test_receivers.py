"""Receivers that fail where ``tests/delivery`` does not look."""

from __future__ import annotations

import itertools
import socket
import time
from datetime import UTC, datetime, timedelta
from email import message_from_string

import pytest
from apprise.plugins.slack import NotifySlack

from tests.delivery.houses import House
from tests.delivery.samples import notification
from tests.delivery.sink import sink
from tests.delivery.test_apprise import TOKENS, send
from tests.faults.smtp import HANG_UP, counter
from tests.faults.tls import Authority, encrypted
from watcher.alerts.outbox import Outcome, RowState
from watcher.delivery.evidence import Evidence, judge
from watcher.delivery.targets import webhook
from watcher.delivery.webhook import WebhookTransport

SHORT = timedelta(seconds=0.4)


def wall() -> datetime:
    return datetime.now(UTC)


@pytest.mark.fault("a receiver hangs before it accepts")
def test_a_receiver_that_never_accepts_is_cut_at_the_deadline() -> None:
    with socket.create_server(("127.0.0.1", 0), backlog=0) as full:
        address = full.getsockname()
        waiting = [socket.socket() for _ in range(8)]
        for each in waiting:
            each.setblocking(False)
            each.connect_ex(address)

        began = time.monotonic()
        evidence = send(f"json://127.0.0.1:{address[1]}/x", SHORT)
        took = time.monotonic() - began
        for each in waiting:
            each.close()

    assert took < 2
    assert judge(evidence) in (Outcome.RETRY, Outcome.UNKNOWN)


@pytest.mark.fault("200 with a wrong body")
@pytest.mark.parametrize(
    ("words", "outcome"),
    [("ok", Outcome.DELIVERED), ("invalid_token", Outcome.TARGET_FAULT), ("<html>", Outcome.RETRY)],
)
def test_a_service_that_says_no_under_a_200_has_not_taken_the_message(
    monkeypatch: pytest.MonkeyPatch, words: str, outcome: Outcome
) -> None:
    with sink() as wrong:
        monkeypatch.setattr(NotifySlack, "webhook_url", f"http://127.0.0.1:{wrong.port}/agrees/{words}")
        evidence = send(f"slack://{TOKENS}/#a", allow_private=True)

    assert judge(evidence) is outcome


@pytest.mark.fault("TLS fails")
def test_nothing_is_sent_to_a_receiver_whose_certificate_is_not_valid(authority: Authority) -> None:
    with encrypted(authority.self_signed("localhost")) as base_url:
        transport = WebhookTransport(webhook(f"{base_url}/hook"), UTC, wall)
        evidence = transport.prepare(notification(), repeat=False)(timedelta(seconds=10))

    assert judge(evidence) in (Outcome.RETRY, Outcome.TARGET_FAULT)


MAIL = "mailto://{user}127.0.0.1:{port}?from=watcher@example.org&to=boss@example.com"


@pytest.mark.fault("SMTP AUTH fails")
def test_a_mail_server_that_refuses_the_password_pauses_the_target() -> None:
    with counter(AUTH="535 5.7.8 bad credentials") as office:
        evidence = send(MAIL.format(user="user:SECRETWORD@", port=office.port))

    assert judge(evidence) is Outcome.TARGET_FAULT
    assert evidence.detail.startswith("SMTP 535")
    assert "SECRETWORD" not in evidence.detail
    assert office.mails == []


@pytest.mark.fault("SMTP drops after DATA")
def test_a_mail_server_that_hangs_up_after_the_mail_gets_it_again_under_its_id() -> None:
    with counter(dot=HANG_UP) as office:
        evidences = [send(MAIL.format(user="", port=office.port)) for _ in range(2)]

    first, second = (message_from_string(mail) for mail in office.mails)
    assert [judge(evidence) for evidence in evidences] == [Outcome.UNKNOWN] * 2
    assert first["Message-ID"] == second["Message-ID"]


@pytest.mark.fault("SMTP 421", "SMTP 450")
@pytest.mark.parametrize("answer", ["421 too busy", "450 try later"])
def test_a_mail_server_that_is_busy_before_the_mail_is_tried_again(answer: str) -> None:
    with counter(MAIL=answer) as office:
        evidence = send(MAIL.format(user="", port=office.port))

    assert judge(evidence) is Outcome.RETRY


@pytest.mark.fault("a flapping receiver")
def test_a_flapping_receiver_gets_each_message_once_and_in_the_end_all_of_them() -> None:
    down = Evidence(http=503, detail="HTTP 503")
    up = Evidence(delivered=True, detail="ok")
    house = House(*itertools.chain.from_iterable([(down, up, down)] * 10), rows=12)

    for _ in range(200):
        house.later(timedelta(minutes=5))
        if house.outbox.states() == [RowState.DELIVERED] * 12:
            break

    outcomes = [[attempt.outcome for attempt in row.tries] for row in house.outbox.rows()]
    house.end()
    assert house.outbox.states() == [RowState.DELIVERED] * 12
    assert all(tries.count(Outcome.DELIVERED) == 1 and tries[-1] is Outcome.DELIVERED for tries in outcomes)


@pytest.mark.fault("1 of N targets fails")
def test_of_several_targets_only_the_one_that_failed_is_tried_again() -> None:
    with sink() as receivers:
        hooks = [
            WebhookTransport(webhook(f"http://127.0.0.1:{receivers.port}/{path}"), UTC, wall)
            for path in ("ok/1", "status/503", "ok/2")
        ]
        outcomes = [judge(hook.prepare(notification(), repeat=False)(SHORT)) for hook in hooks]

    assert outcomes == [Outcome.DELIVERED, Outcome.RETRY, Outcome.DELIVERED]
