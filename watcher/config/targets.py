"""Targets: where a receiver lives, as delivery needs it."""

from __future__ import annotations

import base64
import binascii
from collections import Counter
from typing import Protocol
from urllib.parse import urlsplit

from watcher.config.forms import fill, is_broken
from watcher.config.part import Part
from watcher.config.problems import shown
from watcher.config.secret import Secret
from watcher.config.sections import NamedUrl, ReceiverSection
from watcher.config.settings import AppriseTarget, ConsoleTarget, FileTarget, Target, WebhookTarget
from watcher.config.tree import Entries, Items, Node, follow
from watcher.config.values import secret

KINDS = {
    "urls": "urls",
    "urls_file": "urls",
    "webhook": "webhook",
    "webhook_file": "webhook",
    "file": "file",
    "console": "console",
}
"""The keys that say where a receiver lives, and the kind of each."""


class TargetChecker(Protocol):
    """Knows the URLs that delivery can send to."""

    def check(self, url: str) -> str:
        """Return a label that may be shown.

        ValueError says what is wrong with the URL, without its secrets.
        """


def read_targets(form: ReceiverSection, part: Part, checker: TargetChecker | None) -> tuple[Target, ...]:
    """Return the targets of a receiver as far as they are right."""
    written = [key for key in KINDS if part.has(key)]
    kinds = list(dict.fromkeys(KINDS[key] for key in written))
    if not kinds:
        part.wrong("lives nowhere: give it urls, urls_file, webhook, file or console: true")
        return ()
    if len(kinds) > 1:
        message = f"one kind of target each, {kinds[0]} or {kinds[-1]}: make two receivers of it"
        part.wrong_key(message, written[-1])
        return ()
    _refuse_secret(part, kinds[0])
    match kinds[0]:
        case "urls":
            return _apprise(form, part, checker)
        case "webhook":
            return _webhook(form, part)
        case "file":
            return _file(form, part)
        case _:
            return _console(form, part)


def _refuse_secret(part: Part, kind: str) -> None:
    for key in ("secret", "secret_file"):
        if kind != "webhook" and part.has(key):
            part.wrong_key("only a webhook is signed with a secret", key)


def _console(form: ReceiverSection, part: Part) -> tuple[Target, ...]:
    if form.console is False:
        part.wrong("write `console: true`, or give the receiver another target", "console")
    return (ConsoleTarget(label="console"),)


def _file(form: ReceiverSection, part: Part) -> tuple[Target, ...]:
    if form.file is None:
        return ()
    path = part.around.path(form.file)
    return (FileTarget(label=f"file {path.name}", path=path),)


def _apprise(form: ReceiverSection, part: Part, checker: TargetChecker | None) -> tuple[Target, ...]:
    if form.urls == ():
        part.wrong("is an empty list; name an Apprise URL", "urls")
    found = [_listed(part, index, checker) for index in range(len(form.urls or ()))]
    if form.urls_file is not None:
        found += _in_file(part, form.urls_file, checker)
    targets = [target for target in found if target is not None]
    if len({target.url for target in targets}) < len(targets):
        key = "urls" if part.has("urls") else "urls_file"
        part.doubt("names one URL twice: each message would arrive there twice", key)
    return _labelled(targets)


def _listed(part: Part, index: int, checker: TargetChecker | None) -> AppriseTarget | None:
    item, _ = follow(part.node, ("urls", index))
    if is_broken(item):
        return None
    if isinstance(item, Entries):
        return _named(part, item, index, checker)
    url = _url(part, item, index)
    label = None if url is None else _checked(part, url, checker, "urls", index)
    return None if url is None or label is None else AppriseTarget(label=label, url=url)


def _named(part: Part, item: Node, index: int, checker: TargetChecker | None) -> AppriseTarget | None:
    form = fill(NamedUrl, item, (*part.path, "urls", index), part.findings)
    if form is None:
        return None
    if form.url is None:
        part.wrong("is empty", "urls", index, "url")
        return None
    label = _checked(part, form.url, checker, "urls", index, "url")
    return None if label is None else AppriseTarget(label=form.name or label, url=form.url)


def _url(part: Part, item: Node, index: int) -> Secret | None:
    if isinstance(item, Items | Entries):
        part.wrong("wants an Apprise URL, or {name: …, url: …}", "urls", index)
        return None
    try:
        url = secret(item.value)
    except ValueError as error:
        part.wrong(str(error), "urls", index)
        return None
    if url is None:
        part.wrong("is empty", "urls", index)
    return url


def _in_file(part: Part, written: str, checker: TargetChecker | None) -> list[AppriseTarget | None]:
    held = part.held("urls_file", written)
    if held is None:
        return []
    lines = (line.strip() for line in held.reveal().splitlines())
    urls = [Secret(line) for line in lines if line and not line.startswith("#")]
    if not urls:
        part.wrong(f"{shown(written)} names no URL; one a line", "urls_file")
    labels = [
        _checked(part, url, checker, "urls_file", of_file=f"URL {number} of it: ")
        for number, url in enumerate(urls, 1)
    ]
    return [
        None if label is None else AppriseTarget(label=label, url=url)
        for label, url in zip(labels, urls, strict=True)
    ]


def _checked(
    part: Part, url: Secret, checker: TargetChecker | None, *keys: str | int, of_file: str = ""
) -> str | None:
    """Return the label of an Apprise URL, or None once it is noted what is wrong with it."""
    scheme, mark, _ = url.reveal().partition("://")
    if not mark or not scheme:
        part.wrong(f"{of_file}no Apprise URL: it starts with a scheme, as in slack://…", *keys)
        return None
    if checker is None:
        return scheme
    try:
        return checker.check(url.reveal())
    except ValueError as error:
        part.wrong(of_file + str(error).replace(url.reveal(), "***"), *keys)
    return None


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


def _webhook(form: ReceiverSection, part: Part) -> tuple[Target, ...]:
    url = part.secret("webhook", form.webhook, form.webhook_file)
    signing = part.secret("secret", form.secret, form.secret_file)
    key = "webhook" if part.has("webhook") else "webhook_file"
    if signing is not None and not _is_signing_key(signing.reveal()):
        message = "no signing secret: base64, as in whsec_…; `openssl rand -base64 32` makes one"
        part.wrong(message, "secret" if part.has("secret") else "secret_file")
    if not part.has("secret") and not part.has("secret_file"):
        part.doubt("goes out unsigned: with `secret` the other side could tell that it is us", key)
    if url is None:
        if form.webhook is None and key in form.model_fields_set:
            part.wrong("is empty", key)
        return ()
    host = _host(url.reveal())
    if host is None:
        part.wrong("no webhook: it is an https:// or http:// URL", key)
        return ()
    return (WebhookTarget(label=f"webhook {host}", url=url, secret=signing),)


def _host(url: str) -> str | None:
    try:
        parts = urlsplit(url)
    except ValueError:
        return None
    return parts.hostname if parts.scheme in ("http", "https") else None


def _is_signing_key(text: str) -> bool:
    try:
        return bool(base64.b64decode(text.removeprefix("whsec_")))
    except (binascii.Error, ValueError):
        return False
