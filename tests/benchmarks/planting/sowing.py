"""Sowing: truths of all kinds at random places of a day, the same for the same seed."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import timedelta
from decimal import Decimal
from random import Random

from tests.benchmarks.planting.calm import Calm
from tests.benchmarks.planting.comings import free_variant, model_gone, offer_gone, provider_come
from tests.benchmarks.planting.day import Body, Day
from tests.benchmarks.planting.echoes import endpoint_renamed, row_follows_another, rows_turned
from tests.benchmarks.planting.facts import (
    POLICIES,
    alias_pointed_elsewhere,
    bits_lost,
    context_halved,
    end_announced,
    policy_flipped,
    terms_changed,
    tools_lost,
)
from tests.benchmarks.planting.field import Field
from tests.benchmarks.planting.outages import offer_out, out_for_a_while
from tests.benchmarks.planting.prices import (
    free_for_a_while,
    is_priced,
    is_standard,
    price_moved,
    price_moved_twice,
)
from tests.benchmarks.planting.rules import HOUR, MINUTE
from tests.benchmarks.planting.truth import Span, Truth

FACTORS = tuple(Decimal(factor) for factor in ("1.2", "0.8", "1.05", "1.5", "0.9", "1.03", "3", "0.5"))
AGAIN = 0.3
"""How often what was over comes a second time."""
LEVELS = (0, 12.5, 50, 79.9, 89.99)


def sown(day: Day, calm: Calm, seed: str, count: int) -> tuple[Truth, ...]:
    """Return at most ``count`` truths; fewer where the day's calm ground does not hold more of a kind."""
    field = Field(day, calm, Random(seed))  # noqa: S311 (a game of chance, no secret)
    kinds = field.random.choices(list(KINDS), weights=list(KINDS.values()), k=count)
    return tuple(truth for kind in kinds for truth in kind(field))


def _price(field: Field) -> Iterator[Truth]:
    model = field.model(lambda _, offers: is_priced(offers))
    if model is None:
        return
    tag = field.random.choice(field.calm.offers[model])["tag"]
    begins = field.place()
    ends = field.ends(begins, timedelta(0), 30 * MINUTE, HOUR, 3 * HOUR, None)
    factor = field.random.choice(FACTORS)
    yield price_moved(field.day, field.calm, model, tag=tag, factor=factor, span=Span(begins, ends))


def _two_steps(field: Field) -> Iterator[Truth]:
    model = field.model(lambda _, offers: is_priced(offers))
    if model is None:
        return
    tag = field.random.choice(field.calm.offers[model])["tag"]
    begins = field.place()
    then = field.ends(begins, timedelta(0), 30 * MINUTE, 2 * HOUR)
    if then < len(field.day):
        spans = (Span(begins, then), Span(then, field.ends(then, timedelta(0), HOUR, None)))
        factors = (field.random.choice(FACTORS), field.random.choice(FACTORS))
        yield from price_moved_twice(field.day, field.calm, model, tag=tag, factors=factors, spans=spans)


