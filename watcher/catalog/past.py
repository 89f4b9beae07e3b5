"""The past as upstream tells it: listed prices with their instants, and uptimes by the day and hour."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import NamedTuple


class PricePoint(NamedTuple):
    """From ``at`` (UTC) on this is the price in USD per unit; None: no longer charged or listed.

    A point in the future is a change that was announced.
    """

    at: datetime
    price: Decimal | None


class UptimePoint(NamedTuple):
    """The uptime (percent 0-100) of the hour or day that began at ``at`` (UTC); None: nobody asked."""

    at: datetime
    uptime: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class PriceSeries:
    """The listed prices of one endpoint since it was first listed, oldest first, for each meter.

    ``provider`` is the slug; the frontend names no tag here, the ``uuid`` joins. ``scheduled`` says that the
    clock moves them.
    """

    uuid: str
    provider: str | None
    provider_name: str | None
    meters: Mapping[str, tuple[PricePoint, ...]]
    scheduled: bool = False
