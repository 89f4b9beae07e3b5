"""Thresholds: whether what a level's rule says about wrong and well again can both be true."""

from __future__ import annotations

from typing import Any

from watcher.config.part import Part
from watcher.config.rule_forms import RuleForm
from watcher.rules.rule import Rule

SIDES = (("below", "recover_above", 1), ("above", "recover_below", -1))
"""Each threshold, the key of its recovery, and on which side of it that lies."""


def has_threshold(form: Any, part: Part) -> bool:
    """Tell whether the form of a level has exactly one threshold; note what is wrong when it has not."""
    if form.below is not None and form.above is not None:
        part.wrong_key("`below` or `above`, not both", "above")
        return False
    if form.below is None and form.above is None:
        if not part.has("below") and not part.has("above"):
            part.wrong("a level wants `below` or `above`")
        return False
    for threshold, recovery, _ in SIDES:
        if getattr(form, threshold) is None and getattr(form, recovery) is not None:
            part.wrong_key(f"belongs to `{threshold}`, which is not set", recovery)
    return True


def check_recovery(form: RuleForm, rule: Rule, part: Part) -> None:
    """Note a recovery on the wrong side of its threshold, written or the preset's own."""
    for threshold, recovery, sign in SIDES:
        recover = getattr(form, recovery, None)
        limit = getattr(form, threshold, None)
        if limit is None and rule.use is not None and rule.levels:
            limit = getattr(rule.levels[0], threshold)
        if recover is not None and limit is not None and (recover - limit) * sign < 0:
            part.wrong(f"is on the wrong side of `{threshold}`: still wrong, and well again", recovery)
