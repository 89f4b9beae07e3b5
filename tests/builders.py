"""Builders: worlds, rules and stories in few words, for tests that read like sentences.

Prices are strings, in USD per token. Times are minutes after NOON where a number stands for one.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from enum import StrEnum
from typing import Any, NamedTuple, get_type_hints
from zoneinfo import ZoneInfo

from watcher.alerts.alert import Alert
from watcher.alerts.notification import Notification
from watcher.alerts.receiver import Receiver
from watcher.alerts.troubles import Troubles
from watcher.catalog.endpoint import Endpoint
from watcher.catalog.listing import FrontendOffer
from watcher.catalog.model import Model
from watcher.catalog.names import EndpointKey, ModelId, ProviderSlug, Surface
from watcher.catalog.policy import UNKNOWN_POLICY, DataPolicy
from watcher.catalog.price import Override, Tariff
from watcher.catalog.provider import Provider
from watcher.catalog.sheets import (
    AskedSheet,
    BadRow,
    EndpointsSheet,
    FrontendEndpointsSheet,
    FrontendOffers,
    Offers,
    Seen,
    Sheet,
)
from watcher.catalog.telemetry import Telemetry
from watcher.judgement.decide import decide
from watcher.judgement.decision import Change, Decision, Gate, Refusal, Suppressed
from watcher.judgement.state import State
from watcher.rules.events import EVENTS, LEVELS
from watcher.rules.level import Level
from watcher.rules.presets import PRESETS
from watcher.rules.rule import Condition, Rule
from watcher.rules.rulebook import DEFAULT_INTERVALS, Rulebook

NOON = datetime(2026, 7, 6, 12, 0, tzinfo=UTC)
US = Receiver(name="us", group_wait=timedelta(0), group_interval=timedelta(0))
TEXT = frozenset({"text"})
HOUR = timedelta(hours=1)


def minutes(count: float) -> timedelta:
    return timedelta(minutes=count)


def hours(count: float) -> timedelta:
    return timedelta(hours=count)


def days(count: float) -> timedelta:
    return timedelta(days=count)


def at(minute: float) -> datetime:
    return NOON + minutes(minute)


def tariff(
    prompt: str | None = "0.000001",
    completion: str | None = "0.000002",
    *,
    overrides: tuple[Override, ...] = (),
    **meters: str,
) -> Tariff:
    core = {"prompt": prompt, "completion": completion}
    priced = {name: Decimal(price) for name, price in (core | meters).items() if price is not None}
    return Tariff(meters=priced, overrides=overrides)


def window(start: int, end: int, **meters: str) -> Override:
    """Return a price between two UTC times (HHMM)."""
    priced = {name: Decimal(price) for name, price in meters.items()}
    return Override(utc_start=start, utc_end=end, meters=priced)


def model(
    name: str, /, *, prompt: str | None = "0.000001", completion: str | None = "0.000002", **facts: Any
) -> Model:
    """Return a text model; facts are a model's fields, ``tariff`` among them."""
    return Model(
        **{
            "id": ModelId(name),
            "name": name.rpartition("/")[2],
            "canonical_slug": None,
            "created": 1_780_000_000,
            "context_length": 128_000,
            "max_completion_tokens": None,
            "input_modalities": TEXT,
            "output_modalities": TEXT,
            "supported_parameters": frozenset({"tools", "temperature"}),
            "tariff": tariff(prompt, completion),
            "tokenizer": None,
            "hugging_face_id": None,
            "knowledge_cutoff": None,
            "expires": None,
            "moderated": False,
            "reasoning": None,
            "alias_target": None,
        }
        | facts
    )


def free(name: str, **facts: Any) -> Model:
    return model(name, prompt="0", completion="0", **facts)


class Offer(NamedTuple):
    """One endpoint with its reading."""

    endpoint: Endpoint
    telemetry: Telemetry


def endpoint(
    of: str,
    tag: str,
    *,
    prompt: str | None = "0.000001",
    completion: str | None = "0.000002",
    uptime: float | None = 99.9,
    latency: float | None = None,
    ordinal: int = 0,
    **facts: Any,
) -> Offer:
    """Return a provider's offer; the provider's name is the tag's first part in capitals."""
    usual: dict[str, Any] = {
        "key": EndpointKey(ModelId(of), tag, ordinal),
        "provider_name": tag.partition("/")[0].title(),
        "tariff": tariff(prompt, completion),
        "quantization": "bf16",
        "context_length": 128_000,
        "max_completion_tokens": None,
        "max_prompt_tokens": None,
        "supported_parameters": None,
        "implicit_caching": None,
        "service_tier": None,
    }
    record = Endpoint(**usual | facts)
    return Offer(record, Telemetry(uptime_5m=uptime, uptime_30m=uptime, uptime_1d=uptime, latency=latency))


