from __future__ import annotations

import time
from collections.abc import Iterator
from datetime import UTC, timedelta

import pytest
from apprise.plugins.slack import NotifySlack

from tests.delivery.post_office import PostOffice, letter_at_a_time, post_office
from tests.delivery.samples import notification
from tests.delivery.sink import Sink
from watcher.alerts.outbox import Outcome
from watcher.delivery.apprise_ import AppriseTransport
from watcher.delivery.evidence import Evidence, judge
from watcher.delivery.targets import parse

SHORT = timedelta(seconds=0.4)
LONG = timedelta(seconds=10)
TOKENS = "T1JJ3T3L2/A1BRTD4JD/TIiajkdnlazkcOXrIdevi7FQ"


@pytest.fixture
def office() -> Iterator[PostOffice]:
    with post_office() as running:
        yield running


def send(url: str, limit: timedelta = LONG, *, allow_private: bool = False, model: str = "a/b") -> Evidence:
    transport = AppriseTransport(parse(url, receiver="team", allow_private=allow_private), UTC)
    return transport.prepare(notification(model=model), repeat=False)(limit)


def json_url(sink: Sink, path: str) -> str:
    return f"json://127.0.0.1:{sink.port}/{path}"


def mail_url(office: PostOffice) -> str:
    return f"mailto://127.0.0.1:{office.port}?from=watcher@example.org&to=boss@example.com"


def test_a_message_arrives_in_plain_words(sink: Sink) -> None:
    evidence = send(json_url(sink, "ok"))

    assert judge(evidence) is Outcome.DELIVERED
    (request,) = sink.got("/ok")
    assert request.json()["title"] == "New model: a/b"
    assert "watcher explain" in request.json()["message"]


@pytest.mark.fault(
    "a receiver answers 400",
    "a receiver answers 401",
    "a receiver answers 404",
    "a receiver answers 410",
    "a receiver answers 413",
    "a receiver answers 429",
    "a receiver answers 5xx",
    "3xx elsewhere",
)
@pytest.mark.parametrize(
    ("path", "outcome", "detail"),
    [
        ("status/500", Outcome.RETRY, "HTTP 500: no"),
        ("status/503", Outcome.RETRY, "HTTP 503: no"),
        ("later/120", Outcome.RETRY, "HTTP 429: slow down"),
        ("status/401", Outcome.TARGET_FAULT, "HTTP 401: no"),
        ("status/404", Outcome.TARGET_FAULT, "HTTP 404: no"),
        ("status/410", Outcome.TARGET_FAULT, "HTTP 410: no"),
        ("status/400", Outcome.MESSAGE_FAULT, "HTTP 400: no"),
        ("status/413", Outcome.MESSAGE_FAULT, "HTTP 413: no"),
        ("redirect", Outcome.TARGET_FAULT, "HTTP 307"),
    ],
)
def test_the_status_says_whose_fault_it_was(sink: Sink, path: str, outcome: Outcome, detail: str) -> None:
    evidence = send(json_url(sink, path))

    assert (judge(evidence), evidence.detail) == (outcome, detail)


@pytest.mark.fault("3xx elsewhere", "SSRF by redirect")
def test_a_redirect_is_not_followed(sink: Sink) -> None:
    send(json_url(sink, "redirect"))

    assert sink.got("/ok") == []


def test_the_servers_wish_for_a_pause_is_heard(sink: Sink) -> None:
    assert send(json_url(sink, "later/120")).retry_after == "120"


@pytest.mark.fault("a receiver hangs after it accepted", "an answer that drips")
@pytest.mark.parametrize("path", ["hang", "drip"])
def test_a_server_that_never_ends_is_cut_at_the_deadline(sink: Sink, path: str) -> None:
    began = time.monotonic()
    evidence = send(json_url(sink, path), SHORT)

    assert time.monotonic() - began < 2
    assert (judge(evidence), evidence.detail) == (Outcome.UNKNOWN, "cut at our deadline")


@pytest.mark.fault("an answer that drips")
def test_an_smtp_server_that_answers_a_letter_at_a_time_is_cut_at_the_deadline() -> None:
    with letter_at_a_time() as port:
        began = time.monotonic()
        evidence = send(f"mailto://127.0.0.1:{port}?from=watcher@example.org&to=boss@example.com", SHORT)

    assert time.monotonic() - began < 2
    assert judge(evidence) is Outcome.UNKNOWN


@pytest.mark.fault("an answer of 200 MB")
def test_an_answer_of_200_mb_is_not_read(sink: Sink) -> None:
    began = time.monotonic()
    evidence = send(json_url(sink, "huge"))

    assert time.monotonic() - began < 2
    assert evidence.http == 500


@pytest.mark.fault("a receiver refuses the connection")
def test_a_closed_port_is_tried_again_without_suspicion() -> None:
    evidence = send("json://127.0.0.1:1/x")

    assert (judge(evidence), evidence.detail) == (Outcome.RETRY, "ConnectionError")


