"""Alerts and notifications: their names for ever, and their JSON form."""

from __future__ import annotations

import hashlib
import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from watcher.alerts.alert import Alert, Status, alert_id
from watcher.alerts.groups import Group, GroupKey, Released, gather, next_due, release
from watcher.alerts.notification import Notification
from watcher.alerts.receiver import Receiver
from watcher.alerts.severity import Severity
from watcher.alerts.silence import Silence, silenced
from watcher.alerts.wire import (
    alert_from_json,
    alert_to_json,
    notification_from_json,
    notification_to_json,
    stamp,
)

NOON = datetime(2026, 7, 6, 12, 0, tzinfo=UTC)
UTC_ZONE = ZoneInfo("UTC")
RISE = Alert(
    id=alert_id("price-change", "z-ai/glm-5.2", "pricing.prompt", NOON),
    rule="price-change",
    severity=Severity.WARNING,
    status=Status.FIRING,
    event="model.price_changed",
    subject="z-ai/glm-5.2",
    model="z-ai/glm-5.2",
    provider="novita",
    endpoint=None,
    field="pricing.prompt",
    old="0.000001",
    new="0.0000012",
    percent=Decimal(20),
    at=NOON,
    not_before=NOON - timedelta(minutes=5),
    told_at=NOON + timedelta(minutes=30),
    context={"cheapest": "0.0000012"},
    reasons=("lasted 0:30:00",),
)
US = Receiver(name="us")


def test_an_alerts_id_is_the_first_16_digits_of_sha_256_over_what_it_is() -> None:
    text = "price-change\nz-ai/glm-5.2\npricing.prompt\n2026-07-06T12:00:00Z"

    assert RISE.id == hashlib.sha256(text.encode()).hexdigest()[:16]


def test_a_field_that_is_none_counts_as_empty() -> None:
    text = "model-added\na/one\n\n2026-07-06T12:00:00Z"

    assert alert_id("model-added", "a/one", None, NOON) == hashlib.sha256(text.encode()).hexdigest()[:16]


def test_alerts_come_back_from_json_as_they_were() -> None:
    bare = replace(RISE, percent=None, not_before=None, is_level=True, status=Status.RESOLVED)

    for alert in (RISE, bare):
        assert alert_from_json(json.loads(json.dumps(alert_to_json(alert)))) == alert


def test_notifications_come_back_from_json_as_they_were() -> None:
    sent = Notification(at=NOON, receiver="us", rule=RISE.rule, severity=Severity.WARNING, alerts=(RISE,))

    row = json.loads(json.dumps(notification_to_json(sent)))

    assert notification_from_json(row) == sent
    assert (row["type"], row["status"], row["severity"], row["at"]) == (
        "notification", "firing", "warning", "2026-07-06T12:00:00Z",
    )  # fmt: skip


def test_a_stamp_is_utc_and_shows_fractions_only_where_there_are_some() -> None:
    assert stamp(NOON.astimezone(ZoneInfo("Asia/Tokyo"))) == "2026-07-06T12:00:00Z"
    assert stamp(NOON + timedelta(milliseconds=5)) == "2026-07-06T12:00:00.005000Z"


def test_a_notification_fires_as_long_as_anything_in_it_does() -> None:
    resolved = replace(RISE, status=Status.RESOLVED)
    sent = Notification(
        at=NOON, receiver="us", rule=RISE.rule, severity=Severity.INFO, alerts=(resolved, RISE)
    )

    assert sent.status is Status.FIRING
    assert replace(sent, alerts=(resolved,)).status is Status.RESOLVED


def test_the_same_message_to_another_receiver_has_another_name() -> None:
    sent = Notification(at=NOON, receiver="us", rule=RISE.rule, severity=Severity.INFO, alerts=(RISE,))

    assert sent.id == replace(sent).id
    assert sent.id != replace(sent, receiver="them").id


def test_severities_have_an_order_and_the_words_users_write() -> None:
    assert Severity.INFO < Severity.WARNING < Severity.CRITICAL
    assert [severity.label for severity in Severity] == ["info", "warning", "critical"]


def test_a_notification_is_as_severe_as_its_worst_alert() -> None:
    groups = gather({}, US, [replace(RISE, severity=Severity.INFO), replace(RISE, id="other")])

    released = release(groups, {"us": US}, UTC_ZONE, NOON + timedelta(hours=1))

    assert [item.severity for item in released.notifications] == [Severity.WARNING]


def test_a_group_in_which_nothing_waits_is_never_due() -> None:
    groups = {GroupKey("price-change", "us"): Group(last_sent=NOON)}

    assert next_due(groups, {"us": US}, UTC_ZONE, NOON) is None
    assert release(groups, {"us": US}, UTC_ZONE, NOON) == Released(groups=groups)


def test_a_silence_must_match_in_all_it_names() -> None:
    span: dict[str, Any] = {"starts": NOON, "ends": NOON + timedelta(hours=1)}

    assert Silence(**span, rule="price-*", model="z-ai/*", provider="novita").matches(RISE)
    assert Silence(**span, alert=RISE.id[:6]).matches(RISE)
    assert not Silence(**span, rule="price-*", model="qwen/*").matches(RISE)
    assert not Silence(**span, alert="ffff" + RISE.id).matches(RISE)
    assert not Silence(**span, provider="*").matches(replace(RISE, provider=None))


def test_of_several_silences_the_one_that_ends_last_counts() -> None:
    short = Silence(starts=NOON, ends=NOON + timedelta(hours=1), subject="*")
    long = Silence(starts=NOON, ends=NOON + timedelta(hours=2), rule="*")

    assert silenced(RISE, (short, long), NOON) == long
    assert silenced(RISE, (short, long), NOON + timedelta(hours=2)) is None
    assert short.id != long.id
