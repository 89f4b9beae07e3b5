"""Configured: the configuration a verb works with, and the state it names."""

from __future__ import annotations

import os
from pathlib import Path

from watcher.config import Config, find_config, load


def configuration(path: Path | None) -> Config:
    """Return the configuration at a path, or at the usual places; receivers' URLs are not looked into.

    ConfigError carries every problem of it.
    """
    return load(find_config(path), os.environ, targets=None)
