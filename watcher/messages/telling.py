"""Tellings: one alert in words, before any medium."""

from __future__ import annotations

from dataclasses import dataclass

from watcher.alerts.alert import Alert


@dataclass(frozen=True, slots=True, kw_only=True)
class Telling:
    """What one alert says.

    ``headline`` stands alone as a title and names the subject. ``phrase`` says the same without it, for a
    row beside the subject, and ``brief`` is its beginning that a title has room for, where that is not all
    of it. ``one`` and ``many`` count alerts of this sort (``model added``, ``models added``).
    """

    headline: str
    phrase: str
    one: str
    many: str
    brief: str = ""

    @property
    def in_short(self) -> str:
        """Return what a title says."""
        return self.brief or self.phrase


def text(alert: Alert, key: str) -> str:
    """Return a word of the alert's context, or an empty string where it has none."""
    value = alert.context.get(key)
    return "" if value is None else str(value)


def provider_of(alert: Alert) -> str:
    """Return the provider's name as people know it, else its slug, else an empty string."""
    return text(alert, "provider_name") or alert.provider or ""


def is_kind(alert: Alert, kind: str) -> bool:
    """Tell whether the alert's context calls it a ``reminder``, ``back`` or ``restless``."""
    return alert.context.get("kind") == kind
