"""Pages: which path is answered with what."""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from http import HTTPStatus

from watcher.web.hosts import is_meant
from watcher.web.metrics import CONTENT_TYPE
from watcher.web.standing import Standing

TEXT = "text/plain; charset=utf-8"
JSON = "application/json"
METHODS = ("GET", "HEAD")
INDEX = """\
catalog watcher
  /healthz   200 while the watcher lives, 503 when only a restart can help; what is wrong, as JSON
  /readyz    200 while it can do its work, 503 while it cannot, or not yet
  /metrics   for Prometheus
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """What somebody asks for; ``host`` is None where an old client does not say."""

    method: str
    target: str
    host: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What they get; nothing of the request is ever repeated in it."""

    status: HTTPStatus
    body: bytes
    kind: str = TEXT


class Pages:
    """Answers requests; safe to call from any thread."""

    def __init__(
        self, standing: Callable[[], Standing], metrics: Callable[[], bytes], hosts: Collection[str] = ()
    ) -> None:
        """Take what tells how the watcher fares, the metrics' text, and the names it may be asked under."""
        self._standing = standing
        self._metrics = metrics
        self._hosts = frozenset(hosts)

    def answer(self, request: Request) -> Answer:
        """Return the answer to a request."""
        if request.method not in METHODS:
            return refusal(HTTPStatus.METHOD_NOT_ALLOWED)
        if request.host is not None and not is_meant(request.host, self._hosts):
            return refusal(HTTPStatus.MISDIRECTED_REQUEST)
        match request.target.partition("?")[0]:
            case "/metrics":
                return Answer(status=HTTPStatus.OK, body=self._metrics(), kind=CONTENT_TYPE)
            case "/healthz":
                found = self._standing()
                return _verdict("alive", found.problems, holds=found.is_alive)
            case "/readyz":
                found = self._standing()
                return _verdict("ready", (*found.problems, *found.awaited), holds=found.is_ready)
            case "/":
                return Answer(status=HTTPStatus.OK, body=INDEX.encode())
            case _:
                return refusal(HTTPStatus.NOT_FOUND)


def refusal(status: HTTPStatus) -> Answer:
    """Return an answer that is its status and no more."""
    return Answer(status=status, body=f"{status.value} {status.phrase}\n".encode())


def _verdict(word: str, problems: Sequence[str], *, holds: bool) -> Answer:
    status = HTTPStatus.OK if holds else HTTPStatus.SERVICE_UNAVAILABLE
    body = json.dumps({word: holds, "problems": list(problems)})
    return Answer(status=status, body=f"{body}\n".encode(), kind=JSON)
