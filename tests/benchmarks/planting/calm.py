"""What stays as it is all day in the recorded polls: the only ground in which what follows is known."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import orjson

from tests.benchmarks.planting.day import Body, Day

MOVING = frozenset({"benchmarks", "description"})
"""Facts of a model that nobody follows, and that move on most days."""
SHOWN = ("pricing", "quantization", "context_length", "supported_parameters")
WELL = 95.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Calm:
    """Models with their endpoints, and providers, that are the same in every poll, as the first shows them.

    ``well`` are the models of which every endpoint is up whenever it is looked at, ``known`` all ids that
    any poll shows, ``aliases`` those that point to the same model all day. ``has_providers`` tells whether
    every poll lists providers.
    """

    models: Mapping[str, Body]
    offers: Mapping[str, tuple[Body, ...]]
    providers: Mapping[str, Body]
    well: frozenset[str]
    known: frozenset[str]
    aliases: Mapping[str, str]
    has_providers: bool


def calm_of(day: Day) -> Calm:
    """Return what nothing happens to on a day."""
    prints: dict[str, Counter[bytes]] = defaultdict(Counter)
    listed: dict[str, Counter[bytes]] = defaultdict(Counter)
    ill: set[str] = set()
    answered = 0
    for _, poll in day.polls():
        for row in poll["models"]["data"]:
            prints[row["id"]][_print(row, list(offers_of(poll, row["id"])))] += 1
        for model in poll.get("endpoints") or {}:
            if any((offer.get("uptime_last_30m") or 0) < WELL for offer in offers_of(poll, model)):
                ill.add(model)
        providers = (poll.get("providers") or {}).get("data") or ()
        answered += bool(providers)
        for row in providers:
            listed[row["slug"]][orjson.dumps(row)] += 1
    _, first = next(day.polls())
    offers = {row["id"]: tuple(offers_of(first, row["id"])) for row in first["models"]["data"]}
    models = {
        row["id"]: row
        for row in first["models"]["data"]
        if len(prints[row["id"]]) == 1
        and prints[row["id"]].total() == len(day)
        and not row["id"].startswith(("~", "openrouter/"))
        and offers[row["id"]]
        and len({offer["tag"] for offer in offers[row["id"]]}) == len(offers[row["id"]])
    }
    return Calm(
        models=models,
        offers={model: offers[model] for model in models},
        providers={
            slug: orjson.loads(next(iter(rows)))
            for slug, rows in listed.items()
            if len(rows) == 1 and rows.total() == len(day)
        },
        well=frozenset(models.keys() - ill),
        known=frozenset(prints),
        aliases=_aliases(day),
        has_providers=answered == len(day),
    )


def _aliases(day: Day) -> Mapping[str, str]:
    shown = [
        {
            row["id"]: row["alias_target"]["slug"]
            for row in poll["models"]["data"]
            if isinstance(row.get("alias_target"), dict)
        }
        for _, poll in day.polls()
    ]
    return {
        alias: target
        for alias, target in shown[0].items()
        if all(each.get(alias) == target for each in shown)
    }


def offers_of(poll: Body, model: str) -> Iterator[Body]:
    """Yield the endpoints that a raw poll shows of a model."""
    body = (poll.get("endpoints") or {}).get(model) or {}
    yield from (body.get("data") or {}).get("endpoints") or ()


def _print(row: Body, offers: list[Body]) -> bytes:
    parts = sorted(orjson.dumps([offer["tag"], *(offer.get(name) for name in SHOWN)]) for offer in offers)
    return orjson.dumps({k: v for k, v in row.items() if k not in MOVING}) + b"".join(parts)
