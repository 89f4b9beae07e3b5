"""When messages leave, for whom, and which never do."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, time, timedelta

from tests.builders import US, Story, at, endpoint, free, hours, model, rule, rulebook, seen
from watcher.alerts.groups import homeless
from watcher.alerts.receiver import Digest, QuietHours, Receiver
from watcher.alerts.severity import Severity
from watcher.alerts.silence import Silence
from watcher.judgement.decision import Gate
from watcher.judgement.rehearsal import rehearse

STAYS = model("a/stays")
NOW = timedelta(0)
DAY = 24 * 60


def arrivals(receiver: Receiver, *moments: float, timezone: str = "UTC") -> Story:
    """Have one more model arrive at each moment, minutes after noon."""
    story = Story(rulebook(rule("model-added"), receivers=(receiver,), timezone=timezone))
    models = [STAYS]
    story.poll(-5, models=models)
    for moment in moments:
        models = [*models, model(f"a/new-{moment:g}")]
        story.poll(moment, models=models)
    return story


def until(story: Story, moment: float) -> list[datetime]:
    """Let time pass at each moment at which something is due; return when messages left."""
    while (due := story.decisions[-1].next_due) is not None and due <= at(moment):
        story.judge(None, due)
    return [notification.at for notification in story.notifications]


def test_alerts_are_collected_for_group_wait() -> None:
    story = arrivals(Receiver(name="us"), 0)

    assert story.notifications == []
    assert story.decisions[-1].next_due == at(0.5)
    assert until(story, 10) == [at(0.5)]


def test_all_alerts_of_one_rule_from_one_poll_are_one_notification() -> None:
    story = Story(rulebook(rule("model-added")))
    story.poll(0, models=[STAYS])

    story.poll(5, models=[STAYS, *(model(f"a/{number}") for number in range(60))])

    assert [len(notification.alerts) for notification in story.notifications] == [60]


def test_alerts_of_two_rules_are_two_notifications() -> None:
    story = Story(rulebook(rule("model-added"), rule("new-free-variant")))
    story.poll(0, models=[STAYS])

    story.poll(5, models=[STAYS, free("a/new:free")])

    rules = {notification.rule for notification in story.notifications}
    assert (rules, len(story.notifications)) == ({"model-added", "new-free-variant"}, 2)


def test_messages_about_one_rule_keep_group_interval_apart() -> None:
    story = arrivals(Receiver(name="us"), 0, 1, 2)

    assert until(story, 60) == [at(1), at(6)]
    assert [len(notification.alerts) for notification in story.notifications] == [2, 1]


def test_quiet_hours_hold_messages_across_midnight() -> None:
    night = QuietHours(start=time(22), end=time(7))
    story = arrivals(replace(US, quiet_hours=night), 11 * 60, 13 * 60, 18 * 60)

    assert until(story, 3 * DAY) == [at(19 * 60)]
    assert len(story.notifications[0].alerts) == 3


def test_quiet_hours_let_the_exempt_severity_through() -> None:
    night = replace(US, quiet_hours=QuietHours(start=time(22), end=time(7), exempt=Severity.CRITICAL))
    story = Story(rulebook(rule("uptime-drop", lasting=NOW), rule("model-added"), receivers=(night,)))
    story.poll(0, models=[STAYS])

    story.poll(12 * 60, models=[STAYS, model("a/new")], endpoints=[endpoint("a/stays", "novita", uptime=1)])

    assert [notification.rule for notification in story.notifications] == ["uptime-drop"]


def test_quiet_hours_are_in_the_users_time_zone() -> None:
    night = replace(US, quiet_hours=QuietHours(start=time(22), end=time(7)))

    story = arrivals(night, 9 * 60, timezone="Europe/London")

    assert until(story, 3 * DAY) == [datetime(2026, 7, 7, 6, 0, tzinfo=UTC)]


def test_a_daily_digest_is_one_message_a_rule() -> None:
    story = arrivals(replace(US, digest=Digest(at=time(9))), 0, 60, 600)

    assert until(story, 3 * DAY) == [at(21 * 60)]
    assert len(story.notifications[0].alerts) == 3


def test_a_weekly_digest_leaves_on_its_day() -> None:
    story = arrivals(replace(US, digest=Digest(at=time(9), weekday=0)), 0, 60)

    assert until(story, 9 * DAY) == [datetime(2026, 7, 13, 9, 0, tzinfo=UTC)]


def test_a_digest_lets_the_exempt_severity_through() -> None:
    daily = replace(US, digest=Digest(at=time(9), exempt=Severity.CRITICAL))
    story = Story(rulebook(rule("model-added", severity=Severity.CRITICAL), receivers=(daily,)))
    story.poll(0, models=[STAYS])

    story.poll(5, models=[STAYS, model("a/new")])

    assert [notification.at for notification in story.notifications] == [at(5)]


def test_what_is_under_a_receivers_floor_is_counted_and_not_sent() -> None:
    story = arrivals(replace(US, min_severity=Severity.WARNING), 0)

    assert (story.notifications, story.gates) == ([], [Gate.BELOW_SEVERITY])


def test_a_rule_tells_only_whom_it_names() -> None:
    boss, team = replace(US, name="boss"), replace(US, name="team")
    story = Story(rulebook(rule("model-added", notify=("boss", "nobody")), receivers=(boss, team)))
    story.poll(0, models=[STAYS])

    story.poll(5, models=[STAYS, model("a/new")])

    assert [notification.receiver for notification in story.notifications] == ["boss"]


def test_what_waits_for_a_receiver_that_is_no_more_is_kept_until_the_receiver_is_back() -> None:
    story = arrivals(replace(US, group_wait=hours(1)), 0)
    book = story.book

    story.book = rulebook(rule("model-added"), receivers=(replace(US, name="other"),))
    away = story.wait(120)
    story.book = book
    back = story.wait(121)

    assert (away.notifications, away.next_due) == ((), None)
    assert homeless(away.state.groups, {"other"}) == {"us": 1}
    assert [alert.subject for sent in back.notifications for alert in sent.alerts] == ["a/new-0"]
    assert homeless(back.state.groups, {"us"}) == {}


def test_what_waits_for_a_rule_that_is_no_more_is_closed_unsent() -> None:
    story = arrivals(replace(US, group_wait=hours(1)), 0)

    story.book = rulebook(rule("model-removed"))
    story.wait(120)

    assert (story.notifications, story.state.groups) == ([], {})


def silence(start: float, end: float, **matchers: str) -> dict[str, Silence]:
    hushed = Silence(starts=at(start), ends=at(end), comment="known", **matchers)
    return {hushed.id: hushed}


def test_a_silenced_edge_is_listed_and_gone() -> None:
    story = arrivals(US)
    story.state = replace(story.state, silences=silence(0, 60, subject="a/new*"))

    story.poll(5, models=[STAYS, model("a/new")])
    story.wait(120)

    assert (story.notifications, story.gates) == ([], [Gate.SILENCED])
    assert story.told == [("model.added", "a/new")]
    assert story.suppressed[0].reason.endswith("until 2026-07-06 13:00 UTC: known")


def test_a_silence_is_judged_when_the_message_leaves() -> None:
    story = arrivals(replace(US, group_wait=hours(2)))
    story.state = replace(story.state, silences=silence(0, 60, rule="model-added"))

    story.poll(5, models=[STAYS, model("a/new")])

    assert until(story, DAY) == [at(125)]


def test_what_a_silence_does_not_mean_leaves() -> None:
    story = arrivals(US)
    story.state = replace(story.state, silences=silence(0, 60, subject="a/one"))

    story.poll(5, models=[STAYS, model("a/one"), model("a/two")])

    assert [alert.subject for alert in story.notifications[0].alerts] == ["a/two"]


def outage(*readings: tuple[float, float]) -> Story:
    quick = rule("uptime-drop", lasting=NOW, keep_firing_for=NOW)
    story = Story(rulebook(quick))
    story.state = replace(story.state, silences=silence(0, 60, model="a/*"))
    for moment, uptime in readings:
        story.poll(moment, endpoints=[endpoint("a/one", "novita", uptime=uptime)])
    return story


def test_a_level_still_firing_when_its_silence_ends_is_told_then() -> None:
    story = outage((5, 1), (20, 1))

    assert story.decisions[-1].next_due == at(60)
    assert until(story, DAY) == [at(60)]
    assert story.notifications[0].alerts[0].told_at == at(5)


def test_a_level_that_resolved_before_its_silence_ends_needs_no_word() -> None:
    story = outage((5, 1), (20, 99))

    assert until(story, DAY) == []
    assert story.gates == [Gate.SILENCED] * 2


def silenced_once_told(*readings: tuple[float, float], every: timedelta | None = None) -> Story:
    """Have a level told at 0, silence it from 10 to 60, and go on reading."""
    quick = rule("uptime-drop", lasting=NOW, keep_firing_for=NOW, repeat_interval=every)
    story = Story(rulebook(quick))
    story.poll(0, endpoints=[endpoint("a/one", "novita", uptime=1)])
    story.state = replace(story.state, silences=silence(10, 60, model="a/*"))
    for moment, uptime in readings:
        story.poll(moment, endpoints=[endpoint("a/one", "novita", uptime=uptime)])
    return story


def statuses(story: Story) -> list[tuple[datetime, list[str]]]:
    return [(sent.at, [str(alert.status) for alert in sent.alerts]) for sent in story.notifications]


def test_the_end_of_a_level_that_was_told_before_its_silence_is_told_when_the_silence_is_over() -> None:
    story = silenced_once_told((20, 99))

    until(story, DAY)

    assert statuses(story) == [(at(0), ["firing"]), (at(60), ["resolved"])]


def test_the_end_of_a_level_is_told_at_once_when_its_silence_is_lifted() -> None:
    story = silenced_once_told((20, 99))

    story.state = replace(story.state, silences={})
    story.wait(30)

    assert statuses(story) == [(at(0), ["firing"]), (at(30), ["resolved"])]


def test_a_reminder_that_a_silence_hid_is_not_told_after_the_end() -> None:
    story = silenced_once_told((20, 1), (35, 99), every=timedelta(minutes=15))

    until(story, DAY)

    assert statuses(story) == [(at(0), ["firing"]), (at(60), ["resolved"])]


def test_what_ended_and_began_anew_in_a_silence_is_told_with_both_when_it_is_over() -> None:
    story = silenced_once_told((20, 99), (35, 1))

    until(story, DAY)

    assert statuses(story) == [(at(0), ["firing"]), (at(60), ["resolved", "firing"])]


def test_what_began_and_ended_anew_in_a_silence_needs_no_word() -> None:
    story = silenced_once_told((20, 99), (35, 1), (50, 99))

    until(story, DAY)

    assert statuses(story) == [(at(0), ["firing"]), (at(60), ["resolved"])]


def test_nothing_is_owed_any_more_once_the_end_was_told() -> None:
    story = silenced_once_told((20, 99))

    until(story, DAY)

    assert [group.owed for group in story.state.groups.values()] == [frozenset()]


def test_the_end_of_a_level_that_was_told_late_is_told() -> None:
    story = outage((5, 1))
    until(story, 60)

    story.poll(75, endpoints=[endpoint("a/one", "novita", uptime=99)])

    assert [str(notification.status) for notification in story.notifications] == ["firing", "resolved"]


def test_a_receiver_can_ask_for_a_line_when_all_was_quiet() -> None:
    story = Story(rulebook(rule("price-change"), receivers=(replace(US, all_quiet=timedelta(days=7)),)))
    for day in range(9):
        story.poll(day * DAY, models=[STAYS, *([model("a/blinks")] if day != 3 else [])])

    (line,) = story.notifications
    assert (line.at, line.rule, line.alerts[0].event) == (at(7 * DAY), "all-quiet", "catalog.quiet")
    assert line.alerts[0].context["summary"] == (
        "Nothing to tell in 7 days: 8 polls judged, no alerts, 1 change disturbed nobody (1 unconfirmed)"
    )


def test_the_quiet_line_counts_the_alerts_that_were_for_others() -> None:
    quiet = Receiver(name="calm", all_quiet=timedelta(days=7))
    story = Story(rulebook(rule("model-added", notify=(US.name,)), receivers=(US, quiet)))
    for day in range(9):
        story.poll(day * DAY, models=[STAYS, *(model(f"a/new-{number}") for number in range(min(day, 2)))])

    (line,) = [notification for notification in story.notifications if notification.receiver == "calm"]
    assert line.alerts[0].context["summary"] == (
        "Nothing to tell in 7 days: 8 polls judged, 2 alerts (none sent here), nothing held back"
    )


def test_who_heard_something_needs_no_line_that_all_was_quiet() -> None:
    weekly = replace(US, all_quiet=timedelta(days=7))
    story = arrivals(weekly, 0)
    for day in range(1, 8):
        story.poll(day * DAY - 10, models=[STAYS, model("a/new-0")])

    assert [notification.rule for notification in story.notifications] == ["model-added"]


def test_recorded_polls_are_rehearsed_on_their_own_clock() -> None:
    book = rulebook(rule("model-added"), receivers=(Receiver(name="us"),))
    polls = [
        seen(0, models=[STAYS]),
        seen(5, models=[STAYS, model("a/one")]),
        seen(90, models=[STAYS, model("a/one"), model("a/two")]),
    ]

    decisions = list(rehearse(polls, book))

    assert [item.at for decision in decisions for item in decision.notifications] == [at(5.5), at(90.5)]
    assert len(decisions) == 5


def test_a_rehearsal_lets_time_pass_until_the_last_digest() -> None:
    book = rulebook(rule("model-added"), receivers=(replace(US, digest=Digest(at=time(9))),))
    polls = [seen(0, models=[STAYS]), seen(5, models=[STAYS, model("a/one")])]

    decisions = list(rehearse(polls, book))

    assert [item.at for decision in decisions for item in decision.notifications] == [at(21 * 60)]
