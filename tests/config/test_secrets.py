"""No secret shows in a message, a repr or a traceback."""

from __future__ import annotations

import traceback
from pathlib import Path

import pytest

from watcher.config import AppriseTarget, ConfigError, Secret, WebhookTarget, load, parse

TOKEN = "T0PSECRET"
WHOLE = f"""\
catalog: {{api_key: sk-{TOKEN}}}
heartbeat: https://hc.example/{TOKEN}
receivers:
  chat: {{urls: ["slack://{TOKEN}/B/C", {{name: ops, url: "slack://{TOKEN}/D/E"}}]}}
  hook: {{webhook: "https://hook.example/{TOKEN}", secret: whsec_{TOKEN}AAA}}
rules: [{{use: model-added}}]
"""


class Refuser:
    """A checker that quotes what it refuses, as it should not."""

    def check(self, url: str) -> str:
        raise ValueError(f"cannot read {url}")


def test_a_secret_prints_as_stars_and_is_revealed_on_request() -> None:
    secret = Secret(TOKEN)

    assert (repr(secret), str(secret), f"{secret}") == ("***", "***", "***")
    assert secret.reveal() == TOKEN
    assert secret == Secret(TOKEN) != Secret("other")
    assert len({secret, Secret(TOKEN)}) == 1


def test_no_repr_of_a_configuration_shows_a_secret() -> None:
    config = parse(WHOLE, {})

    assert TOKEN not in repr(config)
    assert TOKEN not in str(config.warnings)


def test_what_is_sent_can_be_had() -> None:
    config = parse(WHOLE, {})

    hook = config.targets["hook"].targets[0]
    assert isinstance(hook, WebhookTarget)
    assert hook.url == Secret(f"https://hook.example/{TOKEN}")
    assert hook.secret == Secret(f"whsec_{TOKEN}AAA")
    assert config.heartbeat is not None
    assert config.heartbeat.url == Secret(f"https://hc.example/{TOKEN}")
    assert config.catalog.api_key == Secret(f"sk-{TOKEN}")


@pytest.mark.fault("secrets in tracebacks", "secrets in the output of check")
@pytest.mark.parametrize(
    "text",
    [
        "receivers: {a: {urls: slack://T0PSECRET/x}}",
        "receivers: {a: {urls: [[slack://T0PSECRET/x]]}}",
        "receivers: {a: {urls: [T0PSECRET]}}",
        "receivers: {a: {urls: [slack://T0PSECRET/x]}}",
        "receivers: {a: {urls: [{url: slack://T0PSECRET/x, nam: x}]}}",
        "receivers: {slack://T0PSECRET/x: {console: true}}",
        "receivers: {a: {slack://T0PSECRET/x: true}}",
        "receivers: {a: {webhook: 'ftp://T0PSECRET'}}",
        "receivers: {a: {webhook: 'https://a.example', secret: 'T0PSECRET!'}}",
        "receivers: {a: {console: true, min_severity: 'slack://T0PSECRET'}}",
        "rules: [{use: model-added, notify: ['slack://T0PSECRET']}]",
        "catalog: {api_key: [T0PSECRET]}",
        "catalog: {base_url: 'https://u:T0PSECRET@a.example'}",
        "catalog: {frontend: '${KEY}'}",
        "timezone: ${KEY}",
        "rules: [{use: '${KEY}'}]",
        "rules: [{use: price-change, percent: '${KEY}', for: '${KEY}', direction: '${KEY}'}]",
        "models: ['${KEY} x']",
        "heartbeat: {a: T0PSECRET}",
        "heartbeat: [T0PSECRET]",
        "heartbeat: 'ftp://hc.example/T0PSECRET'",
        "heartbeat: {url: 'https://[T0PSECRET', style: '${KEY}'}",
        "web: {listen: '${KEY}', hosts: [[T0PSECRET]]}",
    ],
)
def test_no_message_and_no_traceback_shows_a_secret(text: str) -> None:
    with pytest.raises(ConfigError) as caught:
        parse(f"{text}\n", {"KEY": TOKEN}, targets=Refuser())

    assert TOKEN not in str(caught.value)
    assert TOKEN not in "".join(traceback.format_exception(caught.value))


def test_a_secret_may_stand_in_a_file_of_its_own(tmp_path: Path) -> None:
    (tmp_path / "config.yaml").write_text(
        """\
catalog: {api_key_file: key}
heartbeat_file: beat
receivers:
  chat: {urls_file: urls}
  hook: {webhook_file: hook, secret_file: signing}
rules: [{use: model-added}]
"""
    )
    (tmp_path / "key").write_text("sk-1\n")
    (tmp_path / "beat").write_text("https://hc.example/1\r\n")
    (tmp_path / "urls").write_text("# ours\nslack://T/B/C\n\nslack://T/D/E\n")
    (tmp_path / "hook").write_text("https://hook.example/x")
    (tmp_path / "signing").write_text("whsec_c2VjcmV0\n")

    config = load(tmp_path / "config.yaml", {}, targets=None)

    assert config.catalog.api_key == Secret("sk-1")
    assert config.heartbeat is not None
    assert config.heartbeat.url == Secret("https://hc.example/1")
    assert config.targets["chat"].targets == (
        AppriseTarget(label="slack #1", url=Secret("slack://T/B/C")),
        AppriseTarget(label="slack #2", url=Secret("slack://T/D/E")),
    )
    assert config.targets["hook"].targets == (
        WebhookTarget(
            label="webhook hook.example",
            url=Secret("https://hook.example/x"),
            secret=Secret("whsec_c2VjcmV0"),
        ),
    )


def test_systemds_credentials_come_before_files_beside_the_configuration(tmp_path: Path) -> None:
    credentials = tmp_path / "credentials"
    credentials.mkdir()
    (tmp_path / "config.yaml").write_text("catalog: {api_key_file: key}\nrules: [{use: model-added}]\n")
    (tmp_path / "key").write_text("beside")
    environ = {"CREDENTIALS_DIRECTORY": str(credentials)}

    before = load(tmp_path / "config.yaml", environ, targets=None)
    (credentials / "key").write_text("credential\n")
    after = load(tmp_path / "config.yaml", environ, targets=None)

    assert before.catalog.api_key == Secret("beside")
    assert after.catalog.api_key == Secret("credential")


@pytest.mark.fault("a secret that is missing")
@pytest.mark.parametrize(
    ("content", "message"),
    [
        (None, "there is no file "),
        (b"", " is empty"),
        (b"\xff\xfe", " is no UTF-8 text"),
        (b"x" * 65_537, " is larger than 64 kB"),
    ],
)
def test_a_secret_file_that_cannot_be_used_is_a_problem_at_its_key(
    tmp_path: Path, content: bytes | None, message: str
) -> None:
    (tmp_path / "config.yaml").write_text("catalog: {api_key_file: key}\nrules: [{use: model-added}]\n")
    if content is not None:
        (tmp_path / "key").write_bytes(content)

    with pytest.raises(ConfigError) as caught:
        load(tmp_path / "config.yaml", {}, targets=None)

    assert caught.value.problems[0].path == "catalog.api_key_file"
    assert message in caught.value.problems[0].message


def test_a_secret_stands_in_one_place_only() -> None:
    with pytest.raises(
        ConfigError, match=r"1:33: catalog\.api_key_file: `api_key` or `api_key_file`, not both"
    ):
        parse("catalog: {api_key: a,           api_key_file: b}\nrules: [{use: model-added}]\n", {})
