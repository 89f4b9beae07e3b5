"""What was missed comes as one message."""

from __future__ import annotations

from datetime import UTC, timedelta

from tests.delivery.samples import AT, notification
from tests.messages.samples import alert
from watcher.alerts.alert import Status
from watcher.alerts.notification import Notification
from watcher.alerts.severity import Severity
from watcher.messages.catch_up import caught_up
from watcher.messages.mail import mail
from watcher.messages.plain import plain
from watcher.messages.slack import SLACK_LIMIT, slack

LEFT = Notification(
    at=AT,
    receiver="team-slack",
    rule="model-removed",
    severity=Severity.WARNING,
    alerts=(alert("model.removed", "a/b"), alert("model.removed", "a/c")),
)


def missed(count: int) -> Notification:
    found = [notification(number, receiver="team-slack") for number in range(count)]
    spread = [_at(each, number) for number, each in enumerate(found)]
    return caught_up([LEFT, *spread])


def _at(one: Notification, hours: int) -> Notification:
    return Notification(
        at=one.at + timedelta(hours=hours),
        receiver=one.receiver,
        rule=one.rule,
        severity=one.severity,
        alerts=one.alerts,
    )


def test_the_title_counts_what_was_missed_and_says_when() -> None:
    assert plain(missed(41), UTC).title == "42 messages while team-slack was away, 2026-07-06 to 2026-07-08"
    assert plain(missed(5), UTC).title == "6 messages while team-slack was away, 2026-07-06"


def test_each_message_is_listed_by_its_time_and_headline_in_order() -> None:
    body = plain(missed(5), UTC).body

    assert body.startswith(
        "in the order in which they would have come\n\n"
        "2026-07-06 16:19 UTC  2 models gone: a/b, a/c\n"
        "2026-07-06 16:19 UTC  New model: acme/model-0\n"
        "2026-07-06 17:19 UTC  New model: acme/model-1\n"
    )


def test_it_ends_with_the_ids_of_all_alerts_and_the_way_to_see_what_is_not_listed() -> None:
    body = plain(missed(41), UTC).body

    assert "and 22 more: watcher outbox list --all" in body
    assert all(found.id in body for found in LEFT.alerts)
    assert body.rstrip().endswith("watcher silence add --alert ID")


def test_it_keeps_to_the_limits_of_each_medium() -> None:
    many = missed(3000)

    assert len(slack(many, UTC).body) <= SLACK_LIMIT
    assert len(plain(many, UTC, limit=1500).body) <= 1500
    assert len(mail(many, UTC, limit=20_000).html) <= 20_000


def test_it_is_as_severe_as_the_worst_and_fires_when_one_does() -> None:
    assert (missed(3).severity, missed(3).status) == (Severity.WARNING, Status.FIRING)


def test_the_same_messages_make_the_same_id_and_a_repeat_says_so() -> None:
    assert missed(7).id == missed(7).id
    assert missed(7).id != missed(8).id
    assert plain(missed(7), UTC, repeat=True).title.endswith("2026-07-06 (possible repeat)")
