"""What is known, unknown for a while, and known to be another then."""

from __future__ import annotations

import pytest

from tests.builders import Story, at, endpoint, model, policy, provider, rule, rulebook
from watcher.catalog.names import ProviderSlug
from watcher.judgement.knowledge.faded import remember
from watcher.judgement.knowledge.moves import Move
from watcher.judgement.knowledge.subjects import subject_of_provider
from watcher.judgement.state import State

STAYS = model("a/stays")


def history(story: Story) -> list[tuple[str, str | None, object, object]]:
    return [(change.subject, change.field, change.old, change.new) for change in story.changes]


def contexts(*lengths: int | None) -> Story:
    """Let an endpoint's context be each of these, a quarter of an hour apart."""
    story = Story(rulebook(rule("price-change")))
    for index, length in enumerate(lengths):
        story.poll(15 * index, endpoints=[endpoint("a/one", "novita", context_length=length)])
    return story


def test_a_fact_that_is_another_after_it_was_unknown_stands_in_the_history() -> None:
    story = contexts(8000, None, None, 4000)

    change = next(change for change in story.changes if change.endpoint)
    assert (change.subject, change.field, change.old, change.new) == (
        "a/one @ novita",
        "context_length",
        8000,
        4000,
    )
    assert (change.at, change.not_before) == (at(45), at(30))


@pytest.mark.parametrize("lengths", [(8000, None, 8000), (None, 8000), (8000, None)])
def test_what_only_became_known_or_unknown_does_not(lengths: tuple[int | None, ...]) -> None:
    assert contexts(*lengths).changes == []


def test_what_is_known_again_is_not_remembered_any_more() -> None:
    story = contexts(8000, None, 4000, None, 4000)

    assert (len([change for change in story.changes if change.endpoint]), story.state.faded) == (1, {})


def test_a_flip_that_is_told_late_leaves_nothing_of_what_it_was_before() -> None:
    subject = subject_of_provider(ProviderSlug("novita"))
    flip = Move(subject=subject, field="training", old=False, new=True, at=at(60), not_before=at(0))

    remembered = remember({"novita training": False, "novita zdr": True}, [flip], State())

    assert (remembered.faded, remembered.changes) == ({"novita zdr": True}, (flip,))


def test_a_policy_that_is_told_after_it_was_unknown_stands_in_the_history() -> None:
    story = Story(rulebook(rule("data-policy-flip")))
    for index, training in enumerate((False, None, True)):
        story.poll(
            60 * index,
            providers=[provider("novita")],
            policies={"novita": policy(training=training, retains_prompts=False)},
        )

    assert [(alert.subject, alert.old, alert.new) for alert in story.alerts] == [("novita", False, True)]
    assert history(story) == [("novita", "training", False, True)]


def test_nothing_is_remembered_of_a_model_that_left() -> None:
    story = Story(rulebook(rule("model-removed")))
    story.poll(0, models=[STAYS, model("a/one", context_length=8000, tokenizer="GPT")])
    story.poll(5, models=[STAYS, model("a/one", context_length=8000, tokenizer=None)])
    faded = dict(story.state.faded)

    story.poll(10, models=[STAYS])
    story.poll(30, models=[STAYS])

    assert (faded, story.state.faded) == ({"a/one tokenizer": "GPT"}, {})


def test_a_model_whose_last_offer_went_before_it_did_is_not_remembered_either() -> None:
    story = Story(rulebook(rule("price-change")))
    story.poll(0, models=[STAYS, model("a/one")], endpoints=[endpoint("a/one", "novita")])
    for moment in (5, 30):
        story.poll(moment, models=[STAYS])

    story.poll(35, endpoints=[endpoint("a/one", "novita", prompt=None, completion=None)])

    assert story.state.faded == {}
