"""What the catalog says is wrong: through client, reader, judgement and store, as in the daemon."""

from __future__ import annotations

import asyncio
import copy
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

import orjson
import pytest

from tests.cli.stage import quiet_poll, with_free
from tests.faults.rounds import going_round
from tests.openrouter.upstream import Route, reply, turns, upstream
from watcher.catalog.names import Surface


class Outcome(NamedTuple):
    """What came of two good polls with a bad one between them; the last has a new free model."""

    told: list[tuple[str, str]]
    refused: list[str]
    set_aside: int
    largest: int


def outcome_of(folder: Path, body: Callable[[dict[str, Any]], object]) -> Outcome:
    """Serve a good list, the same as something makes of it, and a good one again in which a model joined."""
    good = quiet_poll()
    after = with_free(good, "late")

    async def live() -> Outcome:
        bad = body(copy.deepcopy(good["models"]))
        listed: Route = turns(reply(good["models"]), reply(bad), reply(after["models"]))
        async with upstream({"/api/v1/models": listed}) as server, going_round(folder, server.base) as round_:
            await round_.poll(Surface.MODELS)
            await round_.poll(Surface.MODELS, after=15)
            aside = round_.ledger.state.surfaces[Surface.MODELS].set_aside
            await round_.poll(Surface.MODELS, after=15)
            sizes = [len(repr(tracked)) for tracked in round_.ledger.state.models.values()]
            return Outcome(round_.told, round_.refused, aside, max(sizes))

    return asyncio.run(live())


LATE = [("new-free-variant", "newcomer/late:free")]


def with_first(**fields: object) -> Callable[[dict[str, Any]], object]:
    """Change fields of the first row."""

    def change(body: dict[str, Any]) -> object:
        body["data"][0] |= fields
        return body

    return change


def priced(price: object) -> Callable[[dict[str, Any]], object]:
    """Give the first row a price for its prompt."""

    def change(body: dict[str, Any]) -> object:
        body["data"][0]["pricing"]["prompt"] = price
        return body

    return change


def raw(written: bytes) -> Callable[[dict[str, Any]], object]:
    """Write the price of the first row as JSON cannot have it."""

    def change(body: dict[str, Any]) -> object:
        body["data"][0]["pricing"]["prompt"] = 123454321
        return orjson.dumps(body).replace(b"123454321", written)

    return change


SET_ASIDE = {
    "a negative price": priced("-0.5"),
    "a huge price": priced("1e300"),
    "a word": priced("free"),
    "NaN in quotes": priced("NaN"),
    "infinity in quotes": priced("Infinity"),
    "no id": with_first(id=None),
    "an id that is a number": with_first(id=7),
    "an id that is a list": with_first(id=["a/b"]),
    "NUL in an id": with_first(id="a/b\0c"),
    "a right-to-left override in an id": with_first(id="a/\u202eb"),
    "an id of 1 MB": with_first(id="a/" + "x" * 1_000_000),
    "an id with a newline": with_first(id="a/b\nlevel=error"),
}


@pytest.mark.fault(
    "a negative price", "a huge price", "a price that is a word", "a NaN price", "an infinite price",
    "a row without an id", "an id of another type", "NUL in an id", "a right-to-left override",
)  # fmt: skip
@pytest.mark.parametrize("change", SET_ASIDE.values(), ids=SET_ASIDE)
def test_a_row_that_cannot_be_read_is_set_aside_and_nothing_is_told_of_it(
    tmp_path: Path, change: Callable[[dict[str, Any]], object]
) -> None:
    outcome = outcome_of(tmp_path, change)

    assert (outcome.told, outcome.refused, outcome.set_aside) == (LATE, [], 1)


def twice(body: dict[str, Any], **fields: object) -> object:
    body["data"].append(copy.deepcopy(body["data"][0]) | fields)
    body["total_count"] += 1
    return body


def with_surrogate(body: dict[str, Any]) -> object:
    return orjson.dumps(body).replace(b'"data":[{', b'"data":[{"odd":"\\ud800",', 1)


