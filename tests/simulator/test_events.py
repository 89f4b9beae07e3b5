from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

from watcher.simulator.catalog import Catalog, Listing, Table, Traffic, cheapest, is_plain
from watcher.simulator.conditions import EndpointDown, ModelDown, PolicyFlips, SchemaGrows
from watcher.simulator.days import cheapest_tag
from watcher.simulator.founding import found
from watcher.simulator.memberships import Flaps, FreeVariantAppears, Removed, Renamed
from watcher.simulator.pricing import PriceCreeps, PriceMoves, Schedule
from watcher.simulator.script import Event, Script
from watcher.simulator.truth import Truth
from watcher.simulator.world import Scene, World

NOON = datetime(2026, 11, 2, 12, tzinfo=UTC)
CATALOG = found(5, 200)
HOUR = timedelta(hours=1)
MINUTE = timedelta(minutes=1)


def world(*events: Event) -> World:
    return World(CATALOG, Script(events=events), NOON)


def told(*events: Event) -> list[tuple[str, str, str | None]]:
    truths = Script(events=events).truths(CATALOG)
    return [(truth.preset, truth.subject, truth.field) for truth in truths]


def alone() -> Listing:
    """Return a paid model with a single, busy offer without windows."""
    return next(
        row
        for row in CATALOG.listings.values()
        if is_plain(row)
        and len(row.offers) == 1
        and not row.offers[0].overrides
        and row.offers[0].traffic is Traffic.HEAVY
    )


def shared() -> Listing:
    return next(row for row in CATALOG.listings.values() if is_plain(row) and len(row.offers) > 2)


def freebie() -> Listing:
    return next(row for row in CATALOG.listings.values() if row.id.endswith(":free"))


def endpoints(scene: Scene, model: str) -> list[Any]:
    body: Any = scene.endpoints(model)
    return list(body["data"]["endpoints"])


def price(catalog: Catalog, model: str) -> Decimal | None:
    return cheapest(catalog.listings[model], "prompt")


def test_a_world_is_the_same_whenever_and_in_whatever_order_it_is_asked() -> None:
    event = PriceMoves(at=HOUR, model=alone().id, tag=alone().offers[0].tag, percent=Decimal(40))
    early, late = NOON + HOUR / 2, NOON + 2 * HOUR
    forwards, backwards = world(event), world(event)

    there = [forwards.at(early).models(), forwards.at(late).models()]
    back = [backwards.at(late).models(), backwards.at(early).models()]

    assert there == back[::-1]


def test_a_free_variant_appears_first_in_the_list_and_costs_nothing() -> None:
    event = FreeVariantAppears(at=HOUR, model=alone().id)
    free = f"{alone().id}:free"

    before, after = world(event).at(NOON), world(event).at(NOON + HOUR)

    assert before.endpoints(free) is None
    row = after.model_rows()[0]
    assert (row["id"], row["pricing"]) == (free, {"prompt": "0", "completion": "0"})
    assert endpoints(after, free)[0]["model_id"] == free
    assert told(event) == [("model-added", free, None), ("new-free-variant", free, None)]


def test_a_short_absence_is_seen_and_is_nothing_to_tell() -> None:
    event = Flaps(model=freebie().id, gone=((HOUR, HOUR + 10 * MINUTE),))

    listed = [
        freebie().id in world(event).at(NOON + HOUR + minutes * MINUTE).catalog.listings
        for minutes in (-1, 0, 9, 10)
    ]

    assert listed == [True, False, False, True]
    assert told(event) == []


def test_a_long_absence_is_told() -> None:
    event = Flaps(model=freebie().id, gone=((HOUR, 3 * HOUR),))

    assert told(event) == [
        ("free-variant-gone", freebie().id, None),
        ("model-removed", freebie().id, None),
    ]


