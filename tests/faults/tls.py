"""Certificates of an authority of our own, and a server that shows them."""

from __future__ import annotations

import ssl
import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

BODY = b'{"data": []}'


class Authority:
    """An authority of our own, and what it signed: a name, and for how many days from now."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self.certificate = folder / "ca.pem"
        self._openssl("req -x509 -newkey rsa:2048 -nodes -keyout ca.key -out ca.pem -days 30 -subj /CN=ours")

    def signed(self, name: str, days: int) -> ssl.SSLContext:
        self._openssl(f"req -newkey rsa:2048 -nodes -keyout {name}.key -out {name}.csr -subj /CN={name}")
        (self._folder / "names").write_text(f"subjectAltName=DNS:{name}\n")
        self._openssl(
            f"x509 -req -in {name}.csr -CA ca.pem -CAkey ca.key -days {days} -extfile names -out {name}.pem"
        )
        return self._context(name)

    def self_signed(self, name: str) -> ssl.SSLContext:
        self._openssl(
            f"req -x509 -newkey rsa:2048 -nodes -keyout {name}.key -out {name}.pem -days 30 -subj /CN={name}"
            f" -addext subjectAltName=DNS:{name}"
        )
        return self._context(name)

    def _context(self, name: str) -> ssl.SSLContext:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(self._folder / f"{name}.pem", self._folder / f"{name}.key")
        return context

    def _openssl(self, words: str) -> None:
        subprocess.run(
            ["openssl", *words.split()],  # noqa: S607  # whichever openssl is on the path
            cwd=self._folder, check=True, capture_output=True,
        )  # fmt: skip


class _Answering(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(BODY)))
        self.end_headers()
        self.wfile.write(BODY)

    do_POST = do_GET  # noqa: N815  # http.server's name

    def log_message(self, *_: object) -> None: ...


class _Quiet(HTTPServer):
    def handle_error(self, *_: object) -> None:
        """Say nothing of clients that hang up: they are meant to."""


@contextmanager
def encrypted(context: ssl.SSLContext) -> Iterator[str]:
    """Serve a list over TLS as ``localhost``."""
    server = _Quiet(("127.0.0.1", 0), _Answering)
    server.socket = context.wrap_socket(server.socket, server_side=True)
    threading.Thread(target=partial(server.serve_forever, poll_interval=0.02), daemon=True).start()
    try:
        yield f"https://localhost:{server.server_address[1]}"
    finally:
        server.shutdown()
        server.server_close()
