from __future__ import annotations

import socket
import threading
import time
from datetime import UTC, datetime, timedelta

import pytest

from tests.delivery.samples import notification
from watcher.alerts.outbox import Outcome
from watcher.delivery.evidence import judge
from watcher.delivery.guard import CutError, PeerRefusedError, guarded
from watcher.delivery.targets import webhook
from watcher.delivery.webhook import WebhookTransport


def wall() -> datetime:
    return datetime.now(UTC)


def everybody(peer: str) -> bool:  # noqa: ARG001  # the check's signature
    return True


def nobody(peer: str) -> bool:  # noqa: ARG001  # the check's signature
    return False


@pytest.mark.fault("TLS fails")
def test_a_tls_handshake_that_never_ends_is_cut_at_the_deadline() -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        url = f"https://127.0.0.1:{silent.getsockname()[1]}/x"
        post = WebhookTransport(webhook(url), UTC, wall).prepare(notification(), repeat=False)

        began = time.monotonic()
        evidence = post(timedelta(seconds=0.3))

    assert time.monotonic() - began < 2
    assert judge(evidence) is Outcome.UNKNOWN


def test_a_refused_peer_is_not_even_greeted() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(0.1)
        with guarded(timedelta(seconds=5), nobody) as trace, pytest.raises(PeerRefusedError):
            socket.create_connection(server.getsockname())

        with pytest.raises(TimeoutError):
            server.accept()

    assert trace.refused


@pytest.mark.fault("SSRF by DNS rebinding")
def test_what_a_name_resolved_to_is_checked_on_the_connection_itself() -> None:
    with (
        socket.create_server(("127.0.0.1", 0)) as server,
        guarded(timedelta(seconds=5), nobody),
        socket.socket() as client,
        pytest.raises(PeerRefusedError),
    ):
        client.connect(("localhost", server.getsockname()[1]))


def test_nothing_is_begun_after_the_deadline() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server, guarded(timedelta(seconds=5), everybody) as trace:
        trace.end()

        with pytest.raises(CutError):
            socket.create_connection(server.getsockname())


def test_other_threads_are_not_guarded() -> None:
    met: list[str] = []

    def connect(address: tuple[str, int]) -> None:
        with socket.create_connection(address) as client:
            met.append(client.getpeername()[0])

    with socket.create_server(("127.0.0.1", 0)) as server, guarded(timedelta(seconds=5), nobody):
        thread = threading.Thread(target=connect, args=(server.getsockname(),))
        thread.start()
        thread.join(5)

    assert met == ["127.0.0.1"]


def test_a_send_that_ended_in_time_is_not_called_cut() -> None:
    with guarded(timedelta(seconds=5), everybody) as trace:
        pass

    trace.end()

    assert not trace.cut
