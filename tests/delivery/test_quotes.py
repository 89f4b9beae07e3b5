from __future__ import annotations

import pytest

from watcher.delivery.quotes import quotable

URL = "slack://T1JJ3T3L2/A1BRTD4JD/TIiajkdnlazkcOXrIdevi7FQ/#alerts"


@pytest.mark.parametrize(
    ("answer", "quoted"),
    [
        ("no_service", "no_service"),
        ("channel #alerts is archived\nmore", "channel #alerts is archived"),
        ("no hook TIiajkdnlazkcOXrIdevi7FQ", ""),
        ("<html><b>404</b> not found & so on</html>", ""),
        ("x" * 500, ""),
        ("", ""),
    ],
)
def test_an_answer_is_quoted_only_where_it_gives_nothing_away(answer: str, quoted: str) -> None:
    assert quotable(answer, URL, "#alerts") == quoted
