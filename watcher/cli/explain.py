"""``watcher explain``: why an alert fired, or what kept one from firing."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import click

from watcher.cli import evidence
from watcher.cli.configured import configuration
from watcher.cli.evidence import Entry
from watcher.cli.failures import Exit, Failure, Misuse
from watcher.cli.lines import put
from watcher.cli.moments import now
from watcher.cli.remembered import to_read
from watcher.cli.verbs import verb, with_config, with_json
from watcher.config import Config
from watcher.judgement.decision import Gate
from watcher.messages.safe import visible
from watcher.rules.rule import Rule
from watcher.store.store import Store

KEPT_BACK = (Gate.INHIBITED, Gate.SILENCED, Gate.BELOW_SEVERITY)
"""What stops an alert that was told."""


@verb(
    "explain",
    Exit.FAILED,
    Exit.WRONG,
    examples={
        "watcher explain 4f0c29ab83d1e6f7": "Why did I get this alert?",
        "watcher explain --rule price-change --subject openai/gpt-5": "Why did I get none?",
    },
)
@click.argument("alert", metavar="[ALERT_ID]", required=False)
@click.option("--rule", metavar="NAME", help="With --subject: a rule that kept silent.")
@click.option("--subject", help="What it kept silent about: a model's id, a provider's slug, 'model @ tag'.")
@with_config
@with_json
def command(
    *, alert: str | None, rule: str | None, subject: str | None, config: Path | None, as_json: bool
) -> None:
    """Say why an alert fired, or which clause or gate kept one from firing.

    With an ALERT_ID (its beginning is enough): the values, the times, the clauses and gates it passed, and
    what became of its messages. With --rule and --subject: what the rule told about the subject, what it
    holds back and for how long still, and what was dropped in the last week, each with its reason.
    """
    if (alert is None) == (rule is None or subject is None) or (alert and (rule or subject)):
        raise Misuse("name an ALERT_ID, or both --rule and --subject")
    settings = configuration(config)
    with to_read(settings) as store:
        if alert is not None:
            found = list(_of_id(store, settings, alert))
        else:
            found = list(_of_silence(store, settings, rule or "", subject or ""))
    for entry in found:
        if as_json:
            put({key: value for key, value in entry.items() if key != "said"} | {"said": _text(entry)})
        else:
            click.echo(_text(entry))


def _text(entry: Entry) -> str:
    return "\n".join(visible(line) for line in entry["said"])


def _of_id(store: Store, settings: Config, prefix: str) -> Iterator[Entry]:
    zone = settings.rulebook.timezone
    told = store.queries.alerts_named(prefix)
    levels = {
        episode.alert_id: (key, episode)
        for key, episode in store.queries.levels().items()
        if episode.alert_id.startswith(prefix.lower())
    }
    names = sorted({alert.id for alert in told} | levels.keys())
    if not names:
        raise Failure(f"no alert has the id {visible(prefix)}; `watcher alerts` lists those there are")
    if len(names) > 1:
        raise Failure(f"several alerts begin so: {' '.join(names)}")
    for alert in told:
        yield evidence.of_alert(alert, zone)
    for key, episode in levels.values():
        yield evidence.of_level(episode, _rule(settings, key.rule), zone)
    for alert in told:
        dropped = store.queries.suppressed(subject=alert.subject, rule=alert.rule, since=alert.told_at)
        for item in dropped:
            if item.gate in KEPT_BACK and item.field == alert.field:
                yield evidence.of_suppressed(item, zone)
    for row in store.queries.outbox():
        if any(alert.id == names[0] for alert in row.notification.alerts):
            yield evidence.of_message(row, zone)


def _of_silence(store: Store, settings: Config, name: str, subject: str) -> Iterator[Entry]:
    rule = _rule(settings, name)
    if rule is None:
        known = ", ".join(rule.name for rule in settings.rulebook.rules)
        raise Misuse(f"no rule is called {visible(name)!r}; there are {known}")
    zone = settings.rulebook.timezone
    found = [
        *(evidence.of_alert(alert, zone) for alert in store.queries.alerts_about(name, subject)),
        *evidence.of_silence(store.load(), rule, subject, zone, now()),
        *(
            evidence.of_suppressed(item, zone)
            for item in store.queries.suppressed(subject=subject, rule=name)
        ),
    ]
    yield from found
    if not found:
        said = f"Nothing that {name} follows moved on {subject}, as far as is remembered (a week)."
        yield {"type": "nothing", "said": [said]}


def _rule(settings: Config, name: str) -> Rule | None:
    return next((rule for rule in settings.rulebook.rules if rule.name == name), None)
