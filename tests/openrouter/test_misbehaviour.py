from __future__ import annotations

import asyncio
import gzip
import tracemalloc
import zlib
from datetime import timedelta

import pytest

from tests.openrouter.upstream import Clock, Route, client, drip, hang, raw, reply, upstream
from watcher.catalog.names import ModelId
from watcher.openrouter import Answer, EndpointAnswers, Limits, Unanswered

ZERO = timedelta(0)
SWIFT = Limits(
    connect=timedelta(seconds=5),
    read=timedelta(seconds=5),
    total=timedelta(seconds=10),
    backoff=ZERO,
    longest_backoff=ZERO,
    jitter=ZERO,
    attempts=1,
)
HASTY = Limits(read=timedelta(seconds=5), total=timedelta(seconds=0.05), attempts=1)
MIB = 1024 * 1024
GZIPPED = {"Content-Encoding": "gzip"}


def ask(route: Route, limits: Limits = SWIFT) -> Answer | Unanswered:
    async def asking() -> Answer | Unanswered:
        async with (
            upstream({"/api/v1/providers": route}) as server,
            client(server.base, limits, Clock()) as catalog,
        ):
            return await catalog.providers()

    return asyncio.run(asking())


def reason(route: Route, limits: Limits = SWIFT) -> str:
    outcome = ask(route, limits)
    assert isinstance(outcome, Unanswered)
    return outcome.reason


@pytest.mark.fault("the connection is refused")
def test_a_refused_connection_is_a_reason() -> None:
    async def asking() -> Answer | Unanswered:
        async with upstream({}) as server:
            base = server.base
        async with client(base, SWIFT, Clock()) as catalog:
            return await catalog.providers()

    outcome = asyncio.run(asking())

    assert outcome == Unanswered("ConnectError: All connection attempts failed", passing=True)


@pytest.mark.fault("a timeout")
def test_a_host_that_never_answers_is_given_up() -> None:
    silent = Limits(read=timedelta(seconds=0.05), attempts=1)

    assert reason(hang, silent) == "silent for 0.05 s"


@pytest.mark.fault("a body that drips")
def test_a_drip_ends_at_the_deadline_for_the_whole_answer() -> None:
    assert reason(drip, HASTY) == "no complete answer within 0.05 s"


@pytest.mark.fault("a body shorter than announced")
def test_a_body_shorter_than_announced_is_no_answer() -> None:
    assert "RemoteProtocolError" in reason(reply({"data": []}, length=500))


@pytest.mark.fault("a body that ends when the connection does, cut in half")
def test_a_body_cut_short_by_hanging_up_is_no_json() -> None:
    half = b'HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n\r\n{"data": [{"id"'

    assert reason(raw(half)) == "no JSON"


def test_two_megabytes_of_headers_are_refused() -> None:
    assert "RemoteProtocolError" in reason(raw(b"HTTP/1.1 200 OK\r\nX: " + b"x" * 2 * MIB + b"\r\n\r\n"))


@pytest.mark.fault(
    "{} with status 200",
    "[] with status 200",
    "null with status 200",
    "a NaN price",
    "a depth of 100,000",
    "lone surrogates",
)
@pytest.mark.parametrize(
    ("body", "told"),
    [
        ({}, "JSON without data"),
        ([], "JSON without an envelope"),
        (b"null", "no JSON"),
        (b"", "no JSON"),
        ({"data": None}, "JSON without data"),
        ({"error": {"code": 500, "message": "upstream\nis\x1b[31m down"}}, "upstream is [31m down"),
        (b'{"data": [NaN]}', "no JSON"),
        (b'{"data": ["\\ud800"]}', "no JSON"),
        (b"[" * 100_000, "no JSON"),
        ('{"data": []}'.encode("utf-16"), "no JSON"),
    ],
)
def test_an_answer_without_data_is_none(body: object, told: str) -> None:
    assert reason(reply(body)) == told


@pytest.mark.fault("HTML with status 200")
def test_the_websites_html_is_no_answer_even_with_200() -> None:
    site = reply(b"<!doctype html>", content_type="text/html; charset=utf-8")

    assert ask(site) == Unanswered("text/html; charset=utf-8 instead of JSON", 200, page=True)


@pytest.mark.fault("the catalog answers 403", "the catalog answers 404")
def test_an_error_page_is_named_by_its_status() -> None:
    assert reason(reply(b"<html>", 403, content_type="text/html")) == "403: no answer"
    assert reason(reply(b"<html>", 404, content_type="text/html")) == "404: unknown"


@pytest.mark.fault("a wrong charset", "a byte order mark")
def test_a_byte_order_mark_and_a_wrong_charset_do_no_harm() -> None:
    marked = reply(b'\xef\xbb\xbf{"data": ["\xc3\xbc"]}', content_type="application/json; charset=latin-1")

    assert ask(marked) == Answer({"data": ["ü"]})


@pytest.mark.parametrize(
    ("coding", "body"),
    [("gzip", gzip.compress(b'{"data": []}', mtime=0)), ("deflate", zlib.compress(b'{"data": []}'))],
)
def test_compressed_answers_are_inflated(coding: str, body: bytes) -> None:
    assert ask(reply(body, headers={"Content-Encoding": coding})) == Answer({"data": []})


def test_a_large_answer_is_inflated_step_by_step() -> None:
    rows = ["x" * 100] * 20_000

    answer = ask(
        reply(
            gzip.compress(b'{"data": ["' + b'","'.join(row.encode() for row in rows) + b'"]}'),
            headers=GZIPPED,
        )
    )

    assert answer == Answer({"data": rows})


