"""Answers: what the other side said, taken down below the libraries that drop it.

Apprise reports success or failure alone. Status, Retry-After and SMTP codes are read where requests and
smtplib receive them, for guarded sends only, and no answer is read further than 64 KB.
"""

from __future__ import annotations

import contextlib
import functools
import smtplib
from collections.abc import Iterator
from contextvars import ContextVar
from typing import Any

from watcher.delivery.guard import Trace, current

LONGEST_ANSWER = 64 * 1024
WORDS = 200
LOWEST_FAILURE = 400
GOODBYE = 221
"""What a mail server answers to QUIT, whatever went before."""


_message_id: ContextVar[str | None] = ContextVar("message_id", default=None)


@contextlib.contextmanager
def message_id(name: str) -> Iterator[None]:
    """Give every mail sent in the block one Message-ID, so that a repeat is known as one."""
    token = _message_id.set(name)
    try:
        yield
    finally:
        _message_id.reset(token)


@functools.cache
def install() -> None:
    """Take down what requests and smtplib hear, and name mails; call it once Apprise is loaded."""
    import requests.adapters  # noqa: PLC0415  # heavy, and of use only where Apprise is
    from apprise.plugins.email import base  # noqa: PLC0415  # the same

    adapter: Any = requests.adapters.HTTPAdapter
    adapter.send = _listening(adapter.send)
    smtp: Any = smtplib.SMTP
    smtp.getreply = _hearing(smtp.getreply)
    smtp.login = _missing(smtp.login, "login (AUTH)")
    smtp.starttls = _missing(smtp.starttls, "encryption (STARTTLS)")
    mails: Any = base
    mails.make_msgid = _naming(mails.make_msgid)


def _listening(send: Any) -> Any:
    @functools.wraps(send)
    def send_heard(self: Any, request: Any, *args: Any, **kwargs: Any) -> Any:
        trace = current()
        if trace is None:
            return send(self, request, *args, **kwargs)
        # A connection kept from an earlier send would be unknown to the guard.
        request.headers["Connection"] = "close"
        try:
            response = send(self, request, *args, **kwargs)
        except OSError as error:
            trace.error = type(error).__name__
            trace.nothing_sent = trace.error in {"SSLError", "ConnectTimeout", "ProxyError"}
            raise
        _read(response, trace)
        return response

    return send_heard


def _read(response: Any, trace: Trace) -> None:
    if trace.http is None or response.status_code >= LOWEST_FAILURE or trace.http < LOWEST_FAILURE:
        trace.http = response.status_code
        trace.retry_after = response.headers.get("Retry-After")
    body = b""
    try:
        for chunk in response.iter_content(8192):
            body += chunk
            if len(body) >= LONGEST_ANSWER:
                break
    finally:
        response.close()
    # requests reads these two when it is asked for the content it was told not to stream.
    response._content = body[:LONGEST_ANSWER]  # noqa: SLF001  # there is no public way to cap an answer
    response._content_consumed = True  # noqa: SLF001  # the same
    trace.words = body[:WORDS].decode("utf-8", "replace")


def _hearing(getreply: Any) -> Any:
    @functools.wraps(getreply)
    def getreply_heard(self: smtplib.SMTP) -> tuple[int, bytes]:
        trace = current()
        try:
            code, text = getreply(self)
        except OSError as error:
            if trace is not None:
                trace.error = type(error).__name__
            raise
        if trace is not None and code != GOODBYE and not (trace.smtp or 0) >= LOWEST_FAILURE:
            trace.smtp, trace.words = code, text[:WORDS].decode("utf-8", "replace")
        return code, text

    return getreply_heard


def _missing(ask: Any, what: str) -> Any:
    @functools.wraps(ask)
    def ask_heard(self: smtplib.SMTP, *args: Any, **kwargs: Any) -> Any:
        try:
            return ask(self, *args, **kwargs)
        except smtplib.SMTPNotSupportedError:
            trace = current()
            if trace is not None:
                trace.lacks = f"the mail server offers no {what}"
            raise

    return ask_heard


def _naming(make_msgid: Any) -> Any:
    @functools.wraps(make_msgid)
    def make_msgid_named(idstring: str | None = None, domain: str | None = None) -> str:
        name = _message_id.get()
        if name is None:
            return str(make_msgid(idstring=idstring, domain=domain))
        return f"<{name}@{domain or 'catalog-watcher.invalid'}>"

    return make_msgid_named
