"""What a newcomer starts with: a small configuration, and a unit that keeps the daemon running."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True, kw_only=True)
class Wishes:
    """The answers; ``urls_file`` is None where alerts go to the terminal only."""

    models: Sequence[str]
    timezone: str
    percent: str
    below: str
    urls_file: str | None = None


def config_of(wishes: Wishes) -> str:
    """Return a configuration (YAML) for some wishes."""
    receiver = _TERMINAL if wishes.urls_file is None else _URLS.format(file=json.dumps(wishes.urls_file))
    return _CONFIG.format(
        models=json.dumps(list(wishes.models)),
        timezone=json.dumps(wishes.timezone),
        receiver=receiver,
        percent=wishes.percent,
        below=wishes.below,
    )


def unit_of(program: Path, config: Path) -> str:
    """Return a systemd unit for ``systemctl --user`` that runs the daemon on a configuration."""
    return _UNIT.format(program=_quoted(program), config=_quoted(config))


def _quoted(path: Path) -> str:
    # systemd expands % and $, and reads quotes and backslashes as C does (systemd.service(5)).
    text = str(path).replace("%", "%%").replace("$", "$$")
    return json.dumps(text, ensure_ascii=False)


_TERMINAL = """\
  terminal:                        # standard output; for Slack, mail and 250 others: urls_file
    console: true
"""

_URLS = """\
  alerts:
    urls_file: {file}        # one Apprise URL a line, for you alone
"""

_CONFIG = """\
# catalog watcher. `watcher check` says what is wrong with this file; `watcher schema` is for your editor.
# Everything else that may stand here: config.example.yaml of the project.

models: {models}     # what you use: shell globs on model ids
timezone: {timezone}

receivers:
{receiver}
rules:
  - use: new-free-variant          # a model that is free
    models: ["*"]
  - use: price-change              # the cheapest offer moved
    percent: {percent}
  - use: data-policy-flip          # who trains on prompts, who keeps them
    direction: any
  - use: uptime-drop               # nobody serves a model well
    below: {below}
    for: 30m
"""

_UNIT = """\
[Unit]
Description=Catalog watcher: alerts on what really changes in OpenRouter's catalog
Wants=network-online.target
After=network-online.target

[Service]
ExecStart={program} run -c {config}
ExecReload=/bin/kill -HUP $MAINPID
Restart=always
RestartSec=5s
# A configuration that is wrong does not mend itself.
RestartPreventExitStatus=2
TimeoutStopSec=45s
UMask=0077
NoNewPrivileges=yes

[Install]
WantedBy=default.target
"""
