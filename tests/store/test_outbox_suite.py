"""The real outbox passes the suite that delivery's fake passes."""

from __future__ import annotations

from datetime import datetime

import pytest

from tests.delivery.outbox_suite import OutboxSuite
from watcher.alerts.notification import Notification
from watcher.delivery.outbox import Outbox
from watcher.judgement.decision import Decision
from watcher.judgement.state import State
from watcher.store.store import Store


class TestTheOutboxInTheStore(OutboxSuite):
    @pytest.fixture(autouse=True)
    def _opened(self, store: Store) -> None:
        self.store = store

    def make_outbox(self) -> Outbox:
        return self.store.outbox

    def enqueue(
        self, outbox: Outbox, notification: Notification, receiver: str, target: str, now: datetime
    ) -> None:
        assert (outbox, receiver) == (self.store.outbox, notification.receiver)
        self.store.commit(
            State(),
            Decision(state=State()),
            [(notification, target)],
            now=now,
            expected_version=self.store.version(),
        )
