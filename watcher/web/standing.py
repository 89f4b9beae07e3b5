"""Standing: how the watcher fares at one moment, as the pages show it."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta

from watcher.alerts.outbox import RowState
from watcher.catalog.names import Kind, Surface
from watcher.judgement.state import UNREAD_SURFACE, State, SurfaceHealth


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """What is known, what is asked for and how often, and what waits for whom.

    ``every`` has the surfaces that are swept. ``outbox`` counts rows by receiver and state; it is None where
    the store cannot be read now. ``paused`` are the receivers of which some target is given a rest.
    ``problems`` are sentences, none when all is well; ``awaited`` are what a start still waits for.
    ``config_refused`` says that the configuration was wrong when it was last read.
    """

    state: State
    every: Mapping[Surface, timedelta]
    receivers: Collection[str]
    outbox: Mapping[tuple[str, RowState], int] | None
    paused: Collection[str]
    is_alive: bool
    is_ready: bool
    problems: Sequence[str]
    config_refused: bool = False
    awaited: Sequence[str] = ()

    def health_of(self, surface: Surface) -> SurfaceHealth:
        """Return how a surface fares, also one that was never attempted."""
        return self.state.surfaces.get(surface, UNREAD_SURFACE)

    def rows(self) -> Mapping[Kind, int]:
        """Return how many records of each kind are believed to be there."""
        offers = (offer for known in self.state.endpoints.values() for offer in known.values())
        return {
            Kind.MODEL: sum(not tracked.gone for tracked in self.state.models.values()),
            Kind.ENDPOINT: sum(not offer.gone for offer in offers),
            Kind.PROVIDER: sum(not tracked.gone for tracked in self.state.providers.values()),
        }

    def pending(self) -> int:
        """Return how many alerts wait for their ``for``."""
        anchors = (anchor.pending for anchor in self.state.anchors.values())
        waiting = sum(pending is not None and pending.wanted for pending in anchors)
        return waiting + sum(episode.fired_at is None for episode in self.state.episodes.values())

    def firing(self) -> int:
        """Return how many levels fire."""
        return sum(episode.fired_at is not None for episode in self.state.episodes.values())
