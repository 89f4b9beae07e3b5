"""What a model does by the day, as its author's page tells it, and which of its versions are published."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from tests.builders import Story, at, clause, days, hours, minutes, model, rule, rulebook, seen, while_
from watcher.catalog.names import ModelId, Surface
from watcher.catalog.sheets import AskedSheet
from watcher.catalog.usage import Author, AuthoredModel, DayOfUse, Versions
from watcher.judgement.decision import Gate
from watcher.judgement.knowledge.usage import days_of_use, last_day_of_use, used_of_author
from watcher.rules.rule import Rule

GLM, FREE = ModelId("z-ai/glm-5.2"), ModelId("z-ai/glm-5.2:free")
TODAY = date(2026, 7, 6)
DAY = 1440.0
SIX_HOURS = hours(6)
"""Everything is swept every six hours here, as authors and versions are."""


def tale(*rules: Rule) -> Story:
    story = Story(rulebook(*rules, every=SIX_HOURS))
    story.poll(0, models=[model(GLM), model(FREE), model("z-ai/glm-4")])
    return story


def used(*tokens: int | None, until: int = 1, variant: str = "standard") -> tuple[DayOfUse, ...]:
    """Return what was used on some days in a row, the last of them ``until`` days ago."""
    last = TODAY - timedelta(days=until)
    return tuple(
        DayOfUse(
            day=last - timedelta(days=back),
            variant=variant,
            requests=10,
            prompt_tokens=count,
            completion_tokens=0 if count is not None else None,
        )
        for back, count in reversed(list(enumerate(reversed(tokens))))
    )


def author(*rows: tuple[str, tuple[DayOfUse, ...]]) -> dict[str, Any]:
    """Return an answer of the author's page."""
    models = tuple(
        AuthoredModel(id=ModelId(name), permaslug=None, name=name, created=None, days=told)
        for name, told in rows
    )
    made = Author(slug="z-ai", name="Z.AI", models=models)
    return {"authors": AskedSheet(surface=Surface.AUTHORS, rows={"z-ai": made})}


def told(story: Story, minute: float, **pages: Any) -> None:
    story.judge(replace(seen(minute), **pages), at(minute))


def of_glm(tokens: int, until: int = 1) -> dict[str, Any]:
    return author((GLM, used(tokens, until=until)))


def unheard(surface: Surface, **why: Any) -> AskedSheet[Any, Any]:
    """Return an answer that tells nothing."""
    return AskedSheet(surface=surface, **why)


def hardly_used(**written: Any) -> Rule:
    usual: dict[str, Any] = {"below": 100.0, "recover": 150.0, "keep": minutes(0)}
    return while_("model.tokens", **(usual | written))


def test_a_model_that_is_used_less_than_a_threshold_is_told_and_so_is_its_recovery() -> None:
    story = tale(hardly_used())

    for minute, tokens, until in ((1, 500, 1), (DAY, 80, 0), (2 * DAY, 120, -1), (3 * DAY, 150, -2)):
        told(story, minute, **of_glm(tokens, until))

    assert [(alert.event, alert.subject, alert.status, alert.new) for alert in story.alerts] == [
        ("model.tokens", GLM, "firing", 80.0),
        ("model.tokens", GLM, "resolved", 150.0),
    ]


