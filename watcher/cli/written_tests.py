"""Written tests: files of rule tests, read with every mistake at its line."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from watcher import config
from watcher.alerts.alert import Status
from watcher.alerts.severity import Severity
from watcher.cli.failures import Misuse
from watcher.cli.moments import moment
from watcher.config import ConfigError
from watcher.config.durations import duration
from watcher.config.growing import TOP, grow
from watcher.config.part import Part
from watcher.config.problems import Findings, did_you_mean, one_of, shown
from watcher.config.reading import rulebook_in
from watcher.config.secret_files import Surroundings
from watcher.config.tree import Entries, Items, Node, plain
from watcher.config.values import kind_of
from watcher.rules.rulebook import Rulebook

START = datetime(2026, 1, 1, tzinfo=UTC)
SAME = "same"
BY_MODEL = ("endpoints", "frontend_endpoints")
SURFACES = ("models", *BY_MODEL, "providers", "zdr", "frontend_providers")
OWN_KEYS = ("name", "rules", "models", "start", "polls", "archive", "expect")
KEYS = (*OWN_KEYS, "tests")
EXPECTED = (
    "at", "told_at", "rule", "event", "subject", "model", "provider", "endpoint", "field", "old", "new",
    "percent", "severity", "status",
)  # fmt: skip
TIMES = ("at", "told_at")
WORDS = {
    "severity": tuple(severity.label for severity in Severity),
    "status": tuple(str(status) for status in Status),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class WrittenPoll:
    """One poll: when, and the surfaces' values as they stand in the file; ``same`` repeats the last one."""

    at: datetime
    surfaces: Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Expected:
    """One alert that should come: as written, and with its times as such."""

    written: Mapping[str, object]
    timed: Mapping[str, object]


@dataclass(frozen=True, slots=True, kw_only=True)
class WrittenTest:
    """One test of a file; its polls are written down, or recorded in an archive."""

    path: Path
    name: str
    book: Rulebook
    expect: tuple[Expected, ...]
    polls: tuple[WrittenPoll, ...] = ()
    archive: Path | None = None


def read_tests(paths: Iterable[Path], environ: Mapping[str, str]) -> list[WrittenTest]:
    """Return the tests of some files. Misuse tells every mistake of every file, a line each."""
    tests: list[WrittenTest] = []
    mistakes: list[str] = []
    for path in paths:
        reader = _Reader(path, environ)
        found = list(reader.tests())
        mistakes += reader.mistakes()
        tests += found
    if mistakes:
        raise Misuse("\n".join(dict.fromkeys(mistakes)))
    return tests


@dataclass(slots=True)
class _Reader:
    """Reads one file, and collects what is wrong with it and with the configurations that it names."""

    path: Path
    environ: Mapping[str, str]
    findings: Findings = field(default_factory=Findings)
    elsewhere: list[str] = field(default_factory=list)
    lines: list[str] = field(default_factory=list)

    def mistakes(self) -> list[str]:
        """Return what is wrong, as people read it."""
        own = ConfigError(self.findings.problems, str(self.path))
        return [*(problem.told(own.source) for problem in own.problems), *self.elsewhere]

    def tests(self) -> Iterator[WrittenTest]:
        """Yield the tests; none that is wrong."""
        try:
            text = self.path.read_text(encoding="utf-8-sig")
        except UnicodeDecodeError:
            self.elsewhere.append(f"{self.path}: no UTF-8 text")
            return
        if not text.strip():
            self.findings.wrong(
                TOP, (), "the file is empty; `watcher test-rules --help` shows what one holds"
            )
            return
        tree, self.lines = grow(text, self.findings), text.split("\n")
        if tree is None:
            return
        around = Surroundings(directory=self.path.parent, environ=self.environ)
        top = Part(node=tree, path=(), around=around, findings=self.findings)
        if not _is_mapping(top):
            return
        written = _found("tests", top)
        _refuse_unknown(top, KEYS)
        tests = [top] if written is None else list(_mappings(written))
        for number, own in enumerate(tests, start=1):
            if own is not top:
                _refuse_unknown(own, OWN_KEYS)
            label = self.path.name if len(tests) == 1 else f"{self.path.name} test {number}"
            test = self._test(own, top, label)
            if test is not None:
                yield test

    def _test(self, own: Part, top: Part, label: str) -> WrittenTest | None:
        name, started = _found("name", own, top), _found("start", own, top)
        start = START if started is None else _moment(started)
        book = self._rulebook(own, top)
        expected = _found("expect", own, top)
        expect = () if expected is None else tuple(_expected(expected, start, book))
        polls, archive = _polls_of(own, top)
        written = () if polls is None else tuple(_polls(polls, start))
        recorded = None if archive is None else self._archive(archive)
        if book is None or self.findings.problems:
            return None
        return WrittenTest(
            path=self.path,
            name=label if name is None else str(plain(name.node)),
            book=book,
            expect=expect,
            polls=written,
            archive=recorded,
        )

    def _rulebook(self, own: Part, top: Part) -> Rulebook | None:
        """Return the rulebook of the configuration that is named, or of the rules that stand in the file."""
        rules, models = _found("rules", own, top), _found("models", own, top)
        named = None if rules is None else plain(rules.node)
        if isinstance(named, str):
            try:
                return config.load(self.path.parent / named, self.environ, targets=None).rulebook
            except ConfigError as error:
                if rules is not None:
                    rules.wrong("this configuration cannot be used; what is wrong with it is told below")
                self.elsewhere.append(str(error))
                return None
        spots = {name: spot for name, spot in (("rules", rules), ("models", models)) if spot is not None}
        tree = Entries(
            place=own.node.place,
            entries={name: spot.node for name, spot in spots.items()},
            keys={name: spot.node.place for name, spot in spots.items()},
        )
        inner = Findings()
        book = rulebook_in(tree, own.around, inner, self.lines)
        for problem in inner.problems:
            within = (
                own.path if (spot := spots.get(problem.path.partition("[")[0])) is None else spot.path[:-1]
            )
            self.findings.problems.append(replace(problem, path=_joined(within, problem.path)))
        return book

    def _archive(self, spot: Part) -> Path:
        path = self.path.parent / str(plain(spot.node))
        if not path.exists():
            spot.wrong("there is no such file or directory")
        return path


