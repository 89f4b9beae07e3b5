from __future__ import annotations

import pytest

from watcher.delivery.addresses import is_allowed, names_private, peer_check


@pytest.mark.fault("SSRF by a receiver's URL")
@pytest.mark.parametrize(
    "peer",
    ["169.254.169.254", "fe80::1%eth0", "::ffff:169.254.169.254", "fd00:ec2::254", "100.100.100.200",
     "64:ff9b::a9fe:a9fe", "224.0.0.1", "no address"],
)  # fmt: skip
def test_metadata_and_link_local_addresses_are_refused_whatever_is_allowed(peer: str) -> None:
    assert not is_allowed(peer, private=True)


@pytest.mark.fault("SSRF by a receiver's URL")
@pytest.mark.parametrize(
    "peer", ["127.0.0.1", "10.1.2.3", "192.168.1.1", "::1", "::ffff:10.0.0.1", "0.0.0.0"]
)
def test_private_addresses_are_reached_only_where_that_is_wanted(peer: str) -> None:
    assert (is_allowed(peer, private=False), is_allowed(peer, private=True)) == (False, True)


@pytest.mark.parametrize("peer", ["1.1.1.1", "2606:4700::1111"])
def test_public_addresses_are_reached(peer: str) -> None:
    assert is_allowed(peer, private=False)


@pytest.mark.parametrize(
    ("url", "is_private"),
    [
        ("json://localhost/x", True),
        ("json://hook.localhost:8080", True),
        ("http://192.168.1.5/x", True),
        ("http://[::1]/x", True),
        ("mailto://u:p@example.org?smtp=10.0.0.1", True),
        ("https://example.org", False),
        ("http://0x7f000001/", False),
        ("slack://T/B/x/#a", False),
    ],
)
def test_a_url_that_names_a_private_address_means_it(url: str, is_private: bool) -> None:
    assert names_private(url) is is_private
    assert peer_check(url, allow_private=False)("127.0.0.1") is is_private
    assert peer_check(url, allow_private=True)("127.0.0.1")
