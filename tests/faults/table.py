"""The table of faults: who injects each, found in the tests themselves.

python -m tests.faults.table > docs/FAULTS.md
"""

from __future__ import annotations

import ast
import sys
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

from tests.faults.listed import FAULTS, Fault

ROOT = Path(__file__).parents[2]
TESTS = ROOT / "tests"
MARK = "pytest.mark.fault"
HEAD = """\
# Faults

What can go wrong around the watcher, and what it promises then. Each fault is injected by a test whose marker
names it (`@pytest.mark.fault("a gzip bomb")`). This table is made of the markers, and a test fails when a
fault has no test or when this document is not what the markers say. Where a fault cannot be injected in full,
the table says what is done in its place. `pytest -m fault` runs them all.

Make it again with `python -m tests.faults.table > docs/FAULTS.md`.
"""

COLUMNS = "| fault | promise | test |\n| --- | --- | --- |"


class Injection(NamedTuple):
    """A test that injects faults."""

    path: Path
    test: str
    faults: tuple[str, ...]


def injections() -> Iterator[Injection]:
    """Yield every test that names faults, in the order of the files."""
    for path in sorted(TESTS.rglob("*.py")):
        source = path.read_text("utf-8")
        if MARK in source:
            yield from _of_file(path.relative_to(ROOT), ast.parse(source))


def by_fault() -> Mapping[str, Sequence[Injection]]:
    """Return the tests that inject each fault."""
    found: defaultdict[str, list[Injection]] = defaultdict(list)
    for injection in injections():
        for fault in injection.faults:
            found[fault].append(injection)
    return found


def document() -> str:
    """Return the whole document."""
    tested = by_fault()
    parts = [HEAD]
    for group, faults in FAULTS.items():
        rows = "\n".join(_row(fault, tested.get(fault.name, ())) for fault in faults)
        parts.append(
            f"## {group[0].upper()}{group[1:]}\n\n| fault | promise | test |\n| --- | --- | --- |\n{rows}\n"
        )
    return "\n".join(parts)


def _of_file(path: Path, tree: ast.Module) -> Iterator[Injection]:
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            named = tuple(name for mark in node.decorator_list for name in _named(mark))
            if named:
                yield Injection(path, node.name, named)


def _named(decorator: ast.expr) -> Iterator[str]:
    """Yield the faults that a decorator names; anything but plain words is a mistake."""
    if isinstance(decorator, ast.Call) and ast.unparse(decorator.func) == MARK:
        yield from (str(ast.literal_eval(argument)) for argument in decorator.args)


def _row(fault: Fault, tests: Sequence[Injection]) -> str:
    shown = [f"[{_sentence(one.test)}](../{one.path.as_posix()})" for one in tests]
    where = "; ".join([fault.reason, *shown] if fault.reason else shown)
    return f"| {_cell(fault.name)} | {_cell(fault.promise)} | {where} |"


def _sentence(test: str) -> str:
    return test.removeprefix("test_").replace("_", " ")


def _cell(text: str) -> str:
    return text.replace("<", "&lt;").replace("|", "\\|")


if __name__ == "__main__":
    sys.stdout.write(document())
