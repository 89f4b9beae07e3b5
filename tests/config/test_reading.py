from __future__ import annotations

from pathlib import Path

import pytest

from watcher.config import state_named


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("state: elsewhere   # a comment\n", "elsewhere"),
        ("rules: [\nstate: '/var/lib/my state'\n", "/var/lib/my state"),
        ("rules: 3\n", "state"),
        ("  state: nested\n", "state"),
        ("state:\n", "state"),
    ],
)
def test_the_state_that_a_broken_file_names_is_found_all_the_same(
    tmp_path: Path, text: str, named: str
) -> None:
    path = tmp_path / "config.yaml"
    path.write_text(text)

    assert state_named(path, {}) == tmp_path / named


def test_a_file_that_cannot_be_read_has_its_state_where_every_other_has(tmp_path: Path) -> None:
    (tmp_path / "latin.yaml").write_bytes(b"state: \xe9\n")

    assert state_named(tmp_path / "latin.yaml", {}) == tmp_path / "state"
    assert state_named(tmp_path / "none.yaml", {"STATE_DIRECTORY": "/var/lib/watcher"}) == Path(
        "/var/lib/watcher"
    )
