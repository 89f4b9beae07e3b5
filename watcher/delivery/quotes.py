"""Quotes: what may be repeated of an answer without giving a secret away."""

from __future__ import annotations

import re
from urllib.parse import unquote

QUOTABLE = re.compile(r"[A-Za-z0-9_ .,;:'()\[\]<>@#-]{1,120}")
SHORTEST_SECRET = 4


def quotable(answer: str, url: str, label: str) -> str:
    """Return the first line of an answer, or nothing where it is long, odd or repeats a part of the URL.

    A server's error page likes to name the path it did not find, and the path is the token.
    """
    line = answer.strip().partition("\n")[0].strip()
    if not QUOTABLE.fullmatch(line):
        return ""
    parts = {part for text in (url, unquote(url)) for part in re.split(r"[/@:?&=#,+\s]", text)}
    secrets = (part for part in parts if len(part) >= SHORTEST_SECRET and part not in label)
    return "" if any(secret in line for secret in secrets) else line
