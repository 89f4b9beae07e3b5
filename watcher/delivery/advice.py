"""Advice: what the person whose target failed can do about it."""

from __future__ import annotations

from collections.abc import Mapping

from watcher.alerts.outbox import Outcome
from watcher.delivery.evidence import Evidence, judge
from watcher.delivery.guard import REFUSED

REDIRECTS = range(300, 400)
SERVER_ERRORS = range(500, 600)
TOO_MANY = 429

BY_HTTP: Mapping[int, str] = {
    400: "it understood the address but not the message; see what the service asks for",
    401: "the token is wrong or was revoked; make a new one and put it into the configuration",
    403: "the token may not write there; give it the right, or make a new one",
    404: "there is nothing at this address; look for a mistyped or deleted token or channel",
    410: "the address was given up; make a new one and put it into the configuration",
    413: "the message is too long for it",
    422: "it understood the address but not the message; see what the service asks for",
}
BY_SMTP: Mapping[int, str] = {
    530: "the mail server wants a login; write user:password@ into the URL",
    534: "the mail server wants another kind of login, such as an app password",
    535: "the user or the password is wrong",
    550: "there is no such mailbox, or the server does not take mail from this sender",
    551: "the recipient is not there any more",
    552: "the mailbox is full, or the message too long",
    553: "the mail address is not written as the server wants it",
    554: "the mail server refuses this message",
}
GREYLISTED = range(400, 500)

BY_ERROR: Mapping[str, str] = {
    REFUSED: "allow_private: true lets it into your own network; link-local addresses are never reached",
    "ConnectionError": "nobody answers at this host and port, or its name is not known",
    "ConnectionRefusedError": "nobody listens at this host and port",
    "ConnectError": "nobody answers at this host and port, or its name is not known",
    "ConnectTimeout": "nobody answers at this host and port; a firewall may be between",
    "gaierror": "the host's name is not known",
    "SSLError": "the server's certificate is not accepted; look at its name and its date",
    "ProxyError": "the proxy of this machine does not let it through",
}


def advice(evidence: Evidence) -> str:
    """Return what to do about a try that failed, in one clause; empty where there is nothing to say."""
    if judge(evidence) is Outcome.DELIVERED:
        return ""
    if evidence.cut:
        return "it did not answer in time; look there whether the sample has come"
    if evidence.http is not None and evidence.fault is None:
        return _about_http(evidence.http)
    if evidence.smtp is not None and evidence.fault is None:
        later = "the mail server asks to come back later, which the daemon does by itself"
        return BY_SMTP.get(evidence.smtp, later if evidence.smtp in GREYLISTED else "")
    return BY_ERROR.get(evidence.detail, "")


def _about_http(status: int) -> str:
    if status in REDIRECTS:
        return "it points elsewhere, which is never followed; write the address it points to"
    if status == TOO_MANY:
        return "it takes no more messages now; the daemon waits as long as it asks for"
    if status in SERVER_ERRORS:
        return "the service is ill; the daemon tries again by itself"
    return BY_HTTP.get(status, "")
