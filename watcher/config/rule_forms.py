"""Rule forms: the pydantic model of each way to write a rule, built from the presets and events themselves."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import MISSING, fields
from datetime import timedelta
from decimal import Decimal
from enum import StrEnum
from functools import cache
from typing import Annotated, Any, get_type_hints

from pydantic import Field, PlainValidator, WithJsonSchema, create_model

from watcher.alerts.severity import Severity
from watcher.catalog.policy import POLICY_FIELDS
from watcher.config import durations
from watcher.config.forms import Form
from watcher.config.values import (
    Duration,
    Glob,
    Name,
    PositiveDuration,
    ReceiverName,
    SeverityWord,
    Text,
    choice,
    member,
    number,
    whole,
)
from watcher.rules.events import LEVELS
from watcher.rules.preset import LevelPreset, Preset
from watcher.rules.presets import PRESETS
from watcher.rules.presets.uptime_drop import Window

PARAMETERS: Mapping[str, str] = {
    "again_after": "how long an id must have been away to be new again",
    "percent": "the least move, in percent of the anchor",
    "at_least": "the least move, in USD per million units",
    "direction": "which way counts",
    "meters": "which prices are followed",
    "basis": "each model's cheapest offer, or every endpoint's own",
    "usd_per_million": "the threshold, in USD per million units",
    "meter": "which price is read",
    "fields": "which facts of the data policy are followed",
    "scope": "whose uptime is read",
    "below": "wrong below this reading",
    "above": "wrong above this reading",
    "recover_above": "well again from this reading on",
    "recover_below": "well again from this reading down",
    "window": "which of the catalog's windows is read",
    "remind": "how long before the date to remind of it",
    "after": "polls in a row without a believed answer before the catalog counts as blind",
    "keep_firing_for": "how long a recovery must last to be told",
}
"""What each parameter of a preset or level means."""

LEVEL_KEYS: Mapping[str, str] = {
    key: "only levels take it; what happened is told once, for good"
    for key in ("repeat_interval", "keep_firing_for", "recover_above", "recover_below")
}
PERCENT = ("below", "above", "recover_above", "recover_below")
LARGEST_PRICE = 1e9


class RuleForm(Form):
    """What every rule takes, whatever it tells."""

    use: Text | None = Field(None, description="the preset")
    when: Text | None = Field(None, description="the event or level of the general form")
    name: Name | None = Field(None, description="the key of the rule's memory; default: the preset's or event's")
    models: Annotated[tuple[Glob, ...], Field(min_length=1)] | None = Field(
        None, description="shell globs on model ids; default: `models` at the top"
    )
    providers: Annotated[tuple[Glob, ...], Field(min_length=1)] | None = Field(
        None, description="shell globs on provider slugs; default: all"
    )
    where: Text | None = Field(None, description="a CEL clause that must be true; see docs/RULES.md")
    lasting: Duration | None = Field(None, alias="for", description="how long it must last to be told")
    severity: SeverityWord | None = Field(None, description="how much it matters")
    notify: Annotated[tuple[ReceiverName, ...], Field(min_length=1)] | None = Field(
        None, description="names of receivers; default: every one"
    )


class LevelForm(RuleForm):
    """What every level takes besides."""

    repeat_interval: PositiveDuration | None = Field(None, description="tell again while it lasts; default: never")
    keep_firing_for: Duration | None = Field(None, description="how long a recovery must last to be told (1h)")


def _read_by(read: Callable[[object], object], schema: dict[str, Any]) -> Any:
    return Annotated[Any, PlainValidator(read), WithJsonSchema(schema)]


def _number(low: float, high: float) -> Any:
    return _read_by(number(low, high), {"type": "number", "minimum": low, "maximum": high})


def _real(low: float, high: float) -> Any:
    read = number(low, high)
    schema = {"type": "number", "minimum": low, "maximum": high}
    return _read_by(lambda value: float(read(value)), schema)


_POLICY_FACT = _read_by(choice(POLICY_FIELDS, "fact"), {"enum": list(POLICY_FIELDS)})


def _written_as(key: str, kind: Any) -> Any:
    """Return how a preset's parameter of a Python type is written."""
    if kind is timedelta:
        return Duration
    if kind is Decimal:
        return _number(0, LARGEST_PRICE)
    if kind is float:
        return _real(0, 100)
    if kind is int:
        return _read_by(whole(1, 1000), {"type": "integer", "minimum": 1, "maximum": 1000})
    if isinstance(kind, type) and issubclass(kind, StrEnum):
        return _read_by(member(kind, key), {"enum": [item.value for item in kind]})
    if kind == tuple[timedelta, ...]:
        return tuple[PositiveDuration, ...]
    if kind == tuple[str, ...]:
        return Annotated[tuple[_POLICY_FACT if key == "fields" else Name, ...], Field(min_length=1)]
    return Name


def _default_written(default: Any) -> Any:
    """Return a parameter's default as it would stand in the file."""
    match default:
        case timedelta():
            return durations.written(default)
        case Decimal():
            return int(default) if default == int(default) else float(default)
        case float() if default.is_integer():
            return int(default)
        case tuple():
            return [_default_written(item) for item in default]
        case Severity():
            return default.label
    return default.value if isinstance(default, StrEnum) else default


def defaults(preset: type[Preset]) -> dict[str, Any]:
    """Return the defaults of a preset's own parameters as they would be written; required ones are missing."""
    return {
        item.name: _default_written(item.default)
        for item in fields(preset)  # type: ignore[arg-type]  # every preset is a dataclass, as its docstring says
        if item.default is not MISSING
    }


def is_level(preset: type[Preset]) -> bool:
    """Tell whether a preset tells levels."""
    return issubclass(preset, LevelPreset)


@cache
def preset_form(preset: type[Preset]) -> type[RuleForm]:
    """Return the model of rules that use a preset: its own parameters and what every rule takes."""
    written = defaults(preset)
    own: dict[str, Any] = {}
    for key, kind in _parameters(preset).items():
        note = {"default": written[key]} if key in written else None
        filled = None if key in written else ...
        own[key] = (
            _written_as(key, kind),
            Field(filled, description=PARAMETERS.get(key), json_schema_extra=note),
        )
    base = LevelForm if is_level(preset) else RuleForm
    return create_model(f"{preset.__name__}Rule", __base__=base, __doc__=preset.TELLS, **own)


def _parameters(preset: type[Preset]) -> dict[str, Any]:
    hints = get_type_hints(preset)
    return {item.name: hints[item.name] for item in fields(preset)}  # type: ignore[arg-type]  # a dataclass, as above


@cache
def level_form(event: str) -> type[LevelForm]:
    """Return the model of rules whose ``when`` is a level: thresholds, and what its quantity takes."""
    percent = event.endswith(".uptime")
    reading = _real(0, 100 if percent else LARGEST_PRICE)
    own: dict[str, Any] = {key: (reading, Field(None, description=PARAMETERS[key])) for key in PERCENT}
    if percent:
        windows = _read_by(member(Window, "window"), {"enum": list(Window)})
        own["window"] = (windows, Field(None, description=PARAMETERS["window"]))
    if event.endswith(".price"):
        own["meter"] = (Name, Field(None, description=PARAMETERS["meter"]))
    words = event.replace(".", "_")
    return create_model(f"{words}_level", __base__=LevelForm, __doc__=f"the level {event}", **own)


def form_for(use: str | None, when: str | None) -> type[RuleForm]:
    """Return the model of a rule by its preset or its event; what all rules take when neither is known."""
    if use in PRESETS:
        return preset_form(PRESETS[use])
    if when in LEVELS:
        return level_form(when)
    return RuleForm
