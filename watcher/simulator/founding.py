"""Founding: a whole simulated catalog from a seed and a size."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from decimal import Decimal

from watcher.simulator.catalog import Catalog, Host, Listing, Traffic
from watcher.simulator.dice import Dice
from watcher.simulator.hosts import found_hosts
from watcher.simulator.lexicon import ARENAS, AUTHORS, CONTEXTS, FAMILIES, SIZES, TOKENIZERS, TRAITS
from watcher.simulator.offers import make_offers, scaled

LEAST_MODELS = 12
_NEWEST = 1_790_000_000
"""2026-09-21, when the newest listing was made; each older one is some hours earlier."""


def found(seed: int, models: int) -> Catalog:
    """Return a catalog of exactly ``models`` rows, the same for a seed on every machine.

    About 14 % are ``:batch`` rows, 5 % ``:free``, 3 % (at most 20) aliases, 1 % ``:thinking``, two are
    routers: the proportions of August 2026. ValueError below 12 rows: there is not one of each kind then.
    """
    if models < LEAST_MODELS:
        raise ValueError(f"a simulated catalog needs at least {LEAST_MODELS} models, not {models}")
    free, batch, thinking = max(2, models // 20), models // 7, models // 100
    aliases = min(20, 1 + models // 30)
    plain = models - free - batch - thinking - aliases - 2
    hosts = found_hosts(seed, max(8, min(110, 8 + models // 8)))
    originals = list(_originals(seed, plain, tuple(hosts.values())))
    draw = Dice(seed, "variants")
    rows = [
        *_routers(),
        *originals,
        *(free_variant(row) for row in draw.draw(originals, free)),
        *(_batch(row) for row in draw.draw(originals, batch)),
        *(_thinking(row) for row in draw.draw(originals, thinking)),
        *(_alias(row, number) for number, row in enumerate(_families(originals, aliases))),
    ]
    rows.sort(key=lambda row: (-row.created, row.id))
    return Catalog(seed=seed, hosts=hosts, listings={row.id: row for row in rows})


def free_variant(original: Listing) -> Listing:
    """Return the ``:free`` row of a model: its first offer's host, for nothing."""
    first = original.offers[0]
    gift = replace(first, prices={"prompt": "0", "completion": "0"}, discount=0, overrides=())
    return replace(
        original,
        id=f"{original.id}:free",
        name=f"{original.name} (free)",
        offers=(replace(gift, tag=f"{first.host}", quantization="unknown"),),
        arenas=(),
        restless=False,
    )


def _originals(seed: int, count: int, hosts: Sequence[Host]) -> Iterator[Listing]:
    taken: set[str] = set()
    created = _NEWEST
    for number in range(count):
        dice = Dice(seed, "model", number)
        created -= dice.whole(3_600, 200_000)
        slug = _slug(dice, taken)
        taken.add(slug)
        yield _original(dice, slug, created, hosts)


def _slug(dice: Dice, taken: set[str]) -> str:
    author = dice.whole(0, len(AUTHORS) - 1)
    family = FAMILIES[(author * 7 + dice.whole(0, 2)) % len(FAMILIES)]
    while True:
        slug = f"{AUTHORS[author]}/{family}-{dice.whole(1, 40)}.{dice.whole(0, 9)}{dice.pick(SIZES)}"
        if slug not in taken:
            return slug


def _original(dice: Dice, slug: str, created: int, hosts: Sequence[Host]) -> Listing:
    author, _, name = slug.partition("/")
    context = dice.pick(CONTEXTS)
    titled = name.replace("-", " ").title()
    offers = make_offers(dice, hosts, context)
    open_weights = dice.chance(0.5)
    return Listing(
        id=slug,
        canonical_slug=f"{slug}-2026{dice.whole(1, 9):02}{dice.whole(1, 28):02}",
        name=f"{author.title()}: {titled}",
        created=created,
        description=f"{titled} is a model by {author.title()}. It is strong at {dice.pick(TRAITS)} and"
        f" {dice.pick(TRAITS)}, with a context of {context:,} tokens...",
        context_length=context,
        inputs=dice.pick((("text",), ("text",), ("text", "image"), ("text", "image", "file"))),
        outputs=dice.pick((("text",),) * 30 + (("text", "image"), ("embeddings",))),
        tokenizer=dice.pick(TOKENIZERS),
        hugging_face_id=slug if open_weights else None,
        knowledge_cutoff=f"2026-0{dice.whole(1, 9)}-30" if dice.chance(0.2) else None,
        expiration_date="2098-12-31" if dice.chance(0.01) else None,
        moderated=dice.chance(0.1),
        default_parameters={"temperature": 0.7, "top_p": 0.9, "top_k": None} if dice.chance(0.4) else {},
        reasoning={"mandatory": False, "default_enabled": True} if dice.chance(0.6) else None,
        arenas=tuple((arena, dice.whole(1_050, 1_400)) for arena in dice.draw(ARENAS, dice.whole(0, 4))),
        offers=offers,
        restless=len(offers) > 1 and dice.chance(0.2),
    )


def _batch(original: Listing) -> Listing:
    half = replace(
        original.offers[0],
        prices=scaled(original.offers[0].prices, Decimal("0.5")),
        overrides=(),
        traffic=Traffic.NONE,
    )
    return replace(
        original,
        id=f"{original.id}:batch",
        name=f"{original.name} (batch)",
        offers=(half,),
        restless=False,
    )


def _thinking(original: Listing) -> Listing:
    return replace(original, id=f"{original.id}:thinking", name=f"{original.name} (thinking)")


def _families(originals: Sequence[Listing], count: int) -> list[Listing]:
    newest: dict[str, Listing] = {}
    for row in originals:
        newest.setdefault(_family(row), row)
    return list(newest.values())[:count]


def _family(row: Listing) -> str:
    return row.id.partition(".")[0].rpartition("-")[0]


def _alias(target: Listing, number: int) -> Listing:
    id_ = f"~{_family(target)}-latest"
    title = _family(target).partition("/")[2].replace("-", " ").title()
    return Listing(
        id=id_,
        canonical_slug=id_,
        name=f"{title} Latest",
        created=_NEWEST - 7_000_000 - number,
        description=f"This model always redirects to the latest model in the {title} family.",
        context_length=target.context_length,
        tokenizer="Router",
        alias_target=target.id,
    )


def _routers() -> tuple[Listing, ...]:
    return (
        Listing(
            id="openrouter/auto",
            canonical_slug="openrouter/auto",
            name="Auto Router",
            created=1_699_401_600,
            description="Your prompt will be routed to one of dozens of models...",
            context_length=2_000_000,
            inputs=("text", "image", "audio", "file", "video"),
            outputs=("text", "image"),
            tokenizer="Router",
            own_prices={"prompt": "-1", "completion": "-1"},
        ),
        Listing(
            id="openrouter/free",
            canonical_slug="openrouter/free",
            name="Free Models Router",
            created=1_769_917_427,
            description="The simplest way to get free inference: a router that selects a free model...",
            context_length=200_000,
            inputs=("text", "image"),
            tokenizer="Router",
            hugging_face_id="",
            own_prices={"prompt": "0", "completion": "0"},
        ),
    )
