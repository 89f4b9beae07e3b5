"""Readings: one sweep's telemetry as a compressed blob."""

from __future__ import annotations

import zlib
from collections.abc import Mapping

import orjson

from watcher.catalog.names import EndpointKey
from watcher.catalog.telemetry import Telemetry

LEVEL = 1
"""zlib's; higher ones cost a quiet poll more than they save."""


def pack(telemetry: Mapping[EndpointKey, Telemetry]) -> bytes:
    """Return all readings as one blob: keys and readings in the same order, column by column."""
    columns = list(zip(*telemetry.values(), strict=True))
    keys = list(zip(*telemetry, strict=True))
    return zlib.compress(orjson.dumps({"keys": keys, "fields": Telemetry._fields, "columns": columns}), LEVEL)


def unpack(blob: bytes) -> dict[EndpointKey, Telemetry]:
    """Return what ``pack`` was given; a field that was not read then is unknown."""
    content = orjson.loads(zlib.decompress(blob))
    if not content["keys"]:
        return {}
    given = dict(zip(content["fields"], content["columns"], strict=True))
    nothing = [None] * len(content["keys"][0])
    columns = [given.get(name, nothing) for name in Telemetry._fields]
    keys = map(EndpointKey._make, zip(*content["keys"], strict=True))
    return dict(zip(keys, map(Telemetry._make, zip(*columns, strict=True)), strict=True))
