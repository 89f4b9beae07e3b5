"""``watcher init``: a few questions, then a configuration and a systemd unit."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import click

from watcher.cli.failures import Exit, Failure
from watcher.cli.newcomer import Wishes, config_of, unit_of
from watcher.cli.verbs import verb, with_config
from watcher.config import parse
from watcher.config.values import glob, number, zone
from watcher.daemon.addresses import Addresses

T = TypeVar("T")

CONFIG = Path("config.yaml")
URLS = "alerts-url"
UNIT = "watcher.service"


@verb(
    "init",
    Exit.FAILED,
    Exit.WRONG,
    examples={
        "watcher init": "Answer a few questions:",
        "watcher init --defaults -c /etc/watcher/config.yaml": "Ask nothing, alerts on the terminal:",
    },
)
@click.option("--defaults", is_flag=True, help="Ask nothing: every model, alerts on the terminal.")
@with_config
def command(*, defaults: bool, config: Path | None) -> None:
    """Ask a few questions, then write a configuration and a systemd unit.

    Which models you use, your time zone, where alerts go (an Apprise URL, kept in a file of its own for you
    alone), and how much a price or an uptime must move. The unit watcher.service is written beside the
    configuration and starts nothing; it says at the end how to. No file that exists is replaced.
    """
    path = config or CONFIG
    url_file, unit = path.parent / URLS, path.parent / UNIT
    for each in (path, url_file, unit):
        if each.exists():
            raise Failure(f"{each} is there already; nothing was written")
    url = (
        "" if defaults else _ask("Where shall alerts go? An Apprise URL, or nothing: the terminal", "", _url)
    )
    wishes = _wishes(defaults=defaults, urls_file=URLS if url else None)
    text = config_of(wishes)
    path.parent.mkdir(parents=True, exist_ok=True)
    if url:
        _write(url_file, url + "\n", mode=0o600)
    parse(text, os.environ, source=path)
    _write(path, text)
    _write(unit, unit_of(_program(), path.absolute()))
    click.echo(_next_steps(path, unit))


def _wishes(*, defaults: bool, urls_file: str | None) -> Wishes:
    if defaults:
        return Wishes(models=("*",), timezone=_timezone(), percent="10", below="90", urls_file=urls_file)
    return Wishes(
        models=_ask("Which models do you use? Ids or globs, separated by spaces", "*", _globs),
        timezone=_ask("Your time zone", _timezone(), lambda text: str(zone(text))),
        percent=_ask("Tell a price that moved by at least … percent", "10", _percent),
        below=_ask("Tell when nobody serves a model with an uptime of … percent", "90", _percent),
        urls_file=urls_file,
    )


def _ask(question: str, default: str, read: Callable[[str], T]) -> T:
    """Return an answer; one that cannot be read is asked for again, with the reason."""

    def checked(text: Any) -> T:
        try:
            return read(str(text).strip())
        except ValueError as error:
            raise click.UsageError(str(error)) from None

    found: T = click.prompt(
        question, default=default, value_proc=checked, show_default=bool(default), err=True
    )
    return found


def _url(text: str) -> str:
    if text:
        Addresses().check(text)
    return text


def _globs(text: str) -> tuple[str, ...]:
    found = tuple(glob(word) for word in text.replace(",", " ").split())
    if not found:
        raise ValueError("name at least one, or *")
    return found


def _percent(text: str) -> str:
    try:
        value = float(text)
    except ValueError:
        raise ValueError("wants a number") from None
    return f"{number(0, 100)(value):f}".removesuffix(".0")


def _timezone() -> str:
    """Return the machine's time zone where it is one we know, else UTC."""
    target = str(Path("/etc/localtime").resolve())
    name = target.partition("zoneinfo/")[2]
    try:
        return str(zone(name)) if name else "UTC"
    except ValueError:
        return "UTC"


def _program() -> Path:
    started = Path(sys.argv[0]).absolute()
    beside = Path(sys.executable).absolute().with_name("watcher")
    return started if started.name == "watcher" else beside


def _write(path: Path, text: str, *, mode: int = 0o644) -> None:
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        file.write(text)


def _next_steps(path: Path, unit: Path) -> str:
    named = "" if path == CONFIG else f" -c {path}"
    return (
        f"{path} and {unit} are written. Now:\n"
        f"  watcher test-notify{named}     does the receiver work?\n"
        f"  watcher run{named}             watch, here and now\n"
        f"  systemctl --user enable --now {unit.absolute()}     or for good"
    )
