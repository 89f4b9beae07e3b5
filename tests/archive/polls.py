"""Polls as they are recorded, and files of them."""

from __future__ import annotations

import gzip
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import orjson
import zstandard

NOON = datetime(2026, 7, 6, 12, 0, tzinfo=UTC)


def after(minutes: float) -> datetime:
    return NOON + timedelta(minutes=minutes)


def poll(minutes: float = 0, **changes: Any) -> dict[str, Any]:
    bodies = {
        "generated": after(minutes).isoformat(),
        "models": {"data": [{"id": "z-ai/glm-5.2", "pricing": {"prompt": "1", "completion": "2"}}]},
        "providers": {"data": [{"slug": "novita", "name": "Novita", "terms_of_service_url": None}]},
        "endpoints": {
            "z-ai/glm-5.2": {"data": {"endpoints": [{"tag": "novita", "pricing": {"prompt": "1"}}]}}
        },
    }
    return bodies | changes


def text(*polls: object) -> bytes:
    return b"".join(one if isinstance(one, bytes) else orjson.dumps(one) + b"\n" for one in polls)


def write(path: Path, *polls: object) -> Path:
    """Write polls (objects, or raw bytes) in the kind that the name asks for."""
    raw = text(*polls)
    if path.suffix == ".gz":
        raw = gzip.compress(raw, mtime=0)
    if path.suffix == ".zst":
        raw = zstandard.ZstdCompressor().compress(raw)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(raw)
    return path
