"""Receivers: what stands under ``receivers:``, as gates for the rulebook and targets for delivery."""

from __future__ import annotations

import base64
import binascii
from collections import Counter
from dataclasses import dataclass
from typing import Any, Protocol
from urllib.parse import urlsplit

from watcher.alerts.receiver import Digest, QuietHours, Receiver
from watcher.config.forms import fill, is_broken
from watcher.config.problems import Findings, Path, Place, shown
from watcher.config.secret import Secret
from watcher.config.secret_files import Surroundings
from watcher.config.sections import NamedUrl, ReceiverSection
from watcher.config.settings import (
    AppriseTarget,
    ConsoleTarget,
    FileTarget,
    ReceiverTargets,
    Target,
    WebhookTarget,
)
from watcher.config.tree import Entries, Items, Node, Scalar, follow, key_place, plain
from watcher.config.values import kind_of, name, secret

KINDS = {"urls": "urls", "urls_file": "urls", "webhook": "webhook", "webhook_file": "webhook", "file": "file",
         "console": "console"}  # fmt: skip
"""The keys that say where a receiver lives, and the kind of each."""

TERMINAL = "terminal"


class TargetChecker(Protocol):
    """Knows the URLs that delivery can send to."""

    def check(self, url: str) -> str:
        """Return a label that may be shown; ValueError says what is wrong with the URL, without its secrets."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """One receiver, whole: when it wants to be told, and where it lives."""

    receiver: Receiver
    targets: ReceiverTargets
    node: Node
    path: Path


def terminal(node: Node) -> Delivery:
    """Return the receiver of a file that names none: the console."""
    targets = ReceiverTargets(receiver=TERMINAL, targets=(ConsoleTarget(label="console"),))
    return Delivery(receiver=Receiver(name=TERMINAL), targets=targets, node=node, path=("receivers",))


def read_receivers(
    node: Node | None,
    top: Node,
    around: Surroundings,
    findings: Findings,
    *,
    checker: TargetChecker | None,
) -> tuple[Delivery, ...]:
    """Return the receivers of a file as far as they are right; the console when there are none."""
    if node is None or (isinstance(node, Entries) and not node.entries):
        return (terminal(top),)
    if not isinstance(node, Entries):
        if not is_broken(node):
            message = f"wants a mapping of receivers by name, not {kind_of(plain(node))}"
            findings.wrong(node.place, ("receivers",), message)
        return ()
    read = (
        _Reader(child, ("receivers", key), around, findings, checker).delivery(key, node.keys[key])
        for key, child in node.entries.items()
    )
    return tuple(delivery for delivery in read if delivery is not None)


class _Reader:
    """Reads one receiver."""

    def __init__(
        self,
        node: Node,
        path: Path,
        around: Surroundings,
        findings: Findings,
        checker: TargetChecker | None,
    ) -> None:
        self._node = node
        self._path = path
        self._around = around
        self._findings = findings
        self._checker = checker

    def delivery(self, key: str, place: Place) -> Delivery | None:
        try:
            name(key)
        except ValueError as error:
            self._findings.wrong(place, self._path, str(error))
        form = fill(ReceiverSection, self._node, self._path, self._findings)
        if form is None:
            return None
        targets = ReceiverTargets(
            receiver=key, targets=self._targets(form), allow_private=form.allow_private
        )
        return Delivery(
            receiver=self._gates(key, form), targets=targets, node=self._node, path=self._path
        )

    def _wrong(self, key: str, message: str, *more: str | int) -> None:
        place = follow(self._node, (key, *more))[0].place
        self._findings.wrong(place, (*self._path, key, *more), message)

    def _targets(self, form: ReceiverSection) -> tuple[Target, ...]:
        written = [key for key in KINDS if self._has(key)]
        kinds = list(dict.fromkeys(KINDS[key] for key in written))
        if not kinds:
            message = "lives nowhere: give it urls, urls_file, webhook, file or console: true"
            self._findings.wrong(self._node.place, self._path, message)
            return ()
        if len(kinds) > 1:
            last = next(key for key in reversed(written) if KINDS[key] == kinds[-1])
            place = key_place(self._node, (last,))
            message = f"one kind of target each: {kinds[0]} or {kinds[-1]}; make two receivers of it"
            self._findings.wrong(place, (*self._path, last), message)
            return ()
        self._check_secret_belongs(kinds[0])
        match kinds[0]:
            case "urls":
                return self._apprise(form)
            case "webhook":
                return self._webhook(form)
            case "file":
                return () if form.file is None else (self._file(form.file),)
        return self._console(form)

    def _has(self, key: str) -> bool:
        return isinstance(self._node, Entries) and key in self._node.entries

    def _check_secret_belongs(self, kind: str) -> None:
        for key in ("secret", "secret_file"):
            if kind != "webhook" and self._has(key):
                message = "only a webhook is signed with a secret"
                self._findings.wrong(key_place(self._node, (key,)), (*self._path, key), message)

    def _console(self, form: ReceiverSection) -> tuple[Target, ...]:
        if form.console is False:
            self._wrong("console", "write `console: true`, or give the receiver another target")
        return (ConsoleTarget(label="console"),)

    def _file(self, written: str) -> FileTarget:
        path = self._around.path(written)
        return FileTarget(label=f"file {path.name}", path=path)

    def _apprise(self, form: ReceiverSection) -> tuple[Target, ...]:
        found = [
            *(self._url(index) for index in range(len(form.urls or ()))),
            *self._urls_of_file(form.urls_file),
        ]
        if form.urls == () and form.urls_file is None:
            self._wrong("urls", "is an empty list; name an Apprise URL")
        return _labelled([target for target in found if target is not None])

    def _url(self, index: int) -> AppriseTarget | None:
        item, _ = follow(self._node, ("urls", index))
        if is_broken(item):
            return None
        given, word, more = self._given(item, index)
        if given is None:
            return None
        label = self._checked(given, "urls", index, *more)
        return None if label is None else AppriseTarget(label=word or label, url=given)

    def _given(self, item: Node, index: int) -> tuple[Secret | None, str | None, tuple[str, ...]]:
        if isinstance(item, Entries):
            named = fill(NamedUrl, item, (*self._path, "urls", index), self._findings)
            if named is not None and named.url is None:
                self._wrong("urls", "is empty", index, "url")
            return (None, None, ()) if named is None else (named.url, named.name, ("url",))
        if isinstance(item, Items):
            self._wrong("urls", "wants an Apprise URL, or {name: …, url: …}, not a list", index)
            return None, None, ()
        try:
            found = secret(item.value)
        except ValueError as error:
            self._wrong("urls", str(error), index)
            return None, None, ()
        if found is None:
            self._wrong("urls", "is empty", index)
        return found, None, ()

    def _urls_of_file(self, written: str | None) -> list[AppriseTarget | None]:
        held = None if written is None else self._held(written, "urls_file")
        if held is None:
            return []
        words = (line.strip() for line in held.reveal().splitlines())
        urls = [word for word in words if word and not word.startswith("#")]
        if not urls:
            self._wrong("urls_file", f"{shown(str(written))} names no URL; one a line")
        found: list[AppriseTarget | None] = []
        for number, url in enumerate(urls, 1):
            label = self._checked(Secret(url), "urls_file", of_file=f"URL {number} of it: ")
            found.append(None if label is None else AppriseTarget(label=label, url=Secret(url)))
        return found

    def _checked(self, url: Secret, key: str, *more: str | int, of_file: str = "") -> str | None:
        """Return the label of an Apprise URL, or None once it is noted what is wrong with it."""
        scheme, mark, _ = url.reveal().partition("://")
        if not mark or not scheme:
            self._wrong(key, f"{of_file}no Apprise URL: it starts with a scheme, as in slack://…", *more)
            return None
        if self._checker is None:
            return scheme
        try:
            return self._checker.check(url.reveal())
        except ValueError as error:
            self._wrong(key, of_file + str(error).replace(url.reveal(), "***"), *more)
        return None

    def _webhook(self, form: ReceiverSection) -> tuple[Target, ...]:
        url, key = self._either(form.webhook, form.webhook_file, "webhook")
        signing, signing_key = self._either(form.secret, form.secret_file, "secret")
        if signing is not None and not _is_key(signing.reveal()):
            self._wrong(signing_key, "no signing secret: base64, as in whsec_…; make one with `openssl rand -base64 32`")
        if url is None:
            if self._has(key) and not self._is_noted(key):
                self._wrong(key, "is empty")
            return ()
        host = _host(url.reveal())
        if host is None:
            self._wrong(key, "no webhook: it is an https:// or http:// URL")
            return ()
        if signing is None and not (self._has("secret") or self._has("secret_file")):
            message = "goes out unsigned; give it `secret` or `secret_file` so that the other side can tell it is us"
            self._findings.doubt(key_place(self._node, (key,)), (*self._path, key), message)
        return (WebhookTarget(label=f"webhook {host}", url=url, secret=signing),)

    def _is_noted(self, key: str) -> bool:
        place = follow(self._node, (key,))[0].place
        return any((item.line, item.column) == (place.line, place.column) for item in self._findings.problems)

    def _either(self, given: Secret | None, written: str | None, key: str) -> tuple[Secret | None, str]:
        """Return a secret that stands in the file or in one of its own, and the key it came by."""
        in_file = f"{key}_file"
        if self._has(key) and self._has(in_file):
            message = f"`{key}` or `{in_file}`, not both"
            self._findings.wrong(key_place(self._node, (in_file,)), (*self._path, in_file), message)
        if written is not None:
            return self._held(written, in_file), in_file
        return given, in_file if self._has(in_file) else key

    def _held(self, written: str, key: str) -> Secret | None:
        try:
            return self._around.secret(written)
        except ValueError as error:
            self._wrong(key, str(error))
        return None

    def _gates(self, key: str, form: ReceiverSection) -> Receiver:
        given: dict[str, Any] = {
            field: value
            for field in ("group_wait", "group_interval", "all_quiet")
            if (value := getattr(form, field)) is not None
        }
        return Receiver(
            name=key,
            min_severity=form.min_severity,
            resolved=form.resolved,
            quiet_hours=self._quiet_hours(form),
            digest=_digest(form),
            **given,
        )

    def _quiet_hours(self, form: ReceiverSection) -> QuietHours | None:
        quiet = form.quiet_hours
        if quiet is None:
            return None
        if quiet.start == quiet.end:
            self._wrong("quiet_hours", "`from` and `to` are the same time: that would be silence all day", "to")
        return QuietHours(start=quiet.start, end=quiet.end, exempt=quiet.exempt)


def _digest(form: ReceiverSection) -> Digest | None:
    digest = form.digest
    return None if digest is None else Digest(at=digest.at, weekday=digest.on, exempt=digest.exempt)


def _labelled(targets: list[AppriseTarget]) -> tuple[AppriseTarget, ...]:
    """Return the targets with labels that tell them apart."""
    count = Counter(target.label for target in targets)
    seen: Counter[str] = Counter()
    found = []
    for target in targets:
        seen[target.label] += 1
        label = target.label if count[target.label] == 1 else f"{target.label} #{seen[target.label]}"
        found.append(AppriseTarget(label=label, url=target.url))
    return tuple(found)


def _host(url: str) -> str | None:
    try:
        parts = urlsplit(url)
    except ValueError:
        return None
    return parts.hostname if parts.scheme in ("http", "https") else None


def _is_key(text: str) -> bool:
    try:
        return bool(base64.b64decode(text.removeprefix("whsec_")))
    except (binascii.Error, ValueError):
        return False


__all__ = ["Delivery", "Scalar", "TargetChecker", "read_receivers", "terminal"]
