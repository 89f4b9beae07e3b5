"""Notify: the few words that systemd understands (sd_notify(3)), sent to the socket that it names."""

from __future__ import annotations

import os
import socket
import time
from collections.abc import Mapping
from datetime import timedelta

import structlog

SOCKET = "NOTIFY_SOCKET"
WATCHDOG = "WATCHDOG_USEC"
WATCHDOG_PID = "WATCHDOG_PID"
SECONDS = 1.0
"""A service manager that takes nothing for so long is let go."""

LONGEST_STATUS = 800

log = structlog.get_logger()


class Notifier:
    """Tells the service manager how the daemon does; where there is none, it tells nobody.

    ``address`` is a path, or a name in Linux's abstract space that begins with ``@``. No send raises, and
    each is one datagram, so any thread may send. ``watchdog`` is within which time a ping is expected, None
    when nobody expects one.
    """

    def __init__(self, address: str | None = None, *, watchdog: timedelta | None = None) -> None:
        self._address = None if address is None else _spelled(address)
        self.watchdog = watchdog
        self._is_failing = False

    @property
    def is_heard(self) -> bool:
        """Tell whether a service manager asked to be told."""
        return self._address is not None

    def ready(self) -> None:
        """Say that the start, or a reload, is over."""
        self._send("READY=1")

    def reloading(self) -> None:
        """Say that the configuration is being read again; ``ready`` must follow."""
        now = time.clock_gettime_ns(time.CLOCK_MONOTONIC) // 1000
        self._send("RELOADING=1", f"MONOTONIC_USEC={now}")

    def stopping(self) -> None:
        """Say that the end has begun."""
        self._send("STOPPING=1")

    def status(self, sentence: str) -> None:
        """Say in one sentence how things are."""
        line = " ".join(sentence.split())
        self._send(f"STATUS={line[:LONGEST_STATUS]}")

    def ping(self) -> None:
        """Say that all is well, for the watchdog."""
        self._send("WATCHDOG=1")

    def _send(self, *lines: str) -> None:
        if self._address is None:
            return
        try:
            with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM | socket.SOCK_CLOEXEC) as channel:
                channel.settimeout(SECONDS)
                channel.sendto("\n".join(lines).encode(errors="replace"), self._address)
        except OSError as error:
            if not self._is_failing:
                log.warning("notify.failed", reason=error.strerror or type(error).__name__)
            self._is_failing = True
        else:
            self._is_failing = False


def notifier_of(environment: Mapping[str, str], *, pid: int | None = None) -> Notifier:
    """Return the notifier that the environment of this process (``pid``) asks for."""
    meant = environment.get(WATCHDOG_PID, "")
    asked = environment.get(WATCHDOG, "") if meant in {"", str(pid or os.getpid())} else ""
    watchdog = timedelta(microseconds=int(asked)) if asked.isdecimal() and int(asked) else None
    return Notifier(environment.get(SOCKET) or None, watchdog=watchdog)


def _spelled(address: str) -> str:
    return "\0" + address[1:] if address.startswith("@") else address
