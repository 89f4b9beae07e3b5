"""Pages are off unless asked for, and on this machine unless insisted upon."""

from __future__ import annotations

import pytest

from watcher.config import Config, ConfigError, WebSettings, parse

RULES = "rules: [{use: model-added}]\n"


def read(text: str) -> Config:
    return parse(text + RULES, {})


@pytest.mark.parametrize("text", ["", "web: {}\n", "web:\n"])
def test_nothing_is_shown_unless_it_is_asked_for(text: str) -> None:
    assert read(text).web is None


@pytest.mark.parametrize(
    ("written", "host", "port"),
    [
        ("127.0.0.1:9464", "127.0.0.1", 9464),
        ("127.8.8.8:1", "127.8.8.8", 1),
        ("'[::1]:9464'", "::1", 9464),
        ("localhost:0", "localhost", 0),
    ],
)
def test_a_loopback_address_needs_no_more_words(written: str, host: str, port: int) -> None:
    config = read(f"web: {{listen: {written}}}\n")

    assert config.web == WebSettings(host=host, port=port)
    assert config.warnings == ()


@pytest.mark.fault("metrics on 0.0.0.0")
def test_an_address_that_others_reach_must_be_insisted_upon_and_is_doubted() -> None:
    with pytest.raises(ConfigError, match=r"1:15: web\.listen: is no loopback address.*`allow_remote: true`"):
        read("web: {listen: 0.0.0.0:9464}\n")

    config = read("web: {listen: 0.0.0.0:9464, allow_remote: true, hosts: [Watcher.Internal]}\n")

    assert config.web == WebSettings(host="0.0.0.0", port=9464, hosts=("watcher.internal",))
    assert [(doubt.path, doubt.message.split(":")[0]) for doubt in config.warnings] == [
        ("web.listen", "other machines may read how the watcher fares")
    ]


@pytest.mark.parametrize(
    "written", ["9464", "':9464'", "127.0.0.1", "'::1:9464'", "127.0.0.1:99999", "127.0.0.1:-1", "a.org:1",
                "'127.0.0.1:'", "127.0.0.1:http", "'[127.0.0.1]:80'", "127.0.0.1:٣"],
)  # fmt: skip
def test_what_is_no_address_with_a_port_is_refused(written: str) -> None:
    with pytest.raises(ConfigError, match=r"web\.listen: wants "):
        read(f"web: {{listen: {written}}}\n")
