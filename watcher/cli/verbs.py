"""Verbs: what every command has in common: its help page, ``-c`` and ``--json``."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, TypeVar

import click

from watcher.cli.failures import Exit

F = TypeVar("F", bound=Callable[..., Any])
Decorator = Callable[[F], F]

LOG_LEVELS = ("debug", "info", "warning", "error")

CONTEXT = {"help_option_names": ["-h", "--help"], "show_default": True, "max_content_width": 80}


class Verb(click.Command):
    """A command whose help ends with its exit codes and examples."""

    def __init__(
        self, name: str, *, exits: Sequence[Exit] = (), examples: Mapping[str, str] | None = None, **more: Any
    ) -> None:
        """Take ``exits`` beside 0, and ``examples``: a command line and what it does."""
        super().__init__(name, **{"context_settings": CONTEXT, **more})
        self.exits = (Exit.DONE, *exits)
        self.examples = examples or {}

    def format_epilog(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the exit codes and the examples."""
        super().format_epilog(ctx, formatter)
        _write_ending(formatter, self.exits, self.examples)


class Verbs(click.Group):
    """A verb with verbs of its own, whose help ends as any other."""

    def __init__(
        self, name: str, *, exits: Sequence[Exit] = (), examples: Mapping[str, str] | None = None, **more: Any
    ) -> None:
        """Take what a Verb takes."""
        super().__init__(name, **{"context_settings": CONTEXT, **more})
        self.exits = (Exit.DONE, *exits)
        self.examples = examples or {}

    def format_epilog(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the exit codes and the examples."""
        super().format_epilog(ctx, formatter)
        _write_ending(formatter, self.exits, self.examples)


def _write_ending(formatter: click.HelpFormatter, exits: Sequence[Exit], examples: Mapping[str, str]) -> None:
    with formatter.section("Exit codes"):
        formatter.write_dl([(str(int(code)), code.means) for code in exits])
    if not examples:
        return
    with formatter.section("Examples"):
        for line, does in examples.items():
            formatter.write_text(does)
            formatter.write(f"{'':>{formatter.current_indent + 2}}{line}\n")


def verb(
    name: str, *exits: Exit, examples: Mapping[str, str] | None = None
) -> Callable[[Callable[..., Any]], Verb]:
    """Return the decorator that makes a verb of a function, whose docstring is the help."""

    def made(function: Callable[..., Any]) -> Verb:
        return click.command(name, cls=Verb, exits=exits, examples=examples)(function)

    return made


def with_config(function: F) -> F:
    """Give a verb ``-c``, passed as ``config``: a path, or None for the usual places.

    What stands after the verb goes before what stands in front of it.
    """
    return click.option(
        "-c",
        "--config",
        type=click.Path(path_type=Path),
        metavar="FILE",
        callback=_or_in_front,
        help="The configuration. [default: ./config.yaml, then /etc/watcher/config.yaml]",
        show_default=False,
    )(function)


def with_config_in_front(function: F) -> F:
    """Give a verb with verbs of its own ``-c``, which they take over."""
    return click.option(
        "-c",
        "--config",
        type=click.Path(path_type=Path),
        metavar="FILE",
        expose_value=False,
        callback=_remember,
        help="The configuration; may also stand after the verb. [default: ./config.yaml, then "
        "/etc/watcher/config.yaml]",
        show_default=False,
    )(function)


def with_log_level(least: str) -> Callable[[F], F]:
    """Give a verb ``--log-level``, passed as ``log_level``; ``least`` is what it logs by default."""
    return click.option(
        "--log-level",
        type=click.Choice(LOG_LEVELS),
        default=least,
        help="The least that is logged, on standard error. docs/LOGS.md lists every event.",
    )


def with_json(function: F) -> F:
    """Give a verb ``--json``, passed as ``as_json``."""
    return click.option("--json", "as_json", is_flag=True, help="One JSON object a line, for programs.")(
        function
    )


def _remember(context: click.Context, _: click.Parameter, given: Path | None) -> None:
    if given is not None:
        context.find_root().obj = given


def _or_in_front(context: click.Context, _: click.Parameter, given: Path | None) -> Path | None:
    found: Path | None = given or context.find_root().obj
    return found