REFUSED = {
    "a bare NaN": (raw(b"NaN"), "models: no JSON"),
    "a bare infinity": (raw(b"1e999"), "models: no JSON"),
    "a depth of 100,000": (lambda _: b"[" * 100_000 + b"]" * 100_000, "models: no JSON"),
    "lone surrogates": (with_surrogate, "models: no JSON"),
    "twice the same": (twice, "models: 1 ids stand twice, first"),
    "twice with other content": (lambda body: twice(body, name="Other"), "models: 1 ids stand twice, first"),
    "no rows": (lambda body: body | {"data": []}, "models: an empty list"),
    "half": (lambda body: body | {"data": body["data"][:6], "total_count": 6}, "models: held: 6 of 12 rows"),
    "a million": (
        lambda _: b'{"data":[' + b",".join([orjson.dumps({"id": "a/b"})] * 1_000_000) + b"]}",
        "models: the body holds more than 400,000 values",
    ),
    "numbers for rows": (lambda body: body | {"data": [1] * 12}, "models: not one of 12 rows can be read"),
}


@pytest.mark.fault(
    "a NaN price", "an infinite price", "a depth of 100,000", "lone surrogates", "1,000,000 models",
    "an id twice with the same content", "an id twice with other content", "empty data with status 200",
    "half a catalog",
)  # fmt: skip
@pytest.mark.parametrize(("change", "reason"), REFUSED.values(), ids=REFUSED)
def test_an_answer_that_cannot_be_believed_is_refused_and_nothing_is_told_of_it(
    tmp_path: Path, change: Callable[[dict[str, Any]], object], reason: str
) -> None:
    outcome = outcome_of(tmp_path, change)

    assert outcome.told == LATE
    (refused,) = outcome.refused
    assert refused.startswith(reason)


def with_new_field(body: dict[str, Any]) -> object:
    body["data"] = [row | {"telepathy": {"supported": True}} for row in body["data"]]
    return body


def without_field(field: str) -> Callable[[dict[str, Any]], object]:
    def change(body: dict[str, Any]) -> object:
        body["data"] = [{key: value for key, value in row.items() if key != field} for row in body["data"]]
        return body

    return change


def nested(body: dict[str, Any]) -> object:
    return orjson.dumps(body).replace(b'"data":[{', b'"data":[{"odd":' + b"[" * 900 + b"]" * 900 + b",", 1)


HARMLESS = {
    "a new field on every row": with_new_field,
    "a field removed everywhere": without_field("supported_parameters"),
    "every price removed": without_field("pricing"),
    "a price that is null": priced(None),
    "a description of 1 MB": with_first(description="x" * 1_000_000),
    "a name of 1 MB": with_first(name="x" * 1_000_000),
    "a right-to-left override in a name": with_first(name="safe\u202ednuos"),
    "200 odd keys": with_first(**{f"key{number}": [number] for number in range(200)}),
    "a depth of 900": nested,
}


@pytest.mark.fault(
    "a new field on every row", "a field removed everywhere", "a price that is null",
    "a description of 1 MB", "a right-to-left override",
)  # fmt: skip
@pytest.mark.parametrize("change", HARMLESS.values(), ids=HARMLESS)
def test_what_is_odd_but_no_change_is_told_to_nobody_and_takes_no_room(
    tmp_path: Path, change: Callable[[dict[str, Any]], object]
) -> None:
    outcome = outcome_of(tmp_path, change)

    assert (outcome.told, outcome.refused, outcome.set_aside) == (LATE, [], 0)
    assert outcome.largest < 5000


@pytest.mark.fault("a unit that changed on every row")
def test_a_unit_that_changed_on_every_row_for_a_poll_is_held_and_never_heard_of(tmp_path: Path) -> None:
    good = quiet_poll()
    million = copy.deepcopy(good)
    for answer in million["endpoints"].values():
        for row in answer["data"]["endpoints"]:
            price = row["pricing"]
            price |= {meter: str(float(price[meter]) * 1e6) for meter in ("prompt", "completion")}

    async def live() -> tuple[list[tuple[str, str]], list[str]]:
        routes = {
            f"/api/v1/models/{name}/endpoints": turns(
                reply(answer), reply(million["endpoints"][name]), reply(answer)
            )
            for name, answer in good["endpoints"].items()
        }
        listed = {"/api/v1/models": reply(good["models"]), **routes}
        async with upstream(listed) as server, going_round(tmp_path, server.base) as round_:
            await round_.poll(Surface.MODELS, Surface.ENDPOINTS)
            for _ in range(3):
                await round_.poll(Surface.ENDPOINTS, after=15)
            return round_.told, round_.refused

    told, refused = asyncio.run(live())

    assert told == []
    (held,) = refused
    assert held.startswith("endpoints: held: prices moved on ")
