"""The pages: where health and metrics are shown, if anywhere."""

from __future__ import annotations

from ipaddress import ip_address

from watcher.config.part import Part
from watcher.config.sections import WebSection
from watcher.config.settings import WebSettings

LOCALHOST = "localhost"
LAST_PORT = 65_535
FORM = "wants an address and a port, as in 127.0.0.1:9464"


def read_web(form: WebSection | None, part: Part) -> WebSettings | None:
    """Return where the pages are shown; None where nobody asked for them. ``part`` is the whole section."""
    if form is None or form.listen is None:
        return None
    try:
        host, port = _address(form.listen)
    except ValueError as error:
        part.wrong(str(error), "listen")
        return None
    if not _is_loopback(host):
        if not form.allow_remote:
            part.wrong(
                "is no loopback address: other machines could read it; `allow_remote: true` wants that",
                "listen",
            )
        part.doubt(
            "other machines may read how the watcher fares: there is no password and no encryption", "listen"
        )
    return WebSettings(host=host, port=port, hosts=tuple(name.lower() for name in form.hosts))


def _address(written: str) -> tuple[str, int]:
    """Return the host (an IP address, or ``localhost``) and the port; ValueError says what is wrong."""
    host, colon, port = written.rpartition(":")
    if not colon or not (port.isascii() and port.isdigit()) or int(port) > LAST_PORT:
        raise ValueError(FORM)
    if host.startswith("[") and host.endswith("]") and ":" in host:
        host = host[1:-1]
    elif ":" in host:
        raise ValueError('wants brackets round an IPv6 address, as in "[::1]:9464"')
    if host == LOCALHOST:
        return host, int(port)
    try:
        return str(ip_address(host)), int(port)
    except ValueError:
        raise ValueError(FORM) from None


def _is_loopback(host: str) -> bool:
    return host == LOCALHOST or ip_address(host).is_loopback
