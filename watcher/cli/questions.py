"""Questions: the five that ``watcher init`` asks, each with what it understands of an answer."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import time
from difflib import get_close_matches
from pathlib import Path
from typing import Any, TypeVar

import click

from watcher.cli.newcomer import JOBS, USUAL, Way, Wishes
from watcher.config.values import clock, glob, zone
from watcher.daemon.addresses import Addresses

T = TypeVar("T")

NOWHERE = ""
"""The answer that leaves alerts on the terminal."""

HOURS = 2

MODELS = "1 of 5. Which models do you use? Ids or globs, with spaces between."
WHERE = """\
2 of 5. Where shall alerts go? Apprise URLs, with spaces between, such as
        slack://TokenA/TokenB/TokenC/#ops; nothing: the terminal."""
WHAT = """\
3 of 5. What shall be told? Any of these, with spaces between:
        free      a model that costs nothing came or went
        prices    the cheapest offer of a model moved
        policies  who trains on prompts, who keeps them
        uptime    nobody serves a model well
        endings   a model will be switched off, or lost something"""
WHEN = """\
4 of 5. When? Your time zone and, if you like, quiet hours: UTC 22:00-07:00"""
HOW = """\
5 of 5. How shall it run?
        here      by hand, in a terminal, or from cron: no unit
        user      by systemd, as you
        system    by systemd, for the whole machine (needs root)"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Given:
    """What stood on the command line, as it was written; None is asked for, or left to its default."""

    models: str | None = None
    urls: str | None = None
    jobs: str | None = None
    when: str | None = None
    way: str | None = None


def asked(given: Given, usual: Mapping[str, str]) -> Wishes:
    """Return the wishes of a person who is asked for all that is not given. Raises click.Abort."""
    return _wishes(
        given,
        lambda question, text, default, read: (
            read(text) if text is not None else _ask(question, default, read)
        ),
        usual,
    )


def unasked(given: Given, usual: Mapping[str, str]) -> Wishes:
    """Return the wishes with the usual answer to all that is not given. Raises ValueError."""
    return _wishes(
        given,
        lambda _, text, default, read: read(default if text is None else text),
        usual,
    )


Answer = Callable[[str, str | None, str, Callable[[str], Any]], Any]


def _wishes(given: Given, answer: Answer, usual: Mapping[str, str]) -> Wishes:
    """Return the wishes; ``usual`` has the machine's answers to ``when`` and ``way``."""
    models = answer(MODELS, given.models, "*", globs)
    urls = answer(WHERE, given.urls, NOWHERE, addresses)
    jobs = answer(WHAT, given.jobs, " ".join(USUAL), jobs_of)
    timezone, quiet = answer(WHEN, given.when, usual["when"], hours)
    way = answer(HOW, given.way, usual["way"], way_of)
    return Wishes(models=models, urls=urls, jobs=jobs, timezone=timezone, quiet=quiet, way=way)


def _ask(question: str, default: str, read: Callable[[str], T]) -> T:
    """Return an answer; one that cannot be read is asked for again, with the reason."""

    def checked(text: Any) -> T:
        try:
            return read(str(text).strip())
        except ValueError as error:
            raise click.UsageError(str(error)) from None

    click.echo(question, err=True)
    found: T = click.prompt(
        "       ",
        prompt_suffix=" > ",
        default=default,
        value_proc=checked,
        show_default=bool(default),
        err=True,
    )
    return found


def globs(text: str) -> tuple[str, ...]:
    """Read globs on model ids."""
    found = tuple(glob(word) for word in text.replace(",", " ").split())
    if not found:
        raise ValueError("name at least one, or *")
    return found


def addresses(text: str) -> tuple[str, ...]:
    """Read Apprise URLs; none is an answer."""
    found = tuple(text.split())
    for url in found:
        Addresses().check(url)
    return found


def jobs_of(text: str) -> tuple[str, ...]:
    """Read what shall be told."""
    found = text.replace(",", " ").lower().split()
    for word in found:
        if word not in JOBS:
            near = get_close_matches(word, JOBS, n=1)
            hint = f"did you mean {near[0]}?" if near else f"there are {', '.join(JOBS)}"
            raise ValueError(f"{word!r}: {hint}")
    if not found:
        raise ValueError(f"name at least one of {', '.join(JOBS)}")
    return tuple(found)


def hours(text: str) -> tuple[str, tuple[time, time] | None]:
    """Read a time zone and, behind it, quiet hours."""
    name, *rest = text.split() or [""]
    timezone = str(zone(name))
    written = "".join(rest)
    if not written:
        return timezone, None
    ends = written.split("-")
    if len(ends) != HOURS:
        raise ValueError(f"{written!r} are no quiet hours; write 22:00-07:00")
    start, end = (clock(each) for each in ends)
    if start == end:
        raise ValueError(f"quiet hours from {start:%H:%M} to {end:%H:%M} would never begin")
    return timezone, (start, end)


def way_of(text: str) -> Way:
    """Read how the daemon is run."""
    try:
        return Way(text.lower())
    except ValueError:
        raise ValueError(f"{text!r}: write {', '.join(Way)}") from None


def machines_zone() -> str:
    """Return the machine's time zone where it is one we know, else UTC."""
    target = str(Path("/etc/localtime").resolve())
    name = target.partition("zoneinfo/")[2]
    try:
        return str(zone(name)) if name else "UTC"
    except ValueError:
        return "UTC"
