from __future__ import annotations

from pathlib import Path

from tests.faults.bounds import document

DOCUMENT = Path(__file__).parents[2] / "docs" / "LIMITS.md"


def test_the_limits_in_docs_are_those_of_the_code() -> None:
    assert DOCUMENT.read_text("utf-8") == document(), "python -m tests.faults.bounds > docs/LIMITS.md"
