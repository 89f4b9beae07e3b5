"""Pages: a notification laid out for reading, before a medium dresses it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import tzinfo
from urllib.parse import quote

from watcher.alerts.alert import Alert, Status
from watcher.alerts.notification import Notification
from watcher.messages.amounts import number
from watcher.messages.catch_up import catch_up_title, ids_of, is_catch_up
from watcher.messages.common import in_common
from watcher.messages.headline import headline
from watcher.messages.levels import by_endpoint
from watcher.messages.policies import read_from, touched
from watcher.messages.safe import cut, visible
from watcher.messages.spans import moment, window
from watcher.messages.sparkline import COURSE, UPTIMES, gauge, sparkline
from watcher.messages.tell import tell
from watcher.messages.telling import Telling

SITE = "https://openrouter.ai/"
MAX_ROWS = 20
MAX_ALSO = 20
MAX_IDS = 100
MAX_TITLE = 180
REPEATED = "(possible repeat)"
IN_ORDER = "in the order in which they would have come"


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One alert in a list: its subject's id, what happened, when, and where to look (or an empty link).

    ``is_more`` says that it is about the same subject as the row before, which need not be named again.
    """

    subject: str
    phrase: str
    since: str
    link: str
    alert: str
    is_more: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """All that a medium shows.

    ``since`` is set when one time holds for all rows. ``more`` counts alerts that are not among the rows.
    ``also`` are the endpoints that the alerts of one subject stand for, and ``also_lead`` says what they are
    to it. ``explain``, ``silence`` and ``listing`` (of the rest) are commands.
    """

    title: str
    shared: str
    rows: tuple[Row, ...]
    more: int
    since: str
    also_lead: str
    also: tuple[str, ...]
    also_more: int
    rule: str
    severity: str
    ids: tuple[str, ...]
    ids_more: int
    explain: str
    silence: str
    listing: str = "watcher alerts"

    @property
    def is_single(self) -> bool:
        """Tell whether it is about one alert."""
        return len(self.rows) == 1 and not self.more

    @property
    def link(self) -> str:
        """Return where to look when it is about one model, else an empty text."""
        links = {row.link for row in self.rows}
        return links.pop() if len(links) == 1 and not self.more else ""

    @property
    def width(self) -> int:
        """Return the length of the longest subject."""
        return max(len(row.subject) for row in self.rows)

    def fits(self, columns: int) -> bool:
        """Tell whether every row fits one line when subjects are padded to one width."""
        return all(self.width + 2 + len(row.phrase) <= columns for row in self.rows)


def lay_out(notification: Notification, zone: tzinfo, *, rows: int, repeat: bool) -> Page:
    """Return the page with at most ``rows`` alerts listed; ``repeat`` marks what may have arrived before."""
    alerts = notification.alerts
    tellings = [tell(alert) for alert in alerts]
    spans = {_since(alert, zone) for alert in alerts}
    also = _also(alerts) if len({alert.subject for alert in alerts}) == 1 else ()
    ids = [visible(name) for alert in alerts for name in ids_of(alert)]
    named = ids[0] if len(ids) == 1 else "ID"
    shown_ids = ids[: max(rows, min(MAX_IDS, rows * 5))]
    page = Page(
        title=_title(alerts, tellings, repeat=repeat),
        shared=visible(", ".join(in_common(alerts))),
        rows=_rows(alerts[:rows], tellings[:rows], zone),
        more=max(len(alerts) - rows, 0),
        since=spans.pop() if len(spans) == 1 else "",
        also_lead="by endpoint" if by_endpoint(alerts[0]) else "on",
        also=also[: min(rows, MAX_ALSO)],
        also_more=max(len(also) - min(rows, MAX_ALSO), 0),
        rule=visible(notification.rule),
        severity=notification.severity.label,
        ids=tuple(shown_ids),
        ids_more=len(ids) - len(shown_ids),
        explain=f"watcher explain {named}",
        silence=f"watcher silence add --alert {named}",
    )
    return _caught_up(page, notification, zone, repeat=repeat) if is_catch_up(notification) else page


def model_link(model: str | None) -> str:
    """Return the address of a model's page, with all that could leave a link written in percent."""
    return SITE + quote(model, safe="/:~@.-_", errors="replace") if model else ""


def _title(alerts: Sequence[Alert], tellings: Sequence[Telling], *, repeat: bool) -> str:
    if not repeat:
        return headline(alerts, tellings, MAX_TITLE)
    return f"{headline(alerts, tellings, MAX_TITLE - len(REPEATED) - 1)} {REPEATED}"


def _caught_up(page: Page, notification: Notification, zone: tzinfo, *, repeat: bool) -> Page:
    title = visible(catch_up_title(notification, zone))
    mark = f" {REPEATED}" if repeat else ""
    rows = zip(page.rows, notification.alerts, strict=False)
    return replace(
        page,
        title=cut(title, MAX_TITLE - len(mark)) + mark,
        shared="",
        rows=tuple(replace(row, subject=moment(alert.at, zone), is_more=False) for row, alert in rows),
        since=IN_ORDER,
        listing="watcher outbox list --all",
    )


def _rows(alerts: Sequence[Alert], tellings: Sequence[Telling], zone: tzinfo) -> tuple[Row, ...]:
    rows = [_row(alert, telling, zone) for alert, telling in zip(alerts, tellings, strict=True)]
    before = [None, *(row.subject for row in rows)]
    return tuple(replace(row, is_more=row.subject == last) for row, last in zip(rows, before, strict=False))


def _row(alert: Alert, telling: Telling, zone: tzinfo) -> Row:
    return Row(
        subject=visible(alert.subject),
        phrase=visible(telling.phrase) + _course(alert),
        since=_since(alert, zone),
        link=model_link(alert.model),
        alert=visible(alert.id),
    )


def _since(alert: Alert, zone: tzinfo) -> str:
    if alert.status is Status.RESOLVED:
        return f"it began {moment(alert.at, zone)}"
    when = window(alert.not_before, alert.at, zone)
    if when.startswith("between"):
        when = f"it {'began' if alert.is_level else 'happened'} {when}"
    return ", ".join(filter(None, [when, read_from(alert)]))


def _course(alert: Alert) -> str:
    """Return the last days' prices as blocks, or the last day's uptimes, where there is more than a move."""
    hours = alert.context.get(UPTIMES)
    if isinstance(hours, list | tuple):
        return _uptimes(hours)
    course = alert.context.get(COURSE)
    values = [number(value) for value in course] if isinstance(course, list | tuple) else []
    known = [value for value in values if value is not None]
    return f" {sparkline(known)} in 30 d" if len(known) > len(("old", "new")) else ""


def _uptimes(hours: Sequence[object]) -> str:
    """Return the hours from the first that is known, where that is more than this one."""
    values = [None if (value := number(hour)) is None else float(value) for hour in hours]
    since = next((place for place, value in enumerate(values) if value is not None), len(values))
    known = values[since:]
    return f" {gauge(known)} in {len(known) - 1} h" if len(known) > len(("before", "now")) else ""


def _also(alerts: Sequence[Alert]) -> tuple[str, ...]:
    return tuple(map(visible, touched(alerts) or by_endpoint(alerts[-1])))
