"""Repeats: a models body that stands in a line byte for byte as in the line before is not parsed again.

Upstream serves it from a cache: 57 to 69 % of consecutive bodies at 15 minutes are equal (observed), and they
are over a third of a poll.
"""

from __future__ import annotations

from collections.abc import Mapping

import orjson

from watcher.catalog.sheets import ModelsSheet

KEY = b'"models":'
PLACEHOLDER = b'"models":null'


class Repeats:
    """Remembers the models of the line before, as text and as read."""

    def __init__(self) -> None:
        """Start without a line before."""
        self._text = b""
        self._sheet: ModelsSheet | None = None

    def parsed(self, raw: bytes) -> object:
        """Return a line parsed; models that repeat are the ModelsSheet of the line before.

        Raises orjson.JSONDecodeError.
        """
        start = _start(raw)
        if not self._text or start < 0 or not raw.startswith(self._text, start):
            return orjson.loads(raw)
        try:
            poll = orjson.loads(raw[:start] + PLACEHOLDER + raw[start + len(self._text) :])
        except (
            orjson.JSONDecodeError
        ):  # the text did not end where the models end: its brackets are unbalanced
            return orjson.loads(raw)
        if not isinstance(poll, dict) or poll.get("models") is not None:
            return orjson.loads(raw)
        poll["models"] = self._sheet
        return poll

    def remember(self, raw: bytes, poll: Mapping[str, object], sheet: ModelsSheet | None) -> None:
        """Remember the models of a line; nothing when it is not plain where they begin and end.

        The text goes up to the key that follows in the poll.
        """
        if sheet is self._sheet:
            return
        self._text, self._sheet = b"", sheet
        keys = list(poll)
        start = _start(raw)
        if sheet is None or sheet.fault or start < 0 or keys[-1] == "models":
            return
        following = keys[keys.index("models") + 1]
        end = raw.find(f',"{following}":'.encode(), start)
        self._text = raw[start : max(end, start)]


def _start(raw: bytes) -> int:
    """Return where the poll's own key stands (no object opens before it), or -1."""
    start = raw.find(KEY)
    return -1 if b"{" in raw[1:start] else start
