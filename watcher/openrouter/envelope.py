"""The envelope: a document is ``{"data": …}``, an error ``{"error": …}``, and anything else is neither."""

from __future__ import annotations

import codecs
from collections.abc import Mapping

import orjson

from watcher.openrouter.answers import Answer, Unanswered

OK = 200
NOT_FOUND = 404
TOO_MANY = 429
UNAVAILABLE = 503
FAULTS = range(500, 600)
MARKUP = ("html", "xml")
LONGEST_MESSAGE = 200


def unwrap(status: int, content_type: str, body: bytes | bytearray) -> Answer | Unanswered:
    """Return the document of a response, or why it has none.

    A wrong path is answered with the site's HTML (observed), so both content type and envelope count. JSON
    is UTF-8 whatever the charset says; orjson refuses NaN, lone surrogates and endless nesting.
    """
    if status != OK:
        return _refusal(status, content_type, body)
    if _is_markup(content_type):
        return Unanswered(f"{_clean(content_type)} instead of JSON", status, page=True)
    document = _parsed(body)
    if not isinstance(document, dict):
        return Unanswered("no JSON" if document is None else "JSON without an envelope", status)
    if document.get("data") is not None:
        return Answer(document)
    return Unanswered(_message(document) or "JSON without data", status)


def unwrap_bare(status: int, content_type: str, body: bytes | bytearray) -> Answer | Unanswered:
    """Return the document of a response that may also be a bare list (the frontend's stats/app, observed)."""
    if status == OK and not _is_markup(content_type):
        document = _parsed(body)
        if isinstance(document, list):
            return Answer({"data": document})
    return unwrap(status, content_type, body)


def unwrap_plain(status: int, content_type: str, body: bytes | bytearray) -> Answer | Unanswered:
    """Return a document without an envelope under ``data``: JSON as a value, XML as its text."""
    if status != OK:
        return _refusal(status, content_type, body)
    if "html" in content_type.lower():
        return Unanswered(f"{_clean(content_type)} instead of a document", status, page=True)
    if _is_markup(content_type):
        return Answer({"data": body.decode("utf-8", "replace")})
    document = _parsed(body)
    return Unanswered("no JSON", status) if document is None else Answer({"data": document})


def _refusal(status: int, content_type: str, body: bytes | bytearray) -> Unanswered:
    markup = _is_markup(content_type)
    document = None if markup else _parsed(body)
    told = _message(document) if isinstance(document, dict) else None
    reason = f"{status}: {told or ('unknown' if status == NOT_FOUND else 'no answer')}"
    passing = status == TOO_MANY or status in FAULTS
    return Unanswered(reason, status, passing=passing, page=markup and status == NOT_FOUND)


def _is_markup(content_type: str) -> bool:
    return any(kind in content_type.lower() for kind in MARKUP)


def _parsed(body: bytes | bytearray) -> object:
    """Return the JSON value, or None where there is none (``null`` is as good as none)."""
    marked = body.startswith(codecs.BOM_UTF8)
    try:
        return orjson.loads(memoryview(body)[len(codecs.BOM_UTF8) :] if marked else body)
    except orjson.JSONDecodeError:
        return None


def _message(document: Mapping[str, object]) -> str | None:
    error = document.get("error")
    text = error.get("message") if isinstance(error, dict) else error
    return _clean(text) or None if isinstance(text, str) else None


def _clean(text: str) -> str:
    """Return foreign words fit for a log line: printable, on one line, short."""
    return "".join(sign if sign.isprintable() else " " for sign in text[:LONGEST_MESSAGE]).strip()
