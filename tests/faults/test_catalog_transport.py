"""The way to the catalog fails: what is not answered is a reason, and what was known stays."""

from __future__ import annotations

import asyncio
import ssl
from datetime import timedelta
from pathlib import Path

import pytest

from tests.cli.stage import quiet_poll
from tests.faults.rounds import going_round
from tests.faults.tls import Authority, encrypted
from tests.openrouter.upstream import (
    Asked,
    Clock,
    Route,
    client,
    hang,
    hang_up,
    raw,
    reply,
    turns,
    upstream,
)
from watcher.catalog.names import Surface
from watcher.openrouter import Answer, CatalogClient, Limits, Unanswered

HASTY = Limits(read=timedelta(seconds=5), total=timedelta(seconds=0.1), attempts=1)


def ask(base_url: str, limits: Limits = HASTY) -> Answer | Unanswered:
    async def asking() -> Answer | Unanswered:
        async with client(base_url, limits, Clock()) as catalog:
            return await catalog.providers()

    return asyncio.run(asking())


@pytest.mark.fault("the name does not resolve")
def test_a_name_that_does_not_resolve_is_a_reason() -> None:
    outcome = ask("http://nowhere.invalid", Limits(attempts=1))

    assert isinstance(outcome, Unanswered)
    assert outcome.reason.startswith(
        ("ConnectError: the name nowhere.invalid is not known", "no connection within ")
    )
    assert outcome.passing


async def dripping_headers(asked: Asked, writer: asyncio.StreamWriter) -> None:
    """Send a header a byte at a time, for ever."""
    del asked
    writer.write(b"HTTP/1.1 200 OK\r\nX-Slow: ")
    while not writer.is_closing():
        writer.write(b"x")
        await writer.drain()
        await asyncio.sleep(0.001)


@pytest.mark.fault("headers that drip")
def test_headers_that_drip_end_at_the_deadline_for_the_whole_answer() -> None:
    async def asking() -> Answer | Unanswered:
        async with (
            upstream({"/api/v1/providers": dripping_headers}) as server,
            client(server.base, HASTY, Clock()) as catalog,
        ):
            return await catalog.providers()

    assert asyncio.run(asking()) == Unanswered("no complete answer within 0.1 s")


def over_tls(context: ssl.SSLContext) -> Answer | Unanswered:
    async def asking(base_url: str) -> Answer | Unanswered:
        async with CatalogClient(base_url, limits=Limits(attempts=1)) as catalog:
            return await catalog.providers()

    with encrypted(context) as base_url:
        return asyncio.run(asking(base_url))


@pytest.mark.fault(
    "the certificate has expired", "the certificate is self-signed", "the certificate is of another host"
)
def test_nothing_is_read_under_a_certificate_that_is_not_valid_for_the_host_now(
    authority: Authority, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(authority.certificate))

    sound = over_tls(authority.signed("localhost", 30))
    expired = over_tls(authority.signed("localhost", -1))
    elsewhere = over_tls(authority.signed("elsewhere.example", 30))
    alone = over_tls(authority.self_signed("localhost"))

    assert sound == Answer({"data": []})
    assert "certificate has expired" in reason_of(expired)
    assert "Hostname mismatch" in reason_of(elsewhere)
    assert "self-signed certificate" in reason_of(alone)


def reason_of(outcome: Answer | Unanswered) -> str:
    assert isinstance(outcome, Unanswered)
    return outcome.reason


LIES: dict[str, Route] = {
    "hang up": hang_up,
    "403": reply(b"<html>", 403, content_type="text/html"),
    "500": reply({"error": {"code": 500, "message": "Internal"}}, 500),
    "503": reply(b"", 503),
    "429": reply({}, 429, headers={"Retry-After": "1"}),
    "html": reply(b"<!doctype html>", content_type="text/html"),
    "object": reply({}),
    "list": reply([]),
    "null": reply(b"null"),
    "cut": reply({"data": []}, length=500),
    "half": raw(b'HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n\r\n{"data": [{"id"'),
    "redirect": reply(b"", 301, headers={"Location": "https://elsewhere.example/api/v1/models"}),
    "silence": hang,
}


@pytest.mark.fault(
    "the catalog answers 403", "the catalog answers 500", "the catalog answers 503", "HTML with status 200",
    "{} with status 200", "[] with status 200", "null with status 200", "a timeout",
    "a body shorter than announced", "a body that ends when the connection does, cut in half",
)  # fmt: skip
def test_whatever_a_poll_meets_what_was_known_stays_and_nothing_is_told(tmp_path: Path) -> None:
    listed = reply(quiet_poll()["models"])
    swift = Limits(total=timedelta(seconds=0.2), attempts=1)

    async def live() -> tuple[int, int, list[str], list[tuple[str, str]]]:
        route = turns(listed, *LIES.values(), listed)
        async with (
            upstream({"/api/v1/models": route}) as server,
            going_round(tmp_path, server.base, limits=swift) as round_,
        ):
            await round_.poll(Surface.MODELS)
            before = round_.ledger.state.models
            for _ in LIES:
                await round_.poll(Surface.MODELS, after=1)
                assert round_.ledger.state.models is before
            await round_.poll(Surface.MODELS, after=1)
            failures = round_.ledger.state.surfaces[Surface.MODELS].failures
            told = [pair for pair in round_.told if pair[0] != "catalog-trouble"]
            return len(before), failures, round_.refused, told

    known, failures, refused, told = asyncio.run(live())

    assert (known, failures, told) == (12, 0, [])
    assert len(refused) == len(LIES)