def test_the_retries_a_url_asks_for_are_not_made(sink: Sink) -> None:
    send(json_url(sink, "status/500?retry=3&wait=0"))

    assert len(sink.got("/status")) == 1


def test_an_answer_that_repeats_the_path_is_not_quoted(sink: Sink) -> None:
    evidence = send(json_url(sink, "says/no-such-hook-SECRETTOKEN"))

    assert evidence.detail == "HTTP 404"


@pytest.mark.fault("SSRF by DNS rebinding")
def test_a_name_that_resolves_to_loopback_is_refused_where_the_url_does_not_say_so(
    sink: Sink, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(NotifySlack, "webhook_url", f"http://127.0.0.1:{sink.port}/ok")

    evidence = send(f"slack://{TOKENS}/#a")

    assert judge(evidence) is Outcome.TARGET_FAULT
    assert "not allowed" in evidence.detail
    assert sink.got("/ok") == []


@pytest.mark.fault("<!channel> in a name", "<@U…> in a name", "a spoofed link")
def test_slack_gets_our_links_and_no_live_mention(sink: Sink, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(NotifySlack, "webhook_url", f"http://127.0.0.1:{sink.port}/ok")
    evil = "a/b <!channel> <@U1> <https://evil.example|click> &amp;"

    evidence = send(f"slack://{TOKENS}/#a", allow_private=True, model=evil)

    assert judge(evidence) is Outcome.DELIVERED
    (request,) = sink.got("/ok")
    (attachment,) = request.json()["attachments"]
    sent = attachment["title"] + attachment["text"]
    assert "<!channel" not in sent
    assert "<@U1" not in sent
    assert "<https://evil" not in sent
    assert attachment["text"].startswith("<https://openrouter.ai/a/b%20")
    assert "`watcher explain " in attachment["text"]
    assert request.json()["mrkdwn"] is True


def test_slack_has_a_text_for_the_lock_screen_and_we_are_its_sender(
    sink: Sink, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(NotifySlack, "webhook_url", f"http://127.0.0.1:{sink.port}/ok")

    send(f"slack://{TOKENS}/#a", allow_private=True)

    (request,) = sink.got("/ok")
    (attachment,) = request.json()["attachments"]
    assert attachment["fallback"] == "New model: a/b"
    assert attachment["footer"] == "catalog watcher"
    assert b"apprise" not in request.body.lower()


def test_mail_is_a_letter_with_one_name_however_often_it_is_sent(office: PostOffice) -> None:
    outcomes = [judge(send(mail_url(office))) for _ in range(2)]

    assert outcomes == [Outcome.DELIVERED, Outcome.DELIVERED]
    first, second = office.mails
    assert first["Message-ID"] == second["Message-ID"]
    assert notification(model="a/b").id in first["Message-ID"]
    assert (first["Subject"], first["Auto-Submitted"]) == ("New model: a/b", "auto-generated")
    assert [part.get_content_type() for part in first.walk()] == [
        "multipart/alternative",
        "text/plain",
        "text/html",
    ]


@pytest.mark.fault("SMTP 421", "SMTP 450", "SMTP 550", "SMTP 552")
@pytest.mark.parametrize(
    ("answer", "outcome"),
    [
        ("421 come back later", Outcome.RETRY),
        ("450 mailbox busy", Outcome.RETRY),
        ("550 no such mailbox", Outcome.TARGET_FAULT),
        ("552 too big", Outcome.MESSAGE_FAULT),
        ("554 looks like spam", Outcome.MESSAGE_FAULT),
    ],
)
def test_the_mail_servers_code_says_whose_fault_it_was(
    office: PostOffice, answer: str, outcome: Outcome
) -> None:
    office.on_mail = answer

    evidence = send(mail_url(office))

    assert (judge(evidence), evidence.detail) == (outcome, f"SMTP {answer[:3]}: {answer[4:]}")


@pytest.mark.fault("SMTP 550")
def test_a_refused_recipient_pauses_the_target(office: PostOffice) -> None:
    office.on_recipient = "550 no such mailbox"

    assert judge(send(mail_url(office))) is Outcome.TARGET_FAULT


@pytest.mark.fault("SMTP without STARTTLS")
@pytest.mark.parametrize(
    ("url", "detail"),
    [
        ("mailto://user:word@127.0.0.1:{port}", "the mail server offers no login (AUTH)"),
        ("mailtos://127.0.0.1:{port}", "the mail server offers no encryption (STARTTLS)"),
    ],
)
def test_a_mail_server_that_lacks_what_a_url_asks_for_is_told_so(
    office: PostOffice, url: str, detail: str
) -> None:
    written = f"{url.format(port=office.port)}?from=watcher@example.org&to=boss@example.com"

    evidence = send(written)

    assert (judge(evidence), evidence.detail) == (Outcome.TARGET_FAULT, detail)
    assert office.mails == []
