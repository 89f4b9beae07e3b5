"""The command line: one module a verb, imported when it is used."""

from __future__ import annotations

from watcher.cli.program import main

__all__ = ["main"]
