from __future__ import annotations

import gzip
import http.client
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from http.client import HTTPConnection, IncompleteRead
from urllib.parse import urlsplit

import orjson
import pytest

from tests.simulator.clocks import Clock
from watcher.catalog.names import Surface
from watcher.simulator.faults import Hang, Truncated
from watcher.simulator.script import Script
from watcher.simulator.server import Server
from watcher.simulator.simulation import Simulation

SPAN: dict[str, timedelta] = {"at": timedelta(0), "until": timedelta(hours=1)}


@pytest.fixture
def server() -> Iterator[Server]:
    with Server(Simulation(models=60, clock=Clock())) as running:
        yield running


@contextmanager
def connected(server: Server, timeout: float = 10) -> Iterator[HTTPConnection]:
    address = urlsplit(server.base_url)
    connection = HTTPConnection(address.hostname or "", address.port, timeout=timeout)
    try:
        yield connection
    finally:
        connection.close()


def test_it_listens_on_loopback_only_and_on_a_free_port() -> None:
    with (
        Server(Simulation(models=12, clock=Clock())) as one,
        Server(Simulation(models=12, clock=Clock())) as two,
    ):
        assert one.base_url.startswith("http://127.0.0.1:")
        assert one.base_url != two.base_url


def test_one_connection_serves_many_requests(server: Server) -> None:
    with connected(server) as connection:
        connection.connect()
        taken = connection.sock
        for path in ("/api/v1/models", "/api/v1/providers", "/nowhere", "/api/v1/endpoints/zdr"):
            connection.request("GET", path)
            connection.getresponse().read()

        assert connection.sock is taken
        assert server.requests == 4


def test_answers_carry_their_length_type_date_and_age(server: Server) -> None:
    with connected(server) as connection:
        connection.request("GET", "/api/v1/models")
        response = connection.getresponse()
        body = response.read()

    assert response.headers["Content-Type"] == "application/json"
    assert int(response.headers["Content-Length"]) == len(body)
    assert response.headers["Date"].endswith("GMT")
    assert response.headers["Age"] == "0"


def test_bodies_are_gzipped_for_who_asks(server: Server) -> None:
    with connected(server) as connection:
        connection.request("GET", "/api/v1/models", headers={"Accept-Encoding": "identity"})
        plain = connection.getresponse().read()
        connection.request("GET", "/api/v1/models", headers={"Accept-Encoding": "gzip, br"})
        response = connection.getresponse()
        packed = response.read()

    assert response.headers["Content-Encoding"] == "gzip"
    assert gzip.decompress(packed) == plain
    assert len(packed) < len(plain) / 4


def test_paths_may_be_percent_encoded(server: Server) -> None:
    with connected(server) as connection:
        connection.request("GET", "/api/v1/models?output_modalities=all")
        free = next(
            row["id"]
            for row in orjson.loads(connection.getresponse().read())["data"]
            if row["id"].endswith(":free")
        )
        connection.request("GET", f"/api/v1/models/{free.replace(':', '%3A')}/endpoints")
        body = orjson.loads(connection.getresponse().read())

    assert body["data"]["id"] == free


def test_pipelined_requests_are_answered_in_order(server: Server) -> None:
    address = urlsplit(server.base_url)
    request = b"GET /api/v1/models/count HTTP/1.1\r\nHost: x\r\n\r\n"
    with socket.create_connection((address.hostname, address.port), timeout=10) as wire:
        wire.sendall(request + request[:-2])
        wire.sendall(b"Connection: close\r\n\r\n")
        answered = b"".join(iter(lambda: wire.recv(65_536), b""))

    assert answered.count(b"HTTP/1.1 200 OK") == 2


def test_a_cut_answer_ends_before_its_promised_length() -> None:
    script = Script(faults=(Truncated(surface=Surface.MODELS, **SPAN),))
    with (
        Server(Simulation(models=60, script=script, clock=Clock())) as server,
        connected(server) as connection,
    ):
        connection.request("GET", "/api/v1/models")
        with pytest.raises(IncompleteRead):
            connection.getresponse().read()


def test_a_hanging_request_is_never_answered_and_ends_with_the_server() -> None:
    script = Script(faults=(Hang(surface=Surface.MODELS, **SPAN),))
    with (
        Server(Simulation(models=60, script=script, clock=Clock())) as server,
        connected(server, 0.1) as hanging,
    ):
        hanging.request("GET", "/api/v1/models")
        with pytest.raises(TimeoutError):
            hanging.getresponse()
        with connected(server) as other:
            other.request("GET", "/api/v1/providers")
            assert other.getresponse().status == 200


def test_a_port_that_is_taken_is_an_error(server: Server) -> None:
    port = urlsplit(server.base_url).port or 0

    with (
        pytest.raises(OSError, match="address already in use"),
        Server(Simulation(models=12, clock=Clock()), port=port),
    ):
        pass


def test_a_stopped_server_refuses_connections() -> None:
    with Server(Simulation(models=12, clock=Clock())) as server:
        pass

    with connected(server) as connection, pytest.raises((ConnectionError, http.client.HTTPException)):
        connection.request("GET", "/api/v1/models")
