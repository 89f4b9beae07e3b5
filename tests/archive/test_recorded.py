from __future__ import annotations

import gc
from pathlib import Path
from typing import Any

import pytest

from tests.archive.polls import NOON, after, poll, write
from watcher.archive.recorded import Poll, Unreadable, raw_polls, recorded
from watcher.archive.survey import survey
from watcher.catalog.names import ModelId, ProviderSlug, Surface
from watcher.catalog.policy import UNKNOWN_POLICY
from watcher.catalog.sheets import Seen
from watcher.reading.reader import Reader

GLM = ModelId("z-ai/glm-5.2")
NOVITA = ProviderSlug("novita")
ALL_PROVIDERS = {"data": [{"slug": "novita", "name": "Novita", "dataPolicy": {"training": True}}]}


def seen_in(path: Path, *polls: object) -> list[Seen]:
    return [one.seen for one in recorded([write(path, *polls)], Reader()) if isinstance(one, Poll)]


def minutes_of(entries: list[Poll | Unreadable]) -> list[float]:
    return [(one.seen.at - NOON).total_seconds() / 60 for one in entries if isinstance(one, Poll)]


def test_a_recorded_poll_is_seen_as_if_now(tmp_path: Path) -> None:
    (seen,) = seen_in(tmp_path / "a.json", poll())

    assert seen.at == NOON
    assert seen.models is not None
    assert seen.providers is not None
    assert seen.endpoints is not None
    assert (list(seen.models.rows), list(seen.providers.rows), list(seen.endpoints.rows)) == (
        [GLM],
        [NOVITA],
        [GLM],
    )


def test_an_absent_key_was_not_polled_and_null_was_not_answered(tmp_path: Path) -> None:
    absent, null = seen_in(
        tmp_path / "a.jsonl",
        {"generated": NOON.isoformat()},
        poll(1, models=None, providers=None, endpoints=None, zdr=None, frontend_endpoints=None),
    )

    assert absent == Seen(at=NOON)
    for sheet in (
        null.models,
        null.providers,
        null.policies,
        null.endpoints,
        null.zdr,
        null.frontend_endpoints,
    ):
        assert sheet is not None
        assert sheet.fault == "not answered"


def test_a_model_with_null_was_asked_and_did_not_answer(tmp_path: Path) -> None:
    (seen,) = seen_in(tmp_path / "a.json", poll(endpoints={GLM: None}))

    assert seen.endpoints is not None
    assert seen.endpoints.unanswered == {GLM: "not answered"}


def test_policies_come_from_the_richest_body_that_was_polled(tmp_path: Path) -> None:
    documented, old, both = seen_in(
        tmp_path / "a.jsonl",
        poll(0),
        poll(1, providers=ALL_PROVIDERS),
        poll(2, frontend_providers=ALL_PROVIDERS),
    )

    assert documented.policies is not None
    assert old.policies is not None
    assert both.policies is not None
    assert (documented.policies.surface, documented.policies.rows) == (
        Surface.PROVIDERS,
        {NOVITA: UNKNOWN_POLICY},
    )
    assert (old.policies.surface, old.policies.rows[NOVITA].training) == (Surface.PROVIDERS, True)
    assert (both.policies.surface, both.policies.rows[NOVITA].training) == (Surface.FRONTEND, True)


def test_the_frontends_endpoints_and_zero_retention_are_read(tmp_path: Path) -> None:
    row = {"model_variant_slug": GLM, "provider_slug": "novita", "data_policy": {"training": True}}

    (seen,) = seen_in(
        tmp_path / "a.json",
        poll(
            zdr={"data": [{"model_id": GLM, "tag": "novita"}]},
            frontend_endpoints={"z-ai/glm-5.2|standard": {"data": [row]}, "a/b|free": None},
        ),
    )

    assert seen.zdr is not None
    assert seen.frontend_endpoints is not None
    (listed,) = seen.frontend_endpoints.rows.values()
    assert [offer.endpoint.key for offer in listed.offers] == list(seen.zdr.rows)


