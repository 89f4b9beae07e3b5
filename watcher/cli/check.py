"""``watcher check``: whether the configuration can be used, and what it comes to."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click

from watcher.cli.failures import Exit
from watcher.cli.lines import put
from watcher.cli.planned import plan_of, stretched
from watcher.cli.report import count
from watcher.cli.verbs import verb, with_config, with_json
from watcher.cli.watching import watched
from watcher.config import Config, ConfigError, Problem, find_config
from watcher.config.durations import written
from watcher.rules.rule import Rule


@verb(
    "check",
    Exit.FAILED,
    Exit.WRONG,
    examples={
        "watcher check": "Is ./config.yaml right?",
        "watcher check -c new.yaml && mv new.yaml config.yaml": "Before it replaces the one in use:",
    },
)
@with_config
@with_json
def command(config: Path | None, *, as_json: bool) -> None:
    """Validate the configuration; no network is used and no state is touched.

    Every mistake is told at once, each as FILE:LINE:COLUMN, on standard error. Apprise URLs are read as
    delivery will read them, `where` clauses are type-checked. Warnings are what is allowed but probably not
    meant, such as a rule that can never fire; they do not fail the check. No secret is shown. Which globs
    match nothing only a poll can tell: `watcher status` and the daemon's log name them.

    With --json each problem, warning, rule and receiver is an object on a line; the last is the summary.
    """
    source = str(find_config(config))
    try:
        settings, _ = watched(config)
    except ConfigError as error:
        if as_json:
            _put_problems(error)
        raise
    if as_json:
        for line in _objects(settings, source):
            put(line)
    else:
        click.echo("\n".join(_words(settings, source)))


def _put_problems(error: ConfigError) -> None:
    for problem in error.problems:
        put(_problem("problem", problem, error.source))
    put({"type": "summary", "valid": False, "file": error.source, "problems": len(error.problems)})


def _problem(kind: str, problem: Problem, source: str) -> dict[str, Any]:
    return {
        "type": kind,
        "file": source,
        "line": problem.line,
        "column": problem.column,
        "path": problem.path,
        "message": problem.message,
    }


def _objects(settings: Config, source: str) -> Iterator[dict[str, Any]]:
    for warning in settings.warnings:
        yield _problem("warning", warning, source)
    for rule in settings.rulebook.rules:
        yield {
            "type": "rule",
            "name": rule.name,
            "use": rule.use,
            "severity": rule.severity.label,
            "for": written(rule.lasting),
            "models": list(rule.models),
            "providers": list(rule.providers),
            "notify": list(_told(rule, settings)),
        }
    for name, found in settings.targets.items():
        yield {"type": "receiver", "name": name, "targets": [target.label for target in found.targets]}
    over = stretched(plan_of(settings, None), settings)
    if over is not None:
        yield {"type": "note", "message": over}
    yield {
        "type": "summary",
        "valid": True,
        "file": source,
        "rules": len(settings.rulebook.rules),
        "receivers": len(settings.targets),
        "warnings": len(settings.warnings),
    }


def _words(settings: Config, source: str) -> Iterator[str]:
    rules, receivers = settings.rulebook.rules, settings.targets
    counts = (count(len(rules), "rule"), count(len(receivers), "receiver"))
    doubts = count(len(settings.warnings), "warning") if settings.warnings else "no warnings"
    yield f"{source} is valid: {', '.join(counts)}, {doubts}."
    yield ""
    width = max(map(len, (*receivers, *(rule.name for rule in rules))))
    yield f"The catalog at {settings.catalog.base_url}, state in {settings.state.absolute()}"
    over = stretched(plan_of(settings, None), settings)
    if over is not None:
        yield f"For the models that are named in full, {over}."
    yield "Rules"
    for rule in rules:
        lasting = f", for {written(rule.lasting)}" if rule.lasting else ""
        told = ", ".join(_told(rule, settings))
        yield f"  {rule.name.ljust(width)}  {rule.severity.label}{lasting}, {' '.join(rule.models)} → {told}"
    yield "Receivers"
    for name, found in receivers.items():
        yield f"  {name.ljust(width)}  {', '.join(target.label for target in found.targets)}"
    if settings.warnings:
        yield "Warnings"
    for warning in settings.warnings:
        yield f"  {warning.told(source)}"


def _told(rule: Rule, settings: Config) -> tuple[str, ...]:
    return rule.notify or tuple(settings.targets)
