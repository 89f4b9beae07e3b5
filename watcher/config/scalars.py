"""Scalars of YAML 1.2's core schema: which plain words are null, booleans or numbers; all others are text.

So ``no``, ``on`` and ``off`` are text, ``07:00`` is no number of sixtieths, and ``010`` is ten.
"""

from __future__ import annotations

import re

NULLS = frozenset({"", "~", "null", "Null", "NULL"})
TRUTHS = {"true": True, "True": True, "TRUE": True, "false": False, "False": False, "FALSE": False}
INTEGER = re.compile(r"[-+]?[0-9]+", re.ASCII)
OCTAL = re.compile(r"0o[0-7]+")
HEXADECIMAL = re.compile(r"0x[0-9a-fA-F]+")
FLOAT = re.compile(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?", re.ASCII)
INFINITE = re.compile(r"[-+]?\.(inf|Inf|INF)|\.(nan|NaN|NAN)")
LONGEST_NUMBER = 40
"""Longer runs of digits are no setting of ours; Python refuses to read the longest of them."""


def resolve(word: str) -> str | int | float | bool | None:
    """Return what a plain (unquoted) word means."""
    if word in NULLS:
        return None
    if word in TRUTHS:
        return TRUTHS[word]
    return word if len(word) > LONGEST_NUMBER else _number(word)


def _number(word: str) -> str | int | float:
    if INTEGER.fullmatch(word):
        return int(word)
    if OCTAL.fullmatch(word) or HEXADECIMAL.fullmatch(word):
        return int(word, 0)
    if FLOAT.fullmatch(word):
        return float(word)
    if INFINITE.fullmatch(word):
        return float(word.replace(".", "").lower())
    return word
