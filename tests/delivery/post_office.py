"""A post office: an SMTP server on loopback that behaves as badly as it is told."""

from __future__ import annotations

import asyncio
import contextlib
import socket
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from email import message_from_bytes
from email.message import Message

from aiosmtpd.smtp import SMTP, Envelope, Session


@dataclass(slots=True)
class PostOffice:
    """What came in, and what is answered to a recipient or to the mail itself; None takes it."""

    port: int = 0
    mails: list[Message] = field(default_factory=list)
    on_recipient: str | None = None
    on_mail: str | None = None

    async def handle_RCPT(  # noqa: N802  # aiosmtpd's name
        self,
        server: SMTP,  # noqa: ARG002  # aiosmtpd's signature
        session: Session,  # noqa: ARG002  # the same
        envelope: Envelope,
        address: str,
        options: list[str],  # noqa: ARG002  # the same
    ) -> str:
        if self.on_recipient:
            return self.on_recipient
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(  # noqa: N802  # aiosmtpd's name
        self,
        server: SMTP,  # noqa: ARG002  # aiosmtpd's signature
        session: Session,  # noqa: ARG002  # the same
        envelope: Envelope,
    ) -> str:
        if self.on_mail:
            return self.on_mail
        assert isinstance(envelope.content, bytes)
        self.mails.append(message_from_bytes(envelope.content))
        return "250 taken"


@contextlib.contextmanager
def post_office() -> Iterator[PostOffice]:
    """Take mail until the block ends."""
    office = PostOffice()
    loop = asyncio.new_event_loop()
    listening = loop.create_server(lambda: SMTP(office, loop=loop), "127.0.0.1", 0)
    server = loop.run_until_complete(listening)
    office.port = server.sockets[0].getsockname()[1]
    thread = threading.Thread(target=loop.run_forever, daemon=True)
    thread.start()
    try:
        yield office
    finally:
        loop.call_soon_threadsafe(server.close)
        asyncio.run_coroutine_threadsafe(_end(), loop).result(5)
        loop.call_soon_threadsafe(loop.stop)
        thread.join(5)
        loop.close()


async def _end() -> None:
    others = asyncio.all_tasks() - {asyncio.current_task()}
    for task in others:
        task.cancel()
    await asyncio.gather(*others, return_exceptions=True)


@contextlib.contextmanager
def letter_at_a_time() -> Iterator[int]:
    """Greet every client with one character each 50 ms, for ever; give the port."""
    over = threading.Event()
    listener = socket.create_server(("127.0.0.1", 0))

    def serve() -> None:
        with contextlib.suppress(OSError):
            client, _ = listener.accept()
            with client:
                while not over.wait(0.05):
                    client.sendall(b"2")

    threading.Thread(target=serve, daemon=True).start()
    try:
        yield listener.getsockname()[1]
    finally:
        over.set()
        listener.close()
