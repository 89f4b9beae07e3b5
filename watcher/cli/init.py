"""``watcher init``: five questions, then a configuration and a systemd unit."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import IO

import click

from watcher.cli import units
from watcher.cli.failures import Exit, Failure, Misuse
from watcher.cli.newcomer import Way, Wishes, config_of
from watcher.cli.questions import Given, asked, machines_zone, unasked
from watcher.cli.verbs import verb, with_config
from watcher.config import ConfigError, load
from watcher.daemon.addresses import Addresses

CONFIG = Path("config.yaml")
URLS = "alerts-url"
UNIT = "watcher.service"
OPEN, OWN = 0o644, 0o600

Files = Mapping[Path, tuple[str, int]]
"""What is to be written, and with which permissions."""


@verb(
    "init",
    Exit.FAILED,
    Exit.WRONG,
    examples={
        "watcher init": "Answer five questions:",
        "watcher init --yes --run here": "Ask nothing, alerts on the terminal:",
        "watcher init -y --run system --urls-file slack-url --when 'UTC 22:00-07:00'": "From a script:",
    },
)
@click.option("--models", metavar="GLOBS", help="Which models you use.")
@click.option(
    "--urls-file",
    type=click.File(),
    metavar="FILE",
    help="Where alerts go: a file of Apprise URLs; -: input.",
)
@click.option("--jobs", metavar="WORDS", help="What is told: free prices policies uptime endings.")
@click.option("--when", metavar="WORDS", help="Your time zone, and quiet hours such as 22:00-07:00.")
@click.option("--run", "way", metavar="HOW", help="How it runs: here, user or system.")
@click.option("-y", "--yes", "--defaults", "yes", is_flag=True, help="Ask nothing: the usual answers.")
@click.option("--force", is_flag=True, help="Replace files that exist.")
@with_config
def command(
    *,
    models: str | None,
    urls_file: IO[str] | None,
    jobs: str | None,
    when: str | None,
    way: str | None,
    yes: bool,
    force: bool,
    config: Path | None,
) -> None:
    """Ask five questions, then write a configuration and a systemd unit.

    Which models you use; where alerts go (Apprise URLs, kept in a file of its own for you alone); what shall
    be told; when (your time zone, quiet hours); and how it shall run. An option answers its question. The
    unit watcher.service is written beside the configuration and starts nothing; what puts it in place is
    said at the end. No file that exists is replaced without --force.
    """
    path = config or CONFIG
    _refuse_existing((path, path.parent / URLS, path.parent / UNIT), force=force)
    given = Given(
        models=models, urls=None if urls_file is None else urls_file.read(), jobs=jobs, when=when, way=way
    )
    wishes = _wishes(given, yes=yes)
    found = _files(wishes, path)
    _check(found, path)
    path.parent.mkdir(parents=True, exist_ok=True)
    for each, (text, mode) in found.items():
        _write(each, text, mode)
    click.echo("\n".join(_next_steps(wishes, path)))


def _refuse_existing(paths: tuple[Path, ...], *, force: bool) -> None:
    for each in paths:
        if each.exists() and not force:
            raise Failure(f"{each} is there already; nothing was written (--force replaces it)")


def _wishes(given: Given, *, yes: bool) -> Wishes:
    usual = {"when": machines_zone(), "way": Way.SYSTEM if os.geteuid() == 0 else Way.USER}
    try:
        return unasked(given, usual) if yes else asked(given, usual)
    except click.Abort:
        raise Failure("\nnothing was written") from None
    except ValueError as error:
        raise Misuse(f"{error}; nothing was written") from None


def _files(wishes: Wishes, path: Path) -> Files:
    found = {path: (config_of(wishes, URLS), OPEN)}
    if wishes.urls:
        found[path.parent / URLS] = ("\n".join(wishes.urls) + "\n", OWN)
    secret = URLS if wishes.urls else None
    match wishes.way:
        case Way.USER:
            found[path.parent / UNIT] = (units.user_unit(_program(), path.absolute()), OPEN)
        case Way.SYSTEM:
            unit = units.system_unit(_machines_program(), _machines(path), secret=secret)
            found[path.parent / UNIT] = (unit, OPEN)
        case Way.HERE:
            pass
    return found


def _check(found: Files, path: Path) -> None:
    """Read the configuration as the daemon will, before anything is written."""
    with TemporaryDirectory() as folder:
        for each, (text, mode) in found.items():
            _write(Path(folder, each.name), text, mode)
        try:
            load(Path(folder, path.name), os.environ, targets=Addresses())
        except ConfigError as error:
            raise Misuse(f"{error}\nnothing was written") from None


def _write(path: Path, text: str, mode: int) -> None:
    """Put a file in its place as a whole, so that nobody reads half of it or a secret that is open to all."""
    draft = path.with_name(f".{path.name}.new")
    draft.unlink(missing_ok=True)
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode)
    # Whatever the umask: the machine's unit reads the configuration as a user of its own.
    os.fchmod(descriptor, mode)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        file.write(text)
    draft.replace(path)


def _program() -> Path:
    started = Path(sys.argv[0]).absolute()
    beside = Path(sys.executable).absolute().with_name("watcher")
    return started if started.name == "watcher" else beside


def _machines_program() -> Path:
    return units.PROGRAM if units.is_hidden(_program()) else _program()


def _machines(path: Path) -> Path:
    """Return where the machine's unit finds the configuration: in its place, or where it is to be put."""
    return units.CONFIG if units.is_hidden(path.absolute()) else path.absolute()


def _next_steps(wishes: Wishes, path: Path) -> list[str]:
    named = "" if path == CONFIG else f" -c {path}"
    unit = path.parent / UNIT
    words = [f"{path} is written{_and(wishes, path)}. Now:"]
    words += [f"  watcher test-notify{named}     # does the receiver work?"]
    match wishes.way:
        case Way.HERE:
            words += [f"  watcher run{named}             # watch, until Ctrl-C"]
        case Way.USER:
            words += [f"  systemctl --user enable --now {unit.absolute()}"]
            words += [
                "  systemctl --user status watcher",
                "  loginctl enable-linger       # to go on when you log out",
            ]
        case Way.SYSTEM:
            words += _into_place(wishes, path)
            words += ["  sudo systemctl daemon-reload && sudo systemctl enable --now watcher"]
            words += ["  systemctl status watcher"]
    return words


def _and(wishes: Wishes, path: Path) -> str:
    more = [str(path.parent / URLS)] if wishes.urls else []
    more += [str(path.parent / UNIT)] if wishes.way is not Way.HERE else []
    return f", {' and '.join(more)} too" if more else ""


def _into_place(wishes: Wishes, path: Path) -> list[str]:
    """Return the lines that put what the machine's unit needs where it looks."""
    words = []
    target = _machines(path)
    if not _machines_program().exists():
        words += [f"  sudo make install            # puts the command at {units.PROGRAM}"]
    if target != path.absolute():
        words += [f"  sudo install -D -m 0644 {path} {target}"]
        if wishes.urls:
            words += [f"  sudo install -m 0600 {path.parent / URLS} {target.with_name(URLS)}"]
    return [*words, f"  sudo install -m 0644 {path.parent / UNIT} /etc/systemd/system/"]
