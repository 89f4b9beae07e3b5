from __future__ import annotations

import os
import signal

from watcher.daemon.signals import heeded


def test_an_end_is_heard_though_a_parent_left_the_signal_blocked() -> None:
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGTERM})
    try:
        with heeded() as ending:
            os.kill(os.getpid(), signal.SIGTERM)

            assert ending.is_asked

        assert signal.SIGTERM in signal.pthread_sigmask(signal.SIG_BLOCK, ())
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)
