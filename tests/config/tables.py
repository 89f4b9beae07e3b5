"""The tables of docs/RULES.md, made of the code they describe."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from watcher.catalog.names import Kind
from watcher.config.durations import written
from watcher.config.rule_forms import LevelForm, RuleForm, defaults, form_for
from watcher.rules.events import EVENTS, LEVELS
from watcher.rules.presets import PRESETS
from watcher.rules.vocabulary import variables

UNITS = {
    "uptime_30m": "percent",
    "pricing.prompt": "USD per million",
    "latency": "ms",
    "throughput": "tokens/s",
    "tokens": "tokens a day",
}


def tables() -> dict[str, str]:
    """Return each table by the name of its place in the document."""
    return {
        "keys": _table(("key", "means"), _keys()),
        "presets": _table(("preset", "tells", "parameters (default)", "`for`", "severity"), _presets()),
        "parameters": _table(("parameter", "means"), _parameters()),
        "events": _table(("event", "about", "facts"), _events()),
        "levels": _table(("level", "reads", "unit", "takes"), _levels()),
        "variables": _table(("variable", "type", "meaning", "events about", "levels about"), _variables()),
    }


def fill(document: str) -> str:
    """Return the document with each table between its marks."""
    for name, table in tables().items():
        start, end = f"<!-- {name} -->\n", f"\n<!-- /{name} -->"
        before, started, rest = document.partition(start)
        _, ended, after = rest.partition(end)
        if not started or not ended:
            raise LookupError(f"docs/RULES.md has no place for the table of {name}")
        document = f"{before}{start}{table}{end}{after}"
    return document


def _table(heads: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> str:
    lines = [heads, tuple("---" for _ in heads), *rows]
    return "\n".join("| " + " | ".join(cell.replace("|", "\\|") for cell in line) + " |" for line in lines)


def _keys() -> Iterator[tuple[str, ...]]:
    for name, field in LevelForm.model_fields.items():
        only = "" if name in RuleForm.model_fields else "levels: "
        yield f"`{field.alias or name}`", only + str(field.description)


def _presets() -> Iterator[tuple[str, ...]]:
    for name, preset in PRESETS.items():
        better = preset.BETTER_SEVERITY
        severity = preset.SEVERITY.label + (f" (better: {better.label})" if better is not None else "")
        lasting = written(preset.LASTING) if preset.LASTING else "at once"
        yield f"`{name}`", preset.TELLS, _own(name), lasting, severity


def _own(name: str) -> str:
    base = LevelForm if issubclass(form_for(name, None), LevelForm) else RuleForm
    defaulted = defaults(PRESETS[name])
    keys = [
        key for key in form_for(name, None).model_fields if key not in base.model_fields or key in defaulted
    ]
    return ", ".join(f"`{key}` ({_shown(defaulted.get(key, 'required'))})" for key in keys) or "none"


def _shown(value: object) -> str:
    return ", ".join(map(str, value)) if isinstance(value, list) else str(value)


def _parameters() -> Iterator[tuple[str, ...]]:
    described = {
        key: str(field.description)
        for name in (*PRESETS, *LEVELS)
        for key, field in form_for(name if name in PRESETS else None, name).model_fields.items()
        if key not in LevelForm.model_fields
    }
    yield from ((f"`{key}`", meaning) for key, meaning in described.items())


def _events() -> Iterator[tuple[str, ...]]:
    for name, watch in EVENTS.items():
        yield f"`{name}`", watch.kind.value, ", ".join(f"`{field}`" for field in watch.fields)


def _levels() -> Iterator[tuple[str, ...]]:
    for name, (kind, quantity) in LEVELS.items():
        form = form_for(None, name)
        own = [f"`{key}`" for key in form.model_fields if key not in LevelForm.model_fields]
        yield f"`{name}`", f"`{quantity}` of each {kind}", UNITS[quantity], ", ".join(own)


def _variables() -> Iterator[tuple[str, ...]]:
    kinds = (Kind.MODEL, Kind.ENDPOINT, Kind.PROVIDER)
    of_events = {kind: variables(kind, is_level=False) for kind in kinds}
    of_levels = {kind: variables(kind, is_level=True) for kind in kinds}
    known = {
        name: found
        for carried in (*of_events.values(), *of_levels.values())
        for name, found in carried.items()
    }
    for name, variable in known.items():
        told, read = (
            ", ".join(f"{kind}s" for kind in kinds if name in carried[kind]) or "none"
            for carried in (of_events, of_levels)
        )
        yield f"`{name}`", variable.shape.value, variable.meaning, told, read
