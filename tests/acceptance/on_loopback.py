"""The command as it is, with Slack's address on loopback.

    python -m tests.acceptance.on_loopback URL VERB…

Slack's URLs name no host; where they lead is an attribute of Apprise's own plugin.
"""

from __future__ import annotations

import sys

from apprise.plugins.slack import NotifySlack

from watcher.cli import main

if __name__ == "__main__":
    NotifySlack.webhook_url = sys.argv.pop(1)
    main(prog_name="watcher")
