"""Rule forms: the pydantic model of each way to write a rule, built from presets and events themselves."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import MISSING, fields
from datetime import timedelta
from decimal import Decimal
from enum import StrEnum
from functools import cache
from typing import Annotated, Any, get_type_hints

from pydantic import ConfigDict, Field, create_model

from watcher.alerts.severity import Severity
from watcher.catalog.policy import POLICY_FIELDS
from watcher.config import durations
from watcher.config.forms import Form
from watcher.config.problems import nearest
from watcher.config.written import (
    DURATION,
    NAME,
    POSITIVE_DURATION,
    SEVERITY,
    TEXT,
    Globs,
    Receivers,
    choice_written,
    member_written,
    number_written,
    real_written,
    whole_written,
)
from watcher.rules.events import EVENTS, LEVELS
from watcher.rules.preset import LevelPreset, Preset
from watcher.rules.presets import PRESETS
from watcher.rules.presets.uptime_drop import Window

PARAMETERS: Mapping[str, str] = {
    "again_after": "how long an id, app or text must have been away to be new again",
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
    "lifted_for": "how long a date must stay away to count as lifted",
    "remind": "how long before the date to remind of it",
    "after": "polls in a row without a believed answer before the catalog counts as blind",
    "keep_firing_for": "how long a recovery must last to be told",
}
"""What each parameter of a preset or level means."""

LEVEL_ONLY: Mapping[str, str] = dict.fromkeys(
    ("repeat_interval", "keep_firing_for", "recover_above", "recover_below"),
    "only levels take it; what happened is told once, for good",
)
THRESHOLDS = ("below", "above", "recover_above", "recover_below")
LARGEST_PRICE = 1_000_000_000
MOST_TOKENS = 1_000_000_000_000_000
WHENS = (*EVENTS, *LEVELS)
"""What `when` can name."""


class RuleForm(Form):
    """What every rule takes, whatever it tells."""

    use: Annotated[str | None, TEXT] = Field(default=None, description="the preset")
    when: Annotated[str | None, TEXT] = Field(
        default=None, description="the event or level of the general form"
    )
    name: Annotated[str | None, NAME] = Field(
        default=None, description="the key of the rule's memory; default: the preset's or event's"
    )
    models: Globs | None = Field(
        default=None, description="shell globs on model ids; default: `models` at the top"
    )
    providers: Globs | None = Field(default=None, description="shell globs on provider slugs; default: all")
    where: Annotated[str | None, TEXT] = Field(
        default=None, description="a CEL clause that must be true; see docs/RULES.md"
    )
    lasting: Annotated[timedelta | None, DURATION] = Field(
        default=None, alias="for", description="how long it must last to be told"
    )
    severity: Annotated[Severity | None, SEVERITY] = Field(default=None, description="how much it matters")
    notify: Receivers | None = Field(default=None, description="names of receivers; default: every one")


class UnknownForm(RuleForm):
    """A rule of which nobody knows what it tells: what is its own is not looked at."""

    model_config = ConfigDict(extra="ignore")


class LevelForm(RuleForm):
    """What every level takes besides."""

    repeat_interval: Annotated[timedelta | None, POSITIVE_DURATION] = Field(
        default=None, description="tell again while it lasts; default: never"
    )
    keep_firing_for: Annotated[timedelta | None, DURATION] = Field(
        default=None, description="how long a recovery must last to be told (1h)"
    )


def _written_as(key: str, kind: Any) -> Any:
    """Return how a preset's parameter of a Python type is written."""
    if kind == tuple[timedelta, ...]:
        return tuple[Annotated[timedelta, POSITIVE_DURATION], ...]
    if kind == tuple[str, ...]:
        item = choice_written(POLICY_FIELDS, "fact") if key == "fields" else NAME
        return Annotated[tuple[Annotated[str, item], ...], Field(min_length=1)]
    if isinstance(kind, type) and issubclass(kind, StrEnum):
        return Annotated[Any, member_written(kind, key)]
    scalars = {
        timedelta: DURATION,
        Decimal: number_written(0, LARGEST_PRICE),
        float: real_written(0, 100),
        int: whole_written(1, 1000),
        str: NAME,
    }
    return Annotated[Any, scalars[kind]]


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
        case StrEnum():
            return default.value
        case _:
            return default


def defaults(preset: type[Preset]) -> dict[str, Any]:
    """Return the defaults of a preset's own parameters as they would be written, without the required."""
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
    most = {".uptime": 100, ".tokens": MOST_TOKENS}
    reading = real_written(0, next((n for end, n in most.items() if event.endswith(end)), LARGEST_PRICE))
    written = dict.fromkeys(THRESHOLDS, reading)
    if percent:
        written["window"] = member_written(Window, "window")
    if event.endswith(".price"):
        written["meter"] = NAME
    own: dict[str, Any] = {
        key: (Annotated[Any, how], Field(default=None, description=PARAMETERS[key]))
        for key, how in written.items()
    }
    words = event.replace(".", "_")
    return create_model(f"{words}_level", __base__=LevelForm, __doc__=f"the level {event}", **own)


def form_for(use: str | None, when: str | None) -> type[RuleForm]:
    """Return the model of a rule by its preset or its event, or by what they are probably meant to be."""
    if use is not None:
        preset = use if use in PRESETS else nearest(use, PRESETS)
        return UnknownForm if preset is None else preset_form(PRESETS[preset])
    event = when if when is None or when in WHENS else nearest(when, WHENS)
    if event in LEVELS:
        return level_form(event)
    return UnknownForm if event is None else RuleForm
