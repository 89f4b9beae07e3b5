"""The variables a ``where`` clause can use, with type, unit and the events that carry them."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from watcher.catalog.names import Kind


class Shape(StrEnum):
    """CEL types; ``number`` is dynamic so that ``<= -10`` and ``<= -10.0`` both work."""

    STRING = "string"
    INT = "int"
    NUMBER = "number"
    BOOL = "bool"
    LIST = "list of string"


@dataclass(frozen=True, slots=True, kw_only=True)
class Variable:
    """One variable: its CEL type, and its meaning with the unit."""

    shape: Shape
    meaning: str


MODEL: dict[str, Variable] = {
    "model.id": Variable(shape=Shape.STRING, meaning="the id, `author/slug[:variant]`"),
    "model.name": Variable(shape=Shape.STRING, meaning="the name people read"),
    "model.author": Variable(shape=Shape.STRING, meaning="the part of the id before the slash"),
    "model.variant": Variable(
        shape=Shape.STRING, meaning="`free`, `batch`, `thinking`, …; `standard` without one"
    ),
    "model.is_free": Variable(shape=Shape.BOOL, meaning="nothing is charged for anything"),
    "model.is_alias": Variable(shape=Shape.BOOL, meaning="the row mirrors another one"),
    "model.context_length": Variable(shape=Shape.INT, meaning="tokens"),
    "model.max_completion_tokens": Variable(shape=Shape.INT, meaning="tokens"),
    "model.input_modalities": Variable(shape=Shape.LIST, meaning="`text`, `image`, `file`, `audio`, `video`"),
    "model.output_modalities": Variable(shape=Shape.LIST, meaning="`text`, `image`, `embeddings`, …"),
    "model.supported_parameters": Variable(shape=Shape.LIST, meaning="`tools`, `reasoning`, …"),
    "model.prompt_price": Variable(
        shape=Shape.NUMBER, meaning="cheapest offer, USD per million input tokens"
    ),
    "model.completion_price": Variable(
        shape=Shape.NUMBER, meaning="cheapest offer, USD per million output tokens"
    ),
    "model.endpoints": Variable(shape=Shape.INT, meaning="how many endpoints serve it"),
    "model.tokens_per_day": Variable(
        shape=Shape.NUMBER,
        meaning="tokens in and out on the last whole day (UTC) that is told; needs `catalog.frontend: all`",
    ),
    "model.requests_per_day": Variable(
        shape=Shape.NUMBER,
        meaning="requests on the last whole day (UTC) that is told; needs `catalog.frontend: all`",
    ),
}
ENDPOINT: dict[str, Variable] = {
    "endpoint.tag": Variable(shape=Shape.STRING, meaning="`provider[/region, quantization or tier]`"),
    "endpoint.quantization": Variable(shape=Shape.STRING, meaning="`bf16`, `fp8`, …, `unknown`"),
    "endpoint.tier": Variable(shape=Shape.STRING, meaning="`standard`, `flex`, `priority`, `ultrafast`"),
    "endpoint.context_length": Variable(shape=Shape.INT, meaning="tokens"),
    "endpoint.prompt_price": Variable(shape=Shape.NUMBER, meaning="USD per million input tokens"),
    "endpoint.completion_price": Variable(shape=Shape.NUMBER, meaning="USD per million output tokens"),
    "endpoint.training": Variable(
        shape=Shape.BOOL, meaning="trains on prompts, by its own record or its provider's"
    ),
    "endpoint.retains_prompts": Variable(
        shape=Shape.BOOL, meaning="keeps prompts, by its own record or its provider's"
    ),
    "endpoint.retention_days": Variable(
        shape=Shape.INT, meaning="days prompts are kept, by its own record or its provider's"
    ),
    "endpoint.zdr": Variable(shape=Shape.BOOL, meaning="listed with zero retention"),
    "endpoint.uptime": Variable(shape=Shape.NUMBER, meaning="percent over 30 minutes"),
    "endpoint.latency": Variable(
        shape=Shape.NUMBER,
        meaning="ms to the first token, median; needs an API key or `catalog.frontend: all`",
    ),
    "endpoint.throughput": Variable(
        shape=Shape.NUMBER, meaning="tokens/s, median; needs an API key or `catalog.frontend: all`"
    ),
}
PROVIDER: dict[str, Variable] = {
    "provider.slug": Variable(shape=Shape.STRING, meaning="the slug"),
    "provider.name": Variable(shape=Shape.STRING, meaning="the name people read"),
    "provider.headquarters": Variable(shape=Shape.STRING, meaning="country, ISO 3166 alpha-2"),
    "provider.training": Variable(shape=Shape.BOOL, meaning="trains on prompts"),
    "provider.retains_prompts": Variable(shape=Shape.BOOL, meaning="keeps prompts"),
    "provider.retention_days": Variable(shape=Shape.INT, meaning="days prompts are kept"),
}
CHANGE: dict[str, Variable] = {
    "change.field": Variable(
        shape=Shape.STRING, meaning="the fact that moved: `pricing.prompt`, `training`, …"
    ),
    "change.percent": Variable(shape=Shape.NUMBER, meaning="the move in percent of the anchor"),
    "change.old": Variable(
        shape=Shape.NUMBER, meaning="the anchor, where it is a number (prices: USD per million)"
    ),
    "change.new": Variable(
        shape=Shape.NUMBER, meaning="the present value, where it is a number (prices: USD per million)"
    ),
    "change.text": Variable(
        shape=Shape.STRING,
        meaning="the present value, where it is a text: a warning, an app's name, a version, …",
    ),
}
READING: dict[str, Variable] = {
    "reading.value": Variable(
        shape=Shape.NUMBER, meaning="the reading: percent, ms, tokens/s, tokens a day or USD per million"
    ),
}


def variables(kind: Kind, *, is_level: bool) -> dict[str, Variable]:
    """Return the variables that events (or levels) about a kind of subject carry.

    An endpoint carries its model's and its provider's too; a surface carries none.
    """
    if kind is Kind.CATALOG:
        return {}
    subjects = {Kind.MODEL: MODEL, Kind.ENDPOINT: MODEL | ENDPOINT | PROVIDER, Kind.PROVIDER: PROVIDER}
    return subjects[kind] | (READING if is_level else CHANGE)
