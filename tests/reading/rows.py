"""Rows and bodies as upstream writes them; each call makes new ones, for a reader takes them over."""

from __future__ import annotations

from typing import Any

CREATED = 1783590857


def model_row(id_: str = "openai/gpt-5.6-terra", **changes: Any) -> dict[str, Any]:
    row = {
        "id": id_,
        "canonical_slug": f"{id_}-20260709",
        "hugging_face_id": "",
        "name": "OpenAI: GPT-5.6 Terra",
        "created": CREATED,
        "description": "A balanced model...",
        "context_length": 1050000,
        "architecture": {
            "modality": "text+image+file->text",
            "input_modalities": ["file", "image", "text"],
            "output_modalities": ["text"],
            "tokenizer": "GPT",
            "instruct_type": None,
        },
        "pricing": {
            "prompt": "0.0000025",
            "completion": "0.000015",
            "overrides": [{"min_prompt_tokens": 272000, "prompt": "0.000005"}],
        },
        "top_provider": {"context_length": 1050000, "max_completion_tokens": 128000, "is_moderated": False},
        "supported_parameters": ["max_tokens", "reasoning", "tools"],
        "knowledge_cutoff": "2026-02-16",
        "expiration_date": None,
        "benchmarks": {"design_arena": []},
        "reasoning": {"mandatory": False},
    }
    return row | changes


def endpoint_row(tag: str = "deepinfra/fp8", **changes: Any) -> dict[str, Any]:
    row = {
        "name": "DeepInfra | z-ai/glm-5.2",
        "model_id": "z-ai/glm-5.2",
        "provider_name": "DeepInfra",
        "tag": tag,
        "quantization": "fp8",
        "context_length": 131072,
        "max_completion_tokens": 32768,
        "max_prompt_tokens": None,
        "pricing": {"prompt": "0.0000007", "completion": "0.0000014", "discount": 0},
        "supported_parameters": ["tools", "max_tokens"],
        "status": 0,
        "uptime_last_5m": 100,
        "uptime_last_30m": 99.40498564447893,
        "uptime_last_1d": None,
        "supports_implicit_caching": False,
        "latency_last_30m": {"p50": 594.5, "p75": 658},
        "throughput_last_30m": None,
    }
    return row | changes


def frontend_provider_row(slug: str = "atlas-cloud", **policy: Any) -> dict[str, Any]:
    known = {
        "training": False,
        "trainingOpenRouter": False,
        "retainsPrompts": True,
        "retentionDays": 30,
        "canPublish": False,
        "termsOfServiceURL": "https://www.atlascloud.ai/terms",
    }
    return {
        "name": "AtlasCloud",
        "displayName": "Atlas Cloud",
        "slug": slug,
        "dataPolicy": known | policy,
        "headquarters": "US",
        "statusPageUrl": None,
    }


def provider_row(slug: str = "atlas-cloud", **changes: Any) -> dict[str, Any]:
    row = {
        "name": "AtlasCloud",
        "slug": slug,
        "privacy_policy_url": None,
        "terms_of_service_url": "https://www.atlascloud.ai/terms",
        "status_page_url": "",
        "headquarters": "US",
        "datacenters": ["US", "SG"],
    }
    return row | changes


def listed(*rows: object, **beside: object) -> dict[str, object]:
    return {"data": list(rows), **beside}


def offered(*rows: object, **beside: object) -> dict[str, object]:
    return {"data": {"id": "z-ai/glm-5.2", "created": CREATED, "endpoints": list(rows), **beside}}


UUID = "d68054f9-503c-4742-bbbb-32c415d27aa2"


def frontend_row(tag: str = "novita/fp8", **changes: Any) -> dict[str, Any]:
    """Return a row of stats/endpoint as of 2026."""
    row = {
        "id": UUID,
        "name": "Novita | z-ai/glm-5.2-20260616",
        "context_length": 131072,
        "model_variant_slug": "z-ai/glm-5.2",
        "model_variant_permaslug": "z-ai/glm-5.2-20260616",
        "provider_name": "Novita",
        "provider_slug": tag,
        "quantization": "fp8",
        "variant": "standard",
        "is_free": False,
        "max_prompt_tokens": None,
        "max_completion_tokens": 32768,
        "supported_parameters": ["tools", "max_tokens"],
        "data_policy": {"training": False, "retainsPrompts": True, "retentionDays": 30},
        "pricing": {"prompt": "0.0000007", "completion": "0.0000014", "discount": 0, "display_pricing": []},
        "pricing_json": {"openai:prompt_tokens": ".7e-6", "openai:completion_tokens": 1.4e-6},
        "features": {"supports_implicit_caching": True},
        "is_hidden": False,
        "is_deranked": True,
        "is_disabled": False,
        "provider_region": "eu-west-1",
        "deprecation_date": "2026-08-10T13:00:00.000Z",
        "created_at": "2026-06-16T16:09:09.030Z",
        "status": -2,
        "stats": {"p50_throughput": 10.5, "p50_latency": 594.5, "request_count": 22},
    }
    return row | changes


def frontend_row_of_2025(**changes: Any) -> dict[str, Any]:
    """Return a row as of May 2025: no tag, a nested policy, ``0`` for every meter."""
    row = frontend_row(
        provider_info={"slug": "novita"},
        data_policy={
            "termsOfServiceURL": "https://novita.ai/legal/terms-of-service",
            "paidModels": {"training": False, "retainsPrompts": True, "retentionDays": 55},
            "freeModels": {"training": True, "retainsPrompts": True},
        },
        pricing={
            "prompt": "0.0000007",
            "completion": "0.0000014",
            "image": "0",
            "request": "0",
            "discount": 0,
        },
        stats={"p50_throughput": 56.446, "p50_latency": 777, "request_count": 197860},
    )
    later = ("provider_slug", "deprecation_date", "created_at", "pricing_json")
    return {name: value for name, value in row.items() if name not in later} | changes


def catalog_row(slug: str = "z-ai/glm-5.2", **changes: Any) -> dict[str, Any]:
    """Return a row of the frontend's catalog."""
    row = {
        "slug": slug,
        "hf_slug": "",
        "created_at": "2026-06-16T16:00:57.000Z",
        "updated_at": "2026-06-17T16:00:57.000Z",
        "name": "Z.AI: GLM 5.2",
        "author": "z-ai",
        "context_length": 131072,
        "input_modalities": ["text"],
        "output_modalities": ["text"],
        "group": "Other",
        "hidden": False,
        "warning_message": "",
        "promotion_message": None,
        "permaslug": f"{slug}-20260616",
        "supports_reasoning": True,
        "knowledge_cutoff": "2026-02-16T23:59:59+00:00",
        "endpoint": frontend_row(moderation_required=False),
    }
    return row | changes
