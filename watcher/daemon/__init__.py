"""The daemon: where the technology meets the judgement, and the rhythm of it all."""

from __future__ import annotations

import sys


def _spare_rich() -> None:
    """Let structlog be imported without rich, which it takes where a development tool brought it.

    That is 0.1 s and 4 MB for tracebacks in colour, which we never print. None in ``sys.modules`` is Python's
    own word for "there is none".
    """
    if "structlog" in sys.modules or "rich" in sys.modules:
        return
    sys.modules["rich"] = None  # type: ignore[assignment]  # typeshed does not know this documented use
    try:
        import structlog  # noqa: F401, PLC0415  # the function is about this import
    finally:
        del sys.modules["rich"]


_spare_rich()
