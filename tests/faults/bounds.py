"""The bounds of everything that is read: how much, and what happens beyond it.

python -m tests.faults.bounds > docs/LIMITS.md
"""

from __future__ import annotations

import random
import sys
from collections.abc import Mapping
from datetime import timedelta

from watcher.archive import lines
from watcher.config import conditions, frugality, growing, scalars, secret_files
from watcher.daemon.clock import wall_clock
from watcher.delivery import answers, backoff
from watcher.delivery.pace import Pace
from watcher.openrouter import addresses, bodies
from watcher.openrouter.limits import STANDARD
from watcher.reading import limits, prices

PACE = Pace(wall=wall_clock, random=random.random)
HOUR = timedelta(hours=1)
KIB = 1024
MIB = KIB * KIB
HEAD = """\
# Limits

What comes from outside is bounded before it can take memory or time. Beyond a bound it is refused, and named:
a poll in the log, in `watcher status` and among the refusals of a backtest, a row in `watcher status`
("set aside"), a mistake in a configuration with its line. What was known stays. This table is made of the
constants of the code (`python -m tests.faults.bounds > docs/LIMITS.md`), and a test holds it true.

Measured: a daemon before a server that tells 33 lies in a row (50 MB, gzip bombs, a million rows, …) peaked
at 98 to 111 MB. Over 30 simulated days of polls (`python -m tests.benchmarks.soak 30`: 40 models and
1,733 alerts) memory grew by 0.19 MB in 24 hours and disk by 0.3 MB, descriptors and threads by none. Of
Python's own blocks of memory, 479,000, there were 37 more after 24 hours.
"""

REFUSED = "the poll is refused"
UNANSWERED = "the model is unanswered; what was known of it stays"
ASIDE = "the row is set aside and counted; what was known of it stays"
UNKNOWN = "the value is unknown, and unknown is no change"
MISTAKE = "a mistake with its line; nothing runs on it"


def size(count: int) -> str:
    """Return a number of bytes in words."""
    if count % MIB == 0:
        return f"{count // MIB} MiB"
    return f"{count // KIB} KiB" if count % KIB == 0 else f"{count:,} bytes"


def span(length: timedelta) -> str:
    """Return a duration in words."""
    return f"{length / HOUR:g} h" if length >= HOUR else f"{length.total_seconds():g} s"


BOUNDS: Mapping[str, tuple[tuple[str, str, str], ...]] = {
    "Answers of the catalog": (
        ("body of a list, all its pages together", size(STANDARD.list_bytes), REFUSED),
        ("body of one model's endpoints", size(STANDARD.endpoints_bytes), UNANSWERED),
        (
            "bodies of a sweep of models",
            f"{size(STANDARD.sweep_bytes)} and {size(STANDARD.sweep_bytes_each)} a model",
            "the sweep ends; the models that are left are unanswered",
        ),
        ("bodies that are read at once", size(STANDARD.flight_bytes), REFUSED),
        ("inflating a compressed body", f"{size(bodies.STEP)} at a time, within the limits above", REFUSED),
        ("JSON values of a list", f"{STANDARD.list_values:,}", REFUSED + " before it is parsed"),
        (
            "JSON values of a sweep of models",
            f"{STANDARD.sweep_values:,} and {STANDARD.sweep_values_each:,} a model",
            "the sweep ends; the models that are left are unanswered",
        ),
        ("one text in a body", size(bodies.LONGEST_TEXT), REFUSED),
        ("depth of JSON", "1,024 (the parser's own)", REFUSED),
        ("pages of a list", f"{STANDARD.pages}", REFUSED),
        ("redirects, within the host only", f"{STANDARD.hops}", REFUSED),
        ("an attempt, from the first byte to the last", span(STANDARD.total), REFUSED),
        ("silence in an answer", span(STANDARD.read), REFUSED),
        ("a pause that upstream asks for", span(STANDARD.longest_pause), "it counts as so long"),
        ("failures of a sweep in a row", f"{STANDARD.failures_in_a_row}", "the sweep is given up"),
        ("a model's id in a path", f"{addresses.LONGEST_ID} characters", "it is not asked for"),
    ),
    "Rows of the catalog": (
        ("rows of a list", f"{limits.MOST_ROWS:,}", REFUSED),
        ("endpoints of a model", f"{limits.MOST_OFFERS:,}", UNANSWERED),
        ("an id: printable, without white space", f"{limits.LONGEST_ID} characters", ASIDE),
        ("a name or other text", f"{limits.LONGEST_TEXT} characters", "it is cut"),
        ("prices of an offer", f"{limits.MOST_METERS}", ASIDE),
        ("the name of a price: letters, digits, _ . -", f"{limits.LONGEST_KEY} characters", ASIDE),
        ("a price", f"-1 (dynamic), or 0 to {prices.HIGHEST:,} USD a unit", ASIDE),
        ("windows and tiers of an offer", f"{limits.MOST_OVERRIDES}", ASIDE),
        ("entries of a list in a row", f"{limits.MOST_NAMES}", UNKNOWN),
        ("upstream's keys that are remembered of a list", f"{limits.MOST_KEYS}", "the others are forgotten"),
    ),
    "Configuration": (
        ("the file", size(growing.LARGEST_BYTES), MISTAKE),
        ("depth of its tree", f"{growing.DEEPEST}", MISTAKE),
        ("aliases, anchors, tags, merge keys, duplicate keys", "none", MISTAKE),
        ("a number", f"{scalars.LONGEST_NUMBER} characters", "it is text"),
        ("a secret file", size(secret_files.LARGEST_BYTES), MISTAKE),
        ("a `where` clause", f"{conditions.LONGEST_CLAUSE:,} characters", MISTAKE),
        ("depth of a clause", "32 (CEL's own)", MISTAKE),
        (
            "loops of a clause (`all`, `exists`, `filter` …)",
            f"{frugality.MOST_LOOPS}, none in another",
            MISTAKE,
        ),
        ("`map` in a clause", "1", MISTAKE),
        ("additions in a clause", f"{frugality.MOST_PLUSES}", MISTAKE),
        ("a pattern of `matches`", f"{frugality.LONGEST_PATTERN} characters, written out", MISTAKE),
        ("a count in a pattern", f"{frugality.HIGHEST_COUNT}, in a loop 1", MISTAKE),
        ("steps of one evaluation", "10,000 (CEL's own)", "the clause is unknown, and unknown is false"),
    ),
    "Recordings": (
        ("one poll, inflated", size(lines.LONGEST_POLL), "it is passed over, and listed as not believed"),
        ("window of zstd", size(lines.LARGEST_WINDOW), "the file is refused with the reason"),
    ),
    "Receivers": (
        ("an answer that is read", size(answers.LONGEST_ANSWER), "the rest is not read"),
        ("a send", span(PACE.deadline), "it is cut, and repeated as a possible repeat"),
        ("a pause that a server asks for", span(backoff.LONGEST_ASKED), "it counts as so long"),
        ("messages that wait (`max_backlog`)", "as configured", "the oldest are given up, and it is told"),
    ),
}


def document() -> str:
    """Return the whole document."""
    parts = [HEAD]
    for group, bounds in BOUNDS.items():
        rows = "\n".join(f"| {of} | {value} | {then} |" for of, value, then in bounds)
        parts.append(f"## {group}\n\n| of | at most | beyond it |\n| --- | --- | --- |\n{rows}\n")
    return "\n".join(parts)


if __name__ == "__main__":
    sys.stdout.write(document())
