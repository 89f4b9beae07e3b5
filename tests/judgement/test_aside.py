"""Rows that cannot be read are counted and named, as long as they are there."""

from __future__ import annotations

from tests.builders import Story, broken, endpoint, model, offers, policy, rule, rulebook
from watcher.catalog.names import ModelId, ProviderSlug, Surface
from watcher.catalog.sheets import BadRow, ModelsSheet, Sheet
from watcher.judgement.state import SurfaceHealth

ROWS = {ModelId(f"a{number}/one"): model(f"a{number}/one") for number in range(20)}
DEAR = BadRow(id="a/dear", reason="a price of '-7'")
NOBODY = BadRow(id=None, reason="no id")


def models(*bad: BadRow) -> ModelsSheet:
    return Sheet(surface=Surface.MODELS, rows=ROWS, bad=bad)


def health(story: Story, surface: Surface = Surface.MODELS) -> SurfaceHealth:
    return story.state.surfaces[surface]


def test_rows_that_cannot_be_read_are_counted_and_the_first_is_named() -> None:
    story = Story(rulebook(rule("model-added")))

    story.poll(0, models=models(DEAR, NOBODY))

    assert (health(story).set_aside, health(story).set_aside_reason) == (2, "a/dear: a price of '-7'")


def test_a_row_without_a_name_gives_its_reason_alone() -> None:
    story = Story(rulebook(rule("model-added")))

    story.poll(0, models=models(NOBODY))

    assert health(story).set_aside_reason == "no id"


def test_the_count_ends_with_the_first_poll_that_can_be_read_whole() -> None:
    story = Story(rulebook(rule("model-added")))
    story.poll(0, models=models(DEAR))

    story.poll(5, models=models())

    assert (health(story).set_aside, health(story).set_aside_reason) == (0, None)


def test_a_refused_poll_leaves_the_count_of_the_believed_one() -> None:
    story = Story(rulebook(rule("model-added")))
    story.poll(0, models=models(DEAR))

    story.poll(5, models=broken())

    assert health(story).set_aside == 1


def test_the_rows_of_all_models_endpoints_count_together() -> None:
    story = Story(rulebook(rule("model-added")))
    good = [endpoint(f"a/{number}", "novita") for number in range(30)]

    story.poll(0, endpoints=offers(*good, bad=[("a/1", "x"), ("a/2", "y")]))

    assert health(story, Surface.ENDPOINTS).set_aside == 2


def test_the_rows_of_policies_count_on_the_surface_that_carries_them() -> None:
    story = Story(rulebook(rule("model-added")))
    rows = {ProviderSlug(slug): policy(training=False) for slug in ("novita", "groq")}

    story.poll(0, policies=Sheet(surface=Surface.FRONTEND, rows=rows, bad=(NOBODY,)))

    assert health(story, Surface.FRONTEND).set_aside == 1
    assert Surface.PROVIDERS not in story.state.surfaces
