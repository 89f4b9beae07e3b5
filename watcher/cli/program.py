"""The program: ``watcher`` itself, which finds a verb's module when the verb is used."""

from __future__ import annotations

import io
import sys
from collections.abc import Mapping
from difflib import get_close_matches
from importlib import import_module
from typing import Any

import click

from watcher import __version__
from watcher.cli.failures import failure_of, is_debugging
from watcher.cli.verbs import CONTEXT, with_config_in_front
from watcher.messages.safe import visible

SECTIONS: Mapping[str, Mapping[str, str]] = {
    "Watch": {
        "run": "Run the daemon: poll, judge and deliver until told to stop.",
        "once": "Sweep every surface now, judge, deliver what is due, exit.",
        "status": "Tell what is watched, how fresh it is and what is wrong.",
    },
    "Set up": {
        "init": "Ask a few questions, write a configuration and a unit.",
        "check": "Validate the configuration without network or state.",
        "test-notify": "Send a sample to receivers and say what happened.",
        "schema": "Print the JSON Schema of the configuration, for editors.",
    },
    "Try rules": {
        "backtest": "Tell what these rules would have sent over recorded polls.",
        "test-rules": "Run rule tests: polls in YAML, and the alerts expected.",
        "demo": "Show all four kinds of alert in seconds, offline.",
        "simulate": "Serve a simulated or recorded OpenRouter on loopback.",
    },
    "Ask what happened": {
        "history": "List recorded changes of the catalog.",
        "alerts": "List what is pending, firing, or was told in the last day.",
        "explain": "Say why an alert fired, or what kept one from firing.",
        "silence": "Add, list or end silences, by rule, subject or alert.",
        "outbox": "List, retry or discard messages that were not delivered.",
    },
    "Keep": {
        "import": "Fill the history from recorded polls.",
        "export": "Write the history as JSON lines or CSV.",
        "backup": "Save the state to one file, also beside a running daemon.",
        "restore": "Bring a backup back.",
    },
}
"""All verbs as they are listed; each stands in its own module of this package."""

VERBS: Mapping[str, str] = {name: does for section in SECTIONS.values() for name, does in section.items()}


class Program(click.Group):
    """A group whose verbs are imported when they are used, and which never shows a traceback."""

    def main(self, *args: Any, **kwargs: Any) -> Any:
        """Run a command line on outputs that take any text, whatever letters the locale lacks."""
        for stream in (sys.stdout, sys.stderr):
            if isinstance(stream, io.TextIOWrapper):
                stream.reconfigure(errors="backslashreplace")
        return super().main(*args, **kwargs)

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002  # click's signature
        """Return the verbs in the order they are listed."""
        return list(VERBS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002  # click's
        """Return a verb from its module, or None when there is no such verb."""
        if cmd_name not in VERBS:
            return None
        found: click.Command = import_module(f"watcher.cli.{module_of(cmd_name)}").command
        return found

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Find the verb that a command line names; a misspelt one is told the verb that was meant."""
        if args and args[0] not in VERBS and (near := get_close_matches(args[0], VERBS, n=1)):
            ctx.fail(f"No such command '{visible(args[0])}'. Did you mean '{near[0]}'?")
        return super().resolve_command(ctx, args)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002  # click's
        """Write the list of verbs without importing any."""
        for title, verbs in SECTIONS.items():
            with formatter.section(title):
                formatter.write_dl(list(verbs.items()), col_max=14)

    def invoke(self, ctx: click.Context) -> Any:
        """Run a verb; errors become sentences and an exit code, unless WATCHER_DEBUG is set."""
        try:
            return super().invoke(ctx)
        except (click.ClickException, click.exceptions.Exit, click.Abort, BrokenPipeError):
            raise
        except Exception as error:
            if is_debugging():
                raise
            raise failure_of(error) from error


def module_of(name: str) -> str:
    """Return the name of a verb's module; ``import`` is a word of Python's own."""
    return "import_" if name == "import" else name.replace("-", "_")


@click.group(
    cls=Program,
    context_settings=CONTEXT,
    epilog="`watcher VERB --help` is the manual page of a verb. Exit codes: 0 done, 1 failed, 2 the "
    "configuration or the command line is wrong, 3 a surface gave no believed poll, 4 not delivered.",
)
@with_config_in_front
@click.version_option(__version__, prog_name="watcher")
def main() -> None:
    """Tell what really changed in OpenRouter's catalog: prices, free variants, data policies, uptime.

    Results go to standard output, logs and progress to standard error.
    """
