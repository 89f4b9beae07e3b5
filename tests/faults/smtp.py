"""An SMTP server that says what it is told to, line by line, and then hangs up."""

from __future__ import annotations

import contextlib
import socket
import threading
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

POLITE = {
    "EHLO": "250-here\r\n250 AUTH PLAIN LOGIN",
    "HELO": "250 here",
    "MAIL": "250 OK",
    "RCPT": "250 OK",
    "DATA": "354 go on",
    ".": "250 taken",
    "QUIT": "221 bye",
    "RSET": "250 OK",
}
HANG_UP = ""


@dataclass(slots=True)
class Counter:
    """Where it listens, what it was told, and the mails it got to the last dot."""

    port: int
    said: list[str] = field(default_factory=list)
    mails: list[str] = field(default_factory=list)


@contextlib.contextmanager
def counter(**answers: str) -> Iterator[Counter]:
    """Answer commands politely, or as told; ``dot`` is the answer to a whole mail, "" hangs up."""
    listener = socket.create_server(("127.0.0.1", 0))
    found = Counter(listener.getsockname()[1])
    wanted = POLITE | {"." if name == "dot" else name: answer for name, answer in answers.items()}

    def serve() -> None:
        with contextlib.suppress(OSError):
            while True:
                client, _ = listener.accept()
                with client, contextlib.suppress(OSError):
                    _talk(client, found, wanted)

    threading.Thread(target=serve, daemon=True).start()
    try:
        yield found
    finally:
        listener.close()


def _talk(client: socket.socket, found: Counter, answers: Mapping[str, str]) -> None:
    client.sendall(b"220 here\r\n")
    with client.makefile("r", encoding="utf-8", newline="\r\n") as lines:
        for line in lines:
            found.said.append(line.strip())
            answer = answers.get(line.split()[0].upper() if line.strip() else "", "500 what?")
            if answer == HANG_UP:
                return
            client.sendall(f"{answer}\r\n".encode())
            if answer.startswith("354"):
                found.mails.append("".join(iter(lambda: next(lines), ".\r\n")))
                if answers["."] == HANG_UP:
                    return
                client.sendall(f"{answers['.']}\r\n".encode())
