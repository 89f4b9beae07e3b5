"""The configuration: YAML in, typed values and a rulebook out, every mistake at once with its line."""

from __future__ import annotations

from watcher.config.doubts import IdleGlob, unmatched_globs
from watcher.config.problems import ConfigError, Problem
from watcher.config.reading import find_config, load, parse, state_named
from watcher.config.secret import Secret
from watcher.config.settings import (
    AppriseTarget,
    CatalogSettings,
    Config,
    ConsoleTarget,
    FileTarget,
    Frontend,
    HeartbeatSettings,
    HeartbeatStyle,
    ReceiverTargets,
    Reload,
    Target,
    WebhookTarget,
    WebSettings,
)
from watcher.config.targets import TargetChecker

__all__ = [
    "AppriseTarget",
    "CatalogSettings",
    "Config",
    "ConfigError",
    "ConsoleTarget",
    "FileTarget",
    "Frontend",
    "HeartbeatSettings",
    "HeartbeatStyle",
    "IdleGlob",
    "Problem",
    "ReceiverTargets",
    "Reload",
    "Secret",
    "Target",
    "TargetChecker",
    "WebSettings",
    "WebhookTarget",
    "find_config",
    "load",
    "parse",
    "state_named",
    "unmatched_globs",
]
