"""The tables: what is remembered, what happened, and what is still to be sent."""

from __future__ import annotations

from datetime import UTC, datetime
from functools import lru_cache

from sqlalchemy import (
    Boolean,
    Column,
    Dialect,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
    TypeDecorator,
)

REVISIONS = ("0001", "0002", "0003")
"""All versions of the schema, oldest first: those under ``migrations/versions``.

A state that an older watcher would misread is a new version too, also where no table differs.
"""

REVISION = REVISIONS[-1]
"""The version that this program reads and writes."""

APPLICATION_ID = 0x77617463
"""``watc``: marks the file as ours (https://sqlite.org/pragma.html#pragma_application_id)."""


SEAL = "seal"
"""The column of every row that holds its checksum (seals.py); 0, its default, fits no row."""

TO_THE_MICROSECOND = len("2026-07-06T16:19:42.000000")


class Moment(TypeDecorator[datetime]):
    """A UTC time as text of fixed width: readable, exact to the microsecond, and sorted as time is."""

    impl = String  # type: ignore[mutable-override]  # how SQLAlchemy has types declared
    cache_ok = True  # type: ignore[mutable-override]  # as above

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> str | None:  # noqa: ARG002  # SQLAlchemy's signature
        """Return the text of an aware time."""
        return None if value is None else moment_text(value)

    def process_result_value(self, value: str | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002  # SQLAlchemy's signature
        """Return the aware UTC time of a text."""
        return None if value is None else datetime.fromisoformat(value)


@lru_cache(maxsize=64)
def moment_text(value: datetime) -> str:
    """Return ``2026-07-06T16:19:42.000000Z``; raise ValueError for a time without a zone."""
    if value.tzinfo is None:
        raise ValueError("a time without its zone cannot be stored")
    return value.astimezone(UTC).isoformat(timespec="microseconds")[:TO_THE_MICROSECOND] + "Z"


metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s",
        "pk": "pk_%(table_name)s",
    }
)


def _catalog(*, primary_key: bool = False) -> Column[int]:
    return Column("catalog", ForeignKey("catalogs.id"), primary_key=primary_key, nullable=False)


def _seal() -> Column[int]:
    return Column(SEAL, Integer, nullable=False, server_default="0")


passport = Table(
    "passport",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("name", String, nullable=False),
    Column("writes", Integer, nullable=False),
    Column("shape", Integer, nullable=False),
    Column("restored_at", Moment),
    _seal(),
)
"""One row, which tells this database from any other, and from older copies of itself (passport.py)."""

catalogs = Table(
    "catalogs",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("base_url", String, nullable=False, unique=True),
    Column("version", Integer, nullable=False),
    Column("tally", Integer, nullable=False, server_default="0"),
    _seal(),
)
"""Each ``base_url`` has its own baseline; ``version`` counts its commits.

``tally`` is the sum of the seals of its state: a row that is missing, or old, is noticed.
"""

state = Table(
    "state",
    metadata,
    _catalog(primary_key=True),
    Column("part", String, primary_key=True),
    Column("key", String, primary_key=True),
    Column("body", Text, nullable=False),
    _seal(),
)
"""The present ``State``, one row per entry of each of its mappings (``part``), as JSON (codec.py)."""

rosters = Table(
    "rosters",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("digest", String, nullable=False),
    Column("members", LargeBinary, nullable=False),
    _seal(),
    Index(None, "digest"),
)
"""Which endpoints some readings are of, in order; kept once for all that are of the same ones."""

telemetry = Table(
    "telemetry",
    metadata,
    Column("id", Integer, primary_key=True),
    _catalog(),
    Column("at", Moment, nullable=False),
    Column("roster", ForeignKey("rosters.id"), nullable=False),
    Column("readings", LargeBinary, nullable=False),
    _seal(),
    Index(None, "catalog", "at"),
)
"""One row per sweep: the newest reading of every endpoint (readings.py)."""

days = Table(
    "days",
    metadata,
    Column("id", Integer, primary_key=True),
    _catalog(),
    Column("day", String, nullable=False),
    Column("roster", ForeignKey("rosters.id"), nullable=False),
    Column("readings", LargeBinary, nullable=False),
    _seal(),
    Index(None, "catalog", "day", unique=True),
)
"""What is left of a day's sweeps when they are no longer kept: a summary of every endpoint (days.py)."""

