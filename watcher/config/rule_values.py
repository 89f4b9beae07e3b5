"""Rule values: what a filled form makes of a rule."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import fields, replace
from datetime import timedelta
from typing import Any

from watcher.alerts.severity import Severity
from watcher.catalog.names import Kind
from watcher.catalog.price import MILLION
from watcher.config.rule_forms import LevelForm, RuleForm
from watcher.rules.events import EVENTS, LEVELS
from watcher.rules.level import Level
from watcher.rules.preset import Preset
from watcher.rules.rule import Rule


def by_event(form: RuleForm, when: str) -> Rule:
    """Return the rule of an event or a level; a level's form has one of ``below`` and ``above``."""
    severity = Severity.INFO if form.severity is None else form.severity
    if when in EVENTS:
        return Rule(name=when, severity=severity, watches=(EVENTS[when],))
    return Rule(name=when, severity=severity, levels=(_level(form, when),))


def by_preset(form: RuleForm, kind: type[Preset]) -> Rule:
    """Return the rule of a preset with its parameters; what every rule takes is not in it yet."""
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


def level_keys(form: RuleForm, rule: Rule) -> dict[str, Any]:
    """Return the fields of a rule that only levels have."""
    if not isinstance(form, LevelForm):
        return {}
    keep: timedelta | None = form.keep_firing_for
    levels = (
        rule.levels if keep is None else tuple(replace(item, keep_firing_for=keep) for item in rule.levels)
    )
    return {"levels": levels, "repeat_interval": form.repeat_interval}


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


def kinds_of(rule: Rule) -> Iterator[tuple[Kind, bool]]:
    """Return what kinds of subject a rule is about, each with whether it follows levels of them."""
    yield from ((watch.kind, False) for watch in rule.watches)
    yield from ((level.kind, True) for level in rule.levels)
