"""Showing: the pages of a running daemon, under whichever configuration is in force."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Callable
from typing import TYPE_CHECKING

import structlog

from watcher import __version__
from watcher.alerts.outbox import Attempt, Claim
from watcher.catalog.names import Surface
from watcher.config import WebSettings
from watcher.daemon.health.health import Health
from watcher.daemon.house import House
from watcher.daemon.ledger import Entry
from watcher.daemon.rounds.blind import blind, sentences
from watcher.daemon.rounds.plan import Plan
from watcher.judgement.state import UNREAD_SURFACE
from watcher.store.errors import StoreError
from watcher.web.standing import Standing

if TYPE_CHECKING:
    from watcher.web.metrics import Metrics
    from watcher.web.server import PagesServer

RETRY = 30.0
"""Seconds after which an address that was refused is tried again."""

STOPPING = 2.0

log = structlog.get_logger()

NOTHING = Plan(asks={})


class Showing:
    """Shows the pages where the configuration wants them, and counts what they show.

    An address that cannot be had (the port is taken) is logged once and tried again until it can: watching
    matters more than being watched, and whoever scrapes notices by themselves.
    """

    def __init__(self) -> None:
        self._health: Callable[[], Health] = lambda: Health(stands=False)
        self._is_refused: Callable[[], bool] = lambda: False
        self._house: House | None = None
        self._plan = NOTHING
        self._wanted: WebSettings | None = None
        self._server: PagesServer | None = None
        self._metrics: Metrics | None = None
        self._complained = False

    def follow(self, house: House, health: Callable[[], Health], is_refused: Callable[[], bool]) -> None:
        """Show the pages as the house's configuration wants them; one that asks for the same keeps them open.

        ``is_refused`` tells whether the configuration was wrong when it was last read.
        """
        self._house, settings = house, house.config.web
        self._health, self._is_refused = health, is_refused
        if settings is not None:
            self._counting().configured(
                house.clock(),
                rules=(rule.name for rule in house.config.rulebook.rules),
                receivers=house.config.targets,
            )
        if settings != self._wanted:
            self.stop()
            self._wanted, self._complained = settings, False
            self._open()

    async def attend(self, seconds: float = RETRY) -> None:
        """Try an address that was refused again now and then, until cancelled."""
        while True:
            await asyncio.sleep(seconds)
            self._open()

    def stop(self) -> None:
        """Show nothing any more."""
        if self._server is not None:
            self._server.stop(STOPPING)
        self._server = self._wanted = None

    def judged(self, entry: Entry, plan: Plan) -> None:
        """Count what a poll brought, now that it is written."""
        self._plan = plan
        if self._metrics is not None:
            self._metrics.polled(entry.before, entry.decision, entry.seen)

    def lost(self, surface: Surface | None) -> None:
        """Count a poll of which nothing could be written."""
        if self._metrics is not None and surface is not None:
            self._metrics.lost(surface)

    def tried(self, claim: Claim, attempt: Attempt) -> None:
        """Count a try to deliver a message."""
        if self._metrics is not None:
            self._metrics.tried(claim, attempt)

    def standing(self) -> Standing:
        """Return how the daemon fares now; any thread may ask."""
        assert self._house is not None  # noqa: S101  # `follow` comes before anything is shown
        house, plan, health = self._house, self._plan, self._health()
        state, every = house.ledger.state, house.config.catalog.every
        healths = {surface: state.surfaces.get(surface, UNREAD_SURFACE) for surface in plan.surfaces}
        unread = tuple(
            f"{surface}: not yet read"
            for surface, rules in plan.surfaces.items()
            if rules and healths[surface].believed_at is None
        )
        try:
            outbox = house.store.outbox.unsettled()
            paused = frozenset(pause.receiver for pause in house.store.queries.pauses())
        except StoreError:
            outbox, paused = None, frozenset()
        return Standing(
            state=state,
            every={surface: every[surface] for surface in plan.surfaces},
            receivers=tuple(house.config.targets),
            outbox=outbox,
            paused=paused,
            is_alive=health.is_alive,
            is_ready=health.is_ready and bool(plan.surfaces) and not unread,
            problems=(*health.sentences, *sentences(blind(state, plan, house.ledger.rulebook))),
            awaited=unread,
            config_refused=self._is_refused(),
        )

    def _counting(self) -> Metrics:
        if self._metrics is None:
            # prometheus-client takes 0.06 s, for who has pages.
            from watcher.web.metrics import Metrics  # noqa: PLC0415  # the reason stands above

            self._metrics = Metrics(self.standing, version=__version__)
        return self._metrics

    def _open(self) -> None:
        settings = self._wanted
        if settings is None or (self._server is not None and self._server.is_alive()):
            return
        from watcher.web.pages import Pages  # noqa: PLC0415  # as above
        from watcher.web.server import PagesServer, listening  # noqa: PLC0415  # as above

        try:
            bound = listening(settings.host, settings.port)
        except OSError as error:
            if not self._complained:
                where = f"{settings.host}:{settings.port}"
                reason = os.strerror(error.errno) if error.errno else type(error).__name__
                log.error("web.refused", address=where, reason=reason)  # noqa: TRY400  # no mistake of ours
            self._complained = True
            return
        self._complained = False
        pages = Pages(self.standing, self._counting().text, hosts=settings.hosts)
        self._server = PagesServer(bound, pages.answer)
        self._server.start()
        log.info("web.started", address=self._server.address)
