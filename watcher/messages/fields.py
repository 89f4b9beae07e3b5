"""Fields: the catalog's names of facts, as people say them."""

from __future__ import annotations

METERS = {
    "prompt": "input",
    "completion": "output",
    "request": "request",
    "image": "image",
    "image_token": "image input",
    "image_output": "image output",
    "audio": "audio input",
    "audio_output": "audio output",
    "input_audio_cache": "cached audio input",
    "web_search": "web search",
    "internal_reasoning": "reasoning",
    "input_cache_read": "cached input",
    "input_cache_write": "cache write",
    "input_cache_write_1h": "cache write (1 h)",
}
FACTS = {
    "context_length": "context",
    "max_completion_tokens": "longest answer",
    "max_prompt_tokens": "longest prompt",
    "supported_parameters": "parameters",
    "input_modalities": "input kinds",
    "output_modalities": "output kinds",
    "alias_target": "target",
    "expires": "expiration date",
    "privacy_policy_url": "privacy policy",
    "terms_of_service_url": "terms of service",
    "status_page_url": "status page",
    "hugging_face_id": "Hugging Face id",
    "pricing.overrides": "price conditions",
    "pricing.schedule": "price schedule",
    "pricing.discount": "discount",
}
TOKEN_COUNTS = frozenset({"context_length", "max_completion_tokens", "max_prompt_tokens"})


def meter_of(field: str | None) -> str | None:
    """Return the meter a price's fact is about (``prompt`` of ``pricing.prompt``), or None."""
    prefix, _, meter = (field or "").partition(".")
    return meter if prefix == "pricing" and meter else None


def meter_name(meter: str) -> str:
    """Return what people call a meter: ``input`` for ``prompt``."""
    return METERS.get(meter, meter.replace("_", " "))


def field_name(field: str) -> str:
    """Return what people call a fact; an unknown one reads as its own words."""
    meter = meter_of(field)
    if field in FACTS:
        return FACTS[field]
    return meter_name(meter) if meter else field.rpartition(".")[2].replace("_", " ")