changes = Table(
    "changes",
    metadata,
    Column("id", Integer, primary_key=True),
    _catalog(),
    Column("at", Moment, nullable=False),
    Column("not_before", Moment),
    Column("kind", String, nullable=False),
    Column("event", String, nullable=False),
    Column("subject", String, nullable=False),
    Column("uid", String, nullable=False),
    Column("model", String),
    Column("provider", String),
    Column("endpoint", String),
    Column("field", String),
    Column("old", Text, nullable=False),
    Column("new", Text, nullable=False),
    _seal(),
    Index(None, "catalog", "at"),
    Index(None, "catalog", "subject", "at"),
)
"""``Decision.changes``; ``old`` and ``new`` are JSON."""

alerts = Table(
    "alerts",
    metadata,
    Column("seq", Integer, primary_key=True),
    _catalog(),
    Column("id", String, nullable=False),
    Column("rule", String, nullable=False),
    Column("subject", String, nullable=False),
    Column("status", String, nullable=False),
    Column("is_level", Boolean, nullable=False),
    Column("at", Moment, nullable=False),
    Column("told_at", Moment, nullable=False),
    Column("body", Text, nullable=False),
    _seal(),
    Index(None, "id"),
    Index(None, "catalog", "told_at"),
    Index(None, "catalog", "rule", "subject"),
)
"""``Decision.alerts``; a level fires and resolves under one ``id``. ``body`` is the wire form."""

suppressed = Table(
    "suppressed",
    metadata,
    Column("id", Integer, primary_key=True),
    _catalog(),
    Column("at", Moment, nullable=False),
    Column("gate", String, nullable=False),
    Column("rule", String),
    Column("subject", String, nullable=False),
    Column("field", String),
    Column("reason", Text, nullable=False),
    _seal(),
    Index(None, "catalog", "at"),
    Index(None, "catalog", "subject", "at"),
)
"""``Decision.suppressed``, kept a week."""

refusals = Table(
    "refusals",
    metadata,
    Column("id", Integer, primary_key=True),
    _catalog(),
    Column("at", Moment, nullable=False),
    Column("surface", String, nullable=False),
    Column("reason", Text, nullable=False),
    Column("held", Boolean, nullable=False),
    _seal(),
    Index(None, "catalog", "at"),
)
"""``Decision.refused``."""

outbox = Table(
    "outbox",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("receiver", String, nullable=False),
    Column("target", String, nullable=False),
    Column("rule", String, nullable=False),
    Column("notification", Text, nullable=False),
    Column("state", String, nullable=False),
    Column("queued_at", Moment, nullable=False),
    Column("next_at", Moment),
    Column("settled_at", Moment),
    Column("token", String),
    Column("lease_until", Moment),
    Column("attempts", Integer, nullable=False),
    Column("possible_repeat", Boolean, nullable=False),
    _seal(),
    Index(None, "receiver", "target", "state", "next_at"),
    Index(None, "state"),
)
"""One row per notification and target. ``next_at`` is when it is due, None when all is done."""

attempts = Table(
    "attempts",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("row", ForeignKey("outbox.id"), nullable=False),
    Column("started_at", Moment, nullable=False),
    Column("ended_at", Moment, nullable=False),
    Column("outcome", String, nullable=False),
    Column("detail", Text, nullable=False),
    Column("state", String, nullable=False),
    Column("next_at", Moment),
    _seal(),
    Index(None, "row"),
)
"""Every try of an outbox row."""

pauses = Table(
    "pauses",
    metadata,
    Column("receiver", String, primary_key=True),
    Column("target", String, primary_key=True),
    Column("since", Moment, nullable=False),
    Column("next_at", Moment, nullable=False),
    Column("reason", Text, nullable=False),
    _seal(),
)
"""Lanes that wait because their target is at fault; what is queued for them meanwhile waits too."""

stamps = Table("alembic_version", MetaData(), Column("version_num", String, primary_key=True))
"""Alembic's own table, which holds the revision; apart, as it is Alembic's to create when it upgrades."""
