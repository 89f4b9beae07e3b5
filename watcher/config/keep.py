"""Keep: how long each kind of record stays in the state."""

from __future__ import annotations

from datetime import timedelta
from typing import Annotated

from pydantic import Field

from watcher.catalog.retention import KEEP
from watcher.config.forms import Form
from watcher.config.written import DAYS_OR_FOREVER


class KeepSection(Form):
    """How long each kind of record is kept: a duration of a day or more, or forever."""

    telemetry: Annotated[timedelta | None, DAYS_OR_FOREVER] = Field(
        default=KEEP.telemetry,
        description="uptime, latency and throughput of each sweep; then one summary a day (90d)",
        json_schema_extra={"default": "90d"},
    )
    daily: Annotated[timedelta | None, DAYS_OR_FOREVER] = Field(
        default=KEEP.daily,
        description="those summaries",
        json_schema_extra={"default": "forever"},
    )
    changes: Annotated[timedelta | None, DAYS_OR_FOREVER] = Field(
        default=KEEP.changes,
        description="what `watcher history` lists",
        json_schema_extra={"default": "forever"},
    )
    alerts: Annotated[timedelta | None, DAYS_OR_FOREVER] = Field(
        default=KEEP.alerts,
        description="what was told, for `watcher explain`",
        json_schema_extra={"default": "forever"},
    )
    suppressed: Annotated[timedelta | None, DAYS_OR_FOREVER] = Field(
        default=KEEP.suppressed,
        description="what disturbed nobody, and the gate that stopped it",
        json_schema_extra={"default": "7d"},
    )
    refusals: Annotated[timedelta | None, DAYS_OR_FOREVER] = Field(
        default=KEEP.refusals,
        description="polls that were not believed",
        json_schema_extra={"default": "90d"},
    )
    outbox: Annotated[timedelta | None, DAYS_OR_FOREVER] = Field(
        default=KEEP.outbox,
        description="messages that are settled, with every try; what still waits is always kept",
        json_schema_extra={"default": "90d"},
    )
