"""What a newcomer starts with: a small configuration that is made of five answers."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import time
from enum import StrEnum

JOBS: Mapping[str, str] = {
    "free": """\
  - use: new-free-variant          # a model that is free
    models: ["*"]
  - use: free-variant-gone         # … and is no longer
""",
    "prices": """\
  - use: price-change              # the cheapest offer moved
    percent: 10                    # at least, of what was last told
""",
    "policies": """\
  - use: data-policy-flip          # who trains on prompts, who keeps them
    direction: any
""",
    "uptime": """\
  - use: uptime-drop               # nobody serves a model well
    below: 90                      # percent
    for: 30m
""",
    "endings": """\
  - use: deprecation               # what you use ends, or gets worse
  - use: capability-lost
  - use: context-change
  - use: quantization-downgrade
""",
}
"""What most people want to be told of, each with its rules."""

USUAL = ("free", "prices", "policies", "uptime")


class Way(StrEnum):
    """How the daemon is run."""

    HERE = "here"
    USER = "user"
    SYSTEM = "system"


@dataclass(frozen=True, slots=True, kw_only=True)
class Wishes:
    """The five answers; ``urls`` are secret, and none means the terminal. ``quiet`` is from when to when."""

    models: Sequence[str]
    urls: Sequence[str]
    jobs: Sequence[str]
    timezone: str
    quiet: tuple[time, time] | None
    way: Way


def config_of(wishes: Wishes, urls_file: str) -> str:
    """Return a configuration (YAML) for some wishes; ``urls_file`` names the file that holds the URLs."""
    receiver = _URLS.format(file=json.dumps(urls_file)) if wishes.urls else _TERMINAL
    if wishes.quiet is not None:
        receiver += _QUIET.format(start=f"{wishes.quiet[0]:%H:%M}", end=f"{wishes.quiet[1]:%H:%M}")
    return _CONFIG.format(
        models=json.dumps(list(wishes.models), ensure_ascii=False),
        timezone=json.dumps(wishes.timezone),
        receiver=receiver,
        rules="".join(JOBS[job] for job in JOBS if job in wishes.jobs),
    )


_TERMINAL = """\
  terminal:                        # standard output; for Slack, mail and 250 others: urls_file
    console: true
"""

_URLS = """\
  alerts:
    urls_file: {file}        # one Apprise URL a line, for its owner alone
"""

_QUIET = """\
    quiet_hours: {{from: {start}, to: {end}, except: critical}}   # held and told later, never dropped
"""

_CONFIG = """\
# catalog watcher. `watcher check` says what is wrong with this file; `watcher schema` is for your editor.
# Everything else that may stand here: config.example.yaml of the project.

models: {models}     # what you use: shell globs on model ids
timezone: {timezone}

receivers:
{receiver}
rules:
{rules}"""
