"""Rules: what stands under ``rules:``, as a rulebook has it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from watcher.config.conditions import CelCondition, ClauseError, compile_clause, declared
from watcher.config.environment import FromEnvironment
from watcher.config.forms import fill, is_broken, keys_of
from watcher.config.part import Part
from watcher.config.problems import did_you_mean, one_of, shown
from watcher.config.rule_forms import LEVEL_ONLY, WHENS, LevelForm, RuleForm, form_for
from watcher.config.rule_values import by_event, by_preset, kinds_of, level_keys
from watcher.config.thresholds import check_recovery, has_threshold
from watcher.config.tree import Entries, Items, Node, Scalar, inside, plain
from watcher.config.values import kind_of, quoted
from watcher.rules.events import LEVELS
from watcher.rules.presets import PRESETS
from watcher.rules.presets.catalog_trouble import CatalogTrouble
from watcher.rules.rule import Rule


@dataclass(frozen=True, slots=True, kw_only=True)
class PlacedRule:
    """A rule and where it stands."""

    rule: Rule
    part: Part


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleReader:
    """Reads the rules of one file.

    ``lines`` are the file's own, ``models`` the globs of its top, ``receivers`` the names rules can notify.
    """

    lines: Sequence[str]
    models: tuple[str, ...]
    receivers: tuple[str, ...]

    def rules(self, top: Part) -> tuple[PlacedRule, ...]:
        """Return the rules of a file as far as they are right."""
        node = top.node.entries.get("rules") if isinstance(top.node, Entries) else None
        if not isinstance(node, Items) or not node.items:
            _want_rules(node, top)
            return ()
        parts = (
            replace(top, node=item, path=(*top.path, "rules", index)) for index, item in enumerate(node.items)
        )
        placed = tuple(rule for part in parts if (rule := self.rule(part)) is not None)
        _refuse_twins(placed)
        return placed

    def rule(self, part: Part) -> PlacedRule | None:
        """Return one rule, or None when too little of it is right."""
        _check_what(part)
        use, when = _word(part.node, "use"), _word(part.node, "when")
        form = form_for(use, when)
        filled = fill(
            form,
            part.node,
            part.path,
            part.findings,
            context={"receivers": self.receivers},
            hints={} if issubclass(form, LevelForm) else LEVEL_ONLY,
        )
        bare = None if filled is None else _bare(filled, use, when, part)
        if filled is None or bare is None:
            return None
        check_recovery(filled, bare, part)
        return PlacedRule(rule=self._whole(filled, bare, part), part=part)

    def _whole(self, form: RuleForm, bare: Rule, part: Part) -> Rule:
        return replace(
            bare,
            name=form.name or bare.name,
            models=form.models or self.models,
            providers=form.providers or (),
            where=self._where(form, bare, part),
            lasting=bare.lasting if form.lasting is None else form.lasting,
            notify=form.notify or (),
            **level_keys(form, bare),
        )

    def _where(self, form: RuleForm, rule: Rule, part: Part) -> CelCondition | None:
        clause = part.node.entries.get("where") if isinstance(part.node, Entries) else None
        if form.where is None or not isinstance(clause, Scalar):
            return None
        try:
            return compile_clause(form.where, declared(kinds_of(rule)))
        except ClauseError as error:
            for mistake in error.mistakes:
                place = inside(clause, mistake.line, mistake.column, self.lines)
                part.findings.wrong(place, (*part.path, "where"), mistake.message)
        return None


def with_trouble(rules: tuple[Rule, ...]) -> tuple[Rule, ...]:
    """Return the rules with ``catalog-trouble`` among them: it is always on."""
    if any(rule.use == CatalogTrouble.NAME for rule in rules):
        return rules
    preset = CatalogTrouble()
    always_on = Rule(name=preset.NAME, use=preset.NAME, severity=preset.SEVERITY, trouble_after=preset.after)
    return (*rules, always_on)


def _want_rules(node: Node | None, top: Part) -> None:
    if node is None:
        top.wrong("wants the key 'rules': without rules nothing is ever told")
    elif not is_broken(node):
        there = plain(node)
        empty = there in (None, [])
        top.wrong("names no rule" if empty else f"wants a list of rules, not {kind_of(there)}", "rules")


def _word(node: Node, key: str) -> str | None:
    value = plain(node.entries[key]) if isinstance(node, Entries) and key in node.entries else None
    return str(value) if isinstance(value, str) else None


def _check_what(part: Part) -> None:
    """Note what is wrong with the preset or event that a rule names."""
    if not isinstance(part.node, Entries):
        return
    if part.has("use") and part.has("when"):
        part.wrong_key("`use` or `when`, not both", "when")
    if part.has("use"):
        _check_word(part.node.entries["use"], part, "use", "preset", tuple(PRESETS))
    if part.has("when"):
        _check_word(part.node.entries["when"], part, "when", "event or level", WHENS)
    if not part.has("use") and not part.has("when"):
        _want_what(part.node, part)


def _check_word(node: Node, part: Part, key: str, what: str, words: tuple[str, ...]) -> None:
    value = plain(node)
    if isinstance(value, str) and value.strip() and value not in words:
        is_hidden = isinstance(value, FromEnvironment)
        hint = "" if is_hidden else did_you_mean(value, words) or f"; one of {one_of(words)}"
        part.wrong(f"unknown {what} {quoted(value)}{hint}", key)


def _want_what(node: Entries, part: Part) -> None:
    for key in node.entries:
        hint = did_you_mean(key, ("use", "when"))
        if hint and key not in keys_of(RuleForm):
            part.wrong_key(f"unknown key{hint}", key)
            return
    part.wrong("wants `use` (a preset) or `when` (an event or level)")


def _bare(form: RuleForm, use: str | None, when: str | None, part: Part) -> Rule | None:
    """Return what a rule tells, without what every rule takes; None when that is not known."""
    if use is not None:
        return by_preset(form, PRESETS[use]) if use in PRESETS else None
    if when is None or when not in WHENS or (when in LEVELS and not has_threshold(form, part)):
        return None
    return by_event(form, when)


def _refuse_twins(placed: tuple[PlacedRule, ...]) -> None:
    first: dict[str, str] = {}
    if not any(item.rule.use == CatalogTrouble.NAME for item in placed):
        first[CatalogTrouble.NAME] = "the rule that is always on"
    for item in placed:
        name, part = item.rule.name, item.part
        if name in first:
            message = (
                f"the name '{shown(name)}' is taken by {first[name]}; give each rule a `name` of its own"
            )
            part.wrong(message, *(("name",) if part.has("name") else ()))
        first.setdefault(name, f"rules[{part.path[-1]}]")
