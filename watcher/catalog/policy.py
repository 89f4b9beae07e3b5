"""Data policies: what becomes of a prompt at a provider or an endpoint."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class DataPolicy:
    """Who trains on and keeps prompts; None is *unknown*, which is never read as safe.

    Published only by the frontend API (``dataPolicy``, ``data_policy``), except zero retention, which is the
    membership in ``/endpoints/zdr``. ``retention_days`` is in days.
    """

    training: bool | None = None
    trains_openrouter: bool | None = None
    retains_prompts: bool | None = None
    retention_days: int | None = None
    can_publish: bool | None = None
    requires_user_ids: bool | None = None
    zdr: bool | None = None


UNKNOWN_POLICY = DataPolicy()
POLICY_FIELDS = tuple(DataPolicy.__dataclass_fields__)
SAFER_WHEN_TRUE = frozenset({"zdr"})


def is_worse(field: str, old: object, new: object) -> bool:
    """Tell whether a known policy became less private.

    More of anything is worse (training, retention, days of it), except for zero retention.
    """
    more = int(new) > int(old)  # type: ignore[call-overload]  # bools and days both count
    return bool(more != (field in SAFER_WHEN_TRUE))
