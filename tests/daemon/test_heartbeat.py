from __future__ import annotations

import contextlib
import socket
import threading
import time
from collections.abc import Iterator, Sequence
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import httpx
import pytest
from structlog.testing import capture_logs

from tests.cli.stage import free_port, mailbox
from watcher.config import HeartbeatSettings, HeartbeatStyle, Secret
from watcher.daemon.health.heartbeat import FAIL, Heartbeat, Ping, ended, sent

PATIENCE = 20.0


@contextlib.contextmanager
def beating(url: str, style: HeartbeatStyle = HeartbeatStyle.PLAIN) -> Iterator[Heartbeat]:
    heartbeat = Heartbeat(HeartbeatSettings(url=Secret(url), style=style), pause=0.01)
    heartbeat.start()
    try:
        yield heartbeat
    finally:
        heartbeat.stop(PATIENCE)


@contextlib.contextmanager
def answering(status: int, **headers: str) -> Iterator[str]:
    """Serve one status on loopback."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:  # http.server's name
            self.send_response(status)
            for name, value in headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_: object) -> None: ...

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}/secret-token"
    finally:
        server.shutdown()
        server.server_close()


def test_a_plain_service_hears_that_we_live_and_nothing_else() -> None:
    with mailbox() as box:
        with beating(box.url("push?msg=ok")) as heartbeat:
            heartbeat.tell()
            assert box.next("push?msg=ok") == ""
            heartbeat.tell(troubled=["models: no believed poll: HTTP 503"])
            assert box.next("push?msg=ok") == ""
            heartbeat.tell(dying=["a lane of delivery has ended"])

        assert list(box.arrived) == ["push?msg=ok"]
        assert box.left("push?msg=ok") == 0


def test_healthchecks_hears_of_the_start_of_success_and_of_what_is_wrong() -> None:
    with mailbox() as box, beating(box.url("uuid?create=1"), HeartbeatStyle.HEALTHCHECKS) as heartbeat:
        assert box.next("uuid/start?create=1") == ""

        heartbeat.tell()
        assert box.next("uuid?create=1") == ""
        heartbeat.tell(dying=["the disk is full"], troubled=["zdr: no believed poll: timeout"])

        assert box.next("uuid/fail?create=1") == "the disk is full\nzdr: no believed poll: timeout"


def test_what_is_to_be_said_at_the_end_is_said_before_it_ends() -> None:
    with mailbox() as box:
        with beating(box.url("uuid"), HeartbeatStyle.HEALTHCHECKS) as heartbeat:
            heartbeat.tell()

        assert [box.left("uuid/start"), box.left("uuid")] == [1, 1]


def test_a_ping_that_fails_is_tried_again_and_told_once_without_its_url() -> None:
    port = free_port()

    with capture_logs() as logs, beating(f"http://127.0.0.1:{port}/secret-token") as heartbeat:
        heartbeat.tell()
        until_logged(logs, 1)
        with mailbox(port) as box:
            heartbeat.tell()
            assert box.next("secret-token") == ""
            until_logged(logs, 2)

    assert [entry["event"] for entry in logs if entry["log_level"] != "debug"] == [
        "heartbeat.failed",
        "heartbeat.recovered",
    ]
    assert logs[0]["reason"] == "ConnectError"
    assert "secret-token" not in str(logs)


def test_a_redirect_is_not_followed_and_counts_as_a_failure() -> None:
    with answering(302, Location="http://127.0.0.1:9/") as url, httpx.Client() as client:
        assert sent(client, url, Ping()) == "HTTP 302: it redirects; write the address it leads to"


def test_a_refusal_is_told_by_its_status() -> None:
    with answering(404) as url, httpx.Client() as client:
        assert sent(client, url, Ping()) == "HTTP 404"


@pytest.mark.parametrize("url", ["http://169.254.169.254/latest", "http://[fd00:ec2::254]/x"])
def test_where_clouds_hand_out_credentials_nothing_is_pinged(url: str) -> None:
    with httpx.Client() as client:
        assert sent(client, url, Ping()) == "the address is not allowed"


def test_one_that_drips_its_answer_is_cut_at_the_deadline() -> None:
    over = threading.Event()
    with socket.create_server(("127.0.0.1", 0)) as listening:
        threading.Thread(target=_drip, args=(listening, over), daemon=True).start()
        url = f"http://127.0.0.1:{listening.getsockname()[1]}/secret-token"
        with httpx.Client(timeout=None) as client:  # noqa: S113  # as the heartbeat has it: the guard cuts
            reason = sent(client, url, Ping(), deadline=timedelta(seconds=0.3))
        over.set()

    assert reason == "no answer within 0.3 s"


@pytest.mark.parametrize(
    ("url", "wanted"),
    [
        ("https://hc-ping.com/uuid", "https://hc-ping.com/uuid/fail"),
        ("https://hc-ping.com/uuid/", "https://hc-ping.com/uuid/fail"),
        ("https://hc.example/ping/key/slug?create=1", "https://hc.example/ping/key/slug/fail?create=1"),
    ],
)
def test_an_ending_belongs_to_the_path(url: str, wanted: str) -> None:
    assert ended(url, FAIL) == wanted
    assert ended(url, "") == url


def until_logged(logs: Sequence[object], count: int) -> None:
    """Wait for a log, which has no event to wait for."""
    end = time.monotonic() + PATIENCE
    while len(logs) < count:
        assert time.monotonic() < end
        time.sleep(0.01)


def _drip(listening: socket.socket, over: threading.Event) -> None:
    connection, _ = listening.accept()
    with connection, contextlib.suppress(OSError):
        connection.sendall(b"HTTP/1.1 200 OK\r\n")
        while not over.wait(0.05):
            connection.sendall(b"X-Drip: 1\r\n")
