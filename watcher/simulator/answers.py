"""Answers: what goes over the wire, and the pages and envelopes that every site shares."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Protocol
from urllib.parse import parse_qsl, unquote, urlsplit

import orjson

JSON = "application/json"
HTML = "text/html; charset=utf-8"
RSS = "application/rss+xml; charset=utf-8"
PAGE = b"<!DOCTYPE html><html><head><title>OpenRouter</title></head><body><h1>404</h1></body></html>"


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """One request; ``path`` is decoded and has no query."""

    method: str
    path: str
    query: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """One answer; ``cut`` sends half the body and closes, ``hang`` sends nothing at all."""

    status: int = 200
    content_type: str = JSON
    body: bytes = b""
    headers: tuple[tuple[str, str], ...] = ()
    cut: bool = False
    hang: bool = False


class Site(Protocol):
    """Something the server can serve."""

    def answer(self, request: Request) -> Answer:
        """Return the answer to a request."""


def requested(method: str, target: str) -> Request:
    """Return the request for a target as it stands in the request line."""
    parts = urlsplit(target)
    return Request(method=method, path=unquote(parts.path), query=dict(parse_qsl(parts.query)))


def encoded(body: object) -> Answer:
    """Return a 200 with a JSON body."""
    return Answer(body=orjson.dumps(body))


def feed(text: str) -> Answer:
    """Return a 200 with a feed (RSS)."""
    return Answer(content_type=RSS, body=text.encode())


def failure(status: int, message: str, headers: tuple[tuple[str, str], ...] = ()) -> Answer:
    """Return an error in upstream's envelope, which repeats the HTTP status as its code."""
    body = orjson.dumps({"error": {"code": status, "message": message}})
    return Answer(status=status, body=body, headers=headers)


def page(status: int) -> Answer:
    """Return a page of the web site: what upstream answers on a path that is none of its API's."""
    return Answer(status=status, content_type=HTML, body=PAGE)
