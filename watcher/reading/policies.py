"""Data policies: of providers (the frontend's all-providers) and of endpoints (its stats/endpoint)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping

from watcher.catalog.names import EndpointKey, ModelId, ProviderSlug, Surface
from watcher.catalog.policy import UNKNOWN_POLICY, DataPolicy
from watcher.catalog.sheets import BadRow, EndpointPoliciesSheet, ModelsSheet, PoliciesSheet, Sheet
from watcher.reading.envelope import fault_of, opened
from watcher.reading.fields import UnreadableRowError, count, flag, identity, keys_of, part, text


def policies(body: object, surface: Surface) -> PoliciesSheet:
    """Return what every provider does with prompts.

    A documented body carries no policies: then every provider's is unknown, so that the loss can be seen.
    ``carries`` are the keys of the policies.
    """
    answer = opened(body)
    if answer.fault:
        return Sheet(surface=surface, fault=answer.fault)
    rows: dict[ProviderSlug, DataPolicy] = {}
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
    return Sheet(
        surface=surface,
        rows=rows,
        bad=tuple(bad),
        duplicates=tuple(duplicates),
        claimed=answer.claimed,
        carries=keys_of(part(row).get("dataPolicy") for row in answer.rows),
    )


def endpoint_policies(bodies: object, models: ModelsSheet | None) -> EndpointPoliciesSheet:
    """Return what every endpoint does with prompts, from bodies by ``permaslug|variant``, null without any.

    ``models`` names the model of rows that do not name it themselves.
    """
    if not isinstance(bodies, Mapping):
        return Sheet(surface=Surface.FRONTEND, fault=fault_of(bodies))
    rows: dict[EndpointKey, DataPolicy] = {}
    bad: list[BadRow] = []
    seen: Counter[tuple[str, str]] = Counter()
    ids = _ids_by_slug(models)
    for asked, body in bodies.items():
        answer = opened(body)
        if answer.fault and body is not None:
            bad.append(BadRow(id=str(asked), reason=answer.fault))
        for row in answer.rows:
            try:
                key = _key(part(row), ids.get(str(asked)), seen)
            except UnreadableRowError as error:
                bad.append(BadRow(id=str(asked), reason=str(error)))
                continue
            rows[key] = policy(part(row).get("data_policy"))
    return Sheet(surface=Surface.FRONTEND, rows=rows, bad=tuple(bad))


def policy(value: object) -> DataPolicy:
    """Return one data policy; whatever is absent is unknown, and unknown never reads as safe."""
    if not isinstance(value, dict):
        return UNKNOWN_POLICY
    return DataPolicy(
        training=flag(value.get("training")),
        trains_openrouter=flag(value.get("trainingOpenRouter")),
        retains_prompts=flag(value.get("retainsPrompts")),
        retention_days=count(value.get("retentionDays")),
        can_publish=flag(value.get("canPublish")),
        requires_user_ids=flag(value.get("requiresUserIDs")),
    )


def _key(row: Mapping[str, object], asked: ModelId | None, seen: Counter[tuple[str, str]]) -> EndpointKey:
    model = ModelId(identity(row.get("model_variant_slug") or asked, "model_variant_slug"))
    tag = identity(row.get("provider_slug"), "provider_slug")
    ordinal = seen[model, tag]
    seen[model, tag] += 1
    return EndpointKey(model, tag, ordinal)


def _ids_by_slug(models: ModelsSheet | None) -> dict[str, ModelId]:
    if models is None:
        return {}
    return {
        f"{model.canonical_slug}|{id_.partition(':')[2] or 'standard'}": id_
        for id_, model in models.rows.items()
    }
