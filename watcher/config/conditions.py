"""Conditions: ``where`` clauses, written in CEL and type-checked when the file is read."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cache
from typing import TYPE_CHECKING, Any

from watcher.catalog.names import Kind
from watcher.config.frugality import extravagances
from watcher.config.problems import did_you_mean, shown
from watcher.rules.vocabulary import Shape, Variable, variables

if TYPE_CHECKING:
    from cel_expr_python import cel

LONGEST_CLAUSE = 4000
_ERROR = re.compile(r"ERROR: <input>:(\d+):(\d+): (.*)")
_UNDECLARED = re.compile(r"undeclared reference to '([^']*)'")
_TEXTS = re.compile(r"\"(?:\\.|[^\"\\])*\"|'(?:\\.|[^'\\])*'")
_NAMES = re.compile(r"[A-Za-z_][A-Za-z0-9_]*(?:\s*\.\s*[A-Za-z_][A-Za-z0-9_]*)*")


@dataclass(frozen=True, slots=True, kw_only=True)
class Mistake:
    """What is wrong in a clause; line and column count from 1 inside it."""

    line: int
    column: int
    message: str


class ClauseError(Exception):
    """A clause does not compile; ``mistakes`` say why."""

    def __init__(self, mistakes: Iterable[Mistake]) -> None:
        self.mistakes = tuple(mistakes)
        super().__init__("; ".join(mistake.message for mistake in self.mistakes))


@dataclass(frozen=True, slots=True, kw_only=True)
class CelCondition:
    """A compiled clause. Two clauses are equal when they are written and declared alike."""

    source: str
    needs: frozenset[str]
    program: cel.Expression = field(repr=False, compare=False)

    def __call__(self, facts: Mapping[str, object]) -> bool | None:
        """Return the verdict; None when a variable the clause names is unknown, or it cannot be computed."""
        known = {name: value for name in self.needs if (value := facts.get(name)) is not None}
        if len(known) < len(self.needs):
            return None
        try:
            verdict = self.program.eval(data={name: _plain(value) for name, value in known.items()}).value()
        except RuntimeError:  # its budget of steps is spent
            return None
        return verdict if isinstance(verdict, bool) else None


def _plain(value: object) -> object:
    match value:
        case Decimal():
            return float(value)
        case frozenset() | set() | tuple():
            return sorted(value)
        case _:
            return value


def declared(kinds: Iterable[tuple[Kind, bool]]) -> dict[str, Variable]:
    """Return the variables of a rule about some kinds; the flag says whether it follows levels of them."""
    found: dict[str, Variable] = {}
    for kind, is_level in kinds:
        found |= variables(kind, is_level=is_level)
    return found


def compile_clause(source: str, known: Mapping[str, Variable]) -> CelCondition:
    """Return the condition a clause states over declared variables.

    ClauseError carries every mistake: no CEL, undeclared variables, wrong types, no truth as its result, or
    what could take long.
    """
    if len(source) > LONGEST_CLAUSE:
        raise ClauseError([Mistake(line=1, column=1, message=f"longer than {LONGEST_CLAUSE} characters")])
    from cel_expr_python import cel  # noqa: PLC0415  # 25 ms that a file without `where` need not spend

    try:
        program = _environment(tuple(sorted((name, item.shape) for name, item in known.items()))).compile(
            source
        )
    except (RuntimeError, TypeError) as error:
        raise ClauseError(_mistakes(str(error), source, known)) from None
    if program.return_type() != cel.Type.BOOL:
        word = program.return_type().name().lower().partition("<")[0]
        raise ClauseError(
            [Mistake(line=1, column=1, message=f"must be true or false; this is {_article(word)}")]
        )
    dear = [_at(found.at, f"{found.message}: it could take long", source) for found in extravagances(source)]
    if dear:
        raise ClauseError(dear)
    return CelCondition(source=source, needs=_named(source, known), program=program)


def _at(place: int, message: str, source: str) -> Mistake:
    before = source[:place]
    return Mistake(line=before.count("\n") + 1, column=place - (before.rfind("\n") + 1) + 1, message=message)


def _article(word: str) -> str:
    return {"dyn": "a number", "int": "a number", "double": "a number", "string": "text"}.get(
        word, f"a {word}"
    )


@cache
def _environment(shapes: tuple[tuple[str, Shape], ...]) -> cel.Env:
    from cel_expr_python import cel  # noqa: PLC0415  # as above

    types: dict[Shape, Any] = {
        Shape.STRING: cel.Type.STRING,
        Shape.INT: cel.Type.INT,
        Shape.NUMBER: cel.Type.DYN,
        Shape.BOOL: cel.Type.BOOL,
        Shape.LIST: cel.Type.List(cel.Type.STRING),
    }
    return cel.NewEnv(variables={name: types[shape] for name, shape in shapes})


def _named(source: str, known: Mapping[str, Variable]) -> frozenset[str]:
    bare = _TEXTS.sub("''", re.sub(r"//[^\n]*", "", source))
    words = {re.sub(r"\s", "", found) for found in _NAMES.findall(bare)}
    return frozenset(name for name in known if any(f"{word}.".startswith(f"{name}.") for word in words))


def _mistakes(told: str, source: str, known: Mapping[str, Variable]) -> list[Mistake]:
    found = [
        _mistake(int(line), int(column), words.removesuffix(" [INVALID_ARGUMENT]"), source, known)
        for line, column, words in _ERROR.findall(told)
    ]
    return found or [Mistake(line=1, column=1, message="no CEL expression, or one that is nested too deeply")]


def _mistake(line: int, column: int, words: str, source: str, known: Mapping[str, Variable]) -> Mistake:
    undeclared = _UNDECLARED.match(words)
    if undeclared is None:
        return Mistake(line=line, column=column, message=_plainer(words))
    name = undeclared[1]
    start = _start(line, column, name, source)
    if source.split("\n")[line - 1][start - 1 + len(name) :].lstrip().startswith("("):
        return Mistake(line=line, column=start, message=f"unknown function '{name}'")
    hint = did_you_mean(name, known) or (
        "" if known else "; what happens to the catalog itself has no variables"
    )
    return Mistake(line=line, column=start, message=f"undeclared variable '{shown(name)}'{hint}")


def _start(line: int, column: int, name: str, source: str) -> int:
    """Return where a name starts: CEL points at its last dot, or at the bracket after it."""
    text = source.split("\n")[line - 1]
    for start in (column - 1 - name.rfind(".") if "." in name else column - 1, column - 1 - len(name)):
        if start >= 0 and text.startswith(name, start):
            return start + 1
    return column


def _plainer(words: str) -> str:
    if words.startswith("Syntax error"):
        return "no CEL: " + words.removeprefix("Syntax error: ").partition(" expecting ")[0]
    overload = re.match(r"found no matching overload for '(.*)' applied to '\((.*)\)'", words)
    if overload is None:
        return words
    operator = overload[1].strip("_").replace("_", " ").strip("@")
    return f"'{operator}' does not work between {overload[2].replace(', ', ' and ')}"