def test_files_are_woven_together_in_order_of_time(tmp_path: Path) -> None:
    write(tmp_path / "a.jsonl", poll(0), poll(20), poll(40))
    write(tmp_path / "b.jsonl.gz", poll(10), poll(30), poll(50))
    write(tmp_path / "c.json", poll(25))
    write(tmp_path / "d.jsonl.zst", poll(60))

    entries = list(recorded([tmp_path], Reader()))

    assert minutes_of(entries) == [0, 10, 20, 25, 30, 40, 50, 60]


def test_a_file_out_of_order_is_put_in_order(tmp_path: Path) -> None:
    write(tmp_path / "a.jsonl.gz", poll(40), poll(0), b"{broken\n", poll(20))
    write(tmp_path / "b.jsonl", poll(10))

    entries = list(recorded([tmp_path], Reader()))

    assert minutes_of(entries) == [0, 10, 20, 40]
    assert [(one.line, one.at) for one in entries if isinstance(one, Unreadable)] == [(3, None)]


@pytest.mark.parametrize(
    ("since", "until", "minutes"),
    [
        (None, None, [0, 15, 30]),
        (15, None, [15, 30]),
        (None, 15, [0, 15]),
        (None, 0, [0]),
        (15, 15, [15]),
        (99, None, []),
        (None, -1, []),
    ],
)
def test_a_stretch_of_time_may_be_asked_for(
    tmp_path: Path, since: float | None, until: float | None, minutes: list[float]
) -> None:
    write(tmp_path / "a.jsonl", poll(0), poll(15))
    write(tmp_path / "b.jsonl", poll(30))

    entries = recorded(
        [tmp_path],
        Reader(),
        since=None if since is None else after(since),
        until=None if until is None else after(until),
    )

    assert minutes_of(list(entries)) == minutes


@pytest.mark.parametrize(
    ("raw", "at", "reason"),
    [
        (b'{"generated": "2026-07-06T12:00:00Z", }\n', NOON, "malformed JSON"),
        (b'{"generated": "2026-07-06T12:00:00Z", "models": {"da', NOON, "truncated JSON"),
        (b'{"generated": NaN}\n', None, "malformed JSON"),
        (b"[" * 2000 + b"]" * 2000 + b"}\n", None, "malformed JSON"),
        (b'["generated"]\n', None, "not a JSON object"),
        (b'{"models": null}\n', None, "no valid time under `generated`"),
        (b'{"generated": "soon"}\n', None, "no valid time under `generated`"),
        (b'{"generated": 7}\n', None, "no valid time under `generated`"),
        (b'{"generated": "2026-07-06", "generated": null}\n', after(-720), "no valid time under `generated`"),
    ],
)
def test_a_poll_that_cannot_be_read_is_told_and_the_rest_lives(
    tmp_path: Path, raw: bytes, at: object, reason: str
) -> None:
    path = write(tmp_path / "a.jsonl", poll(-800), raw)

    good, bad = recorded([path], Reader())

    assert isinstance(good, Poll)
    assert isinstance(bad, Unreadable)
    assert (bad.source, bad.line, bad.at) == (path.resolve(), 2, at)
    assert bad.reason.startswith(reason)


def test_what_a_truncated_file_still_holds_is_read(tmp_path: Path) -> None:
    path = write(tmp_path / "a.jsonl.zst", *(poll(minute, junk=list(range(5000))) for minute in range(60)))
    path.write_bytes(path.read_bytes()[:-30])

    *good, bad = recorded([path], Reader())

    assert len(good) > 1
    assert isinstance(bad, Unreadable)
    assert bad.reason.startswith("truncated")


def test_a_poll_that_ends_in_the_middle_of_its_gzip_is_told(tmp_path: Path) -> None:
    path = write(tmp_path / "a.json.gz", poll())
    path.write_bytes(path.read_bytes()[:-20])

    (bad,) = recorded([path], Reader())

    assert isinstance(bad, Unreadable)
    assert (bad.at, bad.reason) == (None, "truncated: the file ends in the middle of the poll")


