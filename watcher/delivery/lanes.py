"""Lanes: one thread for each target, so that a stuck one hurts nobody else."""

from __future__ import annotations

import threading
import time
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

import structlog

from watcher.alerts.outbox import Attempt, Claim, Outcome, RowState
from watcher.delivery.attempts import PROBE, conclude, try_once
from watcher.delivery.backoff import asked_pause, backoff
from watcher.delivery.bell import Bell
from watcher.delivery.digest import Digest
from watcher.delivery.evidence import Evidence
from watcher.delivery.motion import LaneSign, Mover
from watcher.delivery.outbox import Outbox
from watcher.delivery.pace import Pace
from watcher.delivery.stumbles import Stumbles
from watcher.delivery.target import Target, catch_up_of
from watcher.delivery.transport import Transport

LONGEST_WAIT = timedelta(minutes=1)
"""A wall clock may jump: look again at least this often.

Also the longest rest of a failing target before its next row is tried; each row's own pause is longer."""

STRIKES = 3
"""So many messages in a row that are refused for themselves are the target's fault after all."""

OUTAGE = 3
"""After so many failures in a row a delivery means that the target is back, for all that waits."""

MANY = 5
"""So many more messages, the oldest of them old, are told in one after an outage."""

SHORTEST_WAIT = 0.05

LOOKING = timedelta(minutes=2)
"""The longest that a look into the outbox, or writing down what became of a try, takes while all is well."""

log = structlog.get_logger()


