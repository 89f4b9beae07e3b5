"""The zero-retention surface: bodies of ``/api/v1/endpoints/zdr``, a flat list of endpoints."""

from __future__ import annotations

from collections import Counter

from watcher.catalog.names import EndpointKey, ModelId, Surface
from watcher.catalog.sheets import BadRow, Sheet, ZdrSheet
from watcher.reading.envelope import opened
from watcher.reading.fields import UnreadableRowError, identity, part, text


def zdr(body: object) -> ZdrSheet:
    """Return the endpoints that keep nothing; being listed is the whole fact."""
    answer = opened(body)
    if answer.fault:
        return Sheet(surface=Surface.ZDR, fault=answer.fault)
    rows: dict[EndpointKey, None] = {}
    bad: list[BadRow] = []
    seen: Counter[tuple[str, str]] = Counter()
    for row in answer.rows:
        try:
            model = identity(part(row).get("model_id"), "model_id")
            tag = identity(part(row).get("tag"), "tag")
        except UnreadableRowError as error:
            bad.append(BadRow(id=text(part(row).get("name")), reason=str(error)))
            continue
        rows[EndpointKey(ModelId(model), tag, seen[model, tag])] = None
        seen[model, tag] += 1
    return Sheet(surface=Surface.ZDR, rows=rows, bad=tuple(bad), claimed=answer.claimed)