def test_a_quiet_day_within_for_is_never_heard_of() -> None:
    story = tale(hardly_used(lasting=days(2)))

    for step in range(12):
        until = 1 - step // 4
        told(story, step * 360 + 1, **of_glm(80 if step // 4 == 1 else 500, until))

    assert story.alerts == []
    assert Gate.HELD_UNDONE in story.gates


def test_the_day_that_is_not_over_yet_is_no_reading() -> None:
    story = tale(hardly_used())

    told(story, 1, **author((GLM, used(500, 3, until=0))))

    assert story.alerts == []
    assert [day.tokens for day in days_of_use(story.state, GLM)] == [500]


def test_each_variant_has_days_of_its_own_and_an_alias_none() -> None:
    story = tale(hardly_used())

    told(story, 1, **author((GLM, (*used(500), *used(5, variant="free")))))

    assert story.told == [("model.tokens", FREE)]
    assert days_of_use(story.state, "~z-ai/glm-latest") == ()


def test_a_model_of_which_the_last_day_tells_nothing_is_unknown() -> None:
    story = tale(hardly_used())

    told(story, 1, **author((GLM, used(5, until=3)), ("z-ai/glm-4", used(500))))

    assert story.alerts == []
    assert last_day_of_use(story.state, GLM) is None


def test_days_without_both_counts_are_unknown_and_long_past_ones_are_forgotten() -> None:
    story = tale(hardly_used())

    told(story, 1, **author((GLM, used(5, until=20)), ("z-ai/glm-4", used(None))))

    assert story.alerts == []
    assert days_of_use(story.state, GLM) == ()


def test_a_clause_reads_what_a_model_does_by_the_day_and_is_false_while_that_is_unknown() -> None:
    facts: list[tuple[Any, Any]] = []

    def busy(known: Any) -> bool | None:
        facts.append((known["model.tokens_per_day"], known["model.requests_per_day"]))
        return None if facts[-1][0] is None else bool(facts[-1][0] > 100)

    story = tale(rule("context-change"), rule("model-removed", where=clause(busy)))
    told(story, 1, **of_glm(500))
    for minute in (10, 30):
        story.poll(minute, models=[model("z-ai/glm-4")])

    assert story.told == [("model.removed", GLM)]
    assert facts == [(500, 10), (None, None)]


def test_an_author_who_does_not_answer_keeps_the_last_word_and_garbage_is_refused() -> None:
    story = tale(hardly_used())
    told(story, 1, **of_glm(500))

    for minute, sheet in (
        (360, unheard(Surface.AUTHORS, unanswered={"z-ai": "timed out"})),
        (720, unheard(Surface.AUTHORS, fault="no JSON")),
    ):
        told(story, minute, authors=sheet)

    assert story.alerts == []
    assert [refusal.reason for refusal in story.refused] == [
        "authors: nothing was answered, first: timed out",
        "authors: no JSON",
    ]
    assert [day.tokens for day in days_of_use(story.state, GLM)] == [500]


def test_authors_that_tell_no_days_any_more_are_told_as_a_loss_of_that_fact_and_its_return() -> None:
    story = tale(hardly_used(), rule("catalog-trouble"))
    names = [GLM, "z-ai/glm-4", "z-ai/glm-3", "z-ai/glm-2", "z-ai/glm-1"]
    whole, bare = (author(*((name, row) for name in names)) for row in (used(500), ()))

    for minute, page in enumerate((whole, bare, bare, bare, whole)):
        told(story, 1 + minute * 360, **page)

    assert [(alert.event, alert.context["facts"]) for alert in story.alerts] == [
        ("catalog.surface_lost", ["tokens"]),
        ("catalog.surface_back", ["tokens"]),
    ]


def own(*days_: DayOfUse, of: ModelId = GLM) -> dict[str, Any]:
    """Return an answer of a model's own page."""
    return {"activity": AskedSheet(surface=Surface.ACTIVITY, rows={of: days_})}


def test_a_models_own_page_tells_of_its_use_as_its_authors_does() -> None:
    quiet = clause(lambda facts: facts["model.tokens_per_day"] == 80)
    story = tale(hardly_used(), rule("model-removed", where=quiet))

    for minute, tokens, until in ((1, 500, 1), (DAY, 80, 0)):
        told(story, minute, **own(*used(tokens, until=until)))
    for minute in (DAY + 10, DAY + 30):
        story.poll(minute, models=[model(FREE), model("z-ai/glm-4")])

    assert story.told == [("model.tokens", GLM), ("model.removed", GLM), ("model.tokens", GLM)]


@pytest.mark.parametrize(
    ("own_until", "authors_until", "tokens"),
    [(1, 1, 7), (1, 2, 7), (2, 1, 500)],
    ids=["same", "own", "author's"],
)
def test_of_two_pages_the_one_that_tells_of_the_later_day_counts(
    own_until: int, authors_until: int, tokens: int
) -> None:
    story = tale(hardly_used())

    told(story, 1, **of_glm(500, authors_until), **own(*used(7, until=own_until)))

    day = last_day_of_use(story.state, GLM)
    assert day is not None
    assert day.tokens == tokens


def test_the_own_page_of_a_model_that_tells_of_no_day_for_long_is_unknown() -> None:
    story = tale(hardly_used())

    told(story, 1, **own(*used(5, until=5)))

    assert story.alerts == []
    assert [day.tokens for day in days_of_use(story.state, GLM)] == [5]
    assert last_day_of_use(story.state, GLM) is None


def test_pages_of_models_that_tell_no_days_any_more_lost_that_fact() -> None:
    story = tale(hardly_used(), rule("catalog-trouble"))
    names = [ModelId(f"z-ai/glm-{number}") for number in range(5)]

    for minute, row in enumerate((used(500), (), ())):
        sheet = AskedSheet(surface=Surface.ACTIVITY, rows=dict.fromkeys(names, row))
        told(story, 1 + minute * 360, activity=sheet)

    assert [(alert.event, alert.subject, alert.context["facts"]) for alert in story.alerts] == [
        ("catalog.surface_lost", "activity", ["tokens"])
    ]


@pytest.mark.parametrize("name", ["authors", "activity"])
def test_losing_a_page_of_use_is_said_once_and_its_return_once(name: str) -> None:
    story = tale(hardly_used(), rule("catalog-trouble", after=3))
    dead = unheard(Surface(name), fault="404: Not Found")
    pages = {"authors": of_glm(500), "activity": own(*used(500))}
    back = {"authors": of_glm(500, -1), "activity": own(*used(500, until=-1))}

    told(story, 1, **pages[name])
    for number in range(1, 8):
        told(story, 1 + number * 360, **{name: dead})
    told(story, 3000, **back[name])

    assert story.told == [("catalog.surface_lost", name), ("catalog.surface_back", name)]


def listed(*names: str, of: Sequence[ModelId] = (GLM,)) -> dict[str, Any]:
    return {"versions": AskedSheet(surface=Surface.VERSIONS, rows=dict.fromkeys(of, names))}


NOWHERE = {"versions": unheard(Surface.VERSIONS)}
"""No address that is known has them."""


@pytest.mark.parametrize(
    ("polls", "new"),
    [
        ([(), ("v1",)], ["v1"]),
        ([("v1",), ("v2", "v1")], ["v2"]),
        ([("v1",), ("v2",)], ["v2"]),
        ([("v1", "v2"), ("v2", "v1")], []),
        ([("v1",), (), ("v1",)], []),
        ([("v1",), (), ("v2", "v1")], ["v2"]),
        ([("v1", "v2"), ("v1",), ("v1", "v2")], []),
        ([("v1",)], []),
    ],
    ids=["first", "new", "other", "order", "empty", "new after empty", "back", "first sight"],
)
def test_a_version_that_was_not_there_is_told_once(polls: list[tuple[str, ...]], new: list[str]) -> None:
    story = tale(rule("version-published"))

    for number, names in enumerate((*polls, polls[-1])):
        told(story, 1 + number * 360, **listed(*names))

    assert [(alert.event, alert.subject, alert.new) for alert in story.alerts] == [
        ("model.version_published", GLM, name) for name in new
    ]


def test_a_version_that_is_no_longer_listed_is_history_alone() -> None:
    story = tale(rule("version-published"))

    for minute, names in ((1, ("v1", "v2")), (361, ("v2",))):
        told(story, minute, **listed(*names))

    assert story.alerts == []
    assert [(change.event, change.field, change.old) for change in story.changes] == [
        ("model.version_withdrawn", "version.v1", "v1")
    ]


def test_versions_that_upstream_begins_to_publish_of_many_models_at_once_are_a_beginning() -> None:
    story = tale(rule("version-published"))
    many = [ModelId(f"a/m{number}") for number in range(6)]

    told(story, 1, **listed(of=many))
    told(story, 361, **listed("v1", of=many))
    told(story, 721, **listed("v2", "v1", of=many[:1]))

    assert [(alert.subject, alert.new) for alert in story.alerts] == [("a/m0", "v2")]
    assert [item.gate for item in story.suppressed] == [Gate.SCHEMA] * 6


def test_a_new_rule_begins_with_the_versions_it_sees_first() -> None:
    story = tale()
    told(story, 1, **listed("v1"))
    story.book = rulebook(rule("version-published"), every=SIX_HOURS)

    told(story, 361, **listed("v2", "v1"))
    told(story, 721, **listed("v3", "v2", "v1"))

    assert [alert.new for alert in story.alerts] == ["v3"]


def test_that_no_address_has_versions_says_that_nothing_is_published_and_is_no_trouble() -> None:
    story = tale(rule("version-published"), rule("catalog-trouble", after=3))

    for number in range(6):
        told(story, 1 + number * 360, **NOWHERE)
    told(story, 2500, **listed())

    assert story.alerts == []
    assert story.state.surfaces[Surface.VERSIONS].failures == 0
    assert story.state.versions == {GLM: Versions()}


def test_versions_that_were_published_and_have_no_address_any_more_are_lost_once_and_stay_known() -> None:
    story = tale(rule("version-published"), rule("catalog-trouble", after=3))

    told(story, 1, **listed("v1"))
    for number in range(1, 6):
        told(story, 1 + number * 360, **NOWHERE)
    told(story, 2500, **listed("v1"))

    assert story.told == [("catalog.surface_lost", "versions"), ("catalog.surface_back", "versions")]
    assert story.state.versions == {GLM: Versions(("v1",))}


def test_an_authors_models_are_each_variant_with_its_last_day_the_most_used_first() -> None:
    story = tale(hardly_used())
    both = (*used(500), *used(5, variant="free"))
    air = own(*used(700), of=ModelId("z-ai/air"))

    told(story, 1, **author((GLM, both), ("z-ai/glm-4", used(50, until=3))), **air)

    assert {model: day.tokens for model, day in used_of_author(story.state, "z-ai").items()} == {
        "z-ai/air": 700,
        GLM: 500,
        FREE: 5,
    }
    assert list(used_of_author(story.state, "z-ai")) == ["z-ai/air", GLM, FREE]
    assert used_of_author(story.state, "nobody") == {}
