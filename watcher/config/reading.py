"""Reading a configuration: from YAML to typed values, every mistake at once."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from zoneinfo import ZoneInfo

from watcher.catalog.retention import Retention
from watcher.config.catalog import read_catalog
from watcher.config.doubts import doubt
from watcher.config.environment import substitute
from watcher.config.exposure import doubt_exposure
from watcher.config.forms import fill
from watcher.config.growing import LARGEST_BYTES, grow
from watcher.config.heartbeat import read_heartbeat
from watcher.config.part import Part
from watcher.config.problems import ConfigError, Findings, Problem
from watcher.config.receivers import Delivery, read_receivers, receiver_names
from watcher.config.rules import PlacedRule, RuleReader, with_trouble
from watcher.config.secret_files import Surroundings
from watcher.config.sections import Document
from watcher.config.settings import CatalogSettings, Config
from watcher.config.targets import TargetChecker
from watcher.config.tree import Entries, Node
from watcher.config.web import read_web
from watcher.rules.rulebook import Rulebook

PLACES = (Path("config.yaml"), Path("/etc/watcher/config.yaml"))

STATE = re.compile(r"""^state: *["']?([^"'#\n]*[^"'#\s])""", re.MULTILINE)
"""The key at the head of a line: enough for a file that is no YAML any more."""


def find_config(explicit: Path | None) -> Path:
    """Return the configuration to use: the one asked for, else ``./config.yaml``, else the machine's.

    ConfigError says what to do when there is none.
    """
    if explicit is not None:
        return explicit
    for path in PLACES:
        if path.exists():
            return path
    raise _unreadable(
        PLACES[0],
        "there is no such file (nor /etc/watcher/config.yaml); `watcher init` writes one, -c names one",
    )


def load(path: Path, environ: Mapping[str, str], *, targets: TargetChecker | None) -> Config:
    """Return the configuration of a file; ConfigError carries every problem of it.

    Relative paths in it are relative to its directory. ``targets`` knows which URLs delivery can send to;
    without it only their form is looked at.
    """
    try:
        if not path.exists():
            raise _unreadable(path, "there is no such file; `watcher init` writes one")
        if not path.is_file():
            what = "a directory; name the file in it" if path.is_dir() else "no regular file"
            raise _unreadable(path, f"is {what}")
        with path.open("rb") as file:
            content, found = file.read(LARGEST_BYTES + 1), os.fstat(file.fileno())
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise _unreadable(path, "no UTF-8 text") from None
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) else error
        raise _unreadable(path, f"cannot be read: {reason}") from None
    return _parsed(text, environ, path, targets, found)


def parse(
    text: str,
    environ: Mapping[str, str],
    *,
    source: Path = PLACES[0],
    targets: TargetChecker | None = None,
) -> Config:
    """Return the configuration that a text states; ConfigError carries every problem of it.

    ``source`` is what messages call the file, and its directory is where relative paths start.
    """
    return _parsed(text, environ, source, targets, None)


def _parsed(
    text: str,
    environ: Mapping[str, str],
    source: Path,
    targets: TargetChecker | None,
    found: os.stat_result | None,
) -> Config:
    """Return the configuration of a text; ``found`` is what the system says of its file."""
    findings = Findings()
    tree = grow(text, findings)
    if tree is None:
        raise ConfigError(findings.problems, str(source))
    top = substitute(tree, environ, findings)
    if found is not None and isinstance(top, Entries):
        doubt_exposure(top, found, findings)
    around = Surroundings(directory=source.parent, environ=environ)
    config = _read(top, around, findings, text.split("\n"), targets)
    if config is None:
        raise ConfigError(findings.problems, str(source))
    return config


def rulebook_in(tree: Entries, around: Surroundings, findings: Findings, lines: list[str]) -> Rulebook | None:
    """Return the rulebook of a part of another file, as if it were a configuration.

    None when something is wrong with it, which is among the findings then. ``lines`` are the file's.
    """
    top = substitute(tree, around.environ, findings)
    config = _read(top, around, findings, lines, None)
    return None if config is None else config.rulebook


def state_named(path: Path, environ: Mapping[str, str]) -> Path:
    """Return the state directory that a file names, however broken the rest of it is.

    That is where a daemon that runs on an earlier form of the file says how it does.
    """
    around = Surroundings(directory=path.parent, environ=environ)
    try:
        text = path.read_text("utf-8-sig")
    except (OSError, ValueError):
        return _state(None, around)
    found = STATE.search(text)
    return _state(None if found is None else found[1], around)


def _read(
    top: Node, around: Surroundings, findings: Findings, lines: list[str], checker: TargetChecker | None
) -> Config | None:
    document = fill(Document, top, (), findings)
    if document is None or not isinstance(top, Entries):
        return None
    part = Part(node=top, path=(), around=around, findings=findings)
    catalog = read_catalog(top, around, findings)
    deliveries = read_receivers(top, around, findings, checker)
    heartbeat = read_heartbeat(part, document.heartbeat_file)
    web = read_web(document.web, replace(part, node=top.entries.get("web", top), path=("web",)))
    reader = RuleReader(lines=lines, models=document.models, receivers=receiver_names(top))
    placed = reader.rules(part)
    if findings.problems:
        return None
    doubt(placed, deliveries, catalog)
    return Config(
        rulebook=_rulebook(placed, deliveries, catalog, document),
        catalog=catalog,
        targets={delivery.receiver.name: delivery.targets for delivery in deliveries},
        state=_state(document.state, around),
        keep=Retention(**dict(document.keep)),
        heartbeat=heartbeat,
        web=web,
        reload=document.reload,
        warnings=tuple(sorted(findings.doubts)),
    )


def _rulebook(
    placed: tuple[PlacedRule, ...],
    deliveries: tuple[Delivery, ...],
    catalog: CatalogSettings,
    document: Document,
) -> Rulebook:
    return Rulebook(
        rules=with_trouble(tuple(item.rule for item in placed)),
        receivers=tuple(delivery.receiver for delivery in deliveries),
        confirm_after=catalog.confirm_after,
        intervals=catalog.every,
        timezone=document.timezone or ZoneInfo("UTC"),
    )


def _state(written: str | None, around: Surroundings) -> Path:
    if written is not None:
        return around.path(written)
    given = around.environ.get("STATE_DIRECTORY", "").partition(os.pathsep)[0]
    return Path(given) if given else around.path("state")


def _unreadable(path: Path, message: str) -> ConfigError:
    return ConfigError([Problem(line=0, column=0, path="", message=message)], str(path))
