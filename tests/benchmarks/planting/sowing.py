"""Sowing: truths of all kinds at random places of a day, the same for the same seed."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import timedelta
from decimal import Decimal
from random import Random

from tests.benchmarks.planting.calm import Calm
from tests.benchmarks.planting.comings import free_variant, model_gone, offer_gone, provider_come
from tests.benchmarks.planting.day import Body, Day
from tests.benchmarks.planting.facts import (
    POLICIES,
    bits_lost,
    context_halved,
    end_announced,
    policy_flipped,
    terms_changed,
    tools_lost,
)
from tests.benchmarks.planting.outages import out_for_a_while
from tests.benchmarks.planting.prices import free_for_a_while, is_priced, price_moved
from tests.benchmarks.planting.rules import HOUR, MINUTE
from tests.benchmarks.planting.truth import Span, Truth

FACTORS = tuple(Decimal(factor) for factor in ("1.2", "0.8", "1.05", "1.5", "0.9", "1.03", "3", "0.5"))
LEVELS = (0, 12.5, 50, 79.9, 89.99)
LEAD = 2
"""How many polls of the day come before the first truth."""
TAIL = 3
"""How many polls at least there are from a truth on."""


class Field:
    """A day's calm ground, from which each subject is taken once."""

    def __init__(self, day: Day, calm: Calm, random: Random) -> None:
        self.day = day
        self.calm = calm
        self.random = random
        self._models = sorted(calm.models)
        random.shuffle(self._models)
        self._taken: set[str] = set()

    def place(self) -> int:
        """Return a random poll at which a truth may begin."""
        return self.random.randrange(LEAD, len(self.day) - TAIL)

    def ends(self, begins: int, *waits: timedelta | None) -> int:
        """Return when it ends: after one of some waits, None for never; at least one poll later."""
        wait = self.random.choice(waits)
        return len(self.day) if wait is None else max(begins + 1, self.day.after(begins, wait))

    def model(self, fits: Callable[[Body, tuple[Body, ...]], bool]) -> str | None:
        """Return a model whose row and endpoints fit, and of which no variant was taken before."""
        for name in self._models:
            base = name.partition(":")[0]
            if base not in self._taken and fits(self.calm.models[name], self.calm.offers[name]):
                self._taken.add(base)
                return name
        return None

    def provider(self, fits: Callable[[Body], bool]) -> Body | None:
        """Return a provider that fits and was not taken before."""
        free = [slug for slug in sorted(self.calm.providers) if slug not in self._taken]
        fitting = [slug for slug in free if fits(self.calm.providers[slug])]
        if not fitting:
            return None
        slug = self.random.choice(fitting)
        self._taken.add(slug)
        return self.calm.providers[slug]

    def is_well(self, row: Body, _: object) -> bool:
        """Tell whether a model is up all day."""
        return row["id"] in self.calm.well


def sown(day: Day, calm: Calm, seed: str, count: int) -> tuple[Truth, ...]:
    """Return at most ``count`` truths; fewer where the day's calm ground does not hold more of a kind."""
    field = Field(day, calm, Random(seed))  # noqa: S311 (a game of chance, no secret)
    kinds = field.random.choices(list(KINDS), weights=list(KINDS.values()), k=count)
    return tuple(truth for kind in kinds if (truth := kind(field)) is not None)


def _price(field: Field) -> Truth | None:
    model = field.model(lambda _, offers: is_priced(offers))
    if model is None:
        return None
    tag = field.random.choice(field.calm.offers[model])["tag"]
    begins = field.place()
    ends = field.ends(begins, timedelta(0), 30 * MINUTE, HOUR, 3 * HOUR, None)
    factor = field.random.choice(FACTORS)
    return price_moved(field.day, field.calm, model, tag=tag, factor=factor, span=Span(begins, ends))


def _free_for_a_while(field: Field) -> Truth | None:
    model = field.model(lambda row, offers: is_priced(offers) and _speaks(row))
    if model is None:
        return None
    begins = field.place()
    ends = field.ends(begins, 15 * MINUTE, 30 * MINUTE, 90 * MINUTE, None)
    return free_for_a_while(field.day, field.calm, model, Span(begins, ends))