def test_a_removed_model_stays_away() -> None:
    event = Removed(at=HOUR, model=alone().id)

    assert alone().id not in world(event).at(NOON + 20 * HOUR).catalog.listings
    assert told(event) == [("model-removed", alone().id, None)]


def test_the_cheapest_offer_that_leaves_moves_the_models_price() -> None:
    row = shared()
    event = Removed(at=HOUR, model=row.id, tag=cheapest_tag(row))

    after = world(event).at(NOON + HOUR).catalog

    assert (price(after, row.id) or 0) > (price(CATALOG, row.id) or 0)
    assert len(endpoints(world(event).at(NOON + HOUR), row.id)) == len(row.offers) - 1


def test_a_new_tag_is_nothing_to_tell_but_less_precision_is() -> None:
    row = alone()
    renamed = Renamed(at=HOUR, model=row.id, tag=row.offers[0].tag, new_tag="elsewhere/turbo")
    sharp = next(r for r in CATALOG.listings.values() if is_plain(r) and r.offers[0].quantization == "bf16")
    coarser = Renamed(
        at=HOUR, model=sharp.id, tag=sharp.offers[0].tag, new_tag="elsewhere/fp4", quantization="fp4"
    )

    shown = endpoints(world(coarser).at(NOON + HOUR), sharp.id)[0]

    assert told(renamed) == []
    assert (shown["tag"], shown["quantization"]) == ("elsewhere/fp4", "fp4")
    assert told(coarser) == [("quantization-downgrade", f"{sharp.id} @ elsewhere/fp4", "quantization")]


def test_a_price_rise_is_seen_at_the_endpoint_and_at_the_model() -> None:
    row = alone()
    event = PriceMoves(at=HOUR, model=row.id, tag=row.offers[0].tag, percent=Decimal(40))
    old = Decimal(row.offers[0].prices["prompt"])

    scene = world(event).at(NOON + HOUR)

    shown: Any = scene.model(row.id)
    assert Decimal(endpoints(scene, row.id)[0]["pricing"]["prompt"]) == old * Decimal("1.4")
    assert Decimal(shown["data"]["pricing"]["prompt"]) == old * Decimal("1.4")
    assert told(event) == [
        ("price-change", row.id, "pricing.prompt"),
        ("price-change", row.id, "pricing.completion"),
    ]


def test_a_rise_of_an_offer_that_is_not_the_cheapest_is_nothing_to_tell() -> None:
    row = shared()
    dearest = max(
        (o for o in row.offers if o.service_tier is None), key=lambda o: Decimal(o.prices["prompt"])
    )

    assert told(PriceMoves(at=HOUR, model=row.id, tag=dearest.tag, percent=Decimal(40))) == []


def test_a_price_that_is_soon_undone_is_nothing_to_tell_and_one_that_stays_is_told_twice() -> None:
    def until(end: timedelta) -> PriceMoves:
        tag = alone().offers[0].tag
        return PriceMoves(at=HOUR, model=alone().id, tag=tag, percent=Decimal(25), until=end)

    assert told(until(HOUR + 20 * MINUTE)) == []
    assert len(told(until(4 * HOUR))) == 4
    assert price(world(until(2 * HOUR)).at(NOON + 2 * HOUR).catalog, alone().id) == price(CATALOG, alone().id)


def test_creep_is_told_when_it_has_added_up_to_ten_percent() -> None:
    tag = alone().offers[0].tag
    event = PriceCreeps(at=HOUR, model=alone().id, tag=tag, percent=Decimal(3), every=HOUR, steps=9)

    truths = [t for t in Script(events=(event,)).truths(CATALOG) if t.field == "pricing.prompt"]

    assert [truth.at for truth in truths] == [4 * HOUR, 8 * HOUR]
    assert len({price(world(event).at(NOON + h * HOUR).catalog, alone().id) for h in range(12)}) == 10


