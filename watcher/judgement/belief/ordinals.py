"""Ordinals: which of several endpoints with equal tags is which, from one sweep to the next."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import replace

from watcher.catalog.endpoint import Endpoint
from watcher.catalog.names import EndpointKey
from watcher.judgement.knowledge.facts import facts_of_endpoint
from watcher.judgement.state import Tracked

Known = Mapping[EndpointKey, Tracked[Endpoint]]


def matched(known: Known, endpoints: Sequence[Endpoint]) -> list[Endpoint]:
    """Return the endpoints with the ordinals they had before, equal tags matched by fewest differences.

    The order of the sweep decides where nothing was known. No result is listed twice under one key. One that
    stays alone of several keeps its ordinal too.
    """
    twins: dict[str, list[int]] = defaultdict(list)
    for index, endpoint in enumerate(endpoints):
        twins[endpoint.key.tag].append(index)
    had_twins = {key.tag for key in known if key.ordinal}
    result = list(endpoints)
    for tag, indexes in twins.items():
        if len(indexes) > 1 or tag in had_twins:
            _settle(known, result, tag, indexes)
    return result


def _settle(known: Known, result: list[Endpoint], tag: str, indexes: list[int]) -> None:
    before = {key: tracked.record for key, tracked in known.items() if key.tag == tag and not tracked.gone}
    distances = sorted(
        (_differences(record, result[index]), key.ordinal, index)
        for key, record in before.items()
        for index in indexes
    )
    ordinals: dict[int, int] = {}
    for _, ordinal, index in distances:
        if index not in ordinals and ordinal not in ordinals.values():
            ordinals[index] = ordinal
    free = (ordinal for ordinal in range(len(indexes) + len(before)) if ordinal not in ordinals.values())
    for index in indexes:
        ordinal = ordinals[index] if index in ordinals else next(free)
        if result[index].key.ordinal != ordinal:
            key = EndpointKey(result[index].key.model, tag, ordinal)
            result[index] = replace(result[index], key=key)


def _differences(before: Endpoint, after: Endpoint) -> int:
    old, new = facts_of_endpoint(before), facts_of_endpoint(after)
    return sum(old.get(name) != new.get(name) for name in old.keys() | new.keys())
