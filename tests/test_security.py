"""What docs/SECURITY.md promises of the source: no shell, no code made of data, each waiver with a reason."""

from __future__ import annotations

import ast
import re
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

from watcher.delivery.answers import LONGEST_ANSWER
from watcher.openrouter.limits import MIB, STANDARD

ROOT = Path(__file__).parent.parent
SOURCES = sorted((ROOT / "watcher").rglob("*.py"))
FORBIDDEN_MODULES = frozenset(
    {"pickle", "marshal", "shelve", "dill", "cloudpickle", "subprocess", "pty", "code", "telnetlib"}
)
FORBIDDEN_CALLS = frozenset({"eval", "exec", "compile", "__import__"})
FORBIDDEN_OF_OS = frozenset({"system", "popen", "execv", "execve", "execvp", "spawnv", "posix_spawn", "fork"})
WAIVED = re.compile(r"# noqa: (?P<codes>[A-Z0-9, ]+)(?P<reason>.*)$")


def modules(tree: ast.AST) -> Iterator[str]:
    for node in ast.walk(tree):
        match node:
            case ast.Import(names=names):
                yield from (alias.name.partition(".")[0] for alias in names)
            case ast.ImportFrom(module=str(module), level=0):
                yield module.partition(".")[0]
            case _:
                pass


def called(tree: ast.AST) -> Iterator[str]:
    for node in ast.walk(tree):
        match node:
            case ast.Call(func=ast.Name(id=name)):
                yield name
            case ast.Call(func=ast.Attribute(value=ast.Name(id="os"), attr=name)):
                yield f"os.{name}"
            case ast.Call(func=ast.Attribute(value=ast.Name(id="yaml"), attr=name)):
                yield f"yaml.{name}"
            case ast.keyword(arg="shell" | "verify" as name):
                yield f"{name}="
            case _:
                pass


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: str(path.relative_to(ROOT)))
def test_no_module_starts_programs_or_makes_code_of_data(path: Path) -> None:
    tree = ast.parse(path.read_text("utf-8"))

    assert set(modules(tree)) & FORBIDDEN_MODULES == set()
    used = set(called(tree))
    assert used & FORBIDDEN_CALLS == set()
    assert used & {f"os.{name}" for name in FORBIDDEN_OF_OS} == set()
    assert used & {"yaml.load", "yaml.full_load", "yaml.unsafe_load", "shell=", "verify="} == set()


def test_ruffs_security_rules_hold_everywhere_and_each_exception_says_why() -> None:
    lint = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["tool"]["ruff"]["lint"]
    waived = [
        (path, number, found)
        for path in SOURCES
        for number, line in enumerate(path.read_text("utf-8").splitlines(), 1)
        if (found := WAIVED.search(line)) and re.search(r"\bS\d{3}\b", found["codes"])
    ]

    assert lint["select"] == ["ALL"]
    assert not any(code.startswith("S") for code in lint["ignore"])
    assert not any(
        code.startswith("S")
        for where, codes in lint["per-file-ignores"].items()
        if not where.startswith("tests")
        for code in codes
    )
    assert [(path.name, number) for path, number, found in waived if "#" not in found["reason"]] == []


def test_every_test_that_the_document_names_is_there() -> None:
    document = (ROOT / "docs" / "SECURITY.md").read_text("utf-8")
    named = re.findall(r"`(tests/[a-z_/]+\.py)`", document)

    assert len(named) > 10
    assert [name for name in named if not (ROOT / name).is_file()] == []


def test_the_limits_that_the_document_names_are_those_of_the_source() -> None:
    document = (ROOT / "docs" / "SECURITY.md").read_text("utf-8")

    assert f"{STANDARD.list_bytes // MIB} MiB a list and {STANDARD.endpoints_bytes // MIB} MiB" in document
    assert f"{STANDARD.total.total_seconds():.0f} seconds" in document
    assert f"{LONGEST_ANSWER // 1024} kB for an answer" in document
