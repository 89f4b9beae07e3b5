"""Doubts: what a configuration may say but probably does not mean."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import time

from watcher.alerts.receiver import Receiver
from watcher.alerts.severity import Severity
from watcher.catalog.names import Kind, Surface
from watcher.catalog.policy import POLICY_FIELDS
from watcher.config.conditions import CelCondition
from watcher.config.durations import written
from watcher.config.part import Part
from watcher.config.problems import did_you_mean, one_of
from watcher.config.receivers import Delivery
from watcher.config.rule_values import kinds_of
from watcher.config.rules import PlacedRule
from watcher.config.settings import CatalogSettings, Frontend
from watcher.rules.presets.catalog_trouble import CatalogTrouble
from watcher.rules.rule import Rule, matches
from watcher.rules.rulebook import SLOW, Rulebook
from watcher.rules.vocabulary import variables

METERS = (
    "prompt", "completion", "request", "image", "image_token", "image_output", "audio", "audio_output",
    "input_audio_cache", "web_search", "internal_reasoning", "input_cache_read", "input_cache_write",
    "input_cache_write_1h",
)  # fmt: skip
"""The meters OpenRouter documents; it adds some now and then."""

FRONTEND_ONLY = frozenset(POLICY_FIELDS) - {"zdr"}
NEEDS_FRONTEND = frozenset({
    "provider.training", "provider.retains_prompts", "provider.retention_days",
    "endpoint.training", "endpoint.retains_prompts", "endpoint.retention_days",
})  # fmt: skip
OF_THE_PAGES = ("disabled", "deranked", "hidden", "announced.*", "app.*", "version.*", "warning", "promotion")
"""Facts that only the whole frontend shows."""
USE = frozenset({"tokens"})
NEEDS_USE = frozenset({"model.tokens_per_day", "model.requests_per_day"})
"""What a model does by the day, which only pages show."""
NEEDS_KEY = frozenset({"latency", "throughput", "endpoint.latency", "endpoint.throughput"})


def doubt(placed: Sequence[PlacedRule], deliveries: Sequence[Delivery], catalog: CatalogSettings) -> None:
    """Note what can never happen, or only later than a reader would think."""
    receivers = [delivery.receiver for delivery in deliveries]
    for item in placed:
        _doubt_policy(item, catalog.frontend)
        _doubt_pages(item, catalog.frontend)
        _doubt_clause(item, catalog)
        _doubt_key(item, catalog)
        _doubt_floor(item, receivers)
        _doubt_patience(item, catalog)
        _doubt_meters(item)
    for delivery in deliveries:
        _doubt_hours(delivery)
    _doubt_digests(placed, deliveries)
    _doubt_unused(placed, deliveries)


@dataclass(frozen=True, slots=True, kw_only=True)
class IdleGlob:
    """A glob of a rule that matches nothing; ``key`` is ``models`` or ``providers``."""

    rule: str
    key: str
    glob: str


def unmatched_globs(
    rulebook: Rulebook, models: Collection[str], providers: Collection[str] = ()
) -> tuple[IdleGlob, ...]:
    """Return the globs that match none of the known model ids and provider slugs.

    Where no ids of a kind are known, nothing is said about its globs.
    """
    scopes = (("models", models), ("providers", providers))
    return tuple(
        IdleGlob(rule=rule.name, key=key, glob=glob)
        for rule in rulebook.rules
        for key, known in scopes
        for glob in getattr(rule, key)
        if known and not any(matches((glob,), name) for name in known)
    )


def _what(part: Part) -> str:
    return "use" if part.has("use") else "when"


def _doubt_policy(item: PlacedRule, frontend: Frontend) -> None:
    """Who trains and who keeps is published by the frontend API only, by endpoint under ``all`` only."""
    watched = [watch for watch in item.rule.watches if FRONTEND_ONLY & set(watch.fields)]
    read = {Frontend.NONE: (), Frontend.POLICIES: (Kind.PROVIDER,), Frontend.ALL: tuple(Kind)}[frontend]
    if not watched or any(watch.kind in read for watch in watched):
        return
    blind = sorted({field for watch in watched for field in watch.fields if field in FRONTEND_ONLY})
    left = "; only zdr is left" if any("zdr" in watch.fields for watch in watched) else "; it can never fire"
    wanted = Frontend.POLICIES if any(watch.kind is Kind.PROVIDER for watch in watched) else Frontend.ALL
    message = f"needs {one_of(blind)}, which only `catalog.frontend: {wanted}` reads{left}"
    item.part.doubt(message, _what(item.part))


def _doubt_pages(item: PlacedRule, frontend: Frontend) -> None:
    """Note a rule about nothing but what upstream's own pages show: they are read under ``all`` only."""
    fields = [field for watch in item.rule.watches for field in watch.fields]
    fields += [level.quantity for level in item.rule.levels]
    if fields and set(fields) <= {*OF_THE_PAGES, *USE} and frontend is not Frontend.ALL:
        names = one_of([field.removesuffix(".*") for field in fields])
        message = f"needs {names}, which only `catalog.frontend: all` reads; it can never fire"
        item.part.doubt(message, _what(item.part))


