"""The attendant: a thread that tries the store, and tells systemd and ``watcher status`` how things are."""

from __future__ import annotations

import os
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime, timedelta

import structlog

from watcher import __version__
from watcher.alerts.outbox import RowState
from watcher.catalog.names import Surface
from watcher.daemon.health.notify import Notifier
from watcher.daemon.health.presence import Presence, hide, show
from watcher.daemon.health.standing import Refused, Standing, sentence_of
from watcher.daemon.health.vitals import Vitals
from watcher.daemon.house import House
from watcher.daemon.journal import note_failure
from watcher.daemon.rounds.needs import means_of
from watcher.daemon.rounds.plan import plan
from watcher.store.errors import StoreError
from watcher.store.processes import pid_space

ROUND = timedelta(seconds=20)
TOUCH = timedelta(minutes=1)
"""How often the store is tried."""

WAITING = (RowState.QUEUED, RowState.SENDING, RowState.RETRY, RowState.PAUSED)

log = structlog.get_logger()


class Attendant:
    """Goes its round three times a minute, and at once when there is something to tell.

    It fits what ``Rereading`` reports to. Its own thread may wait for the disk: the watchdog's never does.
    """

    def __init__(self, house: House, vitals: Vitals, notifier: Notifier) -> None:
        self._house = house
        self._vitals = vitals
        self._notifier = notifier
        self._started_at = self._configured_at = house.clock()
        self._refused: Refused | None = None
        self._bell = threading.Event()
        self._reload_ended = threading.Event()
        self._is_over = False
        self._is_failing = False
        self._touched_at: datetime | None = None

    def stand(self, timetable: Mapping[Surface, datetime]) -> None:
        """Tell that the start is over: configuration, state and ``timetable``, the first polls', stand."""
        if not self._vitals.health().stands:
            first = next(iter(timetable.items()), (None, None))
            log.info("daemon.ready", first_poll=first[0], due_at=str(first[1]))
            self._vitals.stand()
            self._notifier.ready()
            self._bell.set()

    @property
    def is_refused(self) -> bool:
        """Tell whether the configuration was wrong when it was last read."""
        return self._refused is not None

    def hear(self) -> None:
        """Take note that a poll was judged."""
        self._bell.set()

    def begun(self) -> None:
        """Tell that the configuration is being read again."""
        self._notifier.reloading()

    def refused(self, problems: Sequence[str]) -> None:
        """Tell that what was read changes nothing, and why."""
        self._refused = Refused(at=self._house.clock(), problems=tuple(problems))
        self._reload_ended.set()
        self._bell.set()

    def renewed(self, house: House) -> None:
        """Tell that another configuration is in force."""
        self._house, self._refused, self._configured_at = house, None, house.clock()
        self._reload_ended.set()
        self._bell.set()

    def go_round(self) -> None:
        """Try the store, look at what is due, and tell how things are; nothing that goes wrong raises.

        That a reload is over is told after what came of it: who waited for its end reads that.
        """
        has_reloaded = self._reload_ended.is_set()
        if has_reloaded:
            self._reload_ended.clear()
        try:
            self._touch()
            self._look()
            self._tell()
        except Exception as error:  # noqa: BLE001  # a full disk passes, and it is told by the touch
            if not self._is_failing:
                note_failure("health.untold", error)
            self._is_failing = True
        else:
            self._is_failing = False
        if has_reloaded:
            self._notifier.ready()

    def attend(self) -> None:
        """Go round until ``leave``."""
        while not self._is_over:
            self._bell.clear()
            self.go_round()
            self._bell.wait(ROUND.total_seconds())

    def leave(self) -> None:
        """End the rounds."""
        self._is_over = True
        self._bell.set()

    def _touch(self) -> None:
        now = self._house.clock()
        # A clock that was set back is no reason to wait for the time it came from.
        if self._touched_at is not None and timedelta(0) <= now - self._touched_at < TOUCH:
            return
        self._touched_at = now
        self._vitals.writing()
        try:
            self._house.store.touch()
        except StoreError as error:
            self._vitals.refused(str(error))
        else:
            self._vitals.written()

    def _look(self) -> None:
        outbox = self._house.store.outbox
        due = {
            sign.name: outbox.next_due(sign.receiver, sign.target) for sign in self._house.dispatcher.signs()
        }
        rows = {name: at for name, at in due.items() if at is not None}
        self._vitals.due(rows, self._house.clock())

    def _tell(self) -> None:
        house, now = self._house, self._house.clock()
        conditions = self._vitals.health().sentences
        sentence = sentence_of(self._standing(house, conditions), now, house.config.rulebook.timezone)
        if self._is_over:
            return
        self._notifier.status(sentence)
        show(house.config.state, self._presence(sentence, conditions, now))

    def _standing(self, house: House, conditions: Sequence[str]) -> Standing:
        counts = house.store.outbox.counts()
        return Standing(
            state=house.ledger.state,
            surfaces=surfaces_of(house),
            waiting=sum(counts[state] for state in WAITING),
            pauses=house.store.queries.pauses(),
            configured_at=self._configured_at,
            refused=self._refused,
            troubles=conditions,
        )

    def _presence(self, sentence: str, conditions: Sequence[str], now: datetime) -> Presence:
        return Presence(
            pid=os.getpid(),
            version=__version__,
            at=now,
            started_at=self._started_at,
            configured_at=self._configured_at,
            sentence=sentence,
            conditions=tuple(conditions),
            refused=self._refused,
            space=pid_space(),
        )


def surfaces_of(house: House) -> tuple[Surface, ...]:
    """Return the surfaces that a house's rules have swept."""
    return tuple(plan(house.ledger.rulebook, (), means_of(house.config.catalog)).surfaces)


@contextmanager
def attended(house: House, vitals: Vitals, notifier: Notifier) -> Iterator[Attendant]:
    """Have a house attended to as long as the context lasts; at the end its presence is taken away."""
    attendant = Attendant(house, vitals, notifier)
    thread = threading.Thread(target=attendant.attend, name="attendant", daemon=True)
    thread.start()
    try:
        yield attendant
    finally:
        attendant.leave()
        thread.join(LAST_ROUND.total_seconds())
        hide(house.config.state)


LAST_ROUND = timedelta(seconds=1)
"""A round that waits for the disk must not hold up the end."""