@pytest.mark.parametrize(
    ("coding", "body", "told"),
    [
        ("gzip", gzip.compress(b'{"data": []}', mtime=0)[:-6], "the compressed body ends too early"),
        ("gzip", b"no gzip", "the compressed body is damaged"),
        ("br", b"whatever", "compressed as 'br', which was not asked for"),
    ],
)
def test_a_damaged_compression_is_no_answer(coding: str, body: bytes, told: str) -> None:
    assert reason(reply(body, headers={"Content-Encoding": coding})).startswith(told)


@pytest.mark.fault("a gzip bomb")
def test_a_gzip_bomb_is_refused_and_takes_no_more_memory_than_the_limit() -> None:
    bomb = reply(gzip.compress(bytes(100 * MIB)), headers=GZIPPED)
    small = Limits(list_bytes=4 * MIB, attempts=1)

    tracemalloc.start()
    told = reason(bomb, small)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()

    assert told == "the body is above 4 MiB"
    assert peak < 12 * MIB


@pytest.mark.fault("50 MB")
def test_fifty_megabytes_are_not_read_to_the_end() -> None:
    assert reason(reply(bytes(50 * MIB))) == "the body is above 16 MiB"


@pytest.mark.fault("1,000,000 models")
@pytest.mark.parametrize(
    ("rows", "told"),
    [
        (b'{"id":"a/b"}', "the body holds more than 400,000 values"),
        (b"{}", "the body holds more than 400,000 values"),
        (b"[]", "the body holds more than 400,000 values"),
        (b"1", "the body holds more than 400,000 values"),
    ],
    ids=["models", "objects", "lists", "numbers"],
)
def test_a_million_values_are_refused_before_they_are_parsed(rows: bytes, told: str) -> None:
    flood = b'{"data":[' + b",".join([rows] * 1_000_000) + b"]}"

    tracemalloc.start()
    outcome = reason(reply(flood))
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()

    assert outcome == told
    assert peak < 4 * len(flood)


def test_bodies_that_are_read_at_once_are_bounded_together_and_leave_room_when_they_end() -> None:
    models = [ModelId(f"a/{number}") for number in range(4)]
    large = reply({"data": ["x" * 1000] * 900})
    routes = {f"/api/v1/models/{model}/endpoints": large for model in models}
    tight = Limits(flight_bytes=3 * MIB // 2, attempts=1)

    async def asking(at_once: int) -> int:
        async with (
            upstream(routes) as server,
            client(server.base, tight, Clock(), concurrency=at_once) as catalog,
        ):
            return len((await catalog.endpoints(models)).bodies)

    assert asyncio.run(asking(1)) == 4
    assert asyncio.run(asking(4)) < 4


def test_a_text_that_takes_a_whole_body_is_refused_and_one_of_a_megabyte_is_not() -> None:
    assert reason(reply({"data": ["x" * 5 * MIB]})) == "the body holds a text above 4 MiB"
    assert ask(reply({"data": ["x" * MIB]})) == Answer({"data": ["x" * MIB]})


def test_a_sweep_of_many_models_is_given_up_when_they_hold_too_many_values_together() -> None:
    models = [ModelId(f"a/{number}") for number in range(10)]
    routes = {f"/api/v1/models/{model}/endpoints": reply({"data": [1] * 300}) for model in models}
    frugal = Limits(sweep_values=0, sweep_values_each=100, attempts=1)

    async def asking() -> EndpointAnswers:
        async with upstream(routes) as server, client(server.base, frugal, Clock(), concurrency=1) as catalog:
            return await catalog.endpoints(models)

    answers = asyncio.run(asking())

    assert len(answers.bodies) == 3
    assert answers.unanswered[models[3]] == "the body holds more than 94 values"


@pytest.mark.parametrize("status", [301, 302, 307, 308])
def test_a_redirect_within_the_host_is_followed_with_the_key(status: int) -> None:
    async def asking() -> tuple[Answer | Unanswered, list[str]]:
        routes = {
            "/api/v1/providers": reply(b"", status, headers={"Location": "/api/v2/providers"}),
            "/api/v2/providers": reply({"data": [status]}),
        }
        async with (
            upstream(routes) as server,
            client(server.base, SWIFT, Clock(), api_key="sk-1") as catalog,
        ):
            answer = await catalog.providers()
            return answer, [asked.headers["authorization"] for asked in server.asked]

    assert asyncio.run(asking()) == (Answer({"data": [status]}), ["bearer sk-1"] * 2)


@pytest.mark.fault("301 to another host")
def test_a_redirect_to_another_host_is_not_followed() -> None:
    async def asking() -> tuple[Answer | Unanswered, int]:
        async with upstream({"/api/v1/providers": reply({"data": []})}) as elsewhere:
            away = reply(b"", 301, headers={"Location": f"{elsewhere.base}/api/v1/providers"})
            async with (
                upstream({"/api/v1/providers": away}) as server,
                client(server.base, SWIFT, Clock(), api_key="sk-1") as catalog,
            ):
                return await catalog.providers(), len(elsewhere.asked)

    assert asyncio.run(asking()) == (Unanswered("redirected to another host", 301), 0)


@pytest.mark.parametrize("location", ["", "http://[", "ftp://127.0.0.1/", "http://u:p@127.0.0.1/x", "//evil"])
def test_a_redirect_to_nowhere_good_is_not_followed(location: str) -> None:
    outcome = ask(reply(b"", 302, headers={"Location": location}))

    assert isinstance(outcome, Unanswered)
    assert outcome.reason.startswith("redirected")


def test_redirects_that_go_on_and_on_are_given_up() -> None:
    assert (
        reason(reply(b"", 302, headers={"Location": "/api/v1/providers"})) == "redirected more than 3 times"
    )
