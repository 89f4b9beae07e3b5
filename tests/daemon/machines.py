"""A machine whose disk and clocks a test moves, and the daemon on it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from queue import Queue

from tests.builders import model
from tests.builders import seen as poll
from tests.simulator.clocks import Clock
from watcher.alerts.alert import Status
from watcher.alerts.notification import Notification
from watcher.config import load
from watcher.daemon.addresses import Addresses
from watcher.daemon.house import House, open_house
from watcher.daemon.ledger import Entry
from watcher.daemon.machine.disk import Space
from watcher.delivery.evidence import Evidence
from watcher.delivery.target import Target
from watcher.delivery.transport import Post

MB, GB = 10**6, 10**9


ROOMY = Space(free=15 * GB, size=20 * GB)
CONFIG = """\
receivers: {us: {console: true, group_wait: 0s, group_interval: 0s}}
rules: [{use: new-free-variant}]
"""


class Mailbox:
    """A target that takes everything, and keeps it."""

    spacing = timedelta(0)

    def __init__(self) -> None:
        self.taken: Queue[Notification] = Queue()

    def __call__(self, target: Target) -> Mailbox:  # noqa: ARG002  # as it is called
        return self

    def prepare(self, notification: Notification, *, repeat: bool) -> Post:  # noqa: ARG002  # as it is called
        def post(limit: timedelta) -> Evidence:  # noqa: ARG001  # as above
            self.taken.put(notification)
            return Evidence(delivered=True)

        return post

    def next(self) -> tuple[str, Status, str]:
        """Wait for the next message, and return its alert's event and status, and its reason."""
        (alert,) = self.taken.get(timeout=10).alerts
        return alert.event, alert.status, str(alert.context.get("reason", ""))


@dataclass
class World:
    """A machine whose disk and clocks a test moves."""

    folder: Path
    clock: Clock = field(default_factory=Clock)
    space: Space = ROOMY
    booted: float = 1000.0
    mail: Mailbox = field(default_factory=Mailbox)

    def wait(self, **span: float) -> None:
        """Let time pass, on both clocks."""
        self.clock.forward(**span)
        self.booted += timedelta(**span).total_seconds()

    @contextmanager
    def daemon(self) -> Iterator[House]:
        path = self.folder / "config.yaml"
        path.write_text(CONFIG)
        config = load(path, {}, targets=None)
        with open_house(
            config,
            config.rulebook,
            Addresses(),
            clock=self.clock,
            check=True,
            open_transport=self.mail,
            probe=lambda: self.space,
            elapsed=lambda: self.booted,
        ) as house:
            yield house

    def see(self, house: House) -> Entry:
        """Judge a poll, and let what follows leave."""
        found = poll(self.clock.now, models=[model("a/b"), model("a/c")])
        entry = house.ledger.enter(found, self.clock.now)
        house.dispatcher.wake()
        return entry


def told(*entries: Entry) -> list[tuple[str, str]]:
    return [(alert.event, str(alert.status)) for entry in entries for alert in entry.decision.alerts]


def grow(world: World, house: House, models: int = 600) -> None:
    """Judge a poll that must take room."""
    listed = [model(f"a/{world.clock.now:%H%M}-{number}" + "x" * 500) for number in range(models)]
    house.ledger.enter(poll(world.clock.now, models=listed), world.clock.now)
