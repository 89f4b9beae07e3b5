"""Sections: the pydantic models of everything in the file but the rules."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import Field, PlainValidator, WithJsonSchema

from watcher.alerts.severity import Severity
from watcher.config.forms import Form
from watcher.config.settings import Frontend, Reload
from watcher.config.values import (
    Clock,
    Duration,
    Glob,
    Name,
    PositiveDuration,
    SecretText,
    SeverityWord,
    Span,
    Text,
    Truth,
    Weekday,
    Zone,
    member,
    whole,
)

FastestPerMinute = Annotated[
    int,
    PlainValidator(whole(1, 6000)),
    WithJsonSchema({"type": "integer", "minimum": 1, "maximum": 6000}),
]
FrontendWord = Annotated[
    Frontend, PlainValidator(member(Frontend, "frontend")), WithJsonSchema({"enum": list(Frontend)})
]
ReloadWord = Annotated[Reload, PlainValidator(member(Reload, "reload")), WithJsonSchema({"enum": list(Reload)})]


class EverySection(Form):
    """How often each surface is swept."""

    models: PositiveDuration | None = Field(None, description="/models: who is there, what it costs")
    endpoints: PositiveDuration | None = Field(None, description="/models/ID/endpoints: who serves it, and how well")
    providers: PositiveDuration | None = Field(None, description="/providers: names, terms, status pages")
    zdr: PositiveDuration | None = Field(None, description="/endpoints/zdr: who keeps nothing")
    frontend: PositiveDuration | None = Field(None, description="the frontend's data policies")


class CatalogSection(Form):
    """Which catalog is read, how often and how politely."""

    base_url: Text = Field("https://openrouter.ai", description="anything that speaks OpenRouter's API")
    api_key: SecretText = Field(None, description="optional: adds latency and throughput")
    api_key_file: Text | None = Field(None, description="a file that holds the key")
    every: EverySection = Field(EverySection(), description="how often each surface is swept")
    frontend: FrontendWord = Field(
        Frontend.POLICIES, description="who trains on prompts and keeps them is published only there"
    )
    max_requests_per_minute: FastestPerMinute = Field(240, description="never more requests than this")
    confirm_after: Duration | None = Field(None, description="how long an absence must last to be believed (15m)")
    archive: Text | None = Field(None, description="a directory that keeps every poll as it was answered")


class QuietHoursSection(Form):
    """A daily span in which messages are held; they are delivered later, never dropped."""

    start: Clock = Field(alias="from", description="held from this time of day")
    end: Clock = Field(alias="to", description="until this time of day, past midnight where it is earlier")
    exempt: SeverityWord | None = Field(
        None, alias="except", description="the least severity that is told all the same"
    )


class DigestSection(Form):
    """The time at which held messages leave together."""

    at: Clock = Field(description="time of day")
    on: Weekday | None = Field(None, description="weekly, on this day; daily if left out")
    exempt: SeverityWord | None = Field(
        None, alias="except", description="the least severity that is told at once"
    )


class NamedUrl(Form):
    """An Apprise URL with a name that may be shown."""

    url: SecretText = Field(description="the Apprise URL")
    name: Name | None = Field(None, description="what it is called in lists and logs")


class ReceiverSection(Form):
    """Who is told: exactly one of urls (and urls_file), webhook, file or console, and when they want to be."""

    urls: tuple[Any, ...] | None = None
    urls_file: Text | None = None
    webhook: SecretText = None
    webhook_file: Text | None = None
    secret: SecretText = None
    secret_file: Text | None = None
    file: Text | None = None
    console: Truth | None = None
    allow_private: Truth = False
    group_wait: Duration | None = None
    group_interval: Duration | None = None
    quiet_hours: QuietHoursSection | None = None
    digest: DigestSection | None = None
    min_severity: SeverityWord = Severity.INFO
    resolved: Truth = True
    all_quiet: Span | None = None


class Document(Form):
    """The whole file; the sections with models of their own are read by those."""

    models: Annotated[tuple[Glob, ...], Field(min_length=1)] = ("*",)
    timezone: Zone | None = None
    catalog: Any = None
    state: Text | None = None
    heartbeat: SecretText = None
    heartbeat_file: Text | None = None
    reload: ReloadWord = Reload.AUTO
    receivers: Any = None
    rules: Any = None
