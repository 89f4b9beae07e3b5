"""The file is read as YAML 1.2."""

from __future__ import annotations

from datetime import time, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from watcher.alerts.receiver import Digest, QuietHours
from watcher.alerts.severity import Severity
from watcher.config import Config, ConfigError, parse
from watcher.config.durations import duration, written
from watcher.config.scalars import resolve

RULES = "rules: [{use: model-added}]\n"


def read(text: str, **environ: str) -> Config:
    """Return the configuration of a text and a rule."""
    return parse(text + RULES, environ)


@pytest.mark.fault("`no` for a name", "`010` for a number")
@pytest.mark.parametrize(
    ("word", "value"),
    [
        ("true", True),
        ("False", False),
        ("yes", "yes"),
        ("no", "no"),
        ("on", "on"),
        ("off", "off"),
        ("y", "y"),
        ("~", None),
        ("", None),
        ("null", None),
        ("010", 10),
        ("0o10", 8),
        ("0x1F", 31),
        ("-5", -5),
        ("1_000", "1_000"),
        ("07:00", "07:00"),
        ("22:30", "22:30"),
        ("190:20:30", "190:20:30"),
        ("1e3", 1000.0),
        (".5", 0.5),
        ("5.", 5.0),
        (".inf", float("inf")),
        ("-.INF", float("-inf")),
        ("2026-07-06", "2026-07-06"),
        ("=", "="),
        ("٣", "٣"),
        ("1" * 41, "1" * 41),
    ],
)
def test_plain_words_mean_what_yaml_1_2_says(word: str, value: object) -> None:
    found = resolve(word)

    assert (found, type(found)) == (value, type(value))


def test_not_a_number_is_a_number_to_yaml() -> None:
    assert resolve(".nan") != resolve(".nan")


def test_a_receiver_may_be_called_no_and_a_digest_has_its_on() -> None:
    config = read("receivers:\n  no: {console: true, digest: {at: 9:05, on: sunday, except: critical}}\n")

    (receiver,) = config.rulebook.receivers
    assert receiver.name == "no"
    assert receiver.digest == Digest(at=time(9, 5), weekday=6, exempt=Severity.CRITICAL)


def test_a_clock_time_may_stand_unquoted() -> None:
    config = read("receivers: {a: {console: true, quiet_hours: {from: 22:00, to: 07:00}}}\n")

    assert config.rulebook.receivers[0].quiet_hours == QuietHours(start=time(22), end=time(7))


@pytest.mark.parametrize("word", ["yes", "on", "1", '"true"', "null"])
def test_only_true_and_false_are_booleans(word: str) -> None:
    with pytest.raises(ConfigError, match=r"receivers\.a\.resolved: wants true or false"):
        read(f"receivers: {{a: {{console: true, resolved: {word}}}}}\n")


def test_a_key_without_a_value_is_a_mistake() -> None:
    with pytest.raises(ConfigError, match=r"1:10: timezone: wants text, not nothing"):
        read("timezone:\n")


def test_references_are_resolved_in_every_text() -> None:
    config = read(
        "timezone: ${AREA}/${CITY:-London}\nreceivers: {a: {console: true, all_quiet: '${SPAN:-weekly}'}}\n"
        "models: ['${EMPTY:-*}']\nstate: $$HOME/$x\n",
        AREA="Europe",
        EMPTY="",
    )

    assert config.rulebook.timezone == ZoneInfo("Europe/London")
    assert config.rulebook.receivers[0].all_quiet == timedelta(days=7)
    assert config.rulebook.rules[0].models == ("*",)
    assert config.state == Path("$HOME/$x")


def test_a_value_from_the_environment_is_never_yaml() -> None:
    with pytest.raises(ConfigError, match=r"models: wants a list, as in \[a, b\], not text"):
        read("models: ${GLOBS}\n", GLOBS="['*']")


@pytest.mark.parametrize(
    ("text", "length"),
    [
        ("0s", timedelta(0)),
        ("90s", timedelta(seconds=90)),
        ("5m", timedelta(minutes=5)),
        ("1h30m", timedelta(minutes=90)),
        ("7d", timedelta(days=7)),
        ("1d2h3m4s", timedelta(days=1, hours=2, minutes=3, seconds=4)),
    ],
)
def test_durations_are_written_with_units(text: str, length: timedelta) -> None:
    assert duration(text) == length
    assert duration(written(length)) == length


@pytest.mark.parametrize("text", ["", "5", "m", "5 m", "-5m", "5m1h", "1.5h", "5M", "1w", "٣m", "999999d"])
def test_what_is_no_duration_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"no duration|longer than ten years"):
        duration(text)
