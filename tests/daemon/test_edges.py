from __future__ import annotations

from watcher.daemon.edges import Edges


def test_a_trouble_is_news_when_it_begins_when_it_changes_and_when_it_ends() -> None:
    edges = Edges()

    told = [edges.begins("store", what) for what in ("full", "full", "read-only", "read-only")]
    ended = [edges.ends("store"), edges.ends("store")]

    assert told == [True, False, True, False]
    assert ended == [True, False]
    assert edges.begins("store", "full")


def test_each_thing_has_its_own_troubles() -> None:
    edges = Edges()

    assert edges.begins("models", "timeout")
    assert edges.begins("zdr", "timeout")
    assert edges.ends("models")
    assert not edges.begins("zdr", "timeout")
