"""The door to Apprise: loaded once, when the first target needs it."""

from __future__ import annotations

import functools
import warnings
from types import ModuleType
from typing import TYPE_CHECKING, Any

from watcher.delivery.quiet import mute_libraries

if TYPE_CHECKING:
    from apprise import NotifyBase

OUR_NAME = "catalog watcher"
"""Stands as the sender where a service shows one; its own pictures of Apprise are left out."""

OUR_URL = "https://github.com/catalog-watcher/catalog-watcher"


@functools.cache
def load() -> ModuleType:
    """Return Apprise with its 256 services: a quarter of a second that most verbs need not wait for."""
    with warnings.catch_warnings():
        # On Python before 3.13 its PGP support imports a module that is deprecated, and says so.
        warnings.simplefilter("ignore", DeprecationWarning)
        import apprise  # noqa: PLC0415  # this function is why it is late

        services()
    mute_libraries()
    return apprise


def services() -> list[str]:
    """Return every schema that Apprise knows: ``slack``, ``mailto``, …."""
    from apprise.manager_plugins import NotificationManager  # noqa: PLC0415  # as heavy as all of it

    manager: Any = NotificationManager
    found: list[str] = manager().schemas()
    return found


def plugin_of(url: str) -> NotifyBase | None:
    """Return the plugin behind a URL, or None where Apprise cannot read it.

    Its own message is dropped, also from tracebacks: it may quote the token.
    """
    apprise = load()
    asset = apprise.AppriseAsset(
        app_id=OUR_NAME,
        app_desc=OUR_NAME,
        app_url=OUR_URL,
        image_url_mask="",
        http_redirects=False,
        service_timeout=0,
        async_mode=False,
        secure_logging=True,
    )
    try:
        plugin: NotifyBase | None = apprise.Apprise.instantiate(url, asset=asset, suppress_exceptions=False)
    except (apprise.exception.AppriseException, TypeError, ValueError):
        return None
    if plugin is not None:
        # The outbox retries; Apprise would also count each retry among the targets.
        plugin.retry = 0
    return plugin
