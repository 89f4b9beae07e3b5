"""Readings: one sweep's telemetry as a compressed blob, apart from whose it is.

Whose readings they are stays the same from sweep to sweep, so that is a roster of its own, kept once.
"""

from __future__ import annotations

import hashlib
import zlib
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple, TypeVar

import orjson
from sqlalchemy import Connection, bindparam, select

from watcher.catalog.names import EndpointKey
from watcher.catalog.telemetry import Telemetry
from watcher.store import seals
from watcher.store.schema import rosters

V = TypeVar("V", bound=NamedTuple)

_KNOWN = select(rosters.c.id).where(rosters.c.digest == bindparam("digest"), seals.is_sound(rosters)).limit(1)


class Packed(NamedTuple):
    """Whose readings they are, and the readings, in the same order."""

    keys: bytes
    readings: bytes


def pack(readings: Mapping[EndpointKey, Any]) -> Packed:
    """Return named tuples by endpoint as two texts: keys and values in the same order, column by column."""
    keys = sorted(readings)
    values = [readings[key] for key in keys]
    names = type(values[0])._fields if values else ()
    body = orjson.dumps({"fields": names, "columns": list(zip(*values, strict=True))})
    return Packed(orjson.dumps(list(zip(*keys, strict=True))), zlib.compress(body))


def unpack(keys: bytes, readings: bytes, kind: type[V]) -> dict[EndpointKey, V]:
    """Return what ``pack`` was given, by a stored roster; a field that was not read then has its default."""
    content = orjson.loads(zlib.decompress(readings))
    named = keys_of(keys)
    given = dict(zip(content["fields"], content["columns"], strict=True))
    columns = [given.get(name, [kind._field_defaults.get(name)] * len(named)) for name in kind._fields]
    return dict(zip(named, map(kind._make, zip(*columns, strict=True)), strict=True)) if named else {}


def unpack_telemetry(keys: bytes, readings: bytes) -> dict[EndpointKey, Telemetry]:
    """Return a sweep's readings by a stored roster."""
    return unpack(keys, readings, Telemetry)


def uptimes_at(places: Mapping[int, EndpointKey], packed: bytes) -> dict[EndpointKey, float | None]:
    """Return the uptimes over 30 minutes that stand at some places of a sweep's readings."""
    content = orjson.loads(zlib.decompress(packed))
    column = dict(zip(content["fields"], content["columns"], strict=True)).get("uptime_30m")
    return {} if column is None else {key: column[place] for place, key in places.items()}


def keys_of(keys: bytes) -> Sequence[EndpointKey]:
    """Return whose readings a stored roster is of, in order."""
    columns: Iterable[Iterable[Any]] = orjson.loads(zlib.decompress(keys))
    return [EndpointKey._make(row) for row in zip(*columns, strict=True)]


def enrolled(connection: Connection, keys: bytes) -> int:
    """Return the number of the roster that holds these keys, made when there is none that is sound."""
    digest = hashlib.blake2b(keys, digest_size=16).hexdigest()
    found = connection.execute(_KNOWN, {"digest": digest}).scalar()
    if found is not None:
        return int(found)
    row = {"digest": digest, "members": zlib.compress(keys)}
    (made,) = seals.insert(connection, rosters, [row])
    return made
