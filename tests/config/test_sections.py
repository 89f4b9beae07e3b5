"""The catalog, the receivers and the rest become settings."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from watcher.alerts.receiver import Receiver
from watcher.alerts.severity import Severity
from watcher.catalog.names import Surface
from watcher.catalog.retention import KEEP, Retention
from watcher.config import (
    AppriseTarget,
    CatalogSettings,
    Config,
    ConfigError,
    ConsoleTarget,
    FileTarget,
    Frontend,
    Reload,
    Secret,
    WebhookTarget,
    find_config,
    load,
    parse,
)
from watcher.rules.rulebook import DEFAULT_INTERVALS

RULES = "rules: [{use: model-added}]\n"


def read(text: str, environ: dict[str, str] | None = None, *, beside: Path = Path("/etc/watcher")) -> Config:
    """Return the configuration of a text and a rule."""
    return parse(text + RULES, environ or {}, source=beside / "config.yaml")


def test_a_file_with_a_rule_alone_has_the_defaults() -> None:
    config = read("")

    assert config.catalog == CatalogSettings(
        base_url="https://openrouter.ai",
        api_key=None,
        every=DEFAULT_INTERVALS,
        frontend=Frontend.POLICIES,
        max_requests_per_minute=240,
        max_requests_per_hour=None,
        confirm_after=timedelta(minutes=15),
        archive=None,
        archive_for=None,
    )
    assert config.rulebook.receivers == (Receiver(name="terminal"),)
    assert config.targets["terminal"].targets == (ConsoleTarget(label="console"),)
    assert (str(config.rulebook.timezone), config.heartbeat, config.reload) == ("UTC", None, Reload.AUTO)
    assert config.rulebook.confirm_after == timedelta(minutes=15)
    assert config.rulebook.intervals == DEFAULT_INTERVALS


def test_what_is_kept_how_long_can_be_said_kind_by_kind() -> None:
    config = read("keep: {telemetry: 30d, changes: 730d, alerts: forever, daily: 365d}\n")

    assert config.keep == Retention(
        telemetry=timedelta(days=30), changes=timedelta(days=730), daily=timedelta(days=365)
    )
    assert read("").keep == KEEP


@pytest.mark.parametrize("written", ["3h", "0s", "ever", "90"])
def test_nothing_is_kept_for_less_than_a_day(written: str) -> None:
    with pytest.raises(ConfigError, match=r"keep\.telemetry"):
        read(f"keep: {{telemetry: {written}}}\n")


def test_a_rule_can_notify_the_terminal_that_nobody_wrote() -> None:
    config = parse("rules: [{use: model-added, notify: [terminal]}]\n", {})

    assert config.rulebook.rules[0].notify == ("terminal",)


def test_every_may_name_some_surfaces_only() -> None:
    config = read(
        "catalog: {every: {models: 10m}, confirm_after: 30m, frontend: all, archive: polls}\nreload: 'off'\n"
    )

    assert config.catalog.every == {**DEFAULT_INTERVALS, Surface.MODELS: timedelta(minutes=10)}
    assert config.rulebook.intervals == config.catalog.every
    assert config.rulebook.confirm_after == timedelta(minutes=30)
    assert (config.catalog.frontend, config.reload) == (Frontend.ALL, Reload.OFF)
    assert config.catalog.archive == Path("/etc/watcher/polls")


@pytest.mark.parametrize(
    "url", ["http://127.0.0.1:8080", "http://localhost:1", "http://[::1]:80/", "https://localhost"]
)
def test_a_catalog_on_this_machine_may_be_asked_more_often(url: str) -> None:
    config = read(f"catalog: {{base_url: '{url}', every: {{models: 1s}}}}\n")

    assert config.catalog.base_url == url.rstrip("/")
    assert config.catalog.every[Surface.MODELS] == timedelta(seconds=1)


@pytest.mark.parametrize(
    "url", ["http://192.168.1.5:8080", "http://mirror:80", "https://example.org/openrouter"]
)
def test_a_catalog_elsewhere_is_asked_at_most_once_a_minute(url: str) -> None:
    assert read(f"catalog: {{base_url: '{url}', every: {{models: 1m}}}}\n").catalog.base_url == url
    with pytest.raises(ConfigError, match=r"catalog\.every\.models: under a minute"):
        read(f"catalog: {{base_url: '{url}', every: {{models: 59s}}}}\n")


@pytest.mark.parametrize(
    "url",
    ["ftp://a.example", "openrouter.ai", "https://", "https://a?b=c", "https://a#b", "http://[", "http://8.8.8.8",
     "http://127.0.0.1:99999", "https://a.example:0", "https://a b.example", "https://a.example/ b", "https://a..b",
     "https://256.1.1.1", "https://xn--zzzzzz.example", "https://☃.example", "https://*.example",
     f"https://{'a' * 64}.example", f"https://a.example/{'b' * 2000}"],
)  # fmt: skip
def test_what_is_no_catalogs_address_is_refused(url: str) -> None:
    with pytest.raises(ConfigError, match=r"1:21: catalog\.base_url: "):
        read(f"catalog: {{base_url: '{url}'}}\n")


@pytest.mark.parametrize("key", ["sk-“quoted”", "sk-one\nsk-two", "sk-\u200b"])
def test_a_key_that_no_request_can_carry_is_a_mistake_wherever_it_stands(tmp_path: Path, key: str) -> None:
    (tmp_path / "key").write_text(f"{key}\n")

    def said(written: str) -> str:
        with pytest.raises(ConfigError) as caught:
            parse(
                f"catalog: {written}\nrules: [{{use: model-added}}]\n", {"K": key}, source=tmp_path / "c.yaml"
            )
        return str(caught.value).partition("c.yaml:")[2]

    cannot = "no key: it holds letters or line ends that no request can carry"
    assert said("{api_key: '${K}'}") == f"1:20: catalog.api_key: {cannot}"
    assert said("{api_key_file: key}") == f"1:25: catalog.api_key_file: {cannot}"


def test_state_is_where_it_is_written_else_systemds_else_beside_the_file() -> None:
    systemd = {"STATE_DIRECTORY": "/var/lib/watcher:/var/lib/other", "HOME": "/home/me"}

    assert read("").state == Path("/etc/watcher/state")
    assert read("", systemd).state == Path("/var/lib/watcher")
    assert read("state: ./here\n", systemd).state == Path("/etc/watcher/here")
    assert read("state: /there\n", systemd).state == Path("/there")
    assert read("state: ~/mine\n", systemd).state == Path("/home/me/mine")


def test_a_receiver_has_its_gates() -> None:
    (receiver,) = read(
        "receivers: {a: {console: true, group_wait: 0s, group_interval: 1h, min_severity: critical, "
        "resolved: false, all_quiet: daily, max_backlog: 50}}\n"
    ).rulebook.receivers

    assert receiver == Receiver(
        name="a",
        group_wait=timedelta(0),
        group_interval=timedelta(hours=1),
        min_severity=Severity.CRITICAL,
        resolved=False,
        all_quiet=timedelta(days=1),
        max_backlog=50,
    )


@pytest.mark.parametrize(
    ("written", "expected"),
    [("", timedelta(days=1)), (", catch_up: 36h", timedelta(hours=36)), (", catch_up: off", None)],
)
def test_a_receiver_catches_up_after_a_day_or_when_it_is_told_or_never(
    written: str, expected: timedelta | None
) -> None:
    config = read(f"receivers: {{a: {{console: true{written}}}}}\n")

    assert config.targets["a"].catch_up == expected


def test_one_url_is_one_target_with_a_label_of_its_own() -> None:
    config = read(
        "receivers: {a: {urls: [slack://1, {name: ops, url: slack://2}, slack://3], allow_private: true}}\n"
    )

    assert config.targets["a"].allow_private
    assert config.targets["a"].targets == (
        AppriseTarget(label="slack #1", url=Secret("slack://1")),
        AppriseTarget(label="ops", url=Secret("slack://2")),
        AppriseTarget(label="slack #2", url=Secret("slack://3")),
    )


def test_labels_come_from_who_knows_the_urls() -> None:
    class Labels:
        def check(self, url: str) -> str:
            return url.rpartition("/")[2]

    config = parse(f"receivers: {{a: {{urls: [slack://1/general]}}}}\n{RULES}", {}, targets=Labels())

    assert [target.label for target in config.targets["a"].targets] == ["general"]


def test_a_file_stands_beside_the_configuration() -> None:
    config = read("receivers: {a: {file: out/alerts.jsonl}}\n")

    assert config.targets["a"].targets == (
        FileTarget(label="file alerts.jsonl", path=Path("/etc/watcher/out/alerts.jsonl")),
    )


def test_a_webhook_without_a_secret_goes_out_unsigned_and_is_doubted() -> None:
    config = read("receivers: {a: {webhook: 'https://a.example/x'}}\n")

    assert config.targets["a"].targets == (
        WebhookTarget(label="webhook a.example", url=Secret("https://a.example/x"), secret=None),
    )
    assert [problem.path for problem in config.warnings] == ["receivers.a.webhook"]


@pytest.mark.parametrize(
    ("receiver", "message"),
    [
        ("{urls: ['${NONE:-}']}", r"urls\[0\]: is empty"),
        ("{urls: [5]}", r"urls\[0\]: wants text; put it in quotes"),
        ("{urls: [[a]]}", r"urls\[0\]: wants an Apprise URL, or \{name: …, url: …\}"),
        ("{urls: [{name: a}]}", r"urls\[0\]: wants the key 'url'"),
        ("{urls: [{url: ''}]}", r"urls\[0\]\.url: is empty"),
        ("{urls: []}", r"urls: is an empty list; name an Apprise URL"),
        ("{webhook: ''}", r"webhook: is empty"),
        ("{webhook: 'https://['}", r"webhook: no webhook"),
        ("{webhook: 'https://a', webhook_file: b}", r"webhook_file: `webhook` or `webhook_file`, not both"),
        ("{console: false}", r"console: write `console: true`, or give the receiver another target"),
        ("{file: ''}", r"file: is empty"),
        ("console", r"a: wants a mapping \(key: value\), not text"),
    ],
)
def test_a_receiver_that_cannot_be_reached_is_refused(receiver: str, message: str) -> None:
    with pytest.raises(ConfigError, match=message):
        read(f"receivers: {{a: {receiver}}}\n")


def test_receivers_are_a_mapping_by_name() -> None:
    with pytest.raises(
        ConfigError, match=r"1:12: receivers: wants a mapping of receivers by name, not a list"
    ):
        read("receivers: [a]\n")
    with pytest.raises(ConfigError, match=r"1:13: receivers\.a : no name"):
        read("receivers: {'a ': {console: true}}\n")


def test_the_configuration_asked_for_is_the_one_used(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert find_config(Path("other.yaml")) == Path("other.yaml")

    (tmp_path / "config.yaml").touch()

    assert find_config(None) == Path("config.yaml")


def test_without_a_configuration_one_is_told_what_to_do(tmp_path: Path) -> None:
    missing = tmp_path / "config.yaml"

    with pytest.raises(ConfigError, match=r"config\.yaml: there is no such file; `watcher init` writes one"):
        load(missing, {}, targets=None)


def test_a_file_that_is_no_text_is_refused(tmp_path: Path) -> None:
    binary = tmp_path / "config.yaml"
    binary.write_bytes(b"\xff\x00")

    with pytest.raises(ConfigError, match=r"config\.yaml: no UTF-8 text"):
        load(binary, {}, targets=None)


def test_a_byte_order_mark_is_no_mistake(tmp_path: Path) -> None:
    marked = tmp_path / "config.yaml"
    marked.write_text(RULES, "utf-8-sig")

    assert load(marked, {}, targets=None).rulebook.rules[0].name == "model-added"
