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
