from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from watcher.catalog.model import Model
from watcher.catalog.names import Kind, ModelId, Surface
from watcher.catalog.price import Tariff
from watcher.daemon.plan import needed_by, plan
from watcher.rules.events import EVENTS
from watcher.rules.level import Level
from watcher.rules.rule import Rule
from watcher.rules.rulebook import Rulebook

UPTIME = Level(kind=Kind.MODEL, event="model.uptime", quantity="uptime_30m", below=90.0, recover=95.0)
DOCUMENTED = {Surface.MODELS, Surface.ENDPOINTS, Surface.PROVIDERS, Surface.ZDR}
CATALOG = (
    "anthropic/opus",
    "anthropic/opus:batch",
    "deepseek/v4",
    "~anthropic/opus-latest",
    "openrouter/auto",
)


@dataclass(frozen=True)
class Clause:
    source: str

    def __call__(self, facts: Mapping[str, object]) -> bool | None:
        return bool(facts)


def model(name: str) -> Model:
    return Model(
        id=ModelId(name),
        name=name,
        canonical_slug=None,
        created=None,
        context_length=None,
        max_completion_tokens=None,
        input_modalities=frozenset(),
        output_modalities=frozenset(),
        supported_parameters=frozenset(),
        tariff=Tariff(meters={}),
        tokenizer=None,
        hugging_face_id=None,
        knowledge_cutoff=None,
        expires=None,
        moderated=None,
        reasoning=None,
        alias_target=None,
    )


def book(*rules: Rule) -> Rulebook:
    return Rulebook(rules=rules, receivers=())


def on(event: str, *models: str, where: str | None = None) -> Rule:
    return Rule(
        name=event,
        watches=(EVENTS[event],),
        models=models or ("*",),
        where=None if where is None else Clause(where),
    )


def test_a_rule_about_new_models_asks_for_the_list_alone() -> None:
    made = plan(book(on("model.added")), map(model, CATALOG))

    assert made.surfaces == {Surface.MODELS: ("model.added",)}
    assert made.models == ()


def test_the_list_of_models_is_swept_even_if_no_rule_needs_it() -> None:
    assert plan(book(), ()).surfaces == {Surface.MODELS: ()}


def test_only_models_that_some_rule_about_endpoints_matches_are_asked_for() -> None:
    rules = book(on("model.added", "*"), on("endpoint.price_changed", "anthropic/*"))

    made = plan(rules, map(model, CATALOG))

    assert made.models == ("anthropic/opus", "anthropic/opus:batch")


def test_aliases_and_routers_are_never_asked_for_their_endpoints() -> None:
    made = plan(book(on("endpoint.added")), map(model, CATALOG))

    assert made.models == ("anthropic/opus", "anthropic/opus:batch", "deepseek/v4")


def test_a_models_price_is_its_cheapest_offer_and_needs_its_endpoints() -> None:
    assert Surface.ENDPOINTS in needed_by(on("model.price_changed"))


def test_uptime_is_read_from_endpoints_and_told_with_their_provider() -> None:
    rule = Rule(name="uptime-drop", levels=(UPTIME,))

    assert needed_by(rule) == {Surface.MODELS, Surface.ENDPOINTS, Surface.PROVIDERS}


def test_a_data_policy_needs_the_frontend_zero_retention_and_the_endpoints_it_touches() -> None:
    for event in ("provider.policy_changed", "endpoint.policy_changed"):
        assert needed_by(on(event)) == DOCUMENTED | {Surface.FRONTEND}


def test_a_providers_terms_need_no_endpoints() -> None:
    assert needed_by(on("provider.changed")) == {Surface.MODELS, Surface.PROVIDERS}


def test_the_frontend_is_left_alone_where_the_configuration_says_so() -> None:
    made = plan(book(on("provider.policy_changed")), (), frontend=False)

    assert set(made.surfaces) == DOCUMENTED


def test_a_clause_brings_the_surfaces_of_its_variables() -> None:
    cheap = on("model.added", where="model.prompt_price < 1.0")
    private = on("model.added", where="provider.training == false")
    long = on("model.added", where="model.context_length >= 200000")

    assert Surface.ENDPOINTS in needed_by(cheap)
    assert {Surface.PROVIDERS, Surface.FRONTEND} <= needed_by(private)
    assert needed_by(long) == {Surface.MODELS}


def test_events_of_the_catalog_itself_need_no_request() -> None:
    assert needed_by(on("catalog.surface_lost")) == {Surface.MODELS}


def test_a_plan_names_the_rules_a_surface_is_swept_for() -> None:
    made = plan(book(on("endpoint.added"), on("provider.added")), ())

    assert made.surfaces[Surface.PROVIDERS] == ("endpoint.added", "provider.added")
    assert made.surfaces[Surface.ENDPOINTS] == ("endpoint.added",)
