"""The keys that the frontend's rows are known to have: what is not among them is counted as strange."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from watcher.reading.limits import LONGEST_KEY, MOST_KEYS

LISTING_KEYS = frozenset({
    "author", "author_display_name", "author_flagship_modalities", "context_length", "created_at",
    "default_order", "default_parameters", "default_stops", "default_system", "description", "endpoint",
    "features", "group", "has_text_output", "hf_slug", "hf_updated_at", "hidden", "input_modalities",
    "instruct_type", "is_private", "is_trainable_image", "is_trainable_text", "knowledge_cutoff", "limit_rpd",
    "limit_rpm", "model_version_group_id", "name", "output_modalities", "permaslug", "preview_audio",
    "preview_thumbnail_url", "previews_by_modality", "promotion_message", "quick_start_example_type",
    "reasoning_config", "required_attestation_types", "router", "routing_error_message", "short_name", "slug",
    "supported_tts_voices", "supports_reasoning", "updated_at", "warning_message",
})  # fmt: skip

OFFER_KEYS = frozenset({
    "adapter_name", "allowed_passthrough_parameters", "can_abort", "capacity_tpm", "context_length",
    "created_at", "data_policy", "deprecation_date", "display_pricing", "excluded_parameters", "features",
    "has_chat_completions", "has_completions", "id", "is_byok", "is_byok_only", "is_deranked", "is_disabled",
    "is_free", "is_hidden", "is_hipaa_eligible", "is_private", "limit_rpd", "limit_rpm", "limit_rpm_cf",
    "max_completion_tokens", "max_prompt_images", "max_prompt_tokens", "max_tokens_per_image", "model",
    "model_variant_permaslug", "model_variant_slug", "moderation_required", "name", "pricing", "pricing_json",
    "pricing_version_id", "provider_display_name", "provider_group", "provider_info", "provider_model_id",
    "provider_name", "provider_region", "provider_slug", "quantization", "stats", "statsByTier", "status",
    "status_heuristics", "status_heuristics_1d", "status_heuristics_5m", "supported_image_parameters",
    "supported_parameters", "supported_video_parameters", "supports_multipart", "supports_reasoning",
    "supports_tool_parameters", "tiers", "variable_pricings", "variant",
})  # fmt: skip

PROVIDER_KEYS = frozenset({
    "adapterName", "baseUrl", "byokEnabled", "dataPolicy", "datacenters", "displayName", "editors",
    "hasChatCompletions", "hasCompletions", "headquarters", "icon", "ignoredProviderModels", "isAbortable",
    "isMultipartSupported", "moderationRequired", "name", "owners", "pricingStrategy", "privacy_policy_url",
    "sendClientIp", "slug", "statusPageUrl", "status_page_url", "terms_of_service_url",
})  # fmt: skip

POLICY_KEYS = frozenset({
    "canPublish", "dataPolicyUrl", "freeModels", "paidModels", "privacyPolicyURL", "requiresUserIDs",
    "retainsPrompts", "retentionDays", "termsOfServiceURL", "training", "trainingOpenRouter",
})  # fmt: skip


def strangers(rows: Iterable[object], known: frozenset[str], within: str = "") -> Counter[str]:
    """Return the keys of some rows that are not known, with how many rows have each.

    ``within`` names the object they stand in. Of very many those are kept that most rows have.
    """
    prefix = f"{within}." if within else ""
    found = Counter(
        f"{prefix}{str(key)[:LONGEST_KEY]}"
        for row in rows
        if isinstance(row, dict)
        for key in row
        if key not in known
    )
    if len(found) <= MOST_KEYS:
        return found
    return Counter(dict(sorted(found.items(), key=lambda item: (-item[1], item[0]))[:MOST_KEYS]))
