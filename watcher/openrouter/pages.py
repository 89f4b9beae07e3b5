"""Pages: the list of models put together, and checked against upstream's own count."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping

import httpx

from watcher.openrouter.addresses import joined, stays
from watcher.openrouter.answers import Answer, Unanswered

Get = Callable[[httpx.URL], Awaitable[Answer | Unanswered]]


async def gather(get: Get, first: httpx.URL, most: int) -> Answer | Unanswered:
    """Return the list with all its pages as one document, or why it is not whole.

    ``total_count`` stays what the first page said. At most ``most`` pages are followed.
    """
    answer = await get(first)
    if isinstance(answer, Unanswered) or _next(answer.body) is None:
        return answer
    whole, here, seen = answer.body, first, {first}
    rows = _rows(whole)
    while (link := _next(answer.body)) is not None:
        target = _target(here, link)
        if target is None or target in seen or len(seen) >= most:
            return Unanswered(f"page {len(seen) + 1} of the list leads astray")
        here = target
        seen.add(here)
        answer = await get(here)
        if isinstance(answer, Unanswered):
            return Unanswered(f"page {len(seen)}: {answer.reason}", answer.status)
        rows = rows + _rows(answer.body)
    return Answer({**whole, "data": rows, "links": {"next": None}})


async def checked(get: Get, count: httpx.URL, whole: Answer, previous: int | None) -> Answer:
    """Return the list, with ``total_count`` from ``/models/count`` where the list alone cannot be trusted.

    That is so when it names no count, or has fewer rows than ``previous``, the last believed one. The judge
    of the list compares; a count that is not answered changes nothing.
    """
    listed = len(_rows(whole.body))
    if "total_count" in whole.body and (previous is None or listed >= previous):
        return whole
    answer = await get(count)
    data = answer.body.get("data") if isinstance(answer, Answer) else None
    counted = data.get("count") if isinstance(data, Mapping) else None
    if not isinstance(counted, int) or counted == listed == whole.body.get("total_count"):
        return whole
    return Answer({**whole.body, "total_count": counted})


def _next(body: Mapping[str, object]) -> str | None:
    links = body.get("links")
    link = links.get("next") if isinstance(links, Mapping) else None
    return link if isinstance(link, str) and link else None


def _rows(body: Mapping[str, object]) -> list[object]:
    rows = body.get("data")
    return rows if isinstance(rows, list) else []


def _target(here: httpx.URL, link: str) -> httpx.URL | None:
    """Return the next page's URL; the documented example drops the parameter that lists every modality."""
    target = joined(here, link)
    if target is None or not stays(here, target):
        return None
    if "output_modalities" in target.params:
        return target
    return target.copy_merge_params({"output_modalities": "all"})
