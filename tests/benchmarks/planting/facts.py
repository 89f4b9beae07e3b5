"""Truths about facts: one fact of a model, an endpoint or a provider becomes another."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, time, timedelta

from tests.benchmarks.planting.calm import offers_of
from tests.benchmarks.planting.day import Body, Day
from tests.benchmarks.planting.truth import Due, Span, Truth

POLICIES = {"training": "training", "retainsPrompts": "retains_prompts", "canPublish": "can_publish"}
"""A provider's policies as the recordings spell them, and as alerts do."""

REMINDERS = (timedelta(days=30), timedelta(days=7), timedelta(days=1))
"""How long before the date a deprecation reminds of it."""


def policy_flipped(day: Day, provider: Body, policy: str, span: Span) -> Truth:
    """Return the truth that a provider does what it did not with prompts, or the reverse, for a while."""
    slug, other = provider["slug"], not provider["dataPolicy"][policy]

    def plant(poll: Body) -> None:
        _provider(poll, slug)["dataPolicy"][policy] = other

    flips = [place for place in span if place < len(day)]
    due = (
        Due("data-policy-flip", slug, POLICIES[policy], day.times[place], day.times[place]) for place in flips
    )
    return Truth(kind="data policies flip", subject=slug, spans=(span,), plant=plant, due=tuple(due))


def terms_changed(day: Day, slug: str, begins: int) -> Truth:
    """Return the truth that a provider has another privacy page from some poll on."""

    def plant(poll: Body) -> None:
        row = _provider(poll, slug)
        page = "https://planted.example/privacy"
        if "dataPolicy" in row:
            row["dataPolicy"]["privacyPolicyURL"] = page
        else:
            row["privacy_policy_url"] = page

    at = day.times[begins]
    due = (Due("terms-changed", slug, "privacy_policy_url", at, at),)
    return Truth(kind="terms change", subject=slug, spans=(Span(begins, len(day)),), plant=plant, due=due)


def tools_lost(day: Day, model: str, begins: int) -> Truth:
    """Return the truth that a model and its endpoints take no tools from some poll on."""

    def change(row: Body) -> None:
        row["supported_parameters"] = [each for each in row["supported_parameters"] if each != "tools"]

    names = {"kind": "tools are lost", "rule": "capability-lost", "field": "supported_parameters"}
    return _changed(day, model, begins, change, **names)


def context_halved(day: Day, model: str, begins: int) -> Truth:
    """Return the truth that a model and its endpoints take half the context from some poll on."""

    def change(row: Body) -> None:
        row["context_length"] = row["context_length"] // 2

    names = {"kind": "contexts shrink", "rule": "context-change", "field": "context_length"}
    return _changed(day, model, begins, change, **names)


def bits_lost(day: Day, model: str, tag: str, begins: int) -> Truth:
    """Return the truth that an endpoint keeps fp8 from some poll on."""

    def plant(poll: Body) -> None:
        for offer in offers_of(poll, model):
            if offer["tag"] == tag:
                offer["quantization"] = "fp8"

    at = day.times[begins]
    due = (Due("quantization-downgrade", f"{model} @ {tag}", "quantization", at, at),)
    return Truth(
        kind="endpoints lose bits", subject=model, spans=(Span(begins, len(day)),), plant=plant, due=due
    )


def alias_pointed_elsewhere(day: Day, alias: str, target: str, begins: int) -> Truth:
    """Return the truth that an alias is another model from some poll on, and costs what that one does."""

    def plant(poll: Body) -> None:
        row, model = _model(poll, alias), _model(poll, target)
        row |= {name: model[name] for name in ("pricing", "context_length", "supported_parameters")}
        row["alias_target"] = {"name": model["name"], "slug": target}
        if alias in poll["endpoints"] and target in poll["endpoints"]:
            poll["endpoints"][alias]["data"]["endpoints"] = list(offers_of(poll, target))

    at = day.times[begins]
    due = (Due("alias-retargeted", alias, "alias_target", at, at),)
    return Truth(
        kind="aliases point elsewhere", subject=alias, spans=(Span(begins, len(day)),), plant=plant, due=due
    )


def end_announced(day: Day, model: str, ends: date, begins: int) -> Truth:
    """Return the truth that a model has a date of its end from some poll on; reminders of it follow."""

    def plant(poll: Body) -> None:
        _model(poll, model)["expiration_date"] = ends.isoformat()

    at = day.times[begins]
    due = (
        Due("deprecation", model, "expires", at, at),
        *(Due("deprecation", model, "expires", told, told) for told in _reminders(day, ends, begins)),
    )
    return Truth(
        kind="ends are announced", subject=model, spans=(Span(begins, len(day)),), plant=plant, due=due
    )


def _reminders(day: Day, ends: date, begins: int) -> Iterator[datetime]:
    """Yield the polls that must remind of a date: the first of each time not past at its first sight."""
    midnight = datetime.combine(ends, time(0), tzinfo=UTC)
    for ahead in REMINDERS:
        due = midnight - ahead
        if day.times[begins] < due:
            yield from [at for at in day.times if due <= at <= midnight][:1]


def _changed(
    day: Day, model: str, begins: int, change: Callable[[Body], None], *, kind: str, rule: str, field: str
) -> Truth:
    def plant(poll: Body) -> None:
        change(_model(poll, model))
        for offer in offers_of(poll, model):
            change(offer)

    at = day.times[begins]
    due = (Due(rule, model, field, at, at),)
    return Truth(kind=kind, subject=model, spans=(Span(begins, len(day)),), plant=plant, due=due)


def _model(poll: Body, model: str) -> Body:
    return next(row for row in poll["models"]["data"] if row["id"] == model)


def _provider(poll: Body, slug: str) -> Body:
    return next(row for row in poll["providers"]["data"] if row["slug"] == slug)
