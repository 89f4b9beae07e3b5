"""Subjects: what an alert or an anchor is about."""

from __future__ import annotations

from dataclasses import dataclass

from watcher.catalog.names import Kind


@dataclass(frozen=True, slots=True, kw_only=True)
class Subject:
    """One model, endpoint, provider or surface.

    ``uid`` lasts for ever; ``label`` is what people read now: the model's id, the provider's slug,
    ``model @ tag``, or the surface's name. ``model``, ``provider`` (slug) and ``endpoint`` (tag) are filled
    wherever known.
    """

    kind: Kind
    uid: str
    label: str
    model: str | None = None
    provider: str | None = None
    endpoint: str | None = None
