from __future__ import annotations

import pytest

from watcher.alerts.outbox import Outcome
from watcher.delivery.advice import advice
from watcher.delivery.evidence import Evidence
from watcher.delivery.guard import REFUSED


@pytest.mark.parametrize(
    ("evidence", "told"),
    [
        (Evidence(http=401), "token is wrong"),
        (Evidence(http=404), "mistyped or deleted"),
        (Evidence(http=307), "write the address it points to"),
        (Evidence(http=429), "waits as long as it asks"),
        (Evidence(http=503), "tries again by itself"),
        (Evidence(smtp=535), "user or the password"),
        (Evidence(smtp=450), "come back later"),
        (Evidence(smtp=550), "no such mailbox"),
        (Evidence(cut=True), "did not answer in time"),
        (Evidence(detail="ConnectError"), "nobody answers"),
        (Evidence(detail=REFUSED, fault=Outcome.TARGET_FAULT), "allow_private"),
    ],
)
def test_a_try_that_failed_says_what_to_do(evidence: Evidence, told: str) -> None:
    assert told in advice(evidence)


def test_what_was_delivered_or_fits_no_rule_needs_no_advice() -> None:
    assert advice(Evidence(delivered=True, http=200)) == ""
    assert advice(Evidence(detail="the service reported a failure")) == ""
    assert advice(Evidence(http=418)) == ""
    assert advice(Evidence(smtp=599)) == ""
