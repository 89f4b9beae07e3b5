"""Asking: a request at its turn, again where that may help, and no longer once its sweep is given up."""

from __future__ import annotations

import httpx
import stamina
from stamina.instrumentation import set_on_retry_hooks

from watcher.openrouter.answers import Answer, Unanswered
from watcher.openrouter.exchange import Exchange
from watcher.openrouter.limits import Limits
from watcher.openrouter.pace import Pace
from watcher.openrouter.sweeps import Sweep


class Asker:
    """Asks for documents, with retries and backoff; all requests of a client go through one."""

    def __init__(self, exchange: Exchange, pace: Pace, limits: Limits) -> None:
        self._exchange = exchange
        self._pace = pace
        self._limits = limits
        # What a retry is worth saying is said by whoever judges the sweep.
        set_on_retry_hooks(())

    def sweep(self) -> Sweep:
        """Return a new sweep of a list; nothing spent, none failed."""
        return self._sweep(self._limits.list_bytes, self._limits.list_values)

    def sweep_of(self, models: int) -> Sweep:
        """Return a new sweep of a document for each of so many models; nothing spent, none failed."""
        limits = self._limits
        return self._sweep(
            limits.sweep_bytes + models * limits.sweep_bytes_each,
            limits.sweep_values + models * limits.sweep_values_each,
        )

    def _sweep(self, size: int, values: int) -> Sweep:
        return Sweep(bytes_left=size, values_left=values, failures_allowed=self._limits.failures_in_a_row)

    async def ask(self, request: httpx.Request, most: int, sweep: Sweep) -> Answer | Unanswered:
        """Return the document a request is answered with, of at most ``most`` bytes, or why there is none."""
        outcome = await self._attempt(request, most, sweep)
        if isinstance(outcome, Unanswered) and outcome.passing:
            return await self._ask_again(request, most, sweep, outcome)
        return outcome

    async def _ask_again(
        self, request: httpx.Request, most: int, sweep: Sweep, failed: Unanswered
    ) -> Answer | Unanswered:
        """Go on after a first failure: what is answered at once, nearly always, never comes near stamina."""
        limits = self._limits
        outcome: Answer | Unanswered = failed
        try:
            async for attempt in stamina.retry_context(
                on=_FailedAttemptError,
                attempts=limits.attempts,
                timeout=None,
                wait_initial=limits.backoff,
                wait_max=limits.longest_backoff,
                wait_jitter=limits.jitter,
            ):
                with attempt:
                    if attempt.num > 1:
                        outcome = await self._attempt(request, most, sweep)
                    _raise_if_worth_another(outcome, sweep)
        except _FailedAttemptError:
            pass
        return outcome

    async def _attempt(self, request: httpx.Request, most: int, sweep: Sweep) -> Answer | Unanswered:
        if sweep.ended is not None:
            return Unanswered(sweep.ended)
        too_long = await self._pace.turn()
        if too_long is not None:
            return Unanswered(too_long)
        outcome = await self._exchange.attempt(request, most, sweep)
        sweep.note(outcome)
        return outcome


class _FailedAttemptError(Exception):
    """An attempt failed in a way that may pass; never leaves this module."""


def _raise_if_worth_another(outcome: Answer | Unanswered, sweep: Sweep) -> None:
    if isinstance(outcome, Unanswered) and outcome.passing and sweep.ended is None:
        raise _FailedAttemptError(outcome.reason)
