"""Two scripted days: one an hour a second for the demo, one in real time for tests and published figures."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal

from watcher.catalog.names import Surface
from watcher.simulator.catalog import Catalog, Listing, Table, Temper, Traffic, is_plain
from watcher.simulator.conditions import EndpointDown, ModelDown, PolicyFlips, SchemaGrows
from watcher.simulator.dice import Dice
from watcher.simulator.disclosures import (
    AppEnters,
    EndpointDisabled,
    EndpointPolicyFlips,
    PriceAnnounced,
    UseMoves,
    VersionPublished,
    WarningAppears,
)
from watcher.simulator.faults import (
    EmptyList,
    Fault,
    HalfList,
    Html,
    OldGeneration,
    TooManyRequests,
    Truncated,
    Unavailable,
)
from watcher.simulator.generations import Move
from watcher.simulator.memberships import BITS, Flaps, FreeVariantAppears, Removed, Renamed
from watcher.simulator.pricing import PriceCreeps, PriceMoves, Schedule, moved, price_truths
from watcher.simulator.script import Event, Script

HOUR = timedelta(hours=1)
MINUTE = timedelta(minutes=1)
DEMO_SPEED = 3600.0
"""An hour a second: the day is over after 24 seconds."""

MOVES = (
    Move(at=19 * HOUR, surface=Surface.FRONTEND),
    Move(at=20 * HOUR, surface=Surface.FRONTEND_CATALOG),
)
"""Until then both stand where they did in 2025, and look as they did."""


class Cast:
    """The subjects of a script: each listing and host is handed out once, in an order the seed decides."""

    def __init__(self, catalog: Catalog) -> None:
        self._catalog = catalog
        dice = Dice(catalog.seed, "cast")
        rows = list(catalog.listings.values())
        self._listings = dice.draw(rows, len(rows))
        self._aliased = {row.alias_target for row in rows}

    def plain(self) -> Listing:
        """Hand out a paid model with a busy offer whose price no window moves."""
        return self._take(lambda row: is_plain(row) and _calm(row) and row.id not in self._aliased)

    def shared(self) -> Listing:
        """Hand out a paid model that at least two hosts serve well all day."""
        return self._take(lambda row: is_plain(row) and _calm(row) and _well_served(row))

    def mirrored(self) -> Listing:
        """Hand out a paid model whose cheapest price a rise moves, one with an alias if there is one."""
        return self._take(
            lambda row: row.id in self._aliased and _calm(row) and _is_moved_by_a_rise(row),
            lambda row: is_plain(row) and _calm(row) and _is_moved_by_a_rise(row),
        )

    def free(self) -> Listing:
        """Hand out a free variant."""
        return self._take(lambda row: row.id.endswith(":free"))

    def sharp(self) -> Listing:
        """Hand out a paid model whose first offer says that it runs in eight bits or more."""
        return self._take(
            lambda row: is_plain(row) and BITS.get(row.offers[0].quantization, 0) >= BITS["fp8"]
        )

    def unoffered(self) -> Listing:
        """Hand out a paid model without a free variant."""
        listed = self._catalog.listings
        return self._take(lambda row: is_plain(row) and f"{row.id}:free" not in listed)

    def host(self) -> str:
        """Return the slug of a host that keeps prompts, does not train and is not zero-retention."""
        hosts = self._catalog.hosts.values()
        return next(h.slug for h in hosts if h.retains_prompts and not h.training and not h.zdr)

    def trusted(self, listing: Listing) -> str:
        """Return the tag of an offer of a listing whose host does not train, and is not the one that will."""
        flipping = self.host()
        hosts = {slug: host for slug, host in self._catalog.hosts.items() if slug != flipping}
        standard = (offer for offer in listing.offers if offer.service_tier is None)
        return next(offer.tag for offer in standard if offer.host in hosts and not hosts[offer.host].training)

    def _take(self, *wishes: Callable[[Listing], bool]) -> Listing:
        for listing in (row for fits in wishes for row in self._listings if fits(row)):
            self._listings.remove(listing)
            return listing
        raise ValueError("the catalog is too small for this script; take more models or another seed")


def demo_day(catalog: Catalog) -> Script:
    """Return a day in 24 seconds: four things to tell, and seven that look like something and are not."""
    cast = Cast(catalog)
    dear, undone, flapping = cast.mirrored(), cast.plain(), cast.free()
    events: tuple[Event, ...] = (
        FreeVariantAppears(at=4 * HOUR, model=cast.unoffered().id),
        PriceMoves(at=5 * HOUR, model=dear.id, tag=cheapest_tag(dear), percent=Decimal(40)),
        PolicyFlips(at=6 * HOUR, host=cast.host(), changes={"training": True}),
        ModelDown(at=8 * HOUR, model=cast.plain().id, until=15 * HOUR),
        SchemaGrows(at=9 * HOUR, table=Table.POLICIES, field="requiresUserIDs", value=False),
        Flaps(model=flapping.id, gone=((10 * HOUR, 11 * HOUR), (17 * HOUR, 18 * HOUR))),
        PriceMoves(
            at=12 * HOUR,
            until=13 * HOUR + 30 * MINUTE,
            model=undone.id,
            tag=cheapest_tag(undone),
            percent=Decimal(25),
        ),
    )
    faults: tuple[Fault, ...] = (
        HalfList(at=14 * HOUR, until=15 * HOUR, surface=Surface.MODELS),
        Unavailable(at=16 * HOUR, until=16 * HOUR + 30 * MINUTE, surface=Surface.PROVIDERS),
    )
    return Script(events=events, faults=faults, speed=DEMO_SPEED, patience=2 * HOUR)


def full_day(catalog: Catalog) -> Script:
    """Return a day in real time with one of everything, and more of what happens often; needs 120 models.

    Of the frontend, two addresses die and their successors begin, and one surface is lost for an hour.
    """
    cast = Cast(catalog)
    events = (*_memberships(cast), *_prices(cast), *_conditions(cast), *_disclosures(cast))
    return Script(events=events, faults=_faults(), moves=MOVES)


def cheapest_tag(listing: Listing) -> str:
    """Return the tag of the standard-tier offer whose prompts cost least."""
    standard = (offer for offer in listing.offers if offer.service_tier is None)
    return min(standard, key=lambda offer: Decimal(offer.prices["prompt"])).tag


def dearest_tag(listing: Listing) -> str:
    """Return the tag of the standard-tier offer whose prompts cost most."""
    standard = (offer for offer in listing.offers if offer.service_tier is None)
    return max(standard, key=lambda offer: Decimal(offer.prices["prompt"])).tag


def _memberships(cast: Cast) -> tuple[Event, ...]:
    sharp, renamed = cast.sharp(), cast.plain()
    old, other = sharp.offers[0].tag, renamed.offers[0].tag
    return (
        FreeVariantAppears(at=3 * HOUR, model=cast.unoffered().id),
        FreeVariantAppears(at=15 * HOUR, model=cast.unoffered().id),
        Flaps(model=cast.free().id, gone=tuple((at * HOUR, at * HOUR + 10 * MINUTE) for at in (2, 7, 19))),
        Flaps(model=cast.plain().id, gone=((12 * HOUR, 12 * HOUR + 10 * MINUTE),)),
        Removed(at=14 * HOUR, model=cast.plain().id),
        Renamed(
            at=9 * HOUR, model=sharp.id, tag=old, new_tag=f"{old.partition('/')[0]}/fp4", quantization="fp4"
        ),
        Renamed(at=10 * HOUR, model=renamed.id, tag=other, new_tag=f"{other.partition('/')[0]}/turbo"),
    )


def _prices(cast: Cast) -> tuple[Event, ...]:
    events: list[Event] = []
    for at, percent in ((1, 40), (4, -30), (8, 15), (16, 100), (20, 3)):
        row = cast.plain()
        events.append(PriceMoves(at=at * HOUR, model=row.id, tag=cheapest_tag(row), percent=Decimal(percent)))
    mirrored, undone, creeping, timed = cast.mirrored(), cast.plain(), cast.plain(), cast.plain()
    soon = 6 * HOUR + 20 * MINUTE
    return (
        *events,
        PriceMoves(at=5 * HOUR, model=mirrored.id, tag=cheapest_tag(mirrored), percent=Decimal(40)),
        PriceMoves(at=6 * HOUR, until=soon, model=undone.id, tag=cheapest_tag(undone), percent=Decimal(30)),
        PriceCreeps(
            at=2 * HOUR,
            model=creeping.id,
            tag=cheapest_tag(creeping),
            percent=Decimal(2),
            every=2 * HOUR,
            steps=10,
        ),
        Schedule(at=11 * HOUR, model=timed.id, tag=cheapest_tag(timed)),
    )


def _conditions(cast: Cast) -> tuple[Event, ...]:
    shared = cast.shared()
    return (
        PolicyFlips(at=13 * HOUR, host=cast.host(), changes={"training": True}),
        SchemaGrows(at=17 * HOUR, table=Table.POLICIES, field="requiresUserIDs", value=False),
        SchemaGrows(at=18 * HOUR, table=Table.ENDPOINTS, field="supports_diarization", value=False),
        SchemaGrows(at=18 * HOUR, table=Table.MODELS, field="supports_reruns", value=True),
        EndpointDown(at=5 * HOUR, model=shared.id, tag=shared.offers[0].tag, until=7 * HOUR),
        ModelDown(at=8 * HOUR, model=cast.plain().id, until=10 * HOUR),
        ModelDown(at=21 * HOUR, model=cast.plain().id, until=21 * HOUR + 3 * MINUTE),
    )


def _disclosures(cast: Cast) -> tuple[Event, ...]:
    """Return what the frontend alone shows."""
    flipping, ending = cast.shared(), cast.shared()
    announced, warned, used = cast.plain(), cast.plain(), cast.plain()
    left, renewed = cast.plain(), cast.plain()
    return (
        EndpointPolicyFlips(at=7 * HOUR, model=flipping.id, tag=cast.trusted(flipping)),
        EndpointDisabled(at=10 * HOUR, model=ending.id, tag=dearest_tag(ending)),
        PriceAnnounced(
            at=6 * HOUR,
            effective=18 * HOUR,
            model=announced.id,
            tag=cheapest_tag(announced),
            percent=Decimal(-25),
        ),
        WarningAppears(at=9 * HOUR, model=warned.id, text="All prompts to this model are kept."),
        AppEnters(at=14 * HOUR, model=used.id, app="Newcomer Notes"),
        UseMoves(at=7 * HOUR, model=left.id, percent=Decimal(-98)),
        VersionPublished(at=11 * HOUR, model=renewed.id, version=f"{renewed.canonical_slug}-v2"),
    )


def _faults() -> tuple[Fault, ...]:
    ten = 10 * MINUTE
    every, models = Surface.ENDPOINTS, Surface.MODELS
    return (
        TooManyRequests(at=HOUR, until=HOUR + ten, surface=every, retry_after=2),
        Unavailable(at=3 * HOUR, until=3 * HOUR + ten, surface=Surface.PROVIDERS),
        Html(at=6 * HOUR, until=6 * HOUR + ten, surface=Surface.FRONTEND),
        HalfList(at=7 * HOUR + 30 * MINUTE, until=7 * HOUR + 40 * MINUTE, surface=models),
        EmptyList(at=11 * HOUR + 30 * MINUTE, until=11 * HOUR + 40 * MINUTE, surface=models),
        Truncated(at=16 * HOUR + 30 * MINUTE, until=16 * HOUR + 40 * MINUTE, surface=every),
        Html(at=4 * HOUR, until=5 * HOUR, surface=Surface.TOP_APPS),
        OldGeneration(at=22 * HOUR, until=22 * HOUR + 10 * MINUTE, surface=models, age=3 * HOUR),
    )


def _calm(listing: Listing) -> bool:
    return listing.offers[0].traffic is Traffic.HEAVY and not any(
        "utc_start" in override for offer in listing.offers for override in offer.overrides
    )


def _well_served(listing: Listing) -> bool:
    ways = [(offer.traffic, offer.temper) for offer in listing.offers if offer.service_tier is None]
    return ways.count((Traffic.HEAVY, Temper.STEADY)) > 1


def _is_moved_by_a_rise(listing: Listing) -> bool:
    risen = moved(listing, cheapest_tag(listing), Decimal("1.4"))
    return bool(price_truths(listing, risen, timedelta(0)))
