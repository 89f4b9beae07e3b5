"""``python -m watcher`` is the same as ``watcher``."""

from __future__ import annotations

from watcher.cli import main

if __name__ == "__main__":
    main(prog_name="watcher")
