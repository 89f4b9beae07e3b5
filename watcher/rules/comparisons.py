"""Comparisons: which way from an anchor to a value counts, one small class for each kind of fact."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from watcher.catalog.policy import is_worse
from watcher.catalog.price import MILLION, ZERO, percent_between
from watcher.rules.watch import ABSENT, NOTHING, PRESENT, Verdict


class PriceDirection(StrEnum):
    """Which way a price must move to be told."""

    ANY = "any"
    UP = "up"
    DOWN = "down"


class PolicyDirection(StrEnum):
    """Which way a policy must flip to be told."""

    WORSE = "worse"
    BETTER = "better"
    ANY = "any"


@dataclass(frozen=True, slots=True)
class Differs:
    """Any difference counts."""

    def __call__(self, field: str, old: object, new: object) -> Verdict:  # noqa: ARG002  # one signature for all
        """Return WANTED: the caller asks only about different values."""
        return Verdict.WANTED


@dataclass(frozen=True, slots=True)
class PriceMoved:
    """A price moved far enough.

    ``percent`` is of the anchor, ``at_least`` in USD per million; both must be met. Free to paid and back
    passes both, since no percentage says what it means.
    """

    percent: Decimal = Decimal(10)
    at_least: Decimal = ZERO
    direction: PriceDirection = PriceDirection.ANY

    def __call__(self, field: str, old: object, new: object) -> Verdict:  # noqa: ARG002  # one signature for all
        """Return WANTED for a far enough move in the direction, UNWANTED for one in the other."""
        if not isinstance(old, Decimal) or not isinstance(new, Decimal):
            return Verdict.SAME
        if not (self._is_free_switch(old, new) or self._is_far(old, new)):
            return Verdict.SAME
        moved = PriceDirection.UP if new > old else PriceDirection.DOWN
        return Verdict.WANTED if self.direction in (PriceDirection.ANY, moved) else Verdict.UNWANTED

    @staticmethod
    def _is_free_switch(old: Decimal, new: Decimal) -> bool:
        return (old == ZERO) != (new == ZERO)

    def _is_far(self, old: Decimal, new: Decimal) -> bool:
        percent = percent_between(old, new)
        far = percent is not None and abs(percent) >= self.percent
        return far and abs(new - old) * MILLION >= self.at_least


@dataclass(frozen=True, slots=True)
class PolicyFlipped:
    """A known policy became another known one."""

    direction: PolicyDirection = PolicyDirection.WORSE

    def __call__(self, field: str, old: object, new: object) -> Verdict:
        """Return WANTED for a flip in the direction, UNWANTED for one in the other."""
        flip = PolicyDirection.WORSE if is_worse(field, old, new) else PolicyDirection.BETTER
        return Verdict.WANTED if self.direction in (PolicyDirection.ANY, flip) else Verdict.UNWANTED


@dataclass(frozen=True, slots=True)
class Arrives:
    """Something is there that was not."""

    def __call__(self, field: str, old: object, new: object) -> Verdict:  # noqa: ARG002  # one signature for all
        """Return WANTED for an arrival, UNWANTED for a departure."""
        return Verdict.WANTED if new == PRESENT else Verdict.UNWANTED


@dataclass(frozen=True, slots=True)
class Leaves:
    """Something is gone; once that was told, its return is told too."""

    def __call__(self, field: str, old: object, new: object) -> Verdict:  # noqa: ARG002  # one signature for all
        """Return WANTED for a departure, RETURN for an arrival."""
        return Verdict.WANTED if new == ABSENT else Verdict.RETURN


@dataclass(frozen=True, slots=True)
class BecomesFree:
    """Something is free that was not, or was not there."""

    def __call__(self, field: str, old: object, new: object) -> Verdict:  # noqa: ARG002  # one signature for all
        """Return WANTED when it is free now, SAME between two ways of not being free."""
        if new is True:
            return Verdict.WANTED
        return Verdict.UNWANTED if old is True else Verdict.SAME


@dataclass(frozen=True, slots=True)
class StopsBeingFree:
    """Something that was free left or costs; once that was told, its return is told too."""

    def __call__(self, field: str, old: object, new: object) -> Verdict:  # noqa: ARG002  # one signature for all
        """Return WANTED when it was free, RETURN when it is free now, SAME between two ways of not being."""
        if old is True:
            return Verdict.WANTED
        return Verdict.RETURN if new is True else Verdict.SAME


@dataclass(frozen=True, slots=True)
class Shrinks:
    """A number became smaller."""

    def __call__(self, field: str, old: object, new: object) -> Verdict:  # noqa: ARG002  # one signature for all
        """Return WANTED for less, UNWANTED for more."""
        less = isinstance(old, int) and isinstance(new, int) and new < old
        return Verdict.WANTED if less else Verdict.UNWANTED


@dataclass(frozen=True, slots=True)
class BecomesTrue:
    """Something is so that was not; once that was told, its end is told too."""

    def __call__(self, field: str, old: object, new: object) -> Verdict:  # noqa: ARG002  # one signature for all
        """Return WANTED when it is so, RETURN when it is so no more."""
        return Verdict.WANTED if new is True else Verdict.RETURN


@dataclass(frozen=True, slots=True)
class SaysSomething:
    """A text appeared, or became another one."""

    def __call__(self, field: str, old: object, new: object) -> Verdict:  # noqa: ARG002  # one signature for all
        """Return WANTED for a text, UNWANTED for none."""
        return Verdict.UNWANTED if new == NOTHING else Verdict.WANTED


@dataclass(frozen=True, slots=True)
class Enters:
    """Something is on a list that was not; a name that changed is the same thing."""

    def __call__(self, field: str, old: object, new: object) -> Verdict:  # noqa: ARG002  # one signature for all
        """Return WANTED for what was absent, UNWANTED for what is, SAME between two names."""
        if new == ABSENT:
            return Verdict.UNWANTED
        return Verdict.WANTED if old == ABSENT else Verdict.SAME


CAPABILITIES = frozenset({"tools", "tool_choice", "reasoning", "structured_outputs", "response_format"})


@dataclass(frozen=True, slots=True)
class LosesCapability:
    """A set lost a member that users build on: a modality, or one of the capabilities among parameters."""

    def __call__(self, field: str, old: object, new: object) -> Verdict:
        """Return WANTED when a capability is gone, UNWANTED for any other difference."""
        if not isinstance(old, frozenset) or not isinstance(new, frozenset):
            return Verdict.SAME
        lost = old - new
        matters = bool(lost if field.endswith("modalities") else lost & CAPABILITIES)
        return Verdict.WANTED if matters else Verdict.UNWANTED


QUANTIZATION_BITS = {
    "fp32": 32, "bf16": 16, "fp16": 16, "fp8": 8, "mxfp8": 8, "int8": 8, "fp6": 6,
    "fp4": 4, "mxfp4": 4, "nvfp4": 4, "int4": 4,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Downgrades:
    """A quantization keeps fewer bits; ``unknown`` is no quantization."""

    def __call__(self, field: str, old: object, new: object) -> Verdict:  # noqa: ARG002  # one signature for all
        """Return WANTED for fewer bits, UNWANTED for as many or more, SAME when either is not known."""
        before, after = QUANTIZATION_BITS.get(str(old)), QUANTIZATION_BITS.get(str(new))
        if before is None or after is None:
            return Verdict.SAME
        return Verdict.WANTED if after < before else Verdict.UNWANTED
