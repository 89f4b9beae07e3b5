"""The first schema: catalogs with their state and chronicle, and the outbox."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None


def upgrade() -> None:
    """Make every table."""
    op.create_table("catalogs", _id(), _text("base_url"), _number("version"), sa.UniqueConstraint("base_url"))
    _make_state()
    _make_chronicle()
    _make_outbox()


def downgrade() -> None:
    """Refuse: an older watcher takes a backup of its own time."""
    raise NotImplementedError("restore a backup that the older version wrote")


def _make_state() -> None:
    own = sa.PrimaryKeyConstraint("catalog", "part", "key")
    op.create_table("state", *_catalog(), _text("part"), _text("key"), _long("body"), own)
    blob = sa.Column("readings", sa.LargeBinary, nullable=False)
    op.create_table("telemetry", _id(), *_catalog(), _text("at"), blob)
    _index("telemetry", "catalog", "at")


def _make_chronicle() -> None:
    _make_changes()
    _make_alerts()
    gate = (_text("gate"), _maybe("rule"), _text("subject"), _maybe("field"), _long("reason"))
    op.create_table("suppressed", _id(), *_catalog(), _text("at"), *gate)
    _index("suppressed", "catalog", "at")
    _index("suppressed", "catalog", "subject", "at")
    op.create_table(
        "refusals", _id(), *_catalog(), _text("at"), _text("surface"), _long("reason"), _flag("held")
    )
    _index("refusals", "catalog", "at")


def _make_changes() -> None:
    names = [_text(name) for name in ("kind", "event", "subject", "uid")]
    where = [_maybe(name) for name in ("model", "provider", "endpoint", "field")]
    values = [_long(name) for name in ("old", "new")]
    op.create_table("changes", _id(), *_catalog(), _text("at"), _maybe("not_before"), *names, *where, *values)
    _index("changes", "catalog", "at")
    _index("changes", "catalog", "subject", "at")


def _make_alerts() -> None:
    names = [_text(name) for name in ("id", "rule", "subject", "status")]
    rest = (_flag("is_level"), _text("at"), _text("told_at"), _long("body"))
    op.create_table("alerts", _id("seq"), *_catalog(), *names, *rest)
    _index("alerts", "id")
    _index("alerts", "catalog", "told_at")
    _index("alerts", "catalog", "rule", "subject")


def _make_outbox() -> None:
    lane = [_text("receiver"), _text("target")]
    message = (_text("rule"), _long("notification"), _text("state"))
    times = (
        _text("queued_at"),
        _maybe("next_at"),
        _maybe("settled_at"),
        _maybe("token"),
        _maybe("lease_until"),
    )
    op.create_table("outbox", _id(), *lane, *message, *times, _number("attempts"), _flag("possible_repeat"))
    _index("outbox", "receiver", "target", "state", "next_at")
    _index("outbox", "state")
    row = sa.Column("row", sa.Integer, sa.ForeignKey("outbox.id", name="fk_attempts_row"), nullable=False)
    told = (
        _text("started_at"),
        _text("ended_at"),
        _text("outcome"),
        _long("detail"),
        _text("state"),
        _maybe("next_at"),
    )
    op.create_table("attempts", _id(), row, *told)
    _index("attempts", "row")
    own = sa.PrimaryKeyConstraint("receiver", "target")
    op.create_table(
        "pauses", _text("receiver"), _text("target"), _text("since"), _text("next_at"), _long("reason"), own
    )


def _id(name: str = "id") -> sa.Column[int]:
    return sa.Column(name, sa.Integer, primary_key=True)


def _catalog() -> tuple[sa.Column[int], ...]:
    return (sa.Column("catalog", sa.Integer, sa.ForeignKey("catalogs.id"), nullable=False),)


def _text(name: str) -> sa.Column[str]:
    return sa.Column(name, sa.String, nullable=False)


def _long(name: str) -> sa.Column[str]:
    return sa.Column(name, sa.Text, nullable=False)


def _maybe(name: str) -> sa.Column[str]:
    return sa.Column(name, sa.String, nullable=True)


def _number(name: str) -> sa.Column[int]:
    return sa.Column(name, sa.Integer, nullable=False)


def _flag(name: str) -> sa.Column[bool]:
    return sa.Column(name, sa.Boolean, nullable=False)


def _index(table: str, *columns: str) -> None:
    op.create_index(f"ix_{table}_{'_'.join(columns)}", table, columns)
