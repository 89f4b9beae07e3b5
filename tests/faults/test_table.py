from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from tests.faults.listed import FAULTS
from tests.faults.table import by_fault, document

DOCUMENT = Path(__file__).parents[2] / "docs" / "FAULTS.md"
LISTED = [fault for faults in FAULTS.values() for fault in faults]


def test_every_fault_is_injected_by_a_test_or_says_why_not() -> None:
    tested = by_fault()

    assert [fault.name for fault in LISTED if fault.name not in tested and not fault.reason] == []


def test_every_marker_names_faults_of_the_list() -> None:
    assert by_fault().keys() - {fault.name for fault in LISTED} == set()


def test_every_fault_stands_once_and_keeps_a_promise() -> None:
    assert [name for name, count in Counter(fault.name for fault in LISTED).items() if count > 1] == []
    assert all(fault.promise for fault in LISTED)


def test_the_document_is_what_the_markers_say() -> None:
    assert DOCUMENT.read_text("utf-8") == document(), "python -m tests.faults.table > docs/FAULTS.md"


def test_no_row_of_the_document_is_empty() -> None:
    rows = [line for line in document().splitlines() if line.startswith("| ")]

    assert len(rows) >= len(LISTED)
    assert [row for row in rows if any(not cell.strip() for cell in row.strip("|").split("|"))] == []


@pytest.mark.parametrize("group", FAULTS)
def test_every_group_of_the_list_has_its_table(group: str) -> None:
    assert f"## {group.capitalize()}\n" in DOCUMENT.read_text("utf-8")
