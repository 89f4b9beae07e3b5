"""Renames: the same endpoint under another tag.

Exactly one endpoint of a (model, provider) left and one came in the same sweep: it is one endpoint, changed.
Where several did (19 of one provider in a poll, observed), those whose rest is equal are the same.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from typing import TypeVar

from watcher.catalog.endpoint import Endpoint
from watcher.catalog.names import EndpointKey
from watcher.judgement.state import Tracked

V = TypeVar("V")
Known = Mapping[EndpointKey, Tracked[Endpoint]]
Rows = Mapping[EndpointKey, Endpoint]


def renamed(
    known: Known,
    rows: Rows,
    unobserved: Collection[EndpointKey],
    said: Mapping[EndpointKey, EndpointKey],
) -> dict[EndpointKey, EndpointKey]:
    """Return which newly listed key is which key that has just left, by one model's endpoints.

    Where upstream ``said`` so itself nothing is left to find out.
    """
    left = [
        key
        for key, tracked in known.items()
        if key not in rows and not tracked.gone and tracked.missing_since is None and key not in unobserved
    ]
    came = [key for key in rows if key not in known or known[key].gone]
    if not left or not came:
        return {}
    pairs = {key: said[key] for key in came if said.get(key) in left}
    left = [key for key in left if key not in pairs.values()]
    departed, arrived = _by_offerer(left, known), _by_offerer((key for key in came if key not in pairs), rows)
    for offerer in departed.keys() & arrived.keys():
        pairs.update(_pairs(departed[offerer], arrived[offerer], known, rows))
    return pairs


def under_new_keys(
    table: Mapping[EndpointKey, V], names: Mapping[EndpointKey, EndpointKey]
) -> Mapping[EndpointKey, V]:
    """Return what another surface said of endpoints, under the keys that renamed ones have now."""
    moved = {new: table[old] for new, old in names.items() if old in table and new not in table}
    if not moved:
        return table
    return {key: value for key, value in table.items() if key not in names.values()} | moved


def _by_offerer(
    keys: Iterable[EndpointKey], records: Mapping[EndpointKey, Tracked[Endpoint] | Endpoint]
) -> dict[tuple[str, str], list[EndpointKey]]:
    groups: dict[tuple[str, str], list[EndpointKey]] = defaultdict(list)
    for key in keys:
        record = records[key]
        endpoint = record.record if isinstance(record, Tracked) else record
        groups[endpoint.provider_name, endpoint.tier].append(key)
    return groups


def _pairs(
    left: Sequence[EndpointKey], came: Sequence[EndpointKey], known: Known, rows: Rows
) -> dict[EndpointKey, EndpointKey]:
    if len(left) == len(came) == 1:
        return {came[0]: left[0]}
    pairs: dict[EndpointKey, EndpointKey] = {}
    open_keys = list(left)
    for key in came:
        same = next((old for old in open_keys if _equal_rest(known[old].record, rows[key])), None)
        if same is not None:
            open_keys.remove(same)
            pairs[key] = same
    return pairs


def _equal_rest(before: Endpoint, after: Endpoint) -> bool:
    return replace(before, key=after.key, quantization=after.quantization) == after
