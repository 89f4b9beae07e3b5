"""A heartbeat is a URL, and what the one behind it understands."""

from __future__ import annotations

from pathlib import Path

import pytest

from watcher.config import ConfigError, HeartbeatSettings, HeartbeatStyle, Secret, load, parse

RULES = "rules: [{use: model-added}]\n"
UUID = "https://hc-ping.com/3f0d0000-0000-4000-8000-000000000000"


def read(text: str, **environ: str) -> HeartbeatSettings | None:
    return parse(text + RULES, environ).heartbeat


def beat(url: str, style: HeartbeatStyle) -> HeartbeatSettings:
    return HeartbeatSettings(url=Secret(url), style=style)


def test_a_url_alone_is_pinged_and_healthchecks_io_is_known_by_its_host() -> None:
    assert read("heartbeat: https://kuma.example/api/push/x\n") == beat(
        "https://kuma.example/api/push/x", HeartbeatStyle.PLAIN
    )
    assert read(f"heartbeat: {UUID}\n") == beat(UUID, HeartbeatStyle.HEALTHCHECKS)


def test_a_style_that_is_written_counts() -> None:
    own = "https://checks.example/ping/x"

    assert read(f"heartbeat: {{url: '{own}', style: healthchecks}}\n") == beat(
        own, HeartbeatStyle.HEALTHCHECKS
    )
    assert read(f"heartbeat: {{url: '{UUID}', style: plain}}\n") == beat(UUID, HeartbeatStyle.PLAIN)


@pytest.mark.parametrize(
    "text", ["", "heartbeat: ${URL:-}\n", "heartbeat:\n", "heartbeat: {url: '${URL:-}'}\n"]
)
def test_an_empty_url_is_none(text: str) -> None:
    assert read(text) is None


def test_the_url_may_stand_in_a_file(tmp_path: Path) -> None:
    (tmp_path / "beat").write_text(UUID + "\n")
    (tmp_path / "config.yaml").write_text("heartbeat: {url_file: beat, style: plain}\n" + RULES)

    found = load(tmp_path / "config.yaml", {}, targets=None).heartbeat

    assert found == beat(UUID, HeartbeatStyle.PLAIN)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("heartbeat: hc-ping.com/x", "1:12: heartbeat: is no URL that can be pinged"),
        ("heartbeat: 'http://a.example:99999/x'", "heartbeat: is no URL"),
        ("heartbeat: 'http://a.example/a b'", "heartbeat: is no URL"),
        ("heartbeat: 5", "heartbeat: wants text; put it in quotes"),
        ("heartbeat: [a]", "heartbeat: wants text, not a list"),
        ("heartbeat: {style: plain}", "heartbeat: wants the key 'url' or 'url_file'"),
        ("heartbeat: {url: 'https://a.example', style: kuma}", r"heartbeat\.style: unknown style 'kuma'"),
        ("heartbeat: {url: 'https://a.example', ur: x}", r"heartbeat\.ur: unknown key; did you mean 'url'"),
        ("heartbeat: {url: 'https://a.example', url_file: x}", r"`url` or `url_file`, not both"),
        ("heartbeat: {url: 'https://a.example'}\nheartbeat_file: x", "`heartbeat` or `heartbeat_file`, not"),
    ],
)  # fmt: skip
def test_what_cannot_be_pinged_is_refused(text: str, message: str) -> None:
    with pytest.raises(ConfigError, match=message):
        read(text + "\n")
