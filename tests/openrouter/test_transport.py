from __future__ import annotations

import httpx
import pytest

from watcher.openrouter.addresses import stays
from watcher.openrouter.transport import proxy_for


@pytest.mark.parametrize(
    ("origin", "target", "verdict"),
    [
        ("https://openrouter.ai/a", "https://openrouter.ai/b", True),
        ("https://openrouter.ai/a", "https://openrouter.ai:443/b", True),
        ("http://openrouter.ai/a", "https://openrouter.ai/a", True),
        ("https://openrouter.ai/a", "http://openrouter.ai/a", False),
        ("https://openrouter.ai/a", "https://openrouter.ai:8443/a", False),
        ("https://openrouter.ai/a", "https://openrouter.ai.evil.org/a", False),
        ("https://openrouter.ai/a", "https://key@openrouter.ai/a", False),
    ],
)
def test_only_the_same_host_may_be_redirected_to(origin: str, target: str, verdict: bool) -> None:
    assert stays(httpx.URL(origin), httpx.URL(target)) is verdict


def test_the_environments_proxy_is_used_but_never_for_loopback(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("https_proxy", "proxy.example.org:3128")
    monkeypatch.setenv("http_proxy", "http://proxy.example.org:3128")
    monkeypatch.setenv("no_proxy", "internal.example.org")

    found = {
        host: proxy_for(httpx.URL(host))
        for host in (
            "https://openrouter.ai",
            "https://internal.example.org",
            "http://127.0.0.1:8080",
            "http://localhost",
        )
    }

    assert found == {
        "https://openrouter.ai": "http://proxy.example.org:3128",
        "https://internal.example.org": None,
        "http://127.0.0.1:8080": None,
        "http://localhost": None,
    }
