"""The heartbeat: pings while we live, so that our own silence can page somebody.

A plain service hears one thing: a poll was judged and written, and every lane lives. In the style of
healthchecks.io it also hears of each start (``/start``), and what is wrong (``/fail``, with the sentences as
the body), so that it pages at once and not when its patience ends.
"""

from __future__ import annotations

import threading
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from urllib.parse import urlsplit

import httpx
import structlog

from watcher import __version__
from watcher.config import HeartbeatSettings, HeartbeatStyle
from watcher.delivery.addresses import is_allowed
from watcher.delivery.guard import PeerRefusedError, guarded

DEADLINE = timedelta(seconds=10)
"""Of a whole ping, however slowly it is answered."""

TRIES = 3
PAUSE = 5.0
"""Seconds between the tries of one ping; the next poll's ping ends them."""

NO_TIMEOUT = 3600.0
"""The guard's deadline is the only one."""

LONGEST = 10_000
"""Characters that a body may have; healthchecks.io keeps 100 kB."""

START = "/start"
FAIL = "/fail"

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Ping:
    """One thing to say: the end of the URL's path, and a body where there are words to it."""

    ending: str = ""
    words: str = ""


ALIVE = Ping()


class Heartbeat:
    """Tells one URL how we are, from a thread of its own: nothing waits for it.

    What is to be said replaces what was not said yet; only a start is said before it. A ping that fails is
    tried again, and logged once until one arrives; the URL is never logged.
    """

    def __init__(self, settings: HeartbeatSettings, *, pause: float = PAUSE) -> None:
        self.settings = settings
        self._pause = pause
        self._change = threading.Condition()
        self._starts: Ping | None = None
        self._next: Ping | None = None
        self._is_stopping = False
        self._is_failing = False
        # A daemon thread: a service that holds it must not hold the exit.
        self._thread = threading.Thread(target=self._run, name="heartbeat", daemon=True)

    def start(self) -> None:
        """Begin, and say so to whom it means something."""
        if self._is_eloquent:
            self._starts = Ping(START)
        self._thread.start()

    def tell(self, *, dying: Sequence[str] = (), troubled: Sequence[str] = ()) -> None:
        """Say soon how we are: what keeps us from our work, and what troubles us in it; nothing: all is well.

        A plain service is pinged while nothing keeps us from our work: it asks only whether we live, and that
        we are blind is told by alerts.
        """
        if self._is_eloquent and (dying or troubled):
            self._say(Ping(FAIL, "\n".join((*dying, *troubled))[:LONGEST]))
        elif not dying:
            self._say(ALIVE)

    def stop(self, seconds: float) -> None:
        """End, and wait at most so long until what was to be said is said or has failed."""
        with self._change:
            self._is_stopping = True
            self._change.notify()
        self._thread.join(seconds)

    @property
    def _is_eloquent(self) -> bool:
        return self.settings.style is HeartbeatStyle.HEALTHCHECKS

    def _say(self, ping: Ping) -> None:
        with self._change:
            self._next = ping
            self._change.notify()

    def _run(self) -> None:
        with httpx.Client(
            follow_redirects=False,
            timeout=NO_TIMEOUT,
            headers={"User-Agent": f"catalog-watcher/{__version__}"},
            # A kept connection would be unknown to the guard of the next ping.
            limits=httpx.Limits(max_keepalive_connections=0),
        ) as client:
            while (ping := self._taken()) is not None:
                self._note(self._tried(client, ping))

    def _taken(self) -> Ping | None:
        """Wait for something to say; None when it is over."""
        with self._change:
            self._change.wait_for(lambda: self._starts or self._next or self._is_stopping)
            ping = self._starts or self._next
            if self._starts is None:
                self._next = None
            self._starts = None
            return ping

    def _tried(self, client: httpx.Client, ping: Ping) -> str | None:
        """Return why a ping did not arrive; it is tried again as long as nothing newer is to be said."""
        reason = None
        for _ in range(TRIES):
            reason = sent(client, self.settings.url.reveal(), ping)
            if reason is None or self._has_more_to_say():
                break
        return reason

    def _has_more_to_say(self) -> bool:
        with self._change:
            return self._change.wait_for(lambda: self._next is not None or self._is_stopping, self._pause)

    def _note(self, reason: str | None) -> None:
        if reason is not None and not self._is_failing:
            log.warning("heartbeat.failed", reason=reason)
        if reason is None and self._is_failing:
            log.info("heartbeat.recovered")
        if reason is None:
            log.debug("heartbeat.sent")
        self._is_failing = reason is not None


def sent(client: httpx.Client, url: str, ping: Ping, *, deadline: timedelta = DEADLINE) -> str | None:
    """Say one thing, and return why it did not arrive, without the URL: who knows it can forge our life.

    Private addresses are allowed, for many keep their dead-man's switch at home; link-local ones and those at
    which clouds hand out credentials are not. Nothing of the answer is read but its status.
    """
    with guarded(deadline, lambda peer: is_allowed(peer, private=True)) as trace:
        try:
            status = _status(client, url, ping)
        except PeerRefusedError:
            return "the address is not allowed"
        except (httpx.HTTPError, httpx.InvalidURL, OSError, ValueError) as error:
            if trace.cut:
                return f"no answer within {deadline.total_seconds():g} s"
            return "the address is not allowed" if trace.refused else type(error).__name__
    if httpx.codes.is_redirect(status):
        return f"HTTP {status}: it redirects; write the address it leads to"
    return None if httpx.codes.is_success(status) else f"HTTP {status}"


def _status(client: httpx.Client, url: str, ping: Ping) -> int:
    method = "POST" if ping.words else "GET"
    with client.stream(method, ended(url, ping.ending), content=ping.words.encode() or None) as response:
        return response.status_code


def ended(url: str, ending: str) -> str:
    """Return a URL with an ending to its path: ``https://hc-ping.com/UUID/start``."""
    parts = urlsplit(url)
    return parts._replace(path=parts.path.rstrip("/") + ending).geturl() if ending else url
