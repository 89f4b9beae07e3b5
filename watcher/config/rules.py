"""Rules: what stands under ``rules:``, as a rulebook has it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from datetime import timedelta
from typing import Any

from watcher.alerts.severity import Severity
from watcher.catalog.names import Kind
from watcher.catalog.price import MILLION
from watcher.config.conditions import CelCondition, ClauseError, compile_clause, declared
from watcher.config.forms import fill, is_broken, keys_of
from watcher.config.problems import Findings, Path, Place, did_you_mean, one_of, shown
from watcher.config.rule_forms import LEVEL_KEYS, LevelForm, RuleForm, form_for
from watcher.config.tree import Entries, Items, Node, Scalar, follow, plain
from watcher.config.values import kind_of, quoted
from watcher.rules.events import EVENTS, LEVELS
from watcher.rules.level import Level
from watcher.rules.preset import Preset
from watcher.rules.presets import PRESETS
from watcher.rules.presets.catalog_trouble import CatalogTrouble
from watcher.rules.rule import Rule
from watcher.rules.watch import Watch

WHENS = (*EVENTS, *LEVELS)


@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    """A rule and where it stands."""

    rule: Rule
    node: Entries
    path: Path


def read_rules(
    node: Node | None,
    top: Node,
    findings: Findings,
    *,
    lines: Sequence[str],
    models: tuple[str, ...],
    receivers: tuple[str, ...],
) -> tuple[Written, ...]:
    """Return the rules of a file as far as they are right; ``lines`` are the file's own."""
    if not isinstance(node, Items) or not node.items:
        _want_rules(node, top, findings)
        return ()
    reader = _RuleReader(findings, lines, models, receivers)
    read = (reader.rule(item, ("rules", index)) for index, item in enumerate(node.items))
    written = tuple(rule for rule in read if rule is not None)
    _refuse_twins(written, findings)
    return written


def with_trouble(rules: tuple[Rule, ...]) -> tuple[Rule, ...]:
    """Return the rules with ``catalog-trouble`` among them: it is always on."""
    if any(rule.use == CatalogTrouble.NAME for rule in rules):
        return rules
    preset = CatalogTrouble()
    always_on = Rule(
        name=preset.NAME, use=preset.NAME, severity=preset.SEVERITY, trouble_after=preset.after
    )
    return (*rules, always_on)


def _want_rules(node: Node | None, top: Node, findings: Findings) -> None:
    if node is None:
        findings.wrong(top.place, (), "wants the key 'rules': without rules nothing is ever told")
    elif not is_broken(node):
        there = plain(node)
        what = "names no rule" if there in (None, []) else f"wants a list of rules, not {kind_of(there)}"
        findings.wrong(node.place, ("rules",), what)


def _refuse_twins(written: tuple[Written, ...], findings: Findings) -> None:
    first: dict[str, str] = {}
    trouble_is_used = any(item.rule.use == CatalogTrouble.NAME for item in written)
    if not trouble_is_used:
        first[CatalogTrouble.NAME] = "the rule that is always on"
    for item in written:
        name = item.rule.name
        if name in first:
            place = follow(item.node, ("name",))[0].place
            path = (*item.path, "name") if "name" in item.node.entries else item.path
            message = f"the name '{shown(name)}' is taken by {first[name]}; give each rule a `name` of its own"
            findings.wrong(place, path, message)
        first.setdefault(name, f"rules[{item.path[-1]}]")