def test_a_schedule_that_only_lowers_prices_off_peak_is_told_as_a_schedule() -> None:
    row = alone()
    event = Schedule(at=HOUR, model=row.id, tag=row.offers[0].tag)

    day = world(event)
    prompts = [
        Decimal(endpoints(day.at(NOON + hours * HOUR), row.id)[0]["pricing"]["prompt"]) for hours in (2, 8)
    ]

    assert prompts[1] == prompts[0] / 2
    assert told(event) == [("price-change", f"{row.id} @ {row.offers[0].tag}", "schedule")]


def test_a_policy_flip_shows_in_the_frontends_list_only() -> None:
    slug = next(iter(CATALOG.hosts))
    event = PolicyFlips(at=HOUR, host=slug, changes={"training": True, "requires_user_ids": False})

    before: Any = world(event).at(NOON).frontend_providers()
    after: Any = world(event).at(NOON + HOUR).frontend_providers()

    assert [before["data"][0]["dataPolicy"]["training"], after["data"][0]["dataPolicy"]["training"]] == [
        False,
        True,
    ]
    assert world(event).at(NOON).providers() == world(event).at(NOON + HOUR).providers()
    assert told(event) == [("data-policy-flip", slug, "training")]


def test_a_model_that_is_down_reads_zero_and_comes_back() -> None:
    row = alone()
    event = ModelDown(at=HOUR, model=row.id, until=3 * HOUR)

    read = [
        endpoints(world(event).at(NOON + at), row.id)[0]["uptime_last_30m"]
        for at in (HOUR, 2 * HOUR, 4 * HOUR)
    ]

    assert read[0] > 90
    assert read[1] == 0
    assert read[2] > 90
    assert Script(events=(event,)).truths(CATALOG) == (
        Truth(preset="uptime-drop", subject=row.id, at=HOUR + 4 * MINUTE, field="uptime_30m", until=3 * HOUR),
    )


def test_one_endpoint_that_is_down_is_told_only_if_nobody_else_serves_the_model() -> None:
    row = shared()
    one = EndpointDown(at=HOUR, model=row.id, tag=row.offers[0].tag, until=3 * HOUR)
    sole = EndpointDown(at=HOUR, model=alone().id, tag=alone().offers[0].tag, until=3 * HOUR)

    shown = endpoints(world(one).at(NOON + 2 * HOUR), row.id)

    assert shown[0]["uptime_last_30m"] == 0
    assert shown[0]["status"] == -5
    assert [t[0] for t in told(sole)] == ["uptime-drop"]


def test_a_short_outage_is_nothing_to_tell() -> None:
    assert told(ModelDown(at=HOUR, model=alone().id, until=HOUR + 10 * MINUTE)) == []


def test_a_schema_grows_on_all_rows_at_once() -> None:
    new = SchemaGrows(at=HOUR, table=Table.MODELS, field="mood", value="fine")
    known = SchemaGrows(at=HOUR, table=Table.POLICIES, field="requiresUserIDs", value=False)

    before, after = world(new, known).at(NOON), world(new, known).at(NOON + HOUR)

    assert not any("mood" in row for row in before.model_rows())
    assert all(row["mood"] == "fine" for row in after.model_rows())
    policies: list[Any] = [list(map(dict, s.frontend_providers()["data"])) for s in (before, after)]  # type: ignore[call-overload]  # a body is JSON
    assert not any("requiresUserIDs" in row["dataPolicy"] for row in policies[0])
    assert all("requiresUserIDs" in row["dataPolicy"] for row in policies[1])
    assert told(new, known) == []


def test_telemetry_alone_never_moves_anything_but_itself() -> None:
    quiet = world()
    now, later = quiet.at(NOON), quiet.at(NOON + MINUTE)

    def still(scene: Scene) -> list[dict[str, Any]]:
        return [
            {key: value for key, value in row.items() if "uptime" not in key and key != "status"}
            for model in CATALOG.listings
            for row in endpoints(scene, model)
        ]

    assert still(now) == still(later)
