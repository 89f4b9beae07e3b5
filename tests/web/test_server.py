from __future__ import annotations

import contextlib
import socket
import time
from collections.abc import Callable, Iterator
from http import HTTPStatus

import httpx
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from structlog.testing import capture_logs

from watcher.web.pages import Answer, Request
from watcher.web.server import CONNECTIONS, GUARDS, PagesServer, listening

PATIENCE = 20.0
LARGE = b"x" * 32_000_000
"""More than the system keeps for a connection on its own."""


def pages(request: Request) -> Answer:
    if request.target == "/broken":
        raise RuntimeError("key sk-secret")
    body = (
        LARGE if request.target == "/large" else f"{request.method} {request.target} {request.host}".encode()
    )
    return Answer(status=HTTPStatus.OK, body=body)


@contextlib.contextmanager
def serving(
    answering: Callable[[Request], Answer] = pages, *, seconds: float = PATIENCE
) -> Iterator[PagesServer]:
    server = PagesServer(listening("127.0.0.1", 0), answering, seconds=seconds)
    server.start()
    try:
        yield server
    finally:
        server.stop(PATIENCE)
        assert not server.is_alive()


@pytest.fixture(scope="module")
def server() -> Iterator[PagesServer]:
    with serving() as started:
        yield started


def connected(server: PagesServer) -> socket.socket:
    host, _, port = server.address.rpartition(":")
    return socket.create_connection((host, int(port)), timeout=PATIENCE)


def said(server: PagesServer, request: bytes) -> bytes:
    """Send bytes, end there, and return all that comes back."""
    with connected(server) as peer:
        peer.sendall(request)
        with contextlib.suppress(OSError):
            peer.shutdown(socket.SHUT_WR)
        return everything(peer)


def everything(peer: socket.socket) -> bytes:
    found = b""
    with contextlib.suppress(ConnectionResetError):
        while chunk := peer.recv(65536):
            found += chunk
    return found


def test_a_request_is_answered_with_headers_that_keep_browsers_out(server: PagesServer) -> None:
    response = httpx.get(f"http://{server.address}/metrics?x=1")

    assert response.text == f"GET /metrics?x=1 {server.address}"
    assert GUARDS.items() <= {name.title(): value for name, value in response.headers.items()}.items()


def test_head_has_the_length_and_no_body(server: PagesServer) -> None:
    answer = said(server, b"HEAD / HTTP/1.1\r\nHost: localhost\r\n\r\n")

    assert answer.startswith(b"HTTP/1.1 200 OK\r\n")
    assert b"Content-Length: 16\r\n" in answer
    assert answer.endswith(b"\r\n\r\n")


def test_an_old_client_that_names_no_host_is_answered(server: PagesServer) -> None:
    assert said(server, b"GET / HTTP/1.0\r\n\r\n").endswith(b"GET / None")


@pytest.mark.parametrize(
    "request_",
    [
        b"GET / HTTP/1.1\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n",
        b"GET /\r\n\r\n",
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + b"\x00" * 200,
        b"GET / HTTP/1.1\r\nHost: a\r\nX: \x00\r\n\r\n",
        b"GET /" + b"a" * 20_000 + b" HTTP/1.1\r\nHost: a\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: a\r\n" + b"X: y\r\n" * 5000 + b"\r\n",
    ],
)
def test_what_is_no_request_is_refused(server: PagesServer, request_: bytes) -> None:
    assert said(server, request_)[:10] in (b"HTTP/1.1 4", b"")


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(junk=st.binary(max_size=300))
def test_no_bytes_end_the_server(server: PagesServer, junk: bytes) -> None:
    said(server, junk)

    assert server.is_alive()


def test_one_connection_is_one_request(server: PagesServer) -> None:
    twice = said(server, b"GET /1 HTTP/1.1\r\nHost: a\r\n\r\nGET /2 HTTP/1.1\r\nHost: a\r\n\r\n")

    assert b"GET /1 a" in twice
    assert b"/2" not in twice


def test_whoever_drips_a_request_is_cut_off() -> None:
    with serving(seconds=0.2) as server, connected(server) as slow:
        slow.sendall(b"GET / HTTP/1.1\r\nX-Drip: ")

        assert everything(slow) == b""


def test_whoever_does_not_read_the_answer_is_cut_off() -> None:
    with serving(seconds=0.2) as server, connected(server) as slow:
        slow.sendall(b"GET /large HTTP/1.1\r\nHost: a\r\n\r\n")
        # The end stands behind what the system has taken already: there is nothing to wait for but time.
        time.sleep(0.4)

        assert len(everything(slow)) < len(LARGE)


def test_idle_connections_give_way_to_newer_ones() -> None:
    with serving() as server, contextlib.ExitStack() as stack:
        idle = [stack.enter_context(connected(server)) for _ in range(CONNECTIONS * 2)]

        answer = httpx.get(f"http://{server.address}/")

        assert answer.status_code == HTTPStatus.OK
        assert everything(idle[0]) == b""


def test_a_page_that_fails_is_logged_once_without_its_text_and_the_next_is_answered() -> None:
    with capture_logs() as logs, serving() as server:
        broken = [said(server, b"GET /broken HTTP/1.1\r\nHost: a\r\n\r\n") for _ in range(2)]
        well = said(server, b"GET / HTTP/1.1\r\nHost: a\r\n\r\n")

    assert all(answer.startswith(b"HTTP/1.1 500 ") and b"sk-secret" not in answer for answer in broken)
    assert well.startswith(b"HTTP/1.1 200 ")
    assert [(entry["event"], entry.get("error")) for entry in logs] == [
        ("web.failed", "RuntimeError"),
        ("web.recovered", None),
    ]
    assert "sk-secret" not in str(logs)


def test_it_stops_at_once_though_somebody_is_connected_and_frees_the_port() -> None:
    with serving() as server:
        address = server.address
        with connected(server) as idle:
            idle.sendall(b"GET")
            server.stop(PATIENCE)
            assert everything(idle) == b""

    with listening("127.0.0.1", int(address.rpartition(":")[2])):
        pass


def test_a_taken_port_is_an_error_of_the_system() -> None:
    with serving() as server, pytest.raises(OSError, match="in use"):
        listening("127.0.0.1", int(server.address.rpartition(":")[2]))


def test_it_listens_on_ipv6_too() -> None:
    try:
        bound = listening("::1", 0)
    except OSError:
        pytest.skip("this machine has no IPv6 on loopback")
    server = PagesServer(bound, pages)
    server.start()
    address = server.address
    answer = httpx.get(f"http://{address}/")
    server.stop(PATIENCE)

    assert address.startswith("[::1]:")
    assert answer.text.endswith(address)
