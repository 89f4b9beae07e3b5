"""Questions that the command line and the pages ask; none of them writes."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date, datetime
from fnmatch import fnmatchcase
from typing import Any

from sqlalchemy import ColumnElement, Join, Row, Select, Table, or_, select

from watcher.alerts.alert import Alert
from watcher.alerts.outbox import Attempt, RowState
from watcher.catalog.names import EndpointKey, Surface
from watcher.catalog.telemetry import Day, Telemetry
from watcher.judgement.decision import Change, Gate, Refusal, Suppressed
from watcher.judgement.state import SurfaceHealth
from watcher.rules.anchors import Anchor, AnchorKey
from watcher.rules.episodes import Episode, EpisodeKey
from watcher.store import baseline, chronicle, readings
from watcher.store.database import Database
from watcher.store.days import unpack_days
from watcher.store.schema import (
    alerts,
    attempts,
    catalogs,
    changes,
    outbox,
    pauses,
    refusals,
    rosters,
    state,
    suppressed,
)
from watcher.store.schema import days as summaries
from watcher.store.schema import telemetry as sweeps
from watcher.store.seals import is_sound
from watcher.store.waiting import OutboxRow, Pause, attempt_of, outbox_row_of, pause_of

WILD = frozenset("*?[")


class Queries:
    """Read access to one catalog's history and to the common outbox.

    Rows that are damaged are left out and counted (``damage``); of the state, none may be (Corrupt).
    """

    def __init__(self, database: Database, catalog: str) -> None:
        """Read one database for one ``base_url``."""
        self._database = database
        mine = select(catalogs.c.id).where(catalogs.c.base_url == catalog, is_sound(catalogs))
        self._mine = mine.scalar_subquery()

    def history(
        self,
        subject: str | None = None,
        *,
        since: datetime | None = None,
        event: str | None = None,
        limit: int | None = None,
        oldest_first: bool = False,
    ) -> Iterator[Change]:
        """Yield recorded changes, newest first unless told otherwise, at most ``limit``.

        ``subject`` is a shell glob over the subject, its model and its provider, so a model's id also finds
        its endpoints; ``event`` is a glob as well (``endpoint.*``).
        """
        order = (changes.c.at, changes.c.id)
        query = (
            select(changes)
            .where(changes.c.catalog == self._mine, is_sound(changes))
            .order_by(*(order if oldest_first else (column.desc() for column in order)))
        )
        if since is not None:
            query = query.where(changes.c.at >= since)
        if subject is not None:
            query = query.where(_may_match(subject, changes.c.subject, changes.c.model, changes.c.provider))
        if event is not None:
            query = query.where(_may_match(event, changes.c.event))
        left = limit
        for row in self._streamed(query):
            if left == 0:
                return
            change = chronicle.change_of(row)
            if _is_meant(change, subject, event):
                yield change
                left = None if left is None else left - 1

    def levels(self) -> Mapping[EpisodeKey, Episode]:
        """Return the episodes of all levels that are pending (``fired_at`` is None) or firing."""
        return self._part("episodes")

    def anchors(self) -> Mapping[AnchorKey, Anchor]:
        """Return the values that rules measure against where they differ from the present, some pending."""
        return self._part("anchors")

    def edges(self, since: datetime) -> tuple[Alert, ...]:
        """Return the edges told since a time, oldest first."""
        return self._alerts(alerts.c.told_at >= since, alerts.c.is_level.is_(False))

    def told(self, since: datetime) -> tuple[Alert, ...]:
        """Return all that was told since a time, edges and levels (firing and resolved), oldest first."""
        return self._alerts(alerts.c.told_at >= since)

    def alerts_named(self, prefix: str) -> tuple[Alert, ...]:
        """Return the alerts whose id begins so, oldest first; a level fires and resolves under one id."""
        return self._alerts(alerts.c.id.startswith(prefix.lower(), autoescape=True))

    def alerts_about(self, rule: str, subject: str) -> tuple[Alert, ...]:
        """Return what one rule told about one subject, oldest first."""
        return self._alerts(alerts.c.rule == rule, alerts.c.subject == subject)

    def surfaces(self) -> Mapping[Surface, SurfaceHealth]:
        """Return the health of every surface that was attempted."""
        return self._part("surfaces")

    def suppressed(
        self, *, subject: str | None = None, rule: str | None = None, since: datetime | None = None
    ) -> tuple[Suppressed, ...]:
        """Return dropped changes, oldest first; ``rule`` also gives those dropped before any rule."""
        query = (
            select(suppressed)
            .where(suppressed.c.catalog == self._mine, is_sound(suppressed))
            .order_by(suppressed.c.at, suppressed.c.id)
        )
        if subject is not None:
            query = query.where(suppressed.c.subject == subject)
        if rule is not None:
            query = query.where(or_(suppressed.c.rule == rule, suppressed.c.rule.is_(None)))
        if since is not None:
            query = query.where(suppressed.c.at >= since)
        return tuple(
            Suppressed(**{**chronicle.suppressed_of(row), "gate": Gate(row.gate)})
            for row in self._rows(query)
        )

    def refusals(self, since: datetime) -> tuple[Refusal, ...]:
        """Return the answers that were not believed since a time, oldest first."""
        mine = (refusals.c.catalog == self._mine, refusals.c.at >= since)
        query = select(refusals).where(*mine, is_sound(refusals))
        rows = self._rows(query.order_by(refusals.c.at, refusals.c.id))
        return tuple(
            Refusal(at=row.at, surface=Surface(row.surface), reason=row.reason, held=row.held) for row in rows
        )

    def outbox(
        self, states: Sequence[RowState] | None = None, ids: Sequence[int] | None = None
    ) -> tuple[OutboxRow, ...]:
        """Return rows with their tries, oldest first; of some states, or with some ids, if given."""
        query = select(outbox).where(is_sound(outbox)).order_by(outbox.c.id)
        if states is not None:
            query = query.where(outbox.c.state.in_([each.value for each in states]))
        if ids is not None:
            query = query.where(outbox.c.id.in_(ids))
        tries: dict[int, list[Attempt]] = {}
        with self._database.reading() as connection:
            self._database.look_at(connection, (outbox.name, attempts.name))
            rows = connection.execute(query).all()
            wanted = query.with_only_columns(outbox.c.id).order_by(None)
            told = select(attempts).where(attempts.c.row.in_(wanted), is_sound(attempts))
            for each in connection.execute(told.order_by(attempts.c.id)):
                tries.setdefault(each.row, []).append(attempt_of(each))
        return tuple(outbox_row_of(row, tries.get(row.id, ())) for row in rows)

    def pauses(self) -> tuple[Pause, ...]:
        """Return the lanes that wait because of their target."""
        query = select(pauses).where(is_sound(pauses)).order_by(pauses.c.receiver, pauses.c.target)
        return tuple(pause_of(row) for row in self._rows(query))

    def telemetry(
        self, since: datetime, until: datetime
    ) -> Iterator[tuple[datetime, Mapping[EndpointKey, Telemetry]]]:
        """Yield the sweeps' readings of a span of time, oldest first."""
        query = (
            select(sweeps.c.at, rosters.c.members, sweeps.c.readings)
            .join_from(sweeps, rosters, rosters.c.id == sweeps.c.roster)
            .where(sweeps.c.catalog == self._mine, sweeps.c.at.between(since, until))
            .where(is_sound(sweeps), is_sound(rosters))
            .order_by(sweeps.c.at)
        )
        for row in self._streamed(query):
            yield row.at, readings.unpack_telemetry(row.members, row.readings)

    def uptimes(
        self, since: datetime, until: datetime, wanted: Callable[[EndpointKey], bool]
    ) -> Iterator[tuple[datetime, Mapping[EndpointKey, float | None]]]:
        """Yield the uptimes (30 minutes, percent) that sweeps read of some endpoints, oldest first."""
        query = (
            select(sweeps.c.at, sweeps.c.roster, rosters.c.members, sweeps.c.readings)
            .join_from(sweeps, rosters, rosters.c.id == sweeps.c.roster)
            .where(sweeps.c.catalog == self._mine, sweeps.c.at.between(since, until))
            .where(is_sound(sweeps), is_sound(rosters))
            .order_by(sweeps.c.at)
        )
        places: dict[int, Mapping[int, EndpointKey]] = {}
        for row in self._streamed(query):
            if row.roster not in places:
                listed = enumerate(readings.keys_of(row.members))
                places[row.roster] = {place: key for place, key in listed if wanted(key)}
            if places[row.roster]:
                yield row.at, readings.uptimes_at(places[row.roster], row.readings)

    def days(self, since: date, until: date) -> Iterator[tuple[date, Mapping[EndpointKey, Day]]]:
        """Yield the summaries of days whose sweeps are no longer kept one by one, oldest first.

        Also upstream's record of days, or of hours, in which we did not look ourselves.
        """
        query = (
            select(summaries.c.day, rosters.c.members, summaries.c.readings)
            .join_from(summaries, rosters, rosters.c.id == summaries.c.roster)
            .where(summaries.c.catalog == self._mine)
            .where(summaries.c.day.between(since.isoformat(), until.isoformat()))
            .where(is_sound(summaries), is_sound(rosters))
            .order_by(summaries.c.day)
        )
        for row in self._streamed(query):
            yield date.fromisoformat(row.day), unpack_days(row.members, row.readings)

    def looked_at(self, since: datetime) -> Iterator[tuple[datetime, frozenset[EndpointKey]]]:
        """Yield when sweeps since a time were, and which endpoints each has a reading of, oldest first."""
        query = (
            select(sweeps.c.at, sweeps.c.roster, rosters.c.members)
            .join_from(sweeps, rosters, rosters.c.id == sweeps.c.roster)
            .where(sweeps.c.catalog == self._mine, sweeps.c.at >= since)
            .where(is_sound(sweeps), is_sound(rosters))
            .order_by(sweeps.c.at)
        )
        known: dict[int, frozenset[EndpointKey]] = {}
        for row in self._streamed(query):
            if row.roster not in known:
                known[row.roster] = frozenset(readings.keys_of(row.members))
            yield row.at, known[row.roster]

    def damage(self) -> Mapping[str, int]:
        """Return how many damaged rows of each table the questions so far came upon, and left out."""
        return self._database.damage.counts()

    def _part(self, name: str) -> Mapping[Any, Any]:
        query = select(state.c.part, state.c.key, state.c.body).where(
            state.c.catalog == self._mine, state.c.part == name, is_sound(state)
        )
        rows = [(row.part.encode(), row.key.encode(), row.body.encode()) for row in self._rows(query)]
        baseline.raise_if_damaged(self._database)
        found: Mapping[Any, Any] = baseline.assembled(rows, self._database.path)[name]
        return found

    def _alerts(self, *conditions: ColumnElement[bool]) -> tuple[Alert, ...]:
        query = (
            select(alerts.c.body)
            .where(alerts.c.catalog == self._mine, *conditions, is_sound(alerts))
            .order_by(alerts.c.seq)
        )
        return tuple(chronicle.alert_of(row.body) for row in self._rows(query))

    def _rows(self, query: Select[Any]) -> Sequence[Row[Any]]:
        with self._database.reading() as connection:
            self._database.look_at(connection, _tables_of(query))
            return connection.execute(query).all()

    def _streamed(self, query: Select[Any]) -> Iterator[Row[Any]]:
        with self._database.reading() as connection:
            self._database.look_at(connection, _tables_of(query))
            yield from connection.execution_options(yield_per=500).execute(query)


def _tables_of(query: Select[Any]) -> Iterator[str]:
    for found in query.get_final_froms():
        for each in (found.left, found.right) if isinstance(found, Join) else (found,):
            if isinstance(each, Table):
                yield each.name


def _may_match(glob: str, *columns: ColumnElement[Any]) -> ColumnElement[bool]:
    """Return a condition that all matches fulfil and an index may serve; ``_is_meant`` decides."""
    if not WILD.intersection(glob):
        return or_(*(column == glob for column in columns))
    stem = glob[: min(glob.find(sign) for sign in WILD if sign in glob)]
    return or_(*(column.startswith(stem, autoescape=True) for column in columns))


def _is_meant(change: Change, subject: str | None, event: str | None) -> bool:
    if event is not None and not fnmatchcase(change.event, event):
        return False
    names = (change.subject, change.model, change.provider)
    return subject is None or any(name is not None and fnmatchcase(name, subject) for name in names)
