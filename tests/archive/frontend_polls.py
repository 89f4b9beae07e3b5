"""Recorded polls of the frontend, and what upstream does to its bodies now and then.

The one truth of the two recorded days: AtlasCloud began to retain prompts, by its own record and by 31 of its
endpoints.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from copy import deepcopy
from datetime import UTC, datetime, timedelta
from typing import Any

import orjson

from tests.builders import Story, rule, rulebook
from watcher.alerts.alert import Alert
from watcher.archive.recorded import seen_of
from watcher.reading.reader import Reader

Poll = dict[str, Any]
Change = Callable[[Poll], None]
FLIPS = rule(
    "data-policy-flip",
    fields=(
        "training",
        "retains_prompts",
        "retention_days",
        "can_publish",
        "requires_user_ids",
        "trains_openrouter",
    ),
)
ATLAS = ("atlas-cloud", "retains_prompts", False, True)


def told(*polls: bytes | Poll, every: timedelta = timedelta(days=1)) -> list[Alert]:
    """Return what the policy rule tells of some polls, a day apart unless said otherwise."""
    story = Story(rulebook(FLIPS, every=every))
    reader = Reader()
    for number, poll in enumerate(polls):
        body = orjson.loads(poll) if isinstance(poll, bytes) else deepcopy(poll)
        at = datetime(2026, 7, 28, 12, tzinfo=UTC) + every * number
        story.judge(seen_of(body, at, reader), at)
    return story.alerts


def flips(alerts: list[Alert]) -> list[tuple[str, str | None, object, object]]:
    return [(alert.subject, alert.field, alert.old, alert.new) for alert in alerts]


def changed(day: bytes, *changes: Change) -> Poll:
    poll: Poll = orjson.loads(day)
    for change in changes:
        change(poll)
    return poll


def providers(poll: Poll) -> Iterator[Poll]:
    yield from poll["frontend_providers"]["data"]


def endpoints(poll: Poll) -> Iterator[Poll]:
    for body in poll["frontend_endpoints"].values():
        yield from (body or {}).get("data", ())


def policies(poll: Poll) -> Iterator[Poll]:
    """Yield every policy of a poll, of providers and of endpoints."""
    yield from (row["dataPolicy"] for row in providers(poll))
    yield from (row["data_policy"] for row in endpoints(poll))


def without(*names: str) -> Change:
    def change(poll: Poll) -> None:
        for policy in policies(poll):
            for name in names:
                policy.pop(name, None)

    return change


def everywhere(**values: object) -> Change:
    def change(poll: Poll) -> None:
        for policy in policies(poll):
            policy.update(values)

    return change


def grown(poll: Poll) -> None:
    """Add the field that 68 of 71 providers got in one poll of July."""
    for policy in policies(poll):
        policy.setdefault("requiresUserIDs", False)


def as_text(poll: Poll) -> None:
    for policy in policies(poll):
        for name, value in policy.items():
            policy[name] = str(value).lower() if isinstance(value, bool) else value


def nested(poll: Poll) -> None:
    """Give every policy the form of May 2025: what is not a paid model's alone stays outside."""
    for policy in policies(poll):
        flat = {
            name: policy.pop(name)
            for name in ("training", "retainsPrompts", "retentionDays")
            if name in policy
        }
        policy["paidModels"] = flat
        policy["freeModels"] = {**flat, "training": True}
    for row in endpoints(poll):
        if row["variant"] == "free":
            row["data_policy"]["freeModels"] = row["data_policy"]["paidModels"]


def other_ids(poll: Poll) -> None:
    for row in endpoints(poll):
        row["id"] = f"other-{row['id']}"


def other_tags(poll: Poll) -> None:
    for row in endpoints(poll):
        row["provider_slug"] += "/turbo"


def half_the_rows(poll: Poll) -> None:
    poll["frontend_providers"]["data"] = poll["frontend_providers"]["data"][:60]
    for body in poll["frontend_endpoints"].values():
        if body:
            body["data"] = body["data"][::2] or body["data"]


def without_the_other_half(poll: Poll) -> None:
    kept = list(poll["frontend_endpoints"].items())[::2]
    poll["frontend_endpoints"] = dict(kept)


def reversed_rows(poll: Poll) -> None:
    poll["frontend_providers"]["data"].reverse()
    for body in poll["frontend_endpoints"].values():
        if body:
            body["data"].reverse()


def absent(name: str) -> Change:
    return lambda poll: poll.pop(name)


def answering(name: str, body: object) -> Change:
    def change(poll: Poll) -> None:
        poll[name] = deepcopy(body)

    return change


def all_endpoints(body: object) -> Change:
    def change(poll: Poll) -> None:
        poll["frontend_endpoints"] = dict.fromkeys(poll["frontend_endpoints"], body)

    return change


def shown_no_more(poll: Poll) -> None:
    for row in endpoints(poll):
        row["data_policy"] = None


HTML = "<!doctype html><title>404</title>"
DEAD = {"error": {"code": 503, "message": "Service unavailable"}}


def nested_for(every: int) -> Change:
    """Give every so-manieth provider and endpoint the form of May 2025."""

    def change(poll: Poll) -> None:
        rows = [row["dataPolicy"] for row in providers(poll)][::every]
        mine = list(endpoints(poll))[1::every]
        for policy in (*rows, *(row["data_policy"] for row in mine)):
            flat = {name: policy.pop(name) for name in NESTED if name in policy}
            policy |= {"paidModels": flat, "freeModels": flat}

    return change


NESTED = ("training", "retainsPrompts", "retentionDays")


def without_provider(*slugs: str) -> Change:
    def change(poll: Poll) -> None:
        poll["frontend_providers"]["data"] = [row for row in providers(poll) if row["slug"] not in slugs]

    return change


def renamed(old: str, new: str) -> Change:
    def change(poll: Poll) -> None:
        for policy in policies(poll):
            if old in policy:
                policy[new] = policy.pop(old)

    return change


def without_policy(slug: str) -> Change:
    def change(poll: Poll) -> None:
        for row in providers(poll):
            if row["slug"] == slug:
                row["dataPolicy"] = None

    return change


def without_own_policy(slug: str) -> Change:
    def change(poll: Poll) -> None:
        for row in endpoints_of(poll, slug):
            row["data_policy"] = None

    return change


def without_any_policy(poll: Poll) -> None:
    for row in providers(poll):
        row["dataPolicy"] = None


def dead(poll: Poll) -> None:
    """Let both addresses answer 404."""
    poll["frontend_providers"] = None
    poll["frontend_endpoints"] = dict.fromkeys(poll["frontend_endpoints"])


def of_provider(slug: str, **values: object) -> Change:
    def change(poll: Poll) -> None:
        for row in providers(poll):
            if row["slug"] == slug:
                row["dataPolicy"] |= values

    return change


def of_endpoints(slug: str, count: int, **values: object) -> Change:
    """Change the own policies of the first so many endpoints of a provider."""

    def change(poll: Poll) -> None:
        rows = list(endpoints_of(poll, slug))[:count]
        assert len(rows) == count
        for row in rows:
            row["data_policy"] |= values

    return change


def endpoints_of(poll: Poll, slug: str) -> Iterator[Poll]:
    return (row for row in endpoints(poll) if row["provider_slug"].partition("/")[0] == slug)
