from __future__ import annotations

import pytest

from watcher.alerts.outbox import Outcome
from watcher.delivery.evidence import Evidence, judge


@pytest.mark.parametrize(
    ("evidence", "outcome"),
    [
        (Evidence(delivered=True, http=200), Outcome.DELIVERED),
        (Evidence(delivered=True, http=200, cut=True), Outcome.UNKNOWN),
        (Evidence(uncertain=True), Outcome.UNKNOWN),
        (Evidence(smtp=535), Outcome.TARGET_FAULT),
        (Evidence(smtp=354, uncertain=True), Outcome.UNKNOWN),
        (Evidence(http=200, words='{"ok":false,"error":"invalid_auth"}'), Outcome.TARGET_FAULT),
        (Evidence(http=400, words="invalid_token"), Outcome.TARGET_FAULT),
        (Evidence(http=400, words="no_text"), Outcome.MESSAGE_FAULT),
        (Evidence(http=200, words="not ok"), Outcome.RETRY),
        (Evidence(fault=Outcome.MESSAGE_FAULT), Outcome.MESSAGE_FAULT),
        (Evidence(), Outcome.RETRY),
    ],
)
def test_evidence_is_judged_by_what_is_known(evidence: Evidence, outcome: Outcome) -> None:
    assert judge(evidence) is outcome
