"""The guard round every send: a deadline that really ends it, and no peer it must not reach.

Libraries promise time-outs for each read, not for the whole; a peer that answers a letter at a time holds
them for ever. So every socket a guarded send connects is remembered, and shut down at the deadline.
"""

from __future__ import annotations

import contextlib
import functools
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextvars import ContextVar
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from watcher.alerts.outbox import Outcome
from watcher.delivery.evidence import SMTP_DATA_BEGUN, Evidence

REFUSED = "the address is not allowed for this target (a private one needs allow_private)"


class PeerRefusedError(OSError):
    """The address a name resolved to is one that this send may not reach."""


class CutError(OSError):
    """The deadline has passed: nothing may be begun any more."""


@dataclass(slots=True, kw_only=True)
class Trace:
    """What was seen of one send, while it goes on; ``evidence`` is the summary.

    ``http`` and ``smtp`` are the codes of the last answer, ``words`` its beginning, ``error`` the sort of the
    last failure below them, ``lacks`` what the server would have to offer.
    """

    allowed: Callable[[str], bool]
    ends_at: float
    connected: bool = False
    refused: bool = False
    cut: bool = False
    http: int | None = None
    smtp: int | None = None
    retry_after: str | None = None
    words: str = ""
    error: str = ""
    lacks: str = ""
    nothing_sent: bool = False
    _twins: list[socket.socket] = field(default_factory=list)
    _lock: threading.Lock = field(default_factory=threading.Lock)
    _over: bool = False

    def end(self) -> None:
        """Shut every connection of this send down, unless it has ended by itself."""
        with self._lock:
            if self._over:
                return
            self.cut = True
            for twin in self._twins:
                with contextlib.suppress(OSError):
                    twin.shutdown(socket.SHUT_RDWR)

    def close(self) -> None:
        """Let go of the connections; the watchdog comes too late from now on."""
        with self._lock:
            self._over = True
            for twin in self._twins:
                twin.close()
            self._twins.clear()

    def remember(self, connecting: socket.socket) -> None:
        """Keep a second handle on a connection: the first one moves when TLS wraps it."""
        with self._lock:
            if self.cut:
                raise CutError("the deadline has passed")
            self._twins.append(connecting.dup())

    def check(self, peer: str) -> None:
        """Raise PeerRefusedError unless this send may talk to that address."""
        if not self.allowed(peer):
            self.refused = True
            raise PeerRefusedError(REFUSED)

    def evidence(self, *, delivered: bool, detail: str) -> Evidence:
        """Return what this send left behind."""
        answered = self.http is not None or self.smtp is not None
        uncertain = self.connected and not self.nothing_sent and not answered
        return Evidence(
            delivered=delivered,
            detail=detail,
            http=self.http,
            smtp=self.smtp,
            uncertain=uncertain or self.smtp == SMTP_DATA_BEGUN,
            cut=self.cut,
            fault=Outcome.TARGET_FAULT if self.refused or self.lacks else None,
            retry_after=self.retry_after,
            words=self.words,
        )


_current: ContextVar[Trace | None] = ContextVar("guarded_send", default=None)


def current() -> Trace | None:
    """Return the trace of the send that this thread is in, or None outside of any."""
    return _current.get()


@contextlib.contextmanager
def guarded(limit: timedelta, allowed: Callable[[str], bool]) -> Iterator[Trace]:
    """Guard all connections this thread makes in the block; after ``limit`` each of them is dead."""
    install()
    seconds = limit.total_seconds()
    trace = Trace(allowed=allowed, ends_at=time.monotonic() + seconds)
    token = _current.set(trace)
    watchdog = threading.Timer(seconds, trace.end)
    watchdog.daemon = True
    watchdog.start()
    try:
        yield trace
    finally:
        watchdog.cancel()
        trace.close()
        _current.reset(token)


@functools.cache
def install() -> None:
    """Make ``socket.connect`` ask the guard; outside of a guarded send it does what it always did."""
    # The one seam that all libraries share.
    socket.socket.connect = _guarding(socket.socket.connect)  # type: ignore[method-assign, assignment]  # as above
    socket.socket.connect_ex = _guarding(socket.socket.connect_ex)  # type: ignore[method-assign, assignment]  # as above


def _guarding(connect: Callable[[socket.socket, Any], Any]) -> Callable[[socket.socket, Any], Any]:
    @functools.wraps(connect)
    def connect_guarded(self: socket.socket, address: Any) -> Any:
        trace = _current.get()
        if trace is None:
            return connect(self, address)
        if self.family == socket.AF_UNIX:
            trace.check("127.0.0.1")
        elif _is_numeric(address):
            trace.check(address[0])
        trace.remember(self)
        _shorten(self, trace.ends_at - time.monotonic())
        try:
            answer = connect(self, address)
        except OSError as error:
            trace.error = type(error).__name__
            raise
        if self.family in {socket.AF_INET, socket.AF_INET6} and self.type == socket.SOCK_STREAM:
            _check_peer(self, trace)
        trace.connected = True
        return answer

    return connect_guarded


def _check_peer(connected: socket.socket, trace: Trace) -> None:
    try:
        peer = connected.getpeername()[0]
    except OSError:
        return  # not connected yet (connect_ex); the address was numeric and was checked
    try:
        trace.check(peer)
    except PeerRefusedError:
        with contextlib.suppress(OSError):
            connected.shutdown(socket.SHUT_RDWR)
        raise


def _shorten(connecting: socket.socket, seconds: float) -> None:
    timeout = connecting.gettimeout()
    if timeout is None or timeout > seconds:
        connecting.settimeout(max(seconds, 0.001))


def _is_numeric(address: Any) -> bool:
    if not isinstance(address, tuple) or not address or not isinstance(address[0], str):
        return False
    return ":" in address[0] or address[0].replace(".", "").isdigit()
