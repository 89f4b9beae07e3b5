from __future__ import annotations

import io

import pytest

from watcher.cli.lines import folded, width_of


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def test_what_goes_on_below_stands_further_in_and_no_name_is_broken() -> None:
    line = "  0.5/h  authors  3 requests for hardly-used (a/very-long-name-of-a-model, …)"

    assert folded(line, 40).splitlines() == [
        "  0.5/h  authors  3 requests for",
        "             hardly-used",
        "             (a/very-long-name-of-a-model,",
        "             …)",
    ]


@pytest.mark.parametrize("width", [None, 26, 80])
def test_a_line_that_fits_or_goes_to_no_terminal_stays_as_it_is(width: int | None) -> None:
    assert folded("  authors  every 6h, a row", width) == "  authors  every 6h, a row"


def test_only_a_terminal_has_a_width(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "72")

    assert (width_of(Terminal()), width_of(io.StringIO())) == (72, None)
