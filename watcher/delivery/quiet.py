"""Quiet: libraries that log URLs, payloads and tokens say nothing here."""

from __future__ import annotations

import logging

NOISY = ("apprise", "urllib3", "requests", "requests_oauthlib", "httpx", "httpcore", "aiosmtplib", "markdown")


def mute_libraries() -> None:
    """Silence them for good: Apprise and httpx log whole URLs, secrets and all (observed)."""
    for name in NOISY:
        logger = logging.getLogger(name)
        logger.setLevel(logging.CRITICAL + 1)
        logger.propagate = False