class _RuleReader:
    """Reads one rule after the other."""

    def __init__(
        self, findings: Findings, lines: Sequence[str], models: tuple[str, ...], receivers: tuple[str, ...]
    ) -> None:
        self._findings = findings
        self._lines = lines
        self._models = models
        self._context = {"receivers": receivers}

    def rule(self, node: Node, path: Path) -> Written | None:
        use, when = self._what(node, path)
        form = fill(
            form_for(use, when), node, path, self._findings, context=self._context, hints=_hints(use, when)
        )
        if form is None or not isinstance(node, Entries):
            return None
        rule = self._told(form, use, when, node, path)
        return None if rule is None else Written(rule=rule, node=node, path=path)

    def _what(self, node: Node, path: Path) -> tuple[str | None, str | None]:
        """Return the preset or the event of a rule; None for what is not known, which is then noted."""
        if not isinstance(node, Entries):
            return None, None
        if {"use", "when"} <= node.entries.keys():
            self._findings.wrong(node.keys["when"], (*path, "when"), "`use` or `when`, not both")
        if "use" in node.entries:
            return self._known(node.entries["use"], (*path, "use"), "preset", tuple(PRESETS)), None
        if "when" in node.entries:
            return None, self._known(node.entries["when"], (*path, "when"), "event or level", WHENS)
        if not _is_misspelt(node):
            self._findings.wrong(node.place, path, "wants `use` (a preset) or `when` (an event or level)")
        return None, None

    def _known(self, node: Node, path: Path, what: str, words: tuple[str, ...]) -> str | None:
        value = plain(node)
        if not isinstance(value, str) or not value.strip():
            return None
        if value in words:
            return str(value)
        hint = did_you_mean(value, words) or f"; one of {one_of(words)}"
        from_environment = isinstance(node, Scalar) and node.from_environment
        message = f"unknown {what} {quoted(value)}{'' if from_environment else hint}"
        self._findings.wrong(node.place, path, message)
        return None

    def _told(
        self, form: RuleForm, use: str | None, when: str | None, node: Entries, path: Path
    ) -> Rule | None:
        bare = _by_preset(form, PRESETS[use]) if use else self._by_event(form, when, node, path)
        if bare is None:
            return None
        self._check_recovery(form, bare, node, path)
        return replace(
            bare,
            name=form.name or use or when or "",
            models=form.models or self._models,
            providers=form.providers or (),
            where=self._where(form, bare, node, path),
            lasting=bare.lasting if form.lasting is None else form.lasting,
            notify=form.notify or (),
            **_level_keys(form, bare),
        )

    def _by_event(self, form: RuleForm, when: str | None, node: Entries, path: Path) -> Rule | None:
        severity = Severity.INFO if form.severity is None else form.severity
        if when in EVENTS:
            return Rule(name=when, severity=severity, watches=(_watch(when),))
        if when not in LEVELS or not self._has_threshold(form, node, path):
            return None
        return Rule(name=when, severity=severity, levels=(_level(form, when),))

    def _has_threshold(self, form: Any, node: Entries, path: Path) -> bool:
        if form.below is not None and form.above is not None:
            self._findings.wrong(node.keys["above"], (*path, "above"), "`below` or `above`, not both")
            return False
        if form.below is None and form.above is None:
            if not {"below", "above"} & node.entries.keys():
                self._findings.wrong(node.place, path, "a level wants `below` or `above`")
            return False
        odd = "recover_below" if form.below is not None else "recover_above"
        if getattr(form, odd) is not None:
            message = f"a level {'below' if form.below is not None else 'above'} a threshold recovers on the other side"
            self._findings.wrong(node.keys[odd], (*path, odd), message)
        return True

    def _check_recovery(self, form: Any, rule: Rule, node: Entries, path: Path) -> None:
        for key, threshold, sign in (("recover_above", "below", 1), ("recover_below", "above", -1)):
            limit, recover = _written(form, threshold), _written(form, key)
            if recover is None:
                continue
            if limit is None and rule.levels:
                limit = getattr(rule.levels[0], threshold)
            if limit is not None and (recover - limit) * sign < 0:
                message = f"lies on the wrong side of `{threshold}`: it would recover while it is still wrong"
                self._findings.wrong(node.entries[key].place, (*path, key), message)

    def _where(self, form: RuleForm, rule: Rule, node: Entries, path: Path) -> CelCondition | None:
        if form.where is None:
            return None
        clause = node.entries["where"]
        try:
            return compile_clause(form.where, declared(_kinds(rule)))
        except ClauseError as error:
            for mistake in error.mistakes:
                place = _inside(clause, mistake.line, mistake.column, self._lines)
                self._findings.wrong(place, (*path, "where"), mistake.message)
        return None


def _hints(use: str | None, when: str | None) -> Mapping[str, str]:
    level = when in LEVELS or (use in PRESETS and issubclass(form_for(use, when), LevelForm))
    return {} if level else LEVEL_KEYS


def _is_misspelt(node: Entries) -> bool:
    return any(did_you_mean(key, ("use", "when")) for key in node.entries if key not in keys_of(RuleForm))


def _written(form: Any, key: str) -> float | None:
    value = getattr(form, key, None)
    return None if value is None else float(value)


def _by_preset(form: RuleForm, kind: type[Preset]) -> Rule:
    known = {item.name for item in fields(kind)}  # type: ignore[arg-type]  # every preset is a dataclass
    preset = kind(**{key: getattr(form, key) for key in form.model_fields_set & known})
    return Rule(
        name=preset.NAME,
        use=preset.NAME,
        severity=preset.SEVERITY if form.severity is None else form.severity,
        better_severity=preset.BETTER_SEVERITY if form.severity is None else None,
        watches=preset.watches(),
        levels=preset.levels(),
        lasting=preset.LASTING,
        remind=getattr(preset, "remind", ()),
        trouble_after=getattr(preset, "after", None),
    )


def _level_keys(form: RuleForm, rule: Rule) -> dict[str, Any]:
    if not isinstance(form, LevelForm):
        return {}
    keep: timedelta | None = form.keep_firing_for
    levels = rule.levels if keep is None else tuple(replace(item, keep_firing_for=keep) for item in rule.levels)
    return {"levels": levels, "repeat_interval": form.repeat_interval}


def _watch(when: str) -> Watch:
    watch = EVENTS[when]
    return watch if watch.event or watch.kind is not Kind.CATALOG else replace(watch, event=when)


def _level(form: Any, when: str) -> Level:
    kind, quantity = LEVELS[when]
    unit = float(MILLION) if quantity.startswith("pricing.") else 1.0
    if getattr(form, "window", None):
        quantity = f"uptime_{form.window}"
    if getattr(form, "meter", None):
        quantity = f"pricing.{form.meter}"
    below, above = (None if value is None else value / unit for value in (form.below, form.above))
    written = form.recover_above if form.below is not None else form.recover_below
    recover = (below if above is None else above) if written is None else written / unit
    return Level(
        kind=kind, event=when, quantity=quantity, below=below, above=above, recover=float(recover or 0)
    )


def _kinds(rule: Rule) -> Iterator[tuple[Kind, bool]]:
    yield from ((watch.kind, False) for watch in rule.watches)
    yield from ((level.kind, True) for level in rule.levels)


def _inside(node: Node, line: int, column: int, lines: Sequence[str]) -> Place:
    """Return where a line and column inside a text stand in the file; the text's own place if it is folded."""
    if not isinstance(node, Scalar):
        return node.place
    words = node.text.split("\n")
    wanted = words[line - 1] if line <= len(words) else ""
    row = node.place.line - 1
    if not wanted.strip():
        return node.place
    for number in range(row + line - 1, min(node.end_line, len(lines))):
        start = lines[number].find(wanted, node.place.column - 1 if number == row else 0)
        if start >= 0:
            return Place(number + 1, start + column)
    return node.place
