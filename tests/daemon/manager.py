"""A service manager's end of the socket that ``NOTIFY_SOCKET`` names."""

from __future__ import annotations

import contextlib
import queue
import socket
import threading
from collections.abc import Iterator
from pathlib import Path

PATIENCE = 30.0


class Manager:
    """Takes what a daemon says of itself, at once: the kernel keeps no more than ten words for a while."""

    def __init__(self, address: str) -> None:
        self.address = address
        self.heard: list[str] = []
        self._waiting: queue.SimpleQueue[str] = queue.SimpleQueue()

    def take(self, said: str) -> None:
        """Take one datagram."""
        self._waiting.put(said)

    def next(self, seconds: float = PATIENCE) -> str:
        """Wait for one more datagram; raise queue.Empty when none comes."""
        self.heard.append(self._waiting.get(timeout=seconds))
        return self.heard[-1]

    def has_more(self) -> bool:
        """Tell whether something has come that nobody looked at."""
        return not self._waiting.empty()

    def until(self, start: str, *, within: float = PATIENCE) -> str:
        """Wait for a datagram that begins so; what comes before it stays in ``heard``."""
        while True:
            said = self.next(within)
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
    found = Manager(str(address))
    name = "\0" + found.address[1:] if found.address.startswith("@") else found.address

    def listen() -> None:
        while said := channel.recv(65536):
            found.take(said.decode())

    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as channel:
        channel.bind(name)
        thread = threading.Thread(target=listen)
        thread.start()
        try:
            yield found
        finally:
            with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as end:
                end.sendto(b"", name)
            thread.join()