def _joined(within: tuple[str | int, ...], path: str) -> str:
    """Return a path below ``tests[2]``, say; at the top it stays."""
    return path if not within else f"{within[0]}[{within[1]}]" + (f".{path}" if path else "")


def _found(key: str, *parts: Part) -> Part | None:
    """Return the value of a key in the first of some mappings that has it; null is as if it had not."""
    for part in parts:
        node = part.node.entries.get(key) if isinstance(part.node, Entries) else None
        if node is not None and plain(node) is not None:
            return replace(part, node=node, path=(*part.path, key))
    return None


def _is_mapping(part: Part) -> bool:
    if isinstance(part.node, Entries):
        return True
    part.wrong(f"wants a mapping (key: value), not {kind_of(plain(part.node))}")
    return False


def _mappings(part: Part) -> Iterator[Part]:
    """Yield the mappings of a list."""
    if not isinstance(part.node, Items):
        part.wrong(f"wants a list of mappings, not {kind_of(plain(part.node))}")
        return
    for index, node in enumerate(part.node.items):
        item = replace(part, node=node, path=(*part.path, index))
        if _is_mapping(item):
            yield item


def _entries(part: Part) -> Mapping[str, Node]:
    return part.node.entries if isinstance(part.node, Entries) else {}


def _refuse_unknown(part: Part, known: tuple[str, ...]) -> None:
    for key in _entries(part):
        if key not in known:
            hint = did_you_mean(key, known) or f"; known here: {', '.join(known)}"
            part.wrong_key(f"unknown key{hint}", key)


def _polls_of(own: Part, top: Part) -> tuple[Part | None, Part | None]:
    """Return where the polls of a test are written, or its archive is named: the nearest of both counts."""
    for part in (own, top):
        polls, archive = _found("polls", part), _found("archive", part)
        if polls is not None and archive is not None:
            part.wrong_key("`polls` or `archive`, not both", "archive")
        if polls is not None or archive is not None:
            return polls, archive
    own.wrong("a test has `polls`, or names an `archive`")
    return None, None


def _polls(spot: Part, start: datetime) -> Iterator[WrittenPoll]:
    last, known = start, set[str]()
    for poll in _mappings(spot):
        _refuse_unknown(poll, ("at", *SURFACES))
        written = _found("at", poll)
        at = start if written is None else _time(written, start)
        if at < last:
            poll.wrong("is before the poll above it; polls go forward in time", "at")
        last = max(at, last)
        surfaces = {key: plain(node) for key, node in _entries(poll).items() if key in SURFACES}
        for name, value in surfaces.items():
            _look_at(poll, name, value, known)
        known |= surfaces.keys()
        yield WrittenPoll(at=at, surfaces=surfaces)


def _look_at(poll: Part, surface: str, value: object, known: set[str]) -> None:
    """Complain of what is no answer of a surface, nor a repetition of one."""
    if value == SAME:
        if surface not in known:
            poll.wrong("there is nothing to repeat: no poll above it shows this surface", surface)
    elif surface in BY_MODEL:
        if value is not None and not isinstance(value, dict):
            poll.wrong(f"wants a mapping of model ids to rows, or `same`, not {kind_of(value)}", surface)
    elif value is not None and not isinstance(value, list | dict):
        poll.wrong(f"wants a list of rows, a whole body, or `same`, not {kind_of(value)}", surface)


def _expected(spot: Part, start: datetime, book: Rulebook | None) -> Iterator[Expected]:
    rules = None if book is None else tuple(rule.name for rule in book.rules)
    for wanted in _mappings(spot):
        _refuse_unknown(wanted, EXPECTED)
        written = {key: plain(node) for key, node in _entries(wanted).items()}
        known = WORDS if rules is None else {**WORDS, "rule": rules}
        for key, words in known.items():
            if key in written and written[key] not in words:
                word = str(written[key])
                hint = did_you_mean(word, words) or f"; write {one_of(words)}"
                wanted.wrong(f"unknown {key} '{shown(word)}'{hint}", key)
        times = {key: _time(at, start) for key in TIMES if (at := _found(key, wanted)) is not None}
        yield Expected(written=written, timed={**written, **times})


def _moment(spot: Part) -> datetime:
    found = moment(str(plain(spot.node)))
    if found is None:
        spot.wrong(f"'{shown(str(plain(spot.node)))}' is no time; write 2026-01-01T00:00Z")
    return found or START


def _time(spot: Part, start: datetime) -> datetime:
    """Return a time that is given as such, or as a duration since the start."""
    text = str(plain(spot.node))
    found = moment(text)
    if found is not None:
        return found
    try:
        return start + duration(text)
    except ValueError:
        spot.wrong(f"'{shown(text)}' is no time; write 30m (since the start) or 2026-01-01T00:30Z")
        return start
