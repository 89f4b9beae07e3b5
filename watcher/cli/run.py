"""``watcher run``: the daemon."""

from __future__ import annotations

import faulthandler
import os
from pathlib import Path

from watcher.cli.failures import Exit
from watcher.cli.verbs import verb, with_config, with_log_level
from watcher.cli.watching import watched
from watcher.config import find_config
from watcher.daemon import logs
from watcher.daemon.health.notify import notifier_of
from watcher.daemon.rereading import Rereading
from watcher.daemon.run import run
from watcher.daemon.strays import catch_strays

STANDARD_ERROR = 2


@verb(
    "run",
    Exit.FAILED,
    Exit.WRONG,
    examples={
        "watcher run": "Watch with ./config.yaml until Ctrl-C:",
        "watcher run -c /etc/watcher/config.yaml": "As systemd runs it:",
    },
)
@with_config
@with_log_level("info")
def command(config: Path | None, log_level: str) -> None:
    """Poll, judge and deliver until SIGTERM or Ctrl-C.

    What is being sent may end first; what is not sent stays queued and goes at the next start. A second
    signal ends it at once. Alerts for the terminal go to standard output, logs to standard error: for people
    on a terminal, elsewhere an object of JSON a line.

    A configuration that changes is read again, on SIGHUP too (`reload` in it); one that is wrong changes
    nothing and is logged. `state`, `timezone` and `catalog.base_url` need a restart.
    """
    logs.configure(log_level)
    catch_strays()
    # The stacks of all threads, without any values, when the watchdog ends us (SIGABRT).
    faulthandler.enable(STANDARD_ERROR)
    path = find_config(config)
    rereading = Rereading(path, lambda: watched(path))
    settings, addresses = watched(path)
    run(settings, addresses, rereading=rereading, notifier=notifier_of(os.environ))
