"""With every surface gone but the list of models, prices of rows and free variants go on."""

from __future__ import annotations

import copy
from decimal import Decimal
from pathlib import Path

import pytest

from tests.cli.stage import Poll, catalog, configured, quiet_poll, watcher, with_free

TERMINAL = "{terminal: {console: true, group_wait: 0s}}"


def dearer(poll: Poll) -> tuple[Poll, str]:
    """Return a poll in which the row of one model costs twice as much, and its name."""
    after = copy.deepcopy(poll)
    row = next(row for row in after["models"]["data"] if float(row["pricing"]["prompt"]) > 0)
    for meter in ("prompt", "completion"):
        row["pricing"][meter] = str(Decimal(row["pricing"][meter]) * 2)
    return after, row["id"]


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


def test_a_price_that_moved_since_is_told_once_of_the_models_own_row(tmp_path: Path) -> None:
    before = quiet_poll()
    after, name = dearer(before)

    with catalog(before, bare(after), bare(after)) as (base_url, replay):
        config = configured(tmp_path, base_url, TERMINAL)
        text = config.read_text().replace("rules: [", "rules: [{use: price-change, for: 0s}, ")
        config.write_text(text)
        said = [watcher("once", "-c", config).stdout]
        for _ in range(3):
            replay.step()
            said.append(watcher("once", "-c", config).stdout)

    told = [words for words in said if name in words and "listed" in words]
    assert told == [said[2]]
    assert said[2].startswith(f"Listed price up 100 %: {name}")
