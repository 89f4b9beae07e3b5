"""Watching: the configuration of the verbs that poll, with every Apprise URL looked into."""

from __future__ import annotations

import os
from pathlib import Path

from watcher.config import Config, find_config, load
from watcher.daemon.addresses import Addresses


def watched(path: Path | None) -> tuple[Config, Addresses]:
    """Return the configuration at a path or at the usual places, and the addresses it names.

    ConfigError carries every problem of it.
    """
    addresses = Addresses()
    return load(find_config(path), os.environ, targets=addresses), addresses
