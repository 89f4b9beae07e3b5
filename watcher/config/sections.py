"""Sections: the pydantic models of everything in the file but the rules."""

from __future__ import annotations

from datetime import time, timedelta
from typing import Annotated, Any
from zoneinfo import ZoneInfo

from pydantic import Field

from watcher.alerts.severity import Severity
from watcher.config.forms import Form
from watcher.config.keep import KeepSection
from watcher.config.secret import Secret
from watcher.config.settings import Frontend, HeartbeatStyle, Reload
from watcher.config.written import (
    CLOCK,
    DURATION,
    DURATION_OR_OFF,
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
STYLE = member_written(HeartbeatStyle, "style")


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
        default=None,
        description="the frontend's policies, and all else of it; use and versions six times less often",
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
    max_requests_per_minute: Annotated[int, whole_written(1, 1_000_000)] = Field(
        240, description="never more requests than this"
    )
    max_requests_per_hour: Annotated[int | None, whole_written(1, 10_000_000)] = Field(
        default=None, description="never more requests than this in an hour: intervals are stretched to fit"
    )
    confirm_after: Annotated[timedelta | None, DURATION] = Field(
        default=None, description="how long an absence must last to be believed (15m)"
    )
    archive: Annotated[str | None, TEXT] = Field(
        default=None, description="a directory that keeps every poll as it was answered"
    )
    archive_for: Annotated[timedelta | None, POSITIVE_DURATION] = Field(
        default=None, description="how long each day's file is kept there; left out: for ever"
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

    urls: tuple[Any, ...] | None = Field(default=None, description="Apprise URLs: one URL, one target")
    urls_file: Annotated[str | None, TEXT] = Field(
        default=None, description="a file with Apprise URLs, one a line; a systemd credential's name will do"
    )
    webhook: Annotated[Secret | None, SECRET] = Field(
        default=None, description="gets the notification as JSON, signed after Standard Webhooks"
    )
    webhook_file: Annotated[str | None, TEXT] = Field(default=None, description="a file that holds that URL")
    secret: Annotated[Secret | None, SECRET] = Field(
        default=None, description="signs the webhook: base64, as in whsec_…"
    )
    secret_file: Annotated[str | None, TEXT] = Field(default=None, description="a file that holds the secret")
    file: Annotated[str | None, TEXT] = Field(
        default=None, description="gets one line of JSON for each notification"
    )
    console: Annotated[bool | None, TRUTH] = Field(default=None, description="standard output")
    allow_private: Annotated[bool, TRUTH] = Field(
        default=False, description="may be in a private network or on this machine"
    )
    group_wait: Annotated[timedelta | None, DURATION] = Field(
        default=None, description="collect this long before the first message (30s)"
    )
    group_interval: Annotated[timedelta | None, DURATION] = Field(
        default=None, description="least time between messages about one rule (5m)"
    )
    quiet_hours: QuietHoursSection | None = Field(
        default=None, description="held and delivered later, never dropped"
    )
    digest: DigestSection | None = Field(default=None, description="all in one message, once a day or week")
    min_severity: Annotated[Severity, SEVERITY] = Field(
        default=Severity.INFO,
        description="nothing less than this",
        json_schema_extra={"default": Severity.INFO.label},
    )
    resolved: Annotated[bool, TRUTH] = Field(default=True, description="also tell when a level is well again")
    catch_up: Annotated[timedelta | None, DURATION_OR_OFF] = Field(
        default=timedelta(days=1),
        description="away for longer, it gets what it missed in one message (no webhook or file does)",
        json_schema_extra={"default": "1d"},
    )
    max_backlog: Annotated[int, whole_written(1, 1_000_000)] = Field(
        default=10_000,
        description="so many may wait for one target; beyond, the oldest are given up",
    )
    all_quiet: Annotated[timedelta | None, SPAN] = Field(
        default=None, description="one line when nothing happened: polls, alerts, what was suppressed"
    )


class HeartbeatSection(Form):
    """Who hears that we live, and what they understand."""

    url: Annotated[Secret | None, SECRET] = Field(default=None, description="the URL that is pinged")
    url_file: Annotated[str | None, TEXT] = Field(default=None, description="a file that holds that URL")
    style: Annotated[HeartbeatStyle | None, STYLE] = Field(
        default=None,
        description="healthchecks: also URL/start, and URL/fail when something is wrong; plain: pings only "
        "(healthchecks for hc-ping.com, else plain)",
    )


class WebSection(Form):
    """Pages for machines that look after machines: /healthz, /readyz and /metrics."""

    listen: Annotated[str | None, TEXT] = Field(
        default=None, description="where they are shown, as in 127.0.0.1:9464; nowhere if left out"
    )
    allow_remote: Annotated[bool, TRUTH] = Field(
        default=False, description="the address may be one that other machines reach"
    )
    hosts: tuple[Annotated[str, NAME], ...] = Field(
        default=(), description="names they are asked for under, beside addresses and localhost"
    )


class Document(Form):
    """What to watch, whom to tell, and by which rules."""

    models: Globs = Field(
        default=("*",), description="what you use: shell globs on model ids, the default of every rule"
    )
    timezone: Annotated[ZoneInfo | None, ZONE] = Field(
        default=None, description="of all times of day in this file (UTC)"
    )
    catalog: Any = Field(default=None, description="which catalog is read, how often and how politely")
    state: Annotated[str | None, TEXT] = Field(
        default=None, description="the directory that is remembered in: $STATE_DIRECTORY, else ./state"
    )
    keep: KeepSection = Field(
        default=KeepSection(),
        description="how long each kind of record is kept; the rest is deleted by itself",
    )
    heartbeat: Any = Field(
        default=None, description="a URL that is pinged while we live: our silence can page you"
    )
    heartbeat_file: Annotated[str | None, TEXT] = Field(
        default=None, description="a file that holds that URL"
    )
    web: WebSection | None = Field(default=None, description="pages with health and metrics; off if left out")
    reload: Annotated[Reload, RELOAD] = Field(
        default=Reload.AUTO, description="read this file again when it changes, on SIGHUP only, or never"
    )
    receivers: Any = Field(default=None, description="who is told, by name")
    rules: Any = Field(default=None, description="what to tell: presets, or events and levels")
