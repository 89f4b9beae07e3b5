"""Evidence: what one try left behind, and whose fault a failure is."""

from __future__ import annotations

from dataclasses import dataclass

from watcher.alerts.outbox import Outcome

TARGET_HTTP = frozenset({401, 403, 404, 410}) | frozenset(range(300, 400))
"""Wrong token, gone channel; a redirect is an address that was written wrong, and is never followed."""

MESSAGE_HTTP = frozenset({400, 413, 422})
TARGET_SMTP = frozenset({530, 534, 535, 550, 551, 553})
"""No or wrong login, no such mailbox (RFC 5321, 4954)."""

MESSAGE_SMTP = frozenset({552, 554})
SLACK_TARGET = (
    "invalid_auth", "not_authed", "token_revoked", "token_expired", "account_inactive", "channel_not_found",
    "channel_is_archived", "is_archived", "not_in_channel", "no_service", "invalid_token", "no_team",
    "action_prohibited", "missing_scope",
)  # fmt: skip
"""Slack's words for a target that takes nothing, which come with 200, 400 or 403 (Slack docs)."""

SMTP_DATA_BEGUN = 354


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """What is known after one try.

    ``http`` and ``smtp`` are the codes of the last answer. ``uncertain``: most was sent, no answer came.
    ``cut``: our deadline ended it. ``fault`` is set where the transport itself knows. ``retry_after`` is
    the header as it came. ``detail`` is one line for people, without a secret.
    """

    delivered: bool = False
    detail: str = ""
    http: int | None = None
    smtp: int | None = None
    uncertain: bool = False
    cut: bool = False
    fault: Outcome | None = None
    retry_after: str | None = None
    words: str = ""
    """The beginning of the answer, for the judge alone: it may quote what we sent."""


def judge(evidence: Evidence) -> Outcome:
    """Return how a try ended; what fits no rule is tried again."""
    if evidence.cut:
        return Outcome.UNKNOWN
    if evidence.delivered:
        return Outcome.DELIVERED
    if evidence.fault is not None:
        return evidence.fault
    if evidence.http in TARGET_HTTP or evidence.smtp in TARGET_SMTP or _names_target(evidence):
        return Outcome.TARGET_FAULT
    if evidence.http in MESSAGE_HTTP or evidence.smtp in MESSAGE_SMTP:
        return Outcome.MESSAGE_FAULT
    return Outcome.UNKNOWN if evidence.uncertain else Outcome.RETRY


def _names_target(evidence: Evidence) -> bool:
    return evidence.http in {200, 400} and any(word in evidence.words for word in SLACK_TARGET)
