from __future__ import annotations

from io import StringIO

from watcher.cli.progress import CLEAR, Progress


class Terminal(StringIO):
    def isatty(self) -> bool:
        return True


class Seconds:
    now = 0.0

    def __call__(self) -> float:
        return self.now


def test_work_of_less_than_two_seconds_shows_nothing() -> None:
    clock, terminal = Seconds(), Terminal()
    progress = Progress(terminal, "polls", clock)

    clock.now = 1.9
    progress(5, 10)
    progress.clear()

    assert terminal.getvalue() == ""


def test_longer_work_shows_how_much_is_done_and_takes_it_away_again() -> None:
    clock, terminal = Seconds(), Terminal()
    progress = Progress(terminal, "polls", clock)

    clock.now = 2.0
    progress(5, 10)
    progress(6, 10)
    progress.clear()
    progress.clear()

    assert terminal.getvalue() == f"{CLEAR}[{'#' * 15}{'-' * 15}] 5 of 10 polls{CLEAR}"


def test_what_is_no_terminal_never_sees_a_bar() -> None:
    clock, file = Seconds(), StringIO()
    progress = Progress(file, "polls", clock)

    clock.now = 60.0
    progress(5, 10)

    assert file.getvalue() == ""
