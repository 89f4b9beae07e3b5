"""What really happened, read back: the facts are those of the recordings' own README."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

from watcher.archive.recorded import Poll, recorded
from watcher.archive.survey import survey
from watcher.catalog.names import EndpointKey, ModelId, ProviderSlug
from watcher.catalog.policy import UNKNOWN_POLICY, DataPolicy
from watcher.catalog.sheets import Seen
from watcher.reading.reader import Reader


def test_a_survey_of_a_month_finds_the_poll_intervals(recordings: Path) -> None:
    assert survey([recordings / "polls" / "2026-08-07.jsonl.zst"]).interval == timedelta(
        minutes=15, seconds=1
    )


def test_a_real_day_is_read_without_a_bad_row(recordings: Path) -> None:
    entries = list(recorded([recordings / "polls" / "2026-07-06.jsonl.zst"], Reader()))

    polls = [entry.seen for entry in entries if isinstance(entry, Poll)]
    assert len(polls) == len(entries)
    for seen in polls:
        assert seen.models is not None
        assert seen.providers is not None
        assert seen.endpoints is not None
        assert (seen.models.bad, seen.models.duplicates, seen.providers.bad) == ((), (), ())
        assert not any(offers.bad for offers in seen.endpoints.rows.values())
    free = [ModelId("tencent/hy3:free") in (seen.models.rows if seen.models else ()) for seen in polls]
    assert (free[0], free[-1]) == (False, True)


def test_where_policies_were_gone_they_are_unknown(recordings: Path) -> None:
    first = next(iter(recorded([recordings / "polls" / "2026-07-13.jsonl.zst"], Reader())))
    later = next(iter(recorded([recordings / "polls" / "2026-07-17.jsonl.zst"], Reader())))

    assert isinstance(first, Poll)
    assert isinstance(later, Poll)
    assert first.seen.policies is not None
    assert later.seen.policies is not None
    assert first.seen.policies.rows[ProviderSlug("open-inference")].training is True
    assert set(later.seen.policies.rows.values()) == {UNKNOWN_POLICY}


def test_one_providers_flip_is_on_its_31_endpoints(recordings: Path) -> None:
    before, after = (
        policies_of(entry.seen)
        for entry in recorded([recordings / "frontend-2026"], Reader())
        if isinstance(entry, Poll)
    )

    moved = [key for key, policy in before.items() if key in after and after[key] != policy]
    assert len(moved) == 31
    assert {key.tag.partition("/")[0] for key in moved} == {"atlas-cloud"}


def policies_of(seen: Seen) -> dict[EndpointKey, DataPolicy]:
    assert seen.frontend_endpoints is not None
    listed = seen.frontend_endpoints.rows.values()
    return {offer.endpoint.key: offer.policy for offers in listed for offer in offers.offers}
