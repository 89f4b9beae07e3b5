from __future__ import annotations

from datetime import datetime

from tests.delivery.fakes import MemoryOutbox
from tests.delivery.outbox_suite import OutboxSuite
from watcher.alerts.notification import Notification
from watcher.delivery.outbox import Outbox


class TestTheOutboxInMemory(OutboxSuite):
    def make_outbox(self) -> MemoryOutbox:
        return MemoryOutbox()

    def enqueue(
        self, outbox: Outbox, notification: Notification, receiver: str, target: str, now: datetime
    ) -> None:
        assert isinstance(outbox, MemoryOutbox)
        outbox.enqueue(notification, receiver, target, now)
