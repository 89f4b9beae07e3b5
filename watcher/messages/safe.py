"""Safe text: what a catalog says, with nothing in it that a terminal, a phone or an eye would misread."""

from __future__ import annotations

INVISIBLE = frozenset(
    [
        *(0x034F, 0x115F, 0x1160, 0x17B4, 0x17B5, 0x2800, 0x3164, 0xFFA0),
        *range(0x180B, 0x1810),
        *range(0xFE00, 0xFE10),
        *range(0xE0100, 0xE01F0),
    ]
)
"""Code points that Unicode calls printable and that show nothing: fillers and variation selectors."""

ELLIPSIS = "…"
LAST_ASCII = 0x7F


def visible(text: object) -> str:
    r"""Return one line of text in which every character that does not show is written out.

    Control characters, terminal escapes, line breaks, right-to-left overrides, zero-width characters, odd
    spaces and lone surrogates become ``\x1b``, ``\u202e`` and the like. Applied twice it changes nothing.
    """
    line = str(text)
    if line.isascii() and line.isprintable():
        return line
    return "".join(_shown(character) for character in line)


def cut(text: str, limit: int) -> str:
    """Return the text, or its beginning with an ellipsis, in at most ``limit`` characters."""
    return text if len(text) <= limit else text[: max(limit - 1, 0)].rstrip() + ELLIPSIS


def _shown(character: str) -> str:
    point = ord(character)
    if character.isprintable() and point not in INVISIBLE:
        return character
    return (
        character.encode("unicode_escape").decode("ascii") if point > LAST_ASCII else ascii(character)[1:-1]
    )
