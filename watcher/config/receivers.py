"""Receivers: what stands under ``receivers:``, as gates for the rulebook and targets for delivery."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from watcher.alerts.receiver import Digest, QuietHours, Receiver
from watcher.config.forms import fill, is_broken
from watcher.config.part import Part
from watcher.config.problems import Findings
from watcher.config.secret_files import Surroundings
from watcher.config.sections import ReceiverSection
from watcher.config.settings import ConsoleTarget, ReceiverTargets
from watcher.config.targets import TargetChecker, read_targets
from watcher.config.tree import Entries, Node, plain
from watcher.config.values import kind_of, name

TERMINAL = "terminal"
"""The receiver of a file that names none."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """One receiver, whole: when it wants to be told, where it lives, and where that stands."""

    receiver: Receiver
    targets: ReceiverTargets
    part: Part


def receiver_names(top: Entries) -> tuple[str, ...]:
    """Return the names a rule can notify."""
    section = top.entries.get("receivers")
    return tuple(section.entries) if isinstance(section, Entries) and section.entries else (TERMINAL,)


def read_receivers(
    top: Entries, around: Surroundings, findings: Findings, checker: TargetChecker | None
) -> tuple[Delivery, ...]:
    """Return the receivers of a file as far as they are right; the console when it names none."""
    section = top.entries.get("receivers")
    part = Part(node=section or top, path=("receivers",), around=around, findings=findings)
    if section is None or (isinstance(section, Entries) and not section.entries):
        return (_terminal(part),)
    if not isinstance(section, Entries):
        if not is_broken(section):
            part.wrong(f"wants a mapping of receivers by name, not {kind_of(plain(section))}")
        return ()
    read = (_delivery(part, key, child, checker) for key, child in section.entries.items())
    return tuple(delivery for delivery in read if delivery is not None)


def _terminal(part: Part) -> Delivery:
    targets = ReceiverTargets(receiver=TERMINAL, targets=(ConsoleTarget(label="console"),))
    return Delivery(receiver=Receiver(name=TERMINAL), targets=targets, part=part)


def _delivery(section: Part, key: str, node: Node, checker: TargetChecker | None) -> Delivery | None:
    try:
        name(key)
    except ValueError as error:
        section.wrong_key(str(error), key)
    part = Part(node=node, path=(*section.path, key), around=section.around, findings=section.findings)
    form = fill(ReceiverSection, node, part.path, part.findings)
    if form is None:
        return None
    found = read_targets(form, part, checker)
    targets = ReceiverTargets(
        receiver=key, targets=found, allow_private=form.allow_private, catch_up=form.catch_up
    )
    return Delivery(receiver=_gates(key, form, part), targets=targets, part=part)


def _gates(key: str, form: ReceiverSection, part: Part) -> Receiver:
    given: dict[str, Any] = {
        field: value
        for field in ("group_wait", "group_interval", "all_quiet")
        if (value := getattr(form, field)) is not None
    }
    return Receiver(
        name=key,
        min_severity=form.min_severity,
        resolved=form.resolved,
        max_backlog=form.max_backlog,
        quiet_hours=_quiet_hours(form, part),
        digest=_digest(form),
        **given,
    )


def _quiet_hours(form: ReceiverSection, part: Part) -> QuietHours | None:
    quiet = form.quiet_hours
    if quiet is None:
        return None
    if quiet.start == quiet.end:
        part.wrong("is the same time as `from`: that would be silence all day", "quiet_hours", "to")
    return QuietHours(start=quiet.start, end=quiet.end, exempt=quiet.exempt)


def _digest(form: ReceiverSection) -> Digest | None:
    digest = form.digest
    return None if digest is None else Digest(at=digest.at, weekday=digest.on, exempt=digest.exempt)
