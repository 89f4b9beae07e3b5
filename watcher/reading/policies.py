"""Data policies: the frontend's ``dataPolicy`` of a provider and ``data_policy`` of an endpoint."""

from __future__ import annotations

from watcher.catalog.names import ProviderSlug, Surface
from watcher.catalog.policy import UNKNOWN_POLICY, DataPolicy
from watcher.catalog.sheets import BadRow, PoliciesSheet, Sheet
from watcher.reading.envelope import opened
from watcher.reading.fields import UnreadableRowError, count, flag, identity, keys_of, part, text
from watcher.reading.frontend_keys import POLICY_KEYS, PROVIDER_KEYS, strangers


def policies(body: object, surface: Surface) -> PoliciesSheet:
    """Return what every provider does with prompts.

    A documented body carries no policies: then every provider's is unknown, so that the loss can be seen.
    ``carries`` are the keys of the policies.
    """
    answer = opened(body)
    if answer.fault:
        return Sheet(surface=surface, fault=answer.fault)
    rows: dict[ProviderSlug, DataPolicy] = {}
    names: dict[ProviderSlug, str] = {}
    bad: list[BadRow] = []
    duplicates: list[str] = []
    for row in answer.rows:
        try:
            slug = ProviderSlug(identity(part(row).get("slug"), "slug"))
        except UnreadableRowError as error:
            bad.append(BadRow(id=text(part(row).get("name")), reason=str(error)))
            continue
        if slug in rows:
            duplicates.append(slug)
            continue
        rows[slug] = policy(part(row).get("dataPolicy"))
        names[slug] = text(part(row).get("name")) or slug
    told = [part(row).get("dataPolicy") for row in answer.rows]
    return Sheet(
        surface=surface,
        rows=rows,
        bad=tuple(bad),
        duplicates=tuple(duplicates),
        claimed=answer.claimed,
        carries=keys_of(told),
        names=names,
        strange=strangers(answer.rows, PROVIDER_KEYS) + strangers(told, POLICY_KEYS, "dataPolicy"),
    )


def policy(value: object, *, is_free: bool = False) -> DataPolicy:
    """Return one data policy; whatever is absent is unknown, and unknown never reads as safe.

    Policies of May 2025 nest most of it, apart for paid and for free models; ``is_free`` tells which of them
    counts. What stands beside the two holds for both.
    """
    if not isinstance(value, dict):
        return UNKNOWN_POLICY
    nested = part(value.get("freeModels")) if is_free else {}
    said = {**(nested or part(value.get("paidModels"))), **value}
    return DataPolicy(
        training=flag(said.get("training")),
        trains_openrouter=flag(said.get("trainingOpenRouter")),
        retains_prompts=flag(said.get("retainsPrompts")),
        retention_days=count(said.get("retentionDays")),
        can_publish=flag(said.get("canPublish")),
        requires_user_ids=flag(said.get("requiresUserIDs")),
    )
