"""Every row is sealed, the database has a passport, and readings share rosters and shrink to days."""

from __future__ import annotations

import hashlib
import zlib
from itertools import chain
from typing import Any

import orjson
import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"

SEALED = ("catalogs", "state", "changes", "alerts", "suppressed", "refusals", "outbox", "attempts", "pauses")


def upgrade() -> None:
    """Add the seals, and lay the readings out anew."""
    op.add_column("catalogs", _number("tally", server_default="0"))
    for table in SEALED:
        op.add_column(table, _seal())
    own = (_text("name"), _number("writes"), _number("shape"), _maybe("restored_at"))
    op.create_table("passport", _id(), *own, _seal())
    blob = sa.Column("members", sa.LargeBinary, nullable=False)
    op.create_table("rosters", _id(), _text("digest"), blob, _seal())
    op.create_index("ix_rosters_digest", "rosters", ["digest"])
    _lay_out_readings()
    op.create_table("days", _id(), _to("catalog", "catalogs"), _text("day"), *_readings(), _seal())
    op.create_index("ix_days_catalog_day", "days", ["catalog", "day"], unique=True)
    for table in ("state", *SEALED[2:], "rosters", "telemetry"):
        _seal_all(table)
    of_its_state = "SELECT coalesce(sum(seal), 0) FROM state WHERE state.catalog = catalogs.id"
    op.execute(f"UPDATE catalogs SET tally = ({of_its_state})")  # noqa: S608  # our own names
    _seal_all("catalogs")


def downgrade() -> None:
    """Refuse: an older watcher takes a backup of its own time."""
    raise NotImplementedError("restore a backup that the older version wrote")


def _lay_out_readings() -> None:
    bind = op.get_bind()
    op.rename_table("telemetry", "telemetry_0001")
    op.drop_index("ix_telemetry_catalog_at", "telemetry_0001")
    op.create_table("telemetry", _id(), _to("catalog", "catalogs"), _text("at"), *_readings(), _seal())
    op.create_index("ix_telemetry_catalog_at", "telemetry", ["catalog", "at"])
    rosters: dict[str, int] = {}
    old = bind.exec_driver_sql("SELECT id, catalog, at, readings FROM telemetry_0001 ORDER BY id")
    for number, catalog, at, readings in old:
        digest, keys, packed = _repacked(readings)
        if digest not in rosters:
            rosters[digest] = len(rosters) + 1
            bind.exec_driver_sql(
                "INSERT INTO rosters (id, digest, members) VALUES (?, ?, ?)", (rosters[digest], digest, keys)
            )
        bind.exec_driver_sql(
            "INSERT INTO telemetry (id, catalog, at, roster, readings) VALUES (?, ?, ?, ?, ?)",
            (number, catalog, at, rosters[digest], packed),
        )
    op.drop_table("telemetry_0001")


def _repacked(readings: bytes) -> tuple[str, bytes, bytes]:
    """Return the digest of who was read, their keys, and the readings, as readings.py has them since."""
    content = orjson.loads(zlib.decompress(readings))
    entries = sorted(
        zip(_rows(content["keys"]), _rows(content["columns"]), strict=True), key=lambda each: each[0]
    )
    names = orjson.dumps(_columns([key for key, _ in entries]))
    fields = content["fields"] if entries else []
    body = orjson.dumps({"fields": fields, "columns": _columns([values for _, values in entries])})
    return hashlib.blake2b(names, digest_size=16).hexdigest(), zlib.compress(names), zlib.compress(body)


def _rows(columns: list[list[Any]]) -> list[tuple[Any, ...]]:
    return list(zip(*columns, strict=True))


def _columns(rows: list[tuple[Any, ...]]) -> list[list[Any]]:
    return [list(column) for column in zip(*rows, strict=True)]


def _seal_all(table: str) -> None:
    bind = op.get_bind()
    known = [row[1] for row in bind.exec_driver_sql(f"PRAGMA table_info({table})")]
    kinds = {row[1]: row[2] for row in bind.exec_driver_sql(f"PRAGMA table_info({table})")}
    plain = [
        f'CAST("{name}" AS BLOB)' if kinds[name] in {"VARCHAR", "TEXT"} else f'"{name}"'
        for name in known[:-1]
    ]
    op.execute(f"UPDATE {table} SET seal = seal({', '.join(plain)})")  # noqa: S608  # our own names


def _readings() -> chain[sa.Column[Any]]:
    return chain((_to("roster", "rosters"),), (sa.Column("readings", sa.LargeBinary, nullable=False),))


def _seal() -> sa.Column[int]:
    return _number("seal", server_default="0")


def _id() -> sa.Column[int]:
    return sa.Column("id", sa.Integer, primary_key=True)


def _to(name: str, table: str) -> sa.Column[int]:
    return sa.Column(name, sa.Integer, sa.ForeignKey(f"{table}.id"), nullable=False)


def _text(name: str) -> sa.Column[str]:
    return sa.Column(name, sa.String, nullable=False)


def _maybe(name: str) -> sa.Column[str]:
    return sa.Column(name, sa.String, nullable=True)


def _number(name: str, **more: Any) -> sa.Column[int]:
    return sa.Column(name, sa.Integer, nullable=False, **more)