def _many_at_once(field: Field) -> Iterator[Truth]:
    """Yield up to ten truths that begin and end at the same two polls; a tenth of the models at most."""
    begins = field.place()
    span = Span(begins, field.ends(begins, HOUR, 2 * HOUR, None))
    leave = field.random.random() < 0.5
    for _ in range(min(10, len(field.calm.known) // 10)):
        model = field.model(
            lambda row, offers: field.is_well(row, offers) and is_priced(offers) and ":" not in row["id"]
        )
        if model is None:
            return
        if leave:
            yield model_gone(field.day, model, span)
        else:
            tag = field.calm.offers[model][0]["tag"]
            yield price_moved(field.day, field.calm, model, tag=tag, factor=Decimal("1.2"), span=span)


def _echo(field: Field) -> Iterator[Truth]:
    def fits(row: Body, offers: tuple[Body, ...]) -> bool:
        # Well: an outage of its own would be told of the endpoint under its other name.
        makers = {offer["provider_name"] for offer in offers}
        return field.is_well(row, offers) and len(makers) == len(offers) > 1

    model = field.model(fits)
    if model is None:
        return
    begins = field.place()
    span = Span(begins, field.ends(begins, timedelta(0), HOUR, None))
    offer = field.random.choice(field.calm.offers[model])
    yield field.random.choice(
        (
            endpoint_renamed(model, offer["tag"], span),
            row_follows_another(model, offer, span),
            rows_turned(model, span),
        )
    )


def _free_for_a_while(field: Field) -> Iterator[Truth]:
    model = field.model(lambda row, offers: is_priced(offers) and _speaks(row))
    if model is None:
        return
    begins = field.place()
    ends = field.ends(begins, 15 * MINUTE, 30 * MINUTE, 90 * MINUTE, None)
    yield free_for_a_while(field.day, field.calm, model, Span(begins, ends))


def _outage(field: Field) -> Iterator[Truth]:
    model = field.model(field.is_well)
    if model is None:
        return
    begins = field.place()
    ends = field.ends(begins, timedelta(0), 30 * MINUTE, 45 * MINUTE, HOUR, 2 * HOUR)
    spans = [Span(begins, ends)]
    again = field.day.after(ends, field.random.choice((15 * MINUTE, HOUR))) if ends < len(field.day) else ends
    if ends < again < len(field.day) and field.random.random() < AGAIN:
        spans.append(Span(again, field.ends(again, 30 * MINUTE, HOUR)))
    yield out_for_a_while(field.day, model, field.random.choice(LEVELS), tuple(spans))


def _offer_out(field: Field) -> Iterator[Truth]:
    def fits(row: Body, offers: tuple[Body, ...]) -> bool:
        return field.is_well(row, offers) and sum(map(is_standard, offers)) > 1

    model = field.model(fits)
    if model is None:
        return
    tag = field.random.choice([*filter(is_standard, field.calm.offers[model])])["tag"]
    begins = field.place()
    span = Span(begins, field.ends(begins, timedelta(0), 30 * MINUTE, HOUR, None))
    yield offer_out(field.day, model, tag, field.random.choice(LEVELS), span)


def _free_variant(field: Field) -> Iterator[Truth]:
    known = field.calm.known
    model = field.model(lambda row, offers: field.is_well(row, offers) and f"{row['id']}:free" not in known)
    if model is None or ":" in model:
        return
    begins = field.place()
    ends = field.ends(begins, 3 * HOUR, None, None)
    again = field.random.random() < AGAIN and ends + 4 < len(field.day)
    spans = (Span(begins, ends), Span(ends + 4, len(field.day))) if again else (Span(begins, ends),)
    yield free_variant(field.day, model, spans)


def _model_gone(field: Field) -> Iterator[Truth]:
    model = field.model(lambda row, offers: field.is_well(row, offers) and ":" not in row["id"])
    if model is None:
        return
    begins = field.place()
    yield model_gone(field.day, model, Span(begins, field.ends(begins, timedelta(0), 2 * HOUR, None)))


def _offer_gone(field: Field) -> Iterator[Truth]:
    def fits(row: Body, offers: tuple[Body, ...]) -> bool:
        makers = {offer["tag"].partition("/")[0] for offer in offers}
        return field.is_well(row, offers) and is_priced(offers) and len(makers) == len(offers) > 2

    model = field.model(fits)
    if model is None:
        return
    tag = field.random.choice(field.calm.offers[model])["tag"]
    begins = field.place()
    yield offer_gone(field.day, field.calm, model, tag, Span(begins, field.ends(begins, 2 * HOUR, None)))


def _provider(field: Field) -> Iterator[Truth]:
    if not field.calm.has_providers or not field.calm.providers:
        return
    begins = field.place()
    slug = f"planted-{field.random.randrange(10**6)}"
    yield provider_come(field.day, field.calm, slug, Span(begins, field.ends(begins, 3 * HOUR, None)))


def _policy(field: Field) -> Iterator[Truth]:
    provider = field.provider(lambda row: "dataPolicy" in row)
    if provider is None:
        return
    begins = field.place()
    span = Span(begins, field.ends(begins, timedelta(0), HOUR, None))
    yield policy_flipped(field.day, provider, field.random.choice(sorted(POLICIES)), span)


def _terms(field: Field) -> Iterator[Truth]:
    provider = field.provider(
        lambda row: bool(
            row.get("privacy_policy_url") or (row.get("dataPolicy") or {}).get("privacyPolicyURL")
        )
    )
    if provider is not None:
        yield terms_changed(field.day, provider["slug"], field.place())


def _tools(field: Field) -> Iterator[Truth]:
    model = field.model(lambda row, _: "tools" in (row.get("supported_parameters") or ()))
    if model is not None:
        yield tools_lost(field.day, model, field.place())


def _context(field: Field) -> Iterator[Truth]:
    model = field.model(lambda row, offers: all(each.get("context_length") for each in (row, *offers)))
    if model is not None:
        yield context_halved(field.day, model, field.place())


def _bits(field: Field) -> Iterator[Truth]:
    model = field.model(lambda _, offers: any(offer["quantization"] == "bf16" for offer in offers))
    if model is None:
        return
    tag = next(offer["tag"] for offer in field.calm.offers[model] if offer["quantization"] == "bf16")
    yield bits_lost(field.day, model, tag, field.place())


def _alias(field: Field) -> Iterator[Truth]:
    alias = field.alias()
    target = field.model(field.is_well)
    if alias is not None and target is not None:
        yield alias_pointed_elsewhere(field.day, alias, target, field.place())


def _end(field: Field) -> Iterator[Truth]:
    model = field.model(lambda row, _: "expiration_date" in row and row["expiration_date"] is None)
    if model is None:
        return
    begins = field.place()
    ahead = timedelta(days=field.random.choice((3, 8, 31, 60)))
    yield end_announced(field.day, model, (field.day.times[begins] + ahead).date(), begins)


def _speaks(row: Body) -> bool:
    return row["architecture"]["output_modalities"] == ["text"] and not row["id"].endswith(":free")


KINDS: Mapping[Callable[[Field], Iterator[Truth]], int] = {
    _price: 6,
    _two_steps: 3,
    _many_at_once: 1,
    _echo: 3,
    _free_for_a_while: 2,
    _outage: 5,
    _offer_out: 2,
    _alias: 1,
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
