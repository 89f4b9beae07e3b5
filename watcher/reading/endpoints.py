"""The endpoints surface: bodies of ``/api/v1/models/{id}/endpoints``, one for each model."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from itertools import repeat
from typing import NamedTuple

from watcher.catalog.endpoint import Endpoint
from watcher.catalog.names import EndpointKey, ModelId
from watcher.catalog.sheets import BadRow, EndpointsSheet, Offers
from watcher.catalog.telemetry import UNREAD, Telemetry
from watcher.reading.envelope import fault_of
from watcher.reading.fields import (
    UnreadableRowError,
    count,
    expiry,
    flag,
    identity,
    identity_or_none,
    names,
    part,
    shown,
    text,
)
from watcher.reading.limits import MOST_OFFERS
from watcher.reading.prices import tariff
from watcher.reading.prints import prints_of
from watcher.reading.telemetry import split_off

NOBODY: Mapping[ModelId, str] = {}
SPARE_MEMORIES = 1000


class _Known(NamedTuple):
    """What a model's rows gave last: an endpoint for each raw row, None where it could not be read."""

    content: list[bytes] | None
    read: tuple[Endpoint | None, ...]
    endpoints: tuple[Endpoint, ...]
    bad: tuple[BadRow, ...]


NOTHING_KNOWN = _Known(None, (), (), ())


class EndpointsReader:
    """Reads sweeps of the endpoints surface; unchanged rows of a model give the very same tuple again."""

    def __init__(self) -> None:
        """Start without memories."""
        self._known: dict[ModelId, _Known] = {}

    def read(self, bodies: object, unanswered: Mapping[ModelId, str] = NOBODY) -> EndpointsSheet:
        """Return the sheet of the bodies by model, which are taken over and changed.

        A body that is null, an error or malformed leaves its model unanswered, with the reason.
        """
        if not isinstance(bodies, Mapping):
            return EndpointsSheet(rows={}, unanswered=unanswered, fault=fault_of(bodies))
        rows: dict[ModelId, Offers] = {}
        missing = dict(unanswered)
        for model, body in bodies.items():
            data = part(part(body).get("data"))
            answered = data.get("endpoints")
            if type(answered) is not list:
                missing[model] = fault_of(body)
            elif len(answered) > MOST_OFFERS:
                missing[model] = f"lists {len(answered):,} endpoints, more than {MOST_OFFERS:,}"
            elif identity_or_none(model) is None:
                missing[ModelId(shown(model))] = "unreadable model id"
            else:
                rows[model] = self._offers(model, answered, data)
        self._forget(bodies)
        return EndpointsSheet(rows=rows, unanswered=missing)

    def _offers(self, model: ModelId, rows: list[object], data: Mapping[str, object]) -> Offers:
        telemetry = [split_off(row) if type(row) is dict else UNREAD for row in rows]
        known = self._known.get(model, NOTHING_KNOWN)
        content = prints_of(rows)
        if content is None or content != known.content:
            known = self._known[model] = _learned(model, rows, content, known, count(data.get("created")))
        return Offers(
            endpoints=known.endpoints,
            telemetry=_of_readable(telemetry, known) if known.bad else tuple(telemetry),
            bad=known.bad,
        )

    def _forget(self, bodies: Mapping[ModelId, object]) -> None:
        if len(self._known) > 2 * len(bodies) + SPARE_MEMORIES:
            self._known = {model: known for model, known in self._known.items() if model in bodies}


def endpoint(row: Mapping[str, object], key: EndpointKey, created: int | None) -> Endpoint:
    """Return the endpoint of one row. Raises UnreadableRowError."""
    ends = row.get("expiration_date") or row.get("deprecation_date")
    return Endpoint(
        key=key,
        provider_name=text(row.get("provider_name")) or key.tag.partition("/")[0],
        tariff=tariff(row.get("pricing")),
        quantization=text(row.get("quantization")),
        context_length=count(row.get("context_length")),
        max_completion_tokens=count(row.get("max_completion_tokens")),
        max_prompt_tokens=count(row.get("max_prompt_tokens")),
        supported_parameters=names(row.get("supported_parameters")),
        implicit_caching=flag(row.get("supports_implicit_caching")),
        service_tier=text(row.get("service_tier")),
        expires=expiry(ends, created),
        disabled=flag(row.get("is_disabled")),
    )


def _learned(
    model: ModelId, rows: list[object], content: list[bytes] | None, known: _Known, created: int | None
) -> _Known:
    """Read the rows of a model, keeping the objects of those that say nothing new."""
    prints = known.content or [b""] * len(known.read)
    before = {one.key: (told, one) for told, one in zip(prints, known.read, strict=True) if one is not None}
    seen: Counter[str] = Counter()
    read: list[Endpoint | None] = []
    bad: list[BadRow] = []
    for row, told in zip(rows, content or repeat(None, len(rows)), strict=True):
        tag = identity_or_none(part(row).get("tag"))
        try:
            key = EndpointKey(model, identity(part(row).get("tag"), "tag"), seen[str(tag)])
            old_told, old = before.get(key, (None, None))
            fresh = old if old is not None and told == old_told else endpoint(part(row), key, created)
        except UnreadableRowError as error:
            read.append(None)
            bad.append(BadRow(id=tag, reason=str(error)))
        else:
            read.append(old if old == fresh else fresh)
        seen[str(tag)] += 1
    endpoints = tuple(one for one in read if one is not None)
    same = known.endpoints if endpoints == known.endpoints else endpoints
    return _Known(content, tuple(read), same, tuple(bad))


def _of_readable(telemetry: list[Telemetry], known: _Known) -> tuple[Telemetry, ...]:
    return tuple(one for one, read in zip(telemetry, known.read, strict=True) if read is not None)
