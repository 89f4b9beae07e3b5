from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from structlog.testing import capture_logs

from tests.builders import at, model, provider, rule, rulebook
from watcher.daemon.globs import GlobWatch, idle_globs
from watcher.judgement.state import State, Tracked

BOOK = rulebook(
    rule("model-added", models=("a/*", "mispelt/*")),
    rule("price-change", models=("mispelt/*",), providers=("fireworks",)),
)


def listed(models: Sequence[str], *providers: str, gone: bool = False) -> State:
    """Return a state of a catalog that lists these; ``gone`` says that it no longer does."""
    known: dict[str, Any] = {"first_seen": at(0), "since": at(0), "gone": gone}
    rows = [model(name) for name in models]
    names = [provider(slug) for slug in providers]
    return State(
        models={row.id: Tracked(uid=row.id, record=row, **known) for row in rows},
        providers={row.slug: Tracked(uid=row.slug, record=row, **known) for row in names},
    )


def told(*states: State) -> list[tuple[str, str, str, Sequence[str]]]:
    """Return what is logged when one state follows the other."""
    watch = GlobWatch(BOOK)
    with capture_logs() as logs:
        for state in states:
            watch.look(state)
    return [(line["event"], line["key"], line["glob"], line["rules"]) for line in logs]


def test_a_glob_that_matches_nothing_is_told_once_for_all_its_rules() -> None:
    before = listed(["a/one", "b/two"])

    assert told(before, before) == [
        ("glob.unmatched", "models", "mispelt/*", ["model-added", "price-change"])
    ]


def test_a_glob_that_matches_again_is_told_and_so_is_one_that_no_longer_does() -> None:
    assert told(listed(["a/one", "mispelt/x"]), listed(["mispelt/x"]), listed(["a/one", "mispelt/x"])) == [
        ("glob.unmatched", "models", "a/*", ["model-added"]),
        ("glob.matched", "models", "a/*", ["model-added"]),
    ]


def test_before_the_first_poll_nothing_is_known_of_any_glob() -> None:
    assert told(State()) == []


def test_what_is_gone_matches_no_glob() -> None:
    state = listed(["a/one", "mispelt/x"], "fireworks", gone=True)
    present = listed(["b/two"], "other")
    both = State(
        models={**state.models, **present.models}, providers={**state.providers, **present.providers}
    )

    assert [(glob.rule, glob.key, glob.glob) for glob in idle_globs(BOOK, both)] == [
        ("model-added", "models", "a/*"),
        ("model-added", "models", "mispelt/*"),
        ("price-change", "models", "mispelt/*"),
        ("price-change", "providers", "fireworks"),
    ]