def provider(slug: str, **facts: Any) -> Provider:
    return Provider(
        **{
            "slug": ProviderSlug(slug),
            "name": slug.title(),
            "privacy_policy_url": f"https://{slug}.example/privacy",
            "terms_of_service_url": f"https://{slug}.example/terms",
            "status_page_url": None,
            "headquarters": "US",
            "datacenters": None,
        }
        | facts
    )


def policy(**facts: Any) -> DataPolicy:
    return DataPolicy(**facts)


def private(**facts: Any) -> DataPolicy:
    """Return a policy under which nothing is kept and nothing trained on."""
    return replace(DataPolicy(training=False, retains_prompts=False, can_publish=False), **facts)


Listed = Sequence[Any] | Mapping[Any, Any] | Sheet[Any, Any]


def sheet(surface: Surface, rows: Listed | None, key: Callable[[Any], Any] = lambda row: row) -> Any:
    """Return a sheet of rows, a sheet as it is, or None for what was not swept."""
    if rows is None or isinstance(rows, Sheet):
        return rows
    if isinstance(rows, Mapping):
        return Sheet(surface=surface, rows=dict(rows))
    return Sheet(surface=surface, rows={key(row): row for row in rows})


def broken(surface: Surface = Surface.MODELS, fault: str = "HTTP 502") -> Sheet[Any, Any]:
    return Sheet(surface=surface, fault=fault)


def key(of: str, tag: str, ordinal: int = 0) -> EndpointKey:
    return EndpointKey(ModelId(of), tag, ordinal)


def offers(
    *listed: Offer,
    asked: Sequence[str] = (),
    unanswered: Mapping[str, str] | None = None,
    bad: Sequence[tuple[str, str | None]] = (),
) -> EndpointsSheet:
    """Return the endpoints of the models they name.

    ``asked`` are models that answered with none, ``unanswered`` those that did not; ``bad`` are (model, tag)
    of rows that could not be read.
    """
    by_model: dict[ModelId, list[Offer]] = {ModelId(name): [] for name in asked}
    for offer in listed:
        by_model.setdefault(offer.endpoint.key.model, []).append(offer)
    unreadable: dict[str, list[BadRow]] = {}
    for name, tag in bad:
        by_model.setdefault(ModelId(name), [])
        unreadable.setdefault(name, []).append(BadRow(id=tag, reason="no price"))
    return EndpointsSheet(
        rows={
            name: Offers(
                endpoints=tuple(offer.endpoint for offer in own),
                telemetry=tuple(offer.telemetry for offer in own),
                bad=tuple(unreadable.get(name, ())),
            )
            for name, own in by_model.items()
        },
        unanswered={ModelId(name): why for name, why in (unanswered or {}).items()},
    )


def backstage(
    listed: Mapping[EndpointKey, DataPolicy] | Sequence[FrontendOffer] | FrontendEndpointsSheet | None,
) -> FrontendEndpointsSheet | None:
    """Return the frontend's endpoints: as a sheet, as offers, or as plain ones with the given policies."""
    if listed is None or isinstance(listed, AskedSheet):
        return listed
    if isinstance(listed, Mapping):
        listed = [
            frontend_offer(endpoint(one.model, one.tag, ordinal=one.ordinal), said)
            for one, said in listed.items()
        ]
    rows: dict[ModelId, list[FrontendOffer]] = {}
    for one in listed:
        rows.setdefault(one.endpoint.key.model, []).append(one)
    return AskedSheet(
        surface=Surface.FRONTEND_ENDPOINTS,
        rows={model: FrontendOffers(offers=tuple(own)) for model, own in rows.items()},
    )


def frontend_offer(
    offer: Offer, policy: DataPolicy = UNKNOWN_POLICY, uuid: str | None = None, **readings: float
) -> FrontendOffer:
    """Return an endpoint as the frontend lists it."""
    return FrontendOffer(
        uuid=uuid,
        endpoint=offer.endpoint,
        policy=policy,
        telemetry=Telemetry(**readings),  # type: ignore[arg-type]
    )


def seen(
    moment: float | datetime,
    *,
    models: Listed | None = None,
    endpoints: Sequence[Offer] | EndpointsSheet | None = None,
    providers: Listed | None = None,
    policies: Listed | None = None,
    endpoint_policies: Mapping[EndpointKey, DataPolicy] | FrontendEndpointsSheet | None = None,
    zdr: Listed | None = None,
) -> Seen:
    """Return a poll of the surfaces that are given, as rows or as a whole sheet."""
    members = zdr if zdr is None or isinstance(zdr, Sheet) else dict.fromkeys(zdr)
    listed = endpoints if endpoints is None or isinstance(endpoints, EndpointsSheet) else offers(*endpoints)
    return Seen(
        at=moment if isinstance(moment, datetime) else at(moment),
        models=sheet(Surface.MODELS, models, lambda row: row.id),
        providers=sheet(Surface.PROVIDERS, providers, lambda row: row.slug),
        policies=sheet(Surface.FRONTEND, policies),
        frontend_endpoints=backstage(endpoint_policies),
        zdr=sheet(Surface.ZDR, members),
        endpoints=listed,
    )


