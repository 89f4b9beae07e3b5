from __future__ import annotations

import signal
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

import pytest

from tests.acceptance.lives import configured, life, newcomers, undelivered
from tests.cli.stage import catalog
from tests.delivery.post_office import post_office
from tests.delivery.sink import Request, sink

POINTS = (
    "after_fetch", "after_diff", "mid_tx", "before_commit", "after_commit", "after_claim", "after_send",
    "after_mark",
)  # fmt: skip
"""RELIABILITY, section 6."""

REPEAT = "(possible repeat)"


@pytest.mark.fault(
    "killed after the fetch",
    "killed after the judgement",
    "killed in the middle of a transaction",
    "killed before the commit",
    "killed after the commit",
    "killed after a claim",
    "killed after a send",
    "killed after the mark",
)
def test_sigkill_at_any_point_loses_nothing_and_repeats_only_what_was_accepted_and_not_marked(
    tmp_path: Path,
) -> None:
    polls, names = newcomers(len(POINTS) + 1)
    with catalog(*polls) as (base_url, replay), sink() as receiver:
        config = configured(tmp_path, base_url, f"webhook: http://127.0.0.1:{receiver.port}/ok")
        with life(config) as first:
            first.until("poll.judged")

        ends, arrived = [], []
        for point in POINTS:
            replay.step()
            with life(config, point) as doomed:
                ends.append(doomed.wait())
            arrived.append(len(receiver.requests))
        replay.step()
        with life(config) as last:
            while not _tell_of(names[-1], receiver.requests):
                last.until("delivery.sent")
            last.end(signal.SIGTERM)

        assert ends == [-signal.SIGKILL] * len(POINTS)
        assert undelivered(config, base_url) == 0
    assert all(_tell_of(name, receiver.requests) for name in names)
    repeated = [again for again in _by_id(receiver.requests).values() if len(again) > 1]
    assert [len(again) for again in repeated] == [2]
    assert receiver.requests.index(repeated[0][0]) == arrived[POINTS.index("after_send")] - 1
    assert REPEAT in repeated[0][1].json()["title"]


def test_a_mail_that_was_accepted_and_not_marked_is_repeated_under_its_message_id(tmp_path: Path) -> None:
    polls, _ = newcomers(1)
    with catalog(*polls) as (base_url, replay), post_office() as office:
        mail = f"mailto://127.0.0.1:{office.port}/?from=us@example.org&to=you@example.org"
        config = configured(tmp_path, base_url, f'urls: ["{mail}"]')
        with life(config) as first:
            first.until("poll.judged")
        replay.step()
        with life(config, "after_send") as doomed:
            doomed.wait()
        with life(config) as last:
            last.until("delivery.sent")

    once, again = office.mails
    assert once["Message-ID"] == again["Message-ID"]
    assert [REPEAT in str(mail["Subject"]) for mail in (once, again)] == [False, True]


def _tell_of(name: str, requests: Iterable[Request]) -> bool:
    return any(name in request.body.decode() for request in requests)


def _by_id(requests: Iterable[Request]) -> Mapping[str, Sequence[Request]]:
    found = defaultdict(list)
    for request in requests:
        found[request.headers["webhook-id"]].append(request)
    return found
