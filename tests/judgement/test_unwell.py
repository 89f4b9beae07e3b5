"""A target that takes nothing is told to the others: nobody looks for messages that do not come."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from tests.builders import NOON, Story, rule, rulebook
from watcher.alerts.receiver import Receiver
from watcher.alerts.severity import Severity
from watcher.alerts.troubles import (
    BACKLOG_CUT,
    DISK_LOW,
    RECEIVER_PAUSED,
    OwnTrouble,
    TargetTrouble,
    Troubles,
)
from watcher.judgement.troubles.unwell import cried_out

SLACK = Receiver(name="team slack", group_wait=timedelta(0), group_interval=timedelta(0))
MAIL = Receiver(name="mail", group_wait=timedelta(0), group_interval=timedelta(0))
PAUSED: Troubles = {TargetTrouble(RECEIVER_PAUSED, "team slack", "#models"): "HTTP 404: no_service"}


def both() -> Story:
    return Story(rulebook(rule("catalog-trouble"), receivers=(SLACK, MAIL)))


def told(story: Story) -> list[tuple[str, str]]:
    return [(message.receiver, str(message.status)) for message in story.notifications]


def test_a_paused_receiver_is_told_once_to_all_the_others() -> None:
    story = both()
    story.troubles = PAUSED

    for minute in (0, 5, 10):
        story.wait(minute)

    (alert,) = story.alerts
    assert (alert.event, alert.subject, alert.severity) == (
        "catalog.receiver_paused",
        "team slack #models",
        Severity.CRITICAL,
    )
    assert alert.context["reason"] == "HTTP 404: no_service"
    assert told(story) == [("mail", "firing")]


def test_a_receiver_that_takes_messages_again_is_told_to_those_who_heard_of_the_pause() -> None:
    story = both()
    story.troubles = PAUSED
    story.wait(0)
    story.troubles = {}

    story.wait(90)
    story.wait(95)

    assert told(story) == [("mail", "firing"), ("mail", "resolved")]
    assert story.alerts[1].id == story.alerts[0].id
    assert story.alerts[1].context["lasted_seconds"] == 90 * 60


def test_two_troubles_of_one_target_are_two_alerts() -> None:
    story = both()
    story.troubles = {
        **PAUSED,
        TargetTrouble(BACKLOG_CUT, "team slack", "#models"): "backlog over 10,000",
    }

    story.wait(0)

    assert story.told == [
        ("catalog.receiver_paused", "team slack #models"),
        ("catalog.backlog_cut", "team slack #models"),
    ]


def test_a_pause_does_not_close_as_unknown_after_days() -> None:
    story = both()
    story.troubles = PAUSED
    story.wait(0)

    story.wait(5 * 24 * 60)

    assert len(story.alerts) == 1


def test_nobody_is_told_where_the_only_receiver_is_paused() -> None:
    story = Story(rulebook(rule("catalog-trouble"), receivers=(SLACK,)))
    story.troubles = PAUSED

    story.wait(0)

    assert len(story.alerts) == 1
    assert story.notifications == []


FULL: Troubles = {OwnTrouble(DISK_LOW, "disk"): "150 MB of 20 GB are free"}


def test_a_disk_that_is_nearly_full_is_told_once_to_everybody_and_so_is_its_end() -> None:
    story = both()
    story.troubles = FULL
    for minute in (0, 5, 10):
        story.wait(minute)
    story.troubles = {}

    story.wait(65)
    story.wait(70)

    first, last = story.alerts
    assert (first.event, first.subject, first.context["reason"]) == (
        "catalog.disk_low",
        "disk",
        "150 MB of 20 GB are free",
    )
    assert (last.id, last.reasons, last.context["lasted_seconds"]) == (
        first.id,
        ("there is room again",),
        65 * 60,
    )
    assert told(story) == [
        ("team slack", "firing"),
        ("mail", "firing"),
        ("team slack", "resolved"),
        ("mail", "resolved"),
    ]


def test_what_is_cried_out_reaches_everybody_whom_the_rule_tells_and_who_would_hear_it() -> None:
    deaf = replace(MAIL, name="deaf", min_severity=Severity.CRITICAL)
    book = rulebook(
        rule("catalog-trouble", severity=Severity.WARNING, notify=("mail", "deaf")),
        rule("model-added"),
        receivers=(SLACK, MAIL, deaf),
    )

    (cry,) = cried_out(book, OwnTrouble(DISK_LOW, "disk"), "nothing can be written", NOON)

    assert (cry.receiver, cry.rule, cry.severity) == ("mail", "catalog-trouble", Severity.WARNING)
    assert cry.alerts[0].context == {"reason": "nothing can be written"}
