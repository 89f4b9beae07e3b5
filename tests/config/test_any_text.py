"""Whatever a file holds, reading it ends in a configuration or in a ConfigError."""

from __future__ import annotations

import contextlib
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from tests.faults.fuzzing import examples
from watcher.config import Config, ConfigError, parse
from watcher.rules.presets import PRESETS

EXAMPLE = (Path(__file__).parents[2] / "config.example.yaml").read_text("utf-8")
CALM = examples(150)

WORDS = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(),
    st.text(max_size=12),
    st.sampled_from(
        [
            "${",
            "${A}",
            "${A:-b}",
            "$$",
            "5m",
            "0s",
            "9999999d",
            "22:00",
            "*",
            "[",
            "slack://a",
            "model.id",
            "info",
        ]
    ),
)
KEYS = st.sampled_from(
    [
        "models",
        "timezone",
        "catalog",
        "state",
        "heartbeat",
        "heartbeat_file",
        "web",
        "listen",
        "allow_remote",
        "hosts",
        "style",
        "reload",
        "receivers",
        "rules",
        "base_url",
        "api_key",
        "api_key_file",
        "every",
        "frontend",
        "max_requests_per_minute",
        "max_requests_per_hour",
        "confirm_after",
        "archive",
        "archive_for",
        "urls",
        "urls_file",
        "webhook",
        "secret",
        "file",
        "console",
        "name",
        "url",
        "quiet_hours",
        "from",
        "to",
        "except",
        "digest",
        "at",
        "on",
        "min_severity",
        "resolved",
        "all_quiet",
        "catch_up",
        "max_backlog",
        "use",
        "when",
        "where",
        "for",
        "severity",
        "notify",
        "percent",
        "below",
        "above",
        "recover_above",
        "recover_below",
        "fields",
        "meters",
        "remind",
        "after",
        "window",
        "scope",
    ]
)
TREES = st.recursive(
    WORDS, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KEYS, inner, max_size=5), max_leaves=15
)
RULES = st.fixed_dictionaries(
    {"use": st.sampled_from([*PRESETS, "pric-change"])},
    optional={"for": WORDS, "where": WORDS, "percent": TREES},
) | st.dictionaries(KEYS, WORDS, max_size=4)


def _read(text: str) -> Config | None:
    with contextlib.suppress(ConfigError):
        return parse(text, {"A": "1"})
    return None


@CALM
@given(st.text())
def test_no_text_raises_anything_but_a_config_error(text: str) -> None:
    _read(text)


@CALM
@given(st.integers(0, len(EXAMPLE)), st.integers(0, 40), st.text(max_size=6))
def test_no_slip_of_the_pen_raises_anything_but_a_config_error(at: int, gone: int, typed: str) -> None:
    _read(EXAMPLE[:at] + typed + EXAMPLE[at + gone :])


@CALM
@given(st.dictionaries(KEYS, TREES, max_size=6))
def test_no_tree_raises_anything_but_a_config_error(tree: dict[str, object]) -> None:
    _read(_yaml(tree))


@CALM
@given(st.lists(RULES, min_size=1, max_size=3))
def test_no_rules_raise_anything_but_a_config_error(rules: list[object]) -> None:
    _read(_yaml({"rules": rules}))


def _yaml(tree: object) -> str:
    """Return a tree as YAML flow, with numbers and booleans bare."""
    match tree:
        case dict():
            return "{" + ", ".join(f"{key}: {_yaml(value)}" for key, value in tree.items()) + "}"
        case list():
            return "[" + ", ".join(_yaml(item) for item in tree) + "]"
        case str():
            return "'" + tree.replace("'", "''") + "'"
        case bool():
            return str(tree).lower()
        case None:
            return "null"
        case _:
            return str(tree)
