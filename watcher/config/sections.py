"""Sections: the pydantic models of everything in the file but the rules."""

from __future__ import annotations

from datetime import time, timedelta
from typing import Annotated, Any
from zoneinfo import ZoneInfo

from pydantic import Field

from watcher.alerts.severity import Severity
from watcher.config.forms import Form
from watcher.config.secret import Secret
from watcher.config.settings import Frontend, Reload
from watcher.config.written import (
    CLOCK,
    DURATION,
    NAME,
    POSITIVE_DURATION,
    SECRET,
    SEVERITY,
    SPAN,
    TEXT,
    TRUTH,
    WEEKDAY,
    ZONE,
    Globs,
    member_written,
    whole_written,
)

FRONTEND = member_written(Frontend, "frontend")
RELOAD = member_written(Reload, "reload")


class EverySection(Form):
    """How often each surface is swept."""

    models: Annotated[timedelta | None, POSITIVE_DURATION] = Field(
        default=None, description="/models: who is there, what it costs"
    )
    endpoints: Annotated[timedelta | None, POSITIVE_DURATION] = Field(
        default=None, description="/models/ID/endpoints: who serves it, and how well"
    )
    providers: Annotated[timedelta | None, POSITIVE_DURATION] = Field(
        default=None, description="/providers: names, terms, status pages"
    )
    zdr: Annotated[timedelta | None, POSITIVE_DURATION] = Field(
        default=None, description="/endpoints/zdr: who keeps nothing"
    )
    frontend: Annotated[timedelta | None, POSITIVE_DURATION] = Field(
        default=None, description="the frontend's data policies"
    )


class CatalogSection(Form):
    """Which catalog is read, how often and how politely."""

    base_url: Annotated[str, TEXT] = Field(
        "https://openrouter.ai", description="anything that speaks OpenRouter's API"
    )
    api_key: Annotated[Secret | None, SECRET] = Field(
        default=None, description="optional: adds latency and throughput"
    )
    api_key_file: Annotated[str | None, TEXT] = Field(default=None, description="a file that holds the key")
    every: EverySection = Field(default=EverySection(), description="how often each surface is swept")
    frontend: Annotated[Frontend, FRONTEND] = Field(
        default=Frontend.POLICIES, description="who trains on prompts and keeps them is published only there"
    )
    max_requests_per_minute: Annotated[int, whole_written(1, 6000)] = Field(
        240, description="never more requests than this"
    )
    confirm_after: Annotated[timedelta | None, DURATION] = Field(
        default=None, description="how long an absence must last to be believed (15m)"
    )
    archive: Annotated[str | None, TEXT] = Field(
        default=None, description="a directory that keeps every poll as it was answered"
    )


class QuietHoursSection(Form):
    """A daily span in which messages are held; they are delivered later, never dropped."""

    start: Annotated[time, CLOCK] = Field(alias="from", description="held from this time of day")
    end: Annotated[time, CLOCK] = Field(
        alias="to", description="until this time of day, past midnight where it is earlier"
    )
    exempt: Annotated[Severity | None, SEVERITY] = Field(
        default=None, alias="except", description="the least severity that is told all the same"
    )


class DigestSection(Form):
    """The time at which held messages leave together."""

    at: Annotated[time, CLOCK] = Field(description="time of day")
    on: Annotated[int | None, WEEKDAY] = Field(
        default=None, description="weekly, on this day; daily if left out"
    )
    exempt: Annotated[Severity | None, SEVERITY] = Field(
        default=None, alias="except", description="the least severity that is told at once"
    )


class NamedUrl(Form):
    """An Apprise URL with a name that may be shown."""

    url: Annotated[Secret | None, SECRET] = Field(description="the Apprise URL")
    name: Annotated[str | None, NAME] = Field(default=None, description="what it is called in lists and logs")


class ReceiverSection(Form):
    """Who is told, and when they want to be: exactly one of urls (urls_file), webhook, file or console."""

    urls: tuple[Any, ...] | None = None
    urls_file: Annotated[str | None, TEXT] = None
    webhook: Annotated[Secret | None, SECRET] = None
    webhook_file: Annotated[str | None, TEXT] = None
    secret: Annotated[Secret | None, SECRET] = None
    secret_file: Annotated[str | None, TEXT] = None
    file: Annotated[str | None, TEXT] = None
    console: Annotated[bool | None, TRUTH] = None
    allow_private: Annotated[bool, TRUTH] = False
    group_wait: Annotated[timedelta | None, DURATION] = None
    group_interval: Annotated[timedelta | None, DURATION] = None
    quiet_hours: QuietHoursSection | None = None
    digest: DigestSection | None = None
    min_severity: Annotated[Severity, SEVERITY] = Severity.INFO
    resolved: Annotated[bool, TRUTH] = True
    all_quiet: Annotated[timedelta | None, SPAN] = None


class Document(Form):
    """The whole file; the sections with models of their own are read by those."""

    models: Globs = ("*",)
    timezone: Annotated[ZoneInfo | None, ZONE] = None
    catalog: Any = None
    state: Annotated[str | None, TEXT] = None
    heartbeat: Annotated[Secret | None, SECRET] = None
    heartbeat_file: Annotated[str | None, TEXT] = None
    reload: Annotated[Reload, RELOAD] = Reload.AUTO
    receivers: Any = None
    rules: Any = None
