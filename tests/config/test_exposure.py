"""Secrets in a file that others may read are warned of, once, at the first of them."""

from __future__ import annotations

import os
import stat
from pathlib import Path

import pytest

from watcher.config import Config, load
from watcher.config.exposure import readers

LITERAL = """\
catalog: {api_key: sk-TOPSECRET}
receivers:
  chat: {urls: ["slack://T/B/C", {name: ops, url: "slack://T/D/E"}]}
rules: [{use: model-added}]
"""
CLEAN = """\
catalog: {api_key: "${KEY}"}
heartbeat: ${BEAT:-}
receivers:
  chat: {urls_file: urls}
  log: {file: alerts.jsonl}
rules: [{use: model-added}]
"""


def read(folder: Path, text: str, mode: int) -> Config:
    path = folder / "config.yaml"
    path.write_text(text)
    path.chmod(mode)
    return load(path, {"KEY": "sk-TOPSECRET"}, targets=None)


def doubts(config: Config) -> list[str]:
    said = (f"{doubt.line} {doubt.path}: {doubt.message}" for doubt in config.warnings)
    return [line for line in said if "chmod" in line]


@pytest.mark.fault("a configuration that everybody can read")
def test_secrets_in_a_file_that_everybody_may_read_are_one_warning(tmp_path: Path) -> None:
    (warning,) = doubts(read(tmp_path, LITERAL, 0o644))

    assert warning == (
        "1 catalog.api_key: 3 secrets stand in this file, and everybody on this machine may read it "
        "(mode 0644); chmod 600, or use a `_file` key or ${NAME}"
    )


@pytest.mark.parametrize("mode", [0o600, 0o400])
def test_a_file_of_ones_own_is_no_warning(tmp_path: Path, mode: int) -> None:
    assert doubts(read(tmp_path, LITERAL, mode)) == []


def test_a_file_without_a_secret_may_be_read_by_everybody(tmp_path: Path) -> None:
    (tmp_path / "urls").write_text("slack://T/B/C\n")
    (tmp_path / "urls").chmod(0o600)

    assert doubts(read(tmp_path, CLEAN, 0o644)) == []


def test_a_secret_file_that_everybody_may_read_is_warned_of_where_it_is_named(tmp_path: Path) -> None:
    (tmp_path / "urls").write_text("slack://T/B/C\n")
    (tmp_path / "urls").chmod(0o604)

    (warning,) = doubts(read(tmp_path, CLEAN, 0o644))

    assert warning == (
        "4 receivers.chat.urls_file: a secret stands in this file, and everybody on this machine may read it "
        "(mode 0604); chmod 600"
    )


def test_a_credential_of_systemds_is_systemds_matter(tmp_path: Path) -> None:
    credentials = tmp_path / "credentials"
    credentials.mkdir()
    (credentials / "urls").write_text("slack://T/B/C\n")
    (credentials / "urls").chmod(0o440)
    path = tmp_path / "config.yaml"
    path.write_text(CLEAN)

    config = load(path, {"KEY": "k", "CREDENTIALS_DIRECTORY": str(credentials)}, targets=None)

    assert doubts(config) == []


def owned(mode: int, user: int, group: int) -> os.stat_result:
    return os.stat_result((stat.S_IFREG | mode, 1, 1, 1, user, group, 1, 0, 0, 0))


def test_a_file_of_roots_may_be_given_to_the_group_of_a_service() -> None:
    assert readers(owned(0o640, 0, 998)) is None
    assert readers(owned(0o640, 0, 0)) == "its group may read it (mode 0640)"
    assert readers(owned(0o640, 1000, 1000)) == "its group may read it (mode 0640)"
    assert readers(owned(0o644, 0, 998)) == "everybody on this machine may read it (mode 0644)"
    assert readers(owned(0o620, 1000, 1000)) is None


def test_no_warning_shows_the_secret(tmp_path: Path) -> None:
    assert "TOPSECRET" not in str(read(tmp_path, LITERAL, 0o644).warnings)