def _doubt_clause(item: PlacedRule, catalog: CatalogSettings) -> None:
    clause = item.rule.where
    if not isinstance(clause, CelCondition):
        return
    unread = NEEDS_USE if catalog.frontend is not Frontend.ALL else frozenset[str]()
    unread |= NEEDS_FRONTEND if catalog.frontend is Frontend.NONE else frozenset()
    if clause.needs & unread:
        names = one_of(sorted(clause.needs & unread))
        item.part.doubt(
            f"is never true: `catalog.frontend: {catalog.frontend}` leaves {names} unknown", "where"
        )
    for kind, is_level in kinds_of(item.rule):
        lacking = clause.needs - variables(kind, is_level=is_level).keys()
        if lacking:
            item.part.doubt(f"is never true of {_one(kind)}, which has no {one_of(sorted(lacking))}", "where")


def _one(kind: Kind) -> str:
    return "an endpoint" if kind is Kind.ENDPOINT else f"a {kind}"


def _doubt_key(item: PlacedRule, catalog: CatalogSettings) -> None:
    if catalog.frontend is Frontend.ALL:
        return
    needed = {level.quantity for level in item.rule.levels} & NEEDS_KEY
    if isinstance(item.rule.where, CelCondition):
        needed |= item.rule.where.needs & NEEDS_KEY
    if needed and catalog.api_key is None:
        item.part.doubt(
            f"needs {one_of(sorted(needed))}, which only `catalog.api_key` or `catalog.frontend: all` adds",
            _what(item.part),
        )


def _told(rule: Rule, receivers: Sequence[Receiver]) -> list[Receiver]:
    return [receiver for receiver in receivers if not rule.notify or receiver.name in rule.notify]


def _doubt_floor(item: PlacedRule, receivers: Sequence[Receiver]) -> None:
    rule = item.rule
    most = max(rule.severity, rule.better_severity or Severity.INFO)
    floors = [receiver.min_severity for receiver in _told(rule, receivers)]
    if floors and min(floors) > most:
        message = (
            f"is {most.label}, and everyone it tells wants {min(floors).label} or more: nobody hears of it"
        )
        item.part.doubt(message, "severity" if item.part.has("severity") else _what(item.part))


def _doubt_patience(item: PlacedRule, catalog: CatalogSettings) -> None:
    if not item.rule.levels or not item.part.has("for"):
        return
    surface, named = Surface.ENDPOINTS, "`catalog.every.endpoints`"
    if {level.quantity for level in item.rule.levels} <= USE:
        surface, named = Surface.AUTHORS, f"`catalog.every.frontend` times {SLOW[Surface.AUTHORS]}"
    interval = catalog.every[surface]
    if item.rule.lasting < interval:
        item.part.doubt(f"is shorter than {named} ({written(interval)}): one reading meets it", "for")


def _doubt_meters(item: PlacedRule) -> None:
    fields = [field for watch in item.rule.watches for field in watch.fields]
    fields += [level.quantity for level in item.rule.levels]
    for meter in (field.removeprefix("pricing.") for field in fields if field.startswith("pricing.")):
        if meter != "*" and meter not in METERS:
            key = "meters" if item.part.has("meters") else "meter"
            item.part.doubt(f"OpenRouter documents no meter '{meter}'{did_you_mean(meter, METERS)}", key)


def _doubt_hours(delivery: Delivery) -> None:
    quiet, digest = delivery.receiver.quiet_hours, delivery.receiver.digest
    if quiet is not None and digest is not None and _is_within(digest.at, quiet.start, quiet.end):
        message = f"falls into the quiet hours, and leaves at their end ({quiet.end:%H:%M})"
        delivery.part.doubt(message, "digest", "at")


def _is_within(at: time, start: time, end: time) -> bool:
    return start <= at < end if start < end else at >= start or at < end


def _doubt_digests(placed: Sequence[PlacedRule], deliveries: Sequence[Delivery]) -> None:
    """Critical alerts that reach nobody but by a digest are probably not meant to wait."""
    receivers = [delivery.receiver for delivery in deliveries]
    rules = [item.rule for item in placed if item.rule.severity is Severity.CRITICAL]
    if not any(item.rule.use == CatalogTrouble.NAME for item in placed):
        rules.append(Rule(name=CatalogTrouble.NAME))
    late = {receiver.name for receiver in receivers if _waits(receiver)}
    waiting = [rule for rule in rules if all(found.name in late for found in _told(rule, receivers))]
    for delivery in deliveries:
        receiver = delivery.receiver
        if receiver.name in late and any(_told(rule, [receiver]) for rule in waiting):
            message = "critical alerts reach nobody before it; `except: critical` tells them at once"
            delivery.part.doubt(message, "digest")


def _waits(receiver: Receiver) -> bool:
    return receiver.digest is not None and receiver.digest.exempt is None


def _doubt_unused(placed: Sequence[PlacedRule], deliveries: Sequence[Delivery]) -> None:
    rules = [item.rule for item in placed]
    if not any(rule.use == CatalogTrouble.NAME for rule in rules):
        return
    for delivery in deliveries:
        if not any(_told(rule, [delivery.receiver]) for rule in rules):
            delivery.part.doubt("no rule tells it anything")