def _outage(field: Field) -> Truth | None:
    model = field.model(field.is_well)
    if model is None:
        return None
    begins = field.place()
    ends = field.ends(begins, timedelta(0), 30 * MINUTE, 45 * MINUTE, HOUR, 2 * HOUR)
    return out_for_a_while(field.day, model, field.random.choice(LEVELS), Span(begins, ends))


def _free_variant(field: Field) -> Truth | None:
    known = field.calm.known
    model = field.model(lambda row, offers: field.is_well(row, offers) and f"{row['id']}:free" not in known)
    if model is None or ":" in model:
        return None
    begins = field.place()
    ends = field.ends(begins, 3 * HOUR, None, None)
    again = field.random.random() < 0.3 and ends + 4 < len(field.day)
    spans = (Span(begins, ends), Span(ends + 4, len(field.day))) if again else (Span(begins, ends),)
    return free_variant(field.day, model, spans)


def _model_gone(field: Field) -> Truth | None:
    model = field.model(lambda row, offers: field.is_well(row, offers) and ":" not in row["id"])
    if model is None:
        return None
    begins = field.place()
    return model_gone(field.day, model, Span(begins, field.ends(begins, timedelta(0), 2 * HOUR, None)))


def _offer_gone(field: Field) -> Truth | None:
    def fits(row: Body, offers: tuple[Body, ...]) -> bool:
        makers = {offer["tag"].partition("/")[0] for offer in offers}
        return field.is_well(row, offers) and is_priced(offers) and len(makers) == len(offers) > 2

    model = field.model(fits)
    if model is None:
        return None
    tag = field.random.choice(field.calm.offers[model])["tag"]
    begins = field.place()
    return offer_gone(field.day, field.calm, model, tag, Span(begins, field.ends(begins, 2 * HOUR, None)))


def _provider(field: Field) -> Truth | None:
    if not field.calm.has_providers or not field.calm.providers:
        return None
    begins = field.place()
    slug = f"planted-{field.random.randrange(10**6)}"
    return provider_come(field.day, field.calm, slug, Span(begins, field.ends(begins, 3 * HOUR, None)))


def _policy(field: Field) -> Truth | None:
    provider = field.provider(lambda row: "dataPolicy" in row)
    if provider is None:
        return None
    begins = field.place()
    span = Span(begins, field.ends(begins, timedelta(0), HOUR, None))
    return policy_flipped(field.day, provider, field.random.choice(sorted(POLICIES)), span)


def _terms(field: Field) -> Truth | None:
    provider = field.provider(
        lambda row: bool(
            row.get("privacy_policy_url") or (row.get("dataPolicy") or {}).get("privacyPolicyURL")
        )
    )
    return None if provider is None else terms_changed(field.day, provider["slug"], field.place())


def _tools(field: Field) -> Truth | None:
    model = field.model(lambda row, _: "tools" in (row.get("supported_parameters") or ()))
    return None if model is None else tools_lost(field.day, model, field.place())


def _context(field: Field) -> Truth | None:
    model = field.model(lambda row, offers: all(each.get("context_length") for each in (row, *offers)))
    return None if model is None else context_halved(field.day, model, field.place())


def _bits(field: Field) -> Truth | None:
    model = field.model(lambda _, offers: any(offer["quantization"] == "bf16" for offer in offers))
    if model is None:
        return None
    tag = next(offer["tag"] for offer in field.calm.offers[model] if offer["quantization"] == "bf16")
    return bits_lost(field.day, model, tag, field.place())


def _end(field: Field) -> Truth | None:
    model = field.model(lambda row, _: "expiration_date" in row and row["expiration_date"] is None)
    if model is None:
        return None
    begins = field.place()
    ahead = timedelta(days=field.random.choice((3, 8, 31, 60)))
    return end_announced(field.day, model, (field.day.times[begins] + ahead).date(), begins)


def _speaks(row: Body) -> bool:
    return row["architecture"]["output_modalities"] == ["text"] and not row["id"].endswith(":free")


KINDS: Mapping[Callable[[Field], Truth | None], int] = {
    _price: 6,
    _free_for_a_while: 2,
    _outage: 5,
    _free_variant: 3,
    _model_gone: 3,
    _offer_gone: 2,
    _provider: 1,
    _policy: 2,
    _terms: 1,
    _tools: 1,
    _context: 1,
    _bits: 1,
    _end: 1,
}
"""How often each kind is sown."""