def rule(use: str, **written: Any) -> Rule:
    """Return a rule that uses a preset, as the configuration makes it of its parameters."""
    kind = PRESETS[use]
    own = get_type_hints(kind)
    preset = kind(**{name: _typed(own[name], value) for name, value in written.items() if name in own})
    common = {name: value for name, value in written.items() if name not in own}
    bare = Rule(
        name=preset.NAME,
        use=preset.NAME,
        severity=preset.SEVERITY,
        better_severity=None if "severity" in common else preset.BETTER_SEVERITY,
        watches=preset.watches(),
        levels=preset.levels(),
        lasting=preset.LASTING,
        remind=getattr(preset, "remind", ()),
        trouble_after=getattr(preset, "after", None),
    )
    return replace(bare, **common)


def _typed(kind: Any, value: Any) -> Any:
    return kind(value) if isinstance(kind, type) and issubclass(kind, StrEnum) else value


def when(event: str, **written: Any) -> Rule:
    """Return a rule of the general form about an event."""
    return replace(Rule(name=event, watches=(EVENTS[event],)), **written)


def while_(event: str, *, recover: float, keep: timedelta = HOUR, **written: Any) -> Rule:
    """Return a rule of the general form about a level, with ``below`` or ``above``."""
    kind, quantity = LEVELS[event]
    threshold = {name: written.pop(name) for name in ("below", "above") if name in written}
    level = Level(
        kind=kind, event=event, quantity=quantity, recover=recover, keep_firing_for=keep, **threshold
    )
    return replace(Rule(name=event, levels=(level,)), **written)


@dataclass(frozen=True, slots=True, kw_only=True)
class Clause:
    """A working fake of a compiled ``where``: any function of the variables."""

    source: str = "clause"
    verdict: Callable[[Mapping[str, object]], bool | None]

    def __call__(self, facts: Mapping[str, object]) -> bool | None:
        return self.verdict(facts)


def clause(verdict: Callable[[Mapping[str, object]], bool | None]) -> Condition:
    return Clause(verdict=verdict)


def rulebook(
    *rules: Rule,
    receivers: Sequence[Receiver] = (US,),
    confirm_after: timedelta = timedelta(minutes=15),
    timezone: str = "UTC",
    every: timedelta | None = None,
) -> Rulebook:
    """Return a rulebook; its one receiver is told at once unless others are given."""
    return Rulebook(
        rules=rules,
        receivers=tuple(receivers),
        confirm_after=confirm_after,
        intervals=DEFAULT_INTERVALS if every is None else dict.fromkeys(Surface, every),
        timezone=ZoneInfo(timezone),
    )


@dataclass(slots=True)
class Story:
    """Polls told one after the other, and all that came of them."""

    book: Rulebook
    state: State = field(default_factory=State)
    decisions: list[Decision] = field(default_factory=list)
    troubles: Troubles = field(default_factory=dict)

    def poll(self, moment: float | datetime, **surfaces: Any) -> Decision:
        """Judge one poll of the surfaces that are given."""
        one = seen(moment, **surfaces)
        return self.judge(one, one.at)

    def wait(self, moment: float | datetime) -> Decision:
        """Let time pass."""
        return self.judge(None, moment if isinstance(moment, datetime) else at(moment))

    def judge(self, one: Seen | None, now: datetime) -> Decision:
        decision = decide(self.state, one, self.book, now, troubles=self.troubles)
        self.state = decision.state
        self.decisions.append(decision)
        return decision

    @property
    def alerts(self) -> list[Alert]:
        return [alert for decision in self.decisions for alert in decision.alerts]

    @property
    def notifications(self) -> list[Notification]:
        return [notification for decision in self.decisions for notification in decision.notifications]

    @property
    def suppressed(self) -> list[Suppressed]:
        return [item for decision in self.decisions for item in decision.suppressed]

    @property
    def changes(self) -> list[Change]:
        return [change for decision in self.decisions for change in decision.changes]

    @property
    def refused(self) -> list[Refusal]:
        return [refusal for decision in self.decisions for refusal in decision.refused]

    @property
    def gates(self) -> list[Gate]:
        return [item.gate for item in self.suppressed]

    @property
    def told(self) -> list[tuple[str, str]]:
        """What was told, as (event, subject)."""
        return [(alert.event, alert.subject) for alert in self.alerts]

    @property
    def moves(self) -> list[tuple[str, object, object]]:
        """What was told, as (subject, old, new)."""
        return [(alert.subject, alert.old, alert.new) for alert in self.alerts]
