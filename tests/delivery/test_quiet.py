from __future__ import annotations

import logging

import pytest

from tests.delivery.sink import Sink
from watcher.delivery.quiet import mute_libraries
from watcher.delivery.targets import TargetError, parse


def test_no_library_repeats_a_url_in_the_log(caplog: pytest.LogCaptureFixture, sink: Sink) -> None:
    mute_libraries()

    with caplog.at_level(logging.DEBUG), pytest.raises(TargetError):
        parse(f"slack://secrettoken-{sink.port}")

    assert "secrettoken" not in caplog.text