def test_an_empty_file_holds_no_polls(tmp_path: Path) -> None:
    write(tmp_path / "a.jsonl")
    write(tmp_path / "b.jsonl.zst", poll())

    assert minutes_of(list(recorded([tmp_path], Reader()))) == [0]
    assert list(recorded([tmp_path / "a.jsonl"], Reader())) == []


def test_progress_is_told_after_each_poll(tmp_path: Path) -> None:
    path = write(tmp_path / "a.jsonl", poll(0), poll(15), b"junk\n")
    told: list[tuple[int, int]] = []

    list(recorded([path], Reader(), progress=lambda done, total: told.append((done, total))))

    assert told == [(1, 2), (2, 2), (3, 3)]


def test_a_survey_saves_making_one(tmp_path: Path) -> None:
    seen = survey([write(tmp_path / "a.jsonl", poll(0), poll(15))])

    assert minutes_of(list(recorded(seen, Reader()))) == [0, 15]
    assert [one["generated"] for one in raw_polls(seen)] == [after(0).isoformat(), after(15).isoformat()]


def test_raw_polls_are_as_recorded_without_the_unreadable_ones(tmp_path: Path) -> None:
    path = write(tmp_path / "a.jsonl", poll(0), b"junk\n", poll(15))

    assert list(raw_polls([path])) == [poll(0), poll(15)]


def test_models_that_repeat_are_the_very_same_sheet(tmp_path: Path) -> None:
    first, second, third = seen_in(tmp_path / "a.jsonl", poll(0), poll(15), poll(30, models={"data": []}))

    assert second.models is first.models
    assert third.models is not None
    assert third.models.rows == {}


TRICKS: list[list[dict[str, Any]]] = [
    [{"models": {"data": [{"id": "a/a", "providers": 1}], "x": 1}, "providers": None}] * 2,
    [{"note": {"models": {"data": []}}, "models": {"data": [{"id": "a/a"}]}, "providers": None}] * 2,
    [
        {"models": {"data": [{"id": "a/a"}]}, "providers": None},
        {"note": {"models": {"data": [{"id": "a/a"}]}, "providers": 1}, "models": None},
    ],
    [
        {"models": {"data": [{"id": "a/a"}]}, "providers": None},
        {"note": {"models": {"data": [{"id": "a/a"}]}, "x": 1}, "models": {"data": [{"id": "b/b"}]}},
    ],
    [{"providers": None, "models": {"data": [{"id": "a/a"}]}}] * 2,
    [
        {"models": {"data": [{"id": "a/a"}]}, "providers": None},
        {"models": {"data": [{"id": "a/a", "name": "B"}]}},
    ],
]


@pytest.mark.parametrize("tricks", TRICKS, ids=range(len(TRICKS)))
def test_repeats_never_change_what_is_read(tmp_path: Path, tricks: list[dict[str, Any]]) -> None:
    polls = [{"generated": after(number).isoformat()} | trick for number, trick in enumerate(tricks)]

    together = seen_in(tmp_path / "together.jsonl", *polls)
    apart = [seen_in(tmp_path / f"{number}.jsonl", one)[0] for number, one in enumerate(polls)]

    assert together == apart


def test_of_models_that_stand_twice_in_a_poll_the_last_count_also_when_the_first_repeat(
    tmp_path: Path,
) -> None:
    twice = b'{"generated":"2026-07-06","models":{"data":[]},"zdr":null,"models":{"data":[{"id":"a/a"}]}}\n'

    first, second = seen_in(tmp_path / "a.jsonl", twice, twice)

    assert first == second


def test_the_collector_is_left_as_it_was_found(tmp_path: Path) -> None:
    before = gc.get_threshold()

    entries = recorded([write(tmp_path / "a.jsonl", poll(0), poll(15))], Reader())
    next(entries)
    entries.close()  # type: ignore[attr-defined]  # it is a generator

    assert gc.get_threshold() == before


def test_lines_of_one_time_keep_the_order_of_their_files(tmp_path: Path) -> None:
    write(tmp_path / "a.jsonl", poll(0, models=None))
    write(tmp_path / "b.jsonl", poll(0))

    names = [one.source.name for one in recorded([tmp_path], Reader())]

    assert names == ["a.jsonl", "b.jsonl"]
