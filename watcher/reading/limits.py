"""Limits: how much of an answer is read; many times the largest that were observed."""

from __future__ import annotations

MOST_ROWS = 20_000
"""Rows of a list (observed: 430 models)."""

MOST_OFFERS = 1_000
"""Endpoints of one model (observed: 32)."""

MOST_METERS = 64
"""Prices of one offer, or of one of its windows (observed: 14)."""

MOST_OVERRIDES = 100
"""Windows and tiers of one offer (observed: 8)."""

MOST_NAMES = 200
"""Entries of a list in a row, such as the supported parameters (observed: 31)."""

MOST_KEYS = 200
"""Upstream's own keys that are kept of a list (observed: 27)."""

LONGEST_KEY = 60
"""Characters of a key or a meter."""

LONGEST_ID = 200
LONGEST_TEXT = 500
LONGEST_SHOWN = 60
"""Characters of a value that a reason quotes."""
