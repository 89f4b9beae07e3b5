"""With every surface gone but the list of models, prices of rows and free variants go on."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.stage import Poll, catalog, configured, quiet_poll, watcher, with_free

TERMINAL = "{terminal: {console: true, group_wait: 0s}}"


def bare(poll: Poll) -> Poll:
    """Return a poll of which nothing but the models is left."""
    return {"generated": poll["generated"], "models": poll["models"]}


@pytest.mark.parametrize("frontend", ["policies", "all"])
def test_a_new_free_variant_is_told_and_every_lost_surface_is_named_once(
    tmp_path: Path, frontend: str
) -> None:
    before = quiet_poll()

    with catalog(before, bare(with_free(before, "gift"))) as (base_url, replay):
        config = configured(tmp_path, base_url, TERMINAL)
        text = config.read_text().replace("confirm_after: 0s", f"confirm_after: 0s, frontend: {frontend}")
        config.write_text(text)
        watcher("once", "-c", config)
        replay.step()
        done = watcher("once", "-c", config)

    assert done.returncode == 3
    assert "newcomer/gift:free" in done.stdout
    assert "Traceback" not in done.stderr
    lost = [line for line in done.stderr.splitlines() if "no believed poll" in line]
    expected = {"endpoints", "providers", "zdr", "frontend"} | (
        {"frontend_endpoints"} if frontend == "all" else set()
    )
    assert {line.partition(":")[0] for line in lost} == expected
