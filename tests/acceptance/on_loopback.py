"""The command as it is, with Slack's address on loopback.

    python -m tests.acceptance.on_loopback URL FILE VERB…

Slack's URLs name no host; where they lead is an attribute of Apprise's own plugin. Every library may log
all it likes to FILE, as under somebody's debugging: what must not be said has to be kept from being said.
"""

from __future__ import annotations

import logging
import sys

import sqlalchemy  # noqa: F401  # it sets the level of its own loggers when it is imported
from apprise.plugins.slack import NotifySlack

from watcher.cli import main

if __name__ == "__main__":
    NotifySlack.webhook_url = sys.argv.pop(1)
    logging.basicConfig(level=logging.DEBUG, filename=sys.argv.pop(1))
    for name in ("sqlalchemy", "alembic", "apprise", "httpx", "httpcore", "requests", "urllib3"):
        logging.getLogger(name).setLevel(logging.DEBUG)
    main(prog_name="watcher")
