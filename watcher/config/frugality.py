"""Frugality: a clause that could take long is refused when the file is read, not while a poll waits for it.

CEL cannot loop without end, and its own budget stops loops within loops; but a single step of it may take any
time. So a clause may not nest its loops, build ever longer texts and lists, or match patterns that explode.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

MOST_LOOPS = 5
MOST_PLUSES = 50
LONGEST_PATTERN = 100
HIGHEST_COUNT = 20

_TEXTS = re.compile(
    r"""
      [rR]\"{3}.*?\"{3} | [rR]'{3}.*?'{3} | [rR]"[^"\n]*" | [rR]'[^'\n]*'
    | \"{3}(?:\\.|[^\\])*?\"{3} | '{3}(?:\\.|[^\\])*?'{3} | "(?:\\.|[^"\\\n])*" | '(?:\\.|[^'\\\n])*'
    | //[^\n]*
    """,
    re.DOTALL | re.VERBOSE,
)
_LOOP = re.compile(r"\.\s*(all|exists|exists_one|map|filter)\s*\(")
_MATCH = re.compile(r"\bmatches\s*\(")
_VARIABLE_BEFORE = re.compile(r"[A-Za-z_][\w.]*\s*\.\s*$")
_COUNT = re.compile(r"\{(\d+)(?:,(\d*))?\}")


class Extravagance(NamedTuple):
    """What could take long, and at which character of the clause (from 0)."""

    at: int
    message: str


class _Call(NamedTuple):
    """A function and what stands between its brackets."""

    name: str
    at: int
    begins: int
    ends: int


def extravagances(source: str) -> Iterator[Extravagance]:
    """Yield what in a clause could take long; it is known to compile."""
    bare = _TEXTS.sub(_blank, source)
    loops = [_call(bare, found, found[1]) for found in _LOOP.finditer(bare)]
    yield from _of_loops(loops)
    for found in _MATCH.finditer(bare):
        yield from _of_match(source, bare, _call(bare, found, "matches"), loops)
    if bare.count("+") > MOST_PLUSES:
        yield Extravagance(bare.index("+"), f"more than {MOST_PLUSES} additions")


def _of_loops(loops: list[_Call]) -> Iterator[Extravagance]:
    for loop in loops:
        outer = _around(loop, loops)
        if outer is not None:
            yield Extravagance(loop.at, f"a loop ({loop.name}) inside another one ({outer.name})")
    if len(loops) > MOST_LOOPS:
        yield Extravagance(loops[MOST_LOOPS].at, f"more than {MOST_LOOPS} loops")
    maps = [loop for loop in loops if loop.name == "map"]
    if len(maps) > 1:
        yield Extravagance(maps[1].at, "more than one `map`")


def _of_match(source: str, bare: str, call: _Call, loops: list[_Call]) -> Iterator[Extravagance]:
    """Look at a pattern: RE2 takes time as a pattern is long, and a count makes it so many times as long."""
    pattern = source[call.begins : call.ends].strip()
    if not _VARIABLE_BEFORE.search(bare, 0, call.at):
        yield Extravagance(call.at, "`matches` belongs to a variable, as in model.id.matches('^a')")
    if not _TEXTS.fullmatch(pattern):
        yield Extravagance(call.begins, "`matches` wants its pattern written out in quotes")
        return
    if len(pattern) > LONGEST_PATTERN:
        yield Extravagance(call.begins, f"a pattern of more than {LONGEST_PATTERN} characters")
    counts = [int(count) for found in _COUNT.finditer(pattern) for count in found.groups() if count]
    most = 1 if _around(call, loops) else HIGHEST_COUNT
    if any(count > most for count in counts):
        where = "in a loop " if most == 1 else ""
        yield Extravagance(call.begins, f"a pattern {where}that counts beyond {most}")


def _around(call: _Call, loops: list[_Call]) -> _Call | None:
    return next((loop for loop in loops if loop.begins <= call.at < loop.ends), None)


def _call(bare: str, found: re.Match[str], name: str) -> _Call:
    depth = 1
    for place in range(found.end(), len(bare)):
        depth += {"(": 1, ")": -1}.get(bare[place], 0)
        if depth == 0:
            return _Call(name, found.start(), found.end(), place)
    return _Call(name, found.start(), found.end(), len(bare))


def _blank(found: re.Match[str]) -> str:
    """Return as many characters that say nothing: the places of all others stay."""
    return " " * len(found[0])
