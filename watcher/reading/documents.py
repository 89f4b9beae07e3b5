"""Documents: what upstream publishes about its API, the OpenAPI description and the changelog's feed."""

from __future__ import annotations

import hashlib
import html
import re
from collections.abc import Iterable, Iterator
from itertools import islice

import orjson

from watcher.catalog.names import Surface
from watcher.catalog.sheets import SchemaSheet
from watcher.catalog.usage import Document
from watcher.reading.asked import Reasons, answers
from watcher.reading.fields import part, text

OPENAPI = "openapi"
CHANGELOG = "changelog"
MOST_ENTRIES = 50
LONGEST_ENTRY = 200
LONGEST_FEED = 4_000_000
ITEM = re.compile(r"<item\b.*?</item>", re.DOTALL)
TITLE = re.compile(r"<title>(.*?)</title>", re.DOTALL)
CATEGORY = re.compile(r"<category>(.*?)</category>", re.DOTALL)
CDATA = re.compile(r"<!\[CDATA\[(.*?)\]\]>", re.DOTALL)


def documents(bodies: object, unanswered: Reasons) -> SchemaSheet:
    """Return the sheet of the bodies: ``openapi`` (parsed JSON) and ``changelog`` (the feed's text)."""

    def read(asked: str, body: object) -> Iterable[tuple[str, Document]] | None:
        document = _described(body) if asked == OPENAPI else _fed(body) if asked == CHANGELOG else None
        return None if document is None else ((asked, document),)

    return answers(Surface.SCHEMA, bodies, unanswered, read)


def _described(body: object) -> Document | None:
    """Return an OpenAPI description; equal ones have equal digests, in whichever order their keys stand."""
    if not isinstance(body, dict) or "openapi" not in body:
        return None
    version = text(part(body.get("info")).get("version"))
    return Document(digest=_digest(orjson.dumps(body, option=orjson.OPT_SORT_KEYS)), version=version)


def _fed(body: object) -> Document | None:
    """Return a feed's latest entries, each with its tags; read without an XML parser, which one can bomb."""
    if not isinstance(body, str) or "<rss" not in body[:1000]:
        return None
    entries = tuple(islice(_entries(body[:LONGEST_FEED]), MOST_ENTRIES))
    return Document(digest=_digest("\n".join(entries).encode()), entries=entries)


def _entries(feed: str) -> Iterator[str]:
    for item in ITEM.findall(feed):
        title = TITLE.search(item)
        if title is not None:
            tags = ", ".join(map(_plain, CATEGORY.findall(item)))
            yield (_plain(title[1]) + (f" [{tags}]" if tags else ""))[:LONGEST_ENTRY]


def _plain(written: str) -> str:
    return " ".join(html.unescape(CDATA.sub(r"\1", written)).split())


def _digest(content: bytes) -> str:
    return hashlib.blake2b(content, digest_size=8).hexdigest()