class Lane:
    """Sends what is due for one target, one at a time, oldest first."""

    def __init__(self, target: Target, transport: Transport, outbox: Outbox, pace: Pace) -> None:
        self.target = target
        self._transport = transport
        self._outbox = outbox
        self._pace = pace
        self._names = {"receiver": target.receiver, "target": target.label}
        self._bell = Bell()
        self._stumbles = Stumbles(self._names)
        self._stopping = threading.Event()
        self._failures = 0
        self._strikes = 0
        self._delivered_before = False
        self._is_held = False
        self._singly = False
        self._rests_until: datetime | None = None
        self._sent_at: float | None = None
        self._took_at = time.monotonic()
        self._mover = Mover(f"{target.receiver} {target.label}")
        self._owed: tuple[Sequence[Claim], Attempt] | None = None
        # A daemon thread: a peer that holds it must not hold the exit.
        self._thread = threading.Thread(
            target=self._run, name=f"lane {target.receiver}/{target.label}", daemon=True
        )

    def start(self) -> None:
        """Begin to send."""
        self._thread.start()

    def wake(self) -> None:
        """Look into the outbox now."""
        self._bell.ring()

    def rouse(self) -> None:
        """Rest no longer: the clock was set back, and the time that it rests until means nothing."""
        self._rests_until = None
        self.wake()

    def stop(self) -> None:
        """Begin nothing more; a send under way goes on to its end or its deadline."""
        self._stopping.set()
        self._bell.toll()

    def join(self, seconds: float) -> bool:
        """Wait at most so long for the thread to end, and tell whether it has."""
        self._thread.join(max(seconds, 0))
        return not self._thread.is_alive()

    def wait_idle(self, seconds: float) -> bool:
        """Wait at most so long until nothing is due, and tell whether that is so."""
        return self._bell.wait_asleep(seconds)

    def is_alive(self) -> bool:
        """Tell whether the thread runs."""
        return self._thread.is_alive()

    def sign(self) -> LaneSign:
        """Return what is seen of it; may be asked by any thread."""
        return LaneSign(
            name=f"{self.target.receiver} {self.target.label}",
            receiver=self.target.receiver,
            target=self.target.label,
            is_alive=self.is_alive(),
            motion=self._mover.motion,
            took_at=self._took_at,
            rests_until=self._rests_until,
        )

    def _run(self) -> None:
        while not self._stopping.is_set():
            self._bell.heed()
            self._mover.move("has looked for messages", within=LOOKING)
            try:
                wait = 0.0 if self._step() else self._seconds_to_wait()
                self._stumbles.none()
                if wait:
                    self._doze(wait)
            except Exception as error:  # noqa: BLE001  # a store that fails for a while must not end deliveries
                wait = self._stumbled(error)
                self._mover.move("has waited for messages", within=timedelta(seconds=wait) + LOOKING)
                self._bell.sleep(wait)
        self._mover.rest()
        self._bell.leave()

    def _step(self) -> bool:
        self._settle()
        now = self._pace.wall()
        if self._rests_until is not None and now < self._rests_until:
            return False
        self._keep_distance()
        if self._stopping.is_set():
            return True
        claim = self._outbox.claim(
            self.target.receiver, self.target.label, now=self._pace.wall(), lease=self._pace.lease
        )
        if claim is None:
            return False
        self._took_at = time.monotonic()
        missed = self._missed_since(claim)
        if missed:
            self._catch_up((claim, *missed))
        else:
            self._send(claim)
        return True

    def _missed_since(self, claim: Claim) -> Sequence[Claim]:
        """Return the other rows to be told in one message with this one, after an outage."""
        longest, now = catch_up_of(self.target), self._pace.wall()
        if longest is None or self._singly or now - claim.queued_at < longest:
            return ()
        return self._outbox.claim_rest(claim, now=now, least=MANY)

    def _catch_up(self, claims: Sequence[Claim]) -> None:
        attempt, evidence = self._tried(Digest(claims, self._transport), claims)
        if attempt.outcome is Outcome.MESSAGE_FAULT:
            # It is the digest that was refused, not the messages in it.
            self._singly = True
            attempt = replace(attempt, outcome=Outcome.RETRY, state=RowState.RETRY, next_at=attempt.ended_at)
        detail = f"{attempt.detail} (as one message for {len(claims)})".strip()
        self._owe(claims, replace(attempt, detail=detail))
        for claim in claims:
            self._pace.tried(claim, attempt)
        if not self._singly:
            self._follow(claims[0], attempt, evidence)

    def _send(self, claim: Claim) -> None:
        attempt, evidence = self._tried(self._transport, (claim,))
        self._owe((claim,), attempt)
        self._pace.tried(claim, attempt)
        self._follow(claim, attempt, evidence)

    def _owe(self, claims: Sequence[Claim], attempt: Attempt) -> None:
        """Write what became of claims, now or as soon as the store takes it: a full disk forgets no try."""
        self._owed = (claims, attempt)
        self._settle()

    def _settle(self) -> None:
        if self._owed is not None:
            self._outbox.settle_all(*self._owed)
            self._owed = None

    def _tried(self, transport: Transport, claims: Sequence[Claim]) -> tuple[Attempt, Evidence]:
        started_at = self._pace.wall()
        self._mover.move("has been sending a message", within=self._pace.deadline + self._pace.lease)
        evidence = try_once(
            transport,
            claims[0].notification,
            repeat=any(claim.possible_repeat for claim in claims),
            deadline=self._pace.deadline,
        )
        self._mover.move("has written down what became of a message", within=LOOKING)
        self._sent_at = time.monotonic()
        attempt = conclude(
            evidence,
            started_at=started_at,
            ended_at=self._pace.wall(),
            failures=max(claim.attempts for claim in claims) + 1,
            random=self._pace.random,
        )
        return attempt, evidence

    def _follow(self, claim: Claim, attempt: Attempt, evidence: Evidence) -> None:
        match attempt.outcome:
            case Outcome.DELIVERED:
                self._after_delivery(claim)
            case Outcome.MESSAGE_FAULT:
                self._after_refusal(claim, attempt)
            case Outcome.TARGET_FAULT:
                self._hold(attempt.detail, attempt.ended_at + PROBE)
            case Outcome.RETRY | Outcome.UNKNOWN:
                self._after_failure(attempt, evidence)

    def _after_delivery(self, claim: Claim) -> None:
        if self._is_held or self._failures >= OUTAGE or not self._delivered_before:
            self._outbox.resume(self.target.receiver, self.target.label, self._pace.wall())
        self._delivered_before = True
        self._is_held = False
        self._failures = self._strikes = 0
        self._rests_until = None
        log.info("delivery.sent", **self._names, notification=claim.notification.id)

    def _after_refusal(self, claim: Claim, attempt: Attempt) -> None:
        self._strikes += 1
        log.error("delivery.died", **self._names, notification=claim.notification.id, reason=attempt.detail)
        if self._strikes >= STRIKES:
            reason = f"{STRIKES} messages in a row were refused, the last: {attempt.detail}"
            self._hold(reason, attempt.ended_at + PROBE)

    def _after_failure(self, attempt: Attempt, evidence: Evidence) -> None:
        self._failures += 1
        asked = asked_pause(evidence.retry_after, attempt.ended_at) or timedelta(0)
        self._rests_until = attempt.ended_at + max(asked, self._breather())
        if self._failures == 1:
            next_at = str(attempt.next_at)
            log.warning("delivery.postponed", **self._names, reason=attempt.detail, next_at=next_at)
        else:
            log.debug("delivery.tried", **self._names, reason=attempt.detail)
        if self._is_held and attempt.next_at is not None:
            self._hold(attempt.detail, attempt.next_at)

    def _hold(self, reason: str, next_at: datetime) -> None:
        self._outbox.pause(
            self.target.receiver, self.target.label, now=self._pace.wall(), next_at=next_at, reason=reason
        )
        if not self._is_held:
            log.error("delivery.paused", **self._names, reason=reason, next_at=str(next_at))
        self._is_held = True

    def _stumbled(self, error: Exception) -> float:
        self._failures += 1
        self._rests_until = self._pace.wall() + self._breather()
        self._stumbles.over(error)
        return self._breather().total_seconds()

    def _breather(self) -> timedelta:
        # Half a row's own pause: when it ends, the next row gets its turn before the one that failed.
        return min(backoff(self._failures, self._pace.random) / 2, LONGEST_WAIT)

    def _keep_distance(self) -> None:
        if self._sent_at is not None and self._transport.spacing:
            left = self._transport.spacing.total_seconds() - (time.monotonic() - self._sent_at)
            self._stopping.wait(max(left, 0))

    def _doze(self, seconds: float) -> None:
        """Sleep, but for a look now and then whether somebody else made a row due."""
        self._mover.move("has waited for messages", within=timedelta(seconds=seconds) + LOOKING)
        end = time.monotonic() + seconds
        while (left := end - time.monotonic()) > 0:
            if self._bell.sleep(min(left, self._pace.glance.total_seconds())) or self._is_called():
                return

    def _is_called(self) -> bool:
        """Tell whether a row was made due that was not when the lane lay down: then its target is tried."""
        due = self._outbox.next_due(self.target.receiver, self.target.label)
        if due is None or due > self._pace.wall() or due == self._due:
            return False
        self._rests_until = None
        return True

    def _seconds_to_wait(self) -> float:
        now = self._pace.wall()
        self._due = due = self._outbox.next_due(self.target.receiver, self.target.label)
        if due is not None and self._rests_until is not None:
            due = max(due, self._rests_until)
        wait = LONGEST_WAIT if due is None else min(due - now, LONGEST_WAIT)
        return max(wait.total_seconds(), SHORTEST_WAIT)
