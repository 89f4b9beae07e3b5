"""The pace at which the past is asked for."""

from __future__ import annotations

from datetime import timedelta

REST = timedelta(minutes=5)
LONG_REST = timedelta(hours=1)
"""So long a surface is left alone after nothing was answered."""

BATCH = 5
AN_HOUR_AT_MOST = BATCH * (LONG_REST // REST)
"""So many requests an hour one surface is asked for the past, whatever the plan leaves room for."""
