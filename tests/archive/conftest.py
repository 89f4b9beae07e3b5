from __future__ import annotations

import gzip
from pathlib import Path

import orjson
import pytest


@pytest.fixture(scope="session")
def whole_days(recordings: Path) -> tuple[bytes, bytes]:
    """Give the two days, whole."""
    first, second = (
        gzip.decompress((recordings / "frontend-2026" / f"2026-07-{day}.json.gz").read_bytes())
        for day in (28, 29)
    )
    return first, second


@pytest.fixture(scope="session")
def days(whole_days: tuple[bytes, bytes]) -> tuple[bytes, bytes]:
    """Give the two days with AtlasCloud's models and a sixth of the others, which is quicker."""
    first, second = map(orjson.loads, whole_days)
    slim = {asked for asked, body in first["frontend_endpoints"].items() if "AtlasCloud" in str(body)}
    slim.update(list(first["frontend_endpoints"])[::6])
    for day in (first, second):
        kept = {asked: body for asked, body in day["frontend_endpoints"].items() if asked in slim}
        day["frontend_endpoints"] = kept
        day["frontend_catalog"]["data"] = [
            row for row in day["frontend_catalog"]["data"] if f"{row['permaslug']}|standard" in slim
        ]
    return orjson.dumps(first), orjson.dumps(second)
