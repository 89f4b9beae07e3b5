"""A service manager's end of the socket that ``NOTIFY_SOCKET`` names."""

from __future__ import annotations

import contextlib
import select
import socket
from collections.abc import Iterator
from pathlib import Path

PATIENCE = 30.0


class Manager:
    """Takes what a daemon says of itself."""

    def __init__(self, address: str, channel: socket.socket) -> None:
        self.address = address
        self.heard: list[str] = []
        self._channel = channel

    def next(self) -> str:
        """Wait for one more datagram."""
        self.heard.append(self._channel.recv(65536).decode())
        return self.heard[-1]

    def next_within(self, seconds: float) -> str:
        """Wait for one more datagram, but not for long; raise TimeoutError."""
        if not select.select([self._channel], [], [], seconds)[0]:
            raise TimeoutError
        return self.next()

    def has_more(self) -> bool:
        """Tell whether something has come that nobody looked at."""
        return bool(select.select([self._channel], [], [], 0)[0])

    def until(self, start: str) -> str:
        """Wait for a datagram that begins so; what comes before it stays in ``heard``."""
        while True:
            said = self.next()
            if said.startswith(start):
                return said

    def until_status(self, part: str) -> str:
        """Wait for a status that holds some words."""
        while True:
            said = self.until("STATUS=")
            if part in said:
                return said


@contextlib.contextmanager
def manager(address: str | Path) -> Iterator[Manager]:
    """Listen at a path, or at a name in the abstract space that begins with ``@``."""
    name = str(address)
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as channel:
        channel.settimeout(PATIENCE)
        channel.bind("\0" + name[1:] if name.startswith("@") else name)
        yield Manager(name, channel)
