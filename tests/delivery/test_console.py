from __future__ import annotations

import io
from datetime import UTC, timedelta

from tests.delivery.samples import notification
from watcher.alerts.outbox import Outcome
from watcher.delivery.console import ConsoleTransport
from watcher.delivery.evidence import judge

SOON = timedelta(seconds=1)


def test_a_notification_is_printed_with_its_escapes_made_visible() -> None:
    screen = io.StringIO()

    transport = ConsoleTransport(screen, UTC)
    evidence = transport.prepare(notification(model="a/b\x1b[31m"), repeat=False)(SOON)

    assert judge(evidence) is Outcome.DELIVERED
    assert screen.getvalue().startswith("New model: a/b\\x1b[31m\n\na/b\\x1b[31m\nadded\n")
    assert "\x1b" not in screen.getvalue()


def test_a_terminal_that_knows_only_ascii_gets_ascii() -> None:
    raw = io.BytesIO()
    screen = io.TextIOWrapper(raw, encoding="ascii")

    ConsoleTransport(screen, UTC).prepare(notification(model="a/é"), repeat=False)(SOON)

    assert raw.getvalue().startswith(b"New model: a/\\xe9\n")


def test_a_terminal_that_closes_is_tried_again() -> None:
    screen = io.StringIO()
    post = ConsoleTransport(screen, UTC).prepare(notification(), repeat=False)

    screen.close()

    assert judge(post(SOON)) is Outcome.RETRY
