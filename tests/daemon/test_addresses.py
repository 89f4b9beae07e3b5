from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from watcher.alerts.notification import Notification
from watcher.config import ConfigError, parse
from watcher.daemon.addresses import Addresses, LateTransport, labels_of, targets_of
from watcher.delivery.evidence import Evidence
from watcher.delivery.target import AppriseTarget, ConsoleTarget, FileTarget, WebhookTarget, catch_up_of
from watcher.delivery.transport import Post

TEXT = """\
receivers:
  chat:
    urls: ["json://u:secret-word@127.0.0.1:9/path", {name: ours, url: "json://127.0.0.1:9/2"}]
    allow_private: true
    catch_up: 3d
  hook: {webhook: "https://example.org/secret-word", secret: whsec_c2VjcmV0LXdvcmQ=}
  log: {file: alerts.jsonl}
  terminal: {console: true, catch_up: off}
rules: [{use: price-change}]
"""


THREE_DAYS = timedelta(days=3)


class Opened:
    spacing = timedelta(seconds=1)

    def prepare(self, notification: Notification, *, repeat: bool) -> Post:
        del notification, repeat
        return lambda limit: Evidence(delivered=True, detail=str(limit))


def test_every_target_of_the_configuration_is_delivered_to_under_its_label() -> None:
    addresses = Addresses()
    config = parse(TEXT, {}, source=Path("config.yaml"), targets=addresses)

    found = targets_of(config, addresses)

    assert [type(target) for target in found] == [
        AppriseTarget,
        AppriseTarget,
        WebhookTarget,
        FileTarget,
        ConsoleTarget,
    ]
    labels = {(target.receiver, target.label) for target in found}
    assert labels == {(name, label) for name, known in labels_of(config).items() for label in known}
    assert ("chat", "ours") in labels
    assert [target.allow_private for target in found] == [True, True, False, False, False]
    assert [catch_up_of(target) for target in found] == [THREE_DAYS, THREE_DAYS, None, None, None]
    assert "secret-word" not in repr(found) + repr(labels)


def test_a_url_that_delivery_cannot_send_to_is_a_mistake_in_the_configuration() -> None:
    text = 'receivers: {chat: {urls: ["slakc://secret-word/B/C"]}}\nrules: [{use: price-change}]\n'

    with pytest.raises(ConfigError, match="did you mean") as raised:
        parse(text, {}, source=Path("config.yaml"), targets=Addresses())

    assert "secret-word" not in str(raised.value)


def test_a_transport_is_opened_when_its_first_message_comes() -> None:
    opened: list[Opened] = []

    def open_it() -> Opened:
        opened.append(Opened())
        return opened[-1]

    late = LateTransport(open_it)
    before = (late.spacing, len(opened))
    message = Notification.__new__(Notification)
    late.prepare(message, repeat=False)
    late.prepare(message, repeat=False)

    assert before == (timedelta(0), 0)
    assert (late.spacing, len(opened)) == (timedelta(seconds=1), 1)
