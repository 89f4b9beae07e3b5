from __future__ import annotations

import pytest

from watcher.web.hosts import is_meant


@pytest.mark.parametrize(
    "host", ["127.0.0.1:9464", "127.0.0.1", "[::1]:9464", "[::1]", "localhost", "LOCALHOST:9464",
             "localhost.", "10.0.0.5:9464"],
)  # fmt: skip
def test_an_address_or_localhost_is_always_meant(host: str) -> None:
    assert is_meant(host, ())


@pytest.mark.parametrize(
    "host", ["evil.example", "evil.example:9464", "127.0.0.1.evil.example", "localhost.evil.example", "",
             "::1x", "[evil.example]", "127.0.0.1@evil.example", "2130706433.example", "a b"],
)  # fmt: skip
def test_a_name_that_nobody_configured_is_somebody_elses(host: str) -> None:
    assert not is_meant(host, ("watcher.internal",))


def test_a_configured_name_is_meant_with_and_without_its_port() -> None:
    assert is_meant("Watcher.Internal:9464", ("watcher.internal",))
    assert is_meant("watcher.internal.", ("watcher.internal",))
