from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from watcher.catalog.model import Model
from watcher.catalog.names import Kind, ModelId, Surface
from watcher.catalog.price import Tariff
from watcher.config import Frontend
from watcher.daemon.rounds.needs import Means, needed_by
from watcher.daemon.rounds.plan import intervals_of, plan, presumed, unplanned_at_most
from watcher.rules.events import EVENTS
from watcher.rules.level import Level
from watcher.rules.presets import PRESETS
from watcher.rules.rule import Rule
from watcher.rules.rulebook import Rulebook

DEFAULT, ALL = Means(), Means(frontend=Frontend.ALL)
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
    made = plan(book(on("model.added")), map(model, CATALOG), DEFAULT)

    assert made.surfaces == {Surface.MODELS: ("model.added",)}
    assert made.models == ()


def test_the_list_of_models_is_swept_even_if_no_rule_needs_it() -> None:
    assert plan(book(), (), DEFAULT).surfaces == {Surface.MODELS: ()}


def test_only_models_that_some_rule_about_endpoints_matches_are_asked_for() -> None:
    rules = book(on("model.added", "*"), on("endpoint.price_changed", "anthropic/*"))

    made = plan(rules, map(model, CATALOG), DEFAULT)

    assert made.models == ("anthropic/opus", "anthropic/opus:batch")


def test_aliases_and_routers_are_never_asked_for_their_endpoints() -> None:
    made = plan(book(on("endpoint.added")), map(model, CATALOG), DEFAULT)

    assert made.models == ("anthropic/opus", "anthropic/opus:batch", "deepseek/v4")


def test_a_models_price_is_its_cheapest_offer_and_needs_its_endpoints() -> None:
    assert Surface.ENDPOINTS in needed_by(on("model.price_changed"), DEFAULT)


def test_uptime_is_read_from_endpoints_and_told_with_their_provider() -> None:
    rule = Rule(name="uptime-drop", levels=(UPTIME,))

    assert needed_by(rule, DEFAULT) == {Surface.MODELS, Surface.ENDPOINTS, Surface.PROVIDERS}


def test_a_data_policy_needs_the_frontend_zero_retention_and_the_endpoints_it_touches() -> None:
    for event in ("provider.policy_changed", "endpoint.policy_changed"):
        assert needed_by(on(event), DEFAULT) == DOCUMENTED | {Surface.FRONTEND}


def test_a_providers_terms_need_no_endpoints() -> None:
    assert needed_by(on("provider.changed"), DEFAULT) == {Surface.MODELS, Surface.PROVIDERS}


def test_the_frontend_is_left_alone_where_the_configuration_says_so() -> None:
    made = plan(book(on("provider.policy_changed")), (), Means(frontend=Frontend.NONE))

    assert set(made.surfaces) == DOCUMENTED


def test_a_clause_brings_the_surfaces_of_its_variables() -> None:
    cheap = on("model.added", where="model.prompt_price < 1.0")
    private = on("model.added", where="provider.training == false")
    long = on("model.added", where="model.context_length >= 200000")

    assert Surface.ENDPOINTS in needed_by(cheap, DEFAULT)
    assert {Surface.PROVIDERS, Surface.FRONTEND} <= needed_by(private, DEFAULT)
    assert needed_by(long, DEFAULT) == {Surface.MODELS}


def test_events_of_the_catalog_itself_need_no_request() -> None:
    assert needed_by(on("catalog.surface_lost"), DEFAULT) == {Surface.MODELS}


def test_a_plan_names_the_rules_a_surface_is_swept_for() -> None:
    made = plan(book(on("endpoint.added"), on("provider.added")), (), DEFAULT)

    assert made.surfaces[Surface.PROVIDERS] == ("endpoint.added", "provider.added")
    assert made.surfaces[Surface.ENDPOINTS] == ("endpoint.added",)


FAST = Level(kind=Kind.ENDPOINT, event="endpoint.latency", quantity="latency", above=900.0, recover=800.0)
TEN = tuple(f"maker/model-{number}" for number in range(10))


def test_what_an_endpoint_says_of_itself_is_asked_for_only_where_all_of_the_frontend_is_read() -> None:
    flips = on("endpoint.policy_changed", "anthropic/*")

    made = plan(book(flips), map(model, CATALOG), ALL)

    assert made.asks[Surface.FRONTEND_ENDPOINTS].keys == ("anthropic/opus|standard", "anthropic/opus|batch")
    assert Surface.FRONTEND_ENDPOINTS not in plan(book(flips), map(model, CATALOG), DEFAULT).asks


def test_the_speed_of_an_endpoint_is_asked_of_the_frontend_where_no_key_shows_it() -> None:
    rule = Rule(name="slow", levels=(FAST,))
    clause = on("model.added", where="endpoint.latency > 900")

    for one in (rule, clause):
        assert Surface.FRONTEND_ENDPOINTS in needed_by(one, ALL)
        assert Surface.FRONTEND_ENDPOINTS not in needed_by(one, Means(frontend=Frontend.ALL, has_key=True))
        assert Surface.FRONTEND_ENDPOINTS not in needed_by(one, DEFAULT)


def test_the_schema_is_read_once_a_day_where_all_of_the_frontend_is_for_no_rule_s_sake() -> None:
    ask = plan(book(), (), ALL).asks[Surface.SCHEMA]

    assert (ask.rules, ask.requests, round(ask.an_hour * 24)) == ((), 2, 2)


def test_a_plan_counts_its_requests_an_hour() -> None:
    made = plan(book(on("endpoint.added")), map(model, TEN), DEFAULT)

    assert made.asks[Surface.MODELS].an_hour == 12
    assert made.asks[Surface.ENDPOINTS].an_hour == 40
    assert made.an_hour == 53
    assert unplanned_at_most(made, None) == 10
    assert unplanned_at_most(made, 56) == 3


def test_a_plan_above_the_hours_limit_is_stretched_evenly_until_it_fits() -> None:
    rules = book(on("endpoint.added"))
    loose, tight = (plan(rules, map(model, TEN), Means(per_hour=limit)) for limit in (60, 30))

    intervals = intervals_of(tight, rules.intervals)

    assert loose.stretch == 1
    assert intervals_of(loose, rules.intervals) == rules.intervals
    assert tight.an_hour <= 30 * 0.9
    parts = {round(intervals[surface] / rules.intervals[surface], 1) for surface in tight.asks}
    assert parts == {round(tight.stretch, 1)} == {2.0}
    assert intervals[Surface.ZDR] == rules.intervals[Surface.ZDR]


def test_models_that_rules_name_in_full_are_known_before_the_first_poll() -> None:
    rules = book(on("endpoint.added", "a/b", "c/*"), on("endpoint.removed", "d/e:free", "~f/latest"))

    named = presumed(rules)

    assert [one.id for one in named] == ["a/b", "d/e:free", "~f/latest"]
    assert plan(rules, named, DEFAULT).models == ("a/b", "d/e:free")
    assert [one.asked_as for one in named][:2] == ["a/b|standard", "d/e|free"]


TOKENS = Level(kind=Kind.MODEL, event="model.tokens", quantity="tokens", below=1e6, recover=1e6)
MAIN = ("new-free-variant", "price-change", "data-policy-flip", "uptime-drop")
HARDLY_USED = Rule(name="hardly-used", levels=(TOKENS,))


def test_use_is_asked_for_by_model_and_once_by_author_four_times_a_day_and_only_for_a_rule() -> None:
    made = plan(book(HARDLY_USED), map(model, (*TEN, "other/one")), ALL)

    ask = made.asks[Surface.AUTHORS]
    assert (ask.keys, ask.rules, len(ask.models)) == (("maker", "other"), ("hardly-used",), 11)
    assert round(ask.an_hour * 24) == 8
    own = made.asks[Surface.ACTIVITY]
    assert (len(own.keys), round(own.an_hour * 24)) == (11, 44)
    assert made.surfaces.keys() == {Surface.MODELS, Surface.ACTIVITY, Surface.AUTHORS, Surface.SCHEMA}
    assert Surface.AUTHORS not in plan(book(HARDLY_USED), map(model, TEN), DEFAULT).asks
    assert Surface.AUTHORS not in plan(book(on("endpoint.added")), map(model, TEN), ALL).asks


def test_a_clause_about_what_a_model_does_by_the_day_brings_both_pages_that_tell_of_it() -> None:
    for variable in ("model.tokens_per_day", "model.requests_per_day"):
        needed = needed_by(on("model.added", where=f"{variable} > 1e9"), ALL)
        assert needed == {Surface.MODELS, Surface.ACTIVITY, Surface.AUTHORS}


def test_a_level_of_use_about_some_providers_needs_to_know_who_serves_a_model() -> None:
    assert Surface.ENDPOINTS in needed_by(replace(HARDLY_USED, providers=("novita",)), ALL)
    assert Surface.ENDPOINTS not in needed_by(HARDLY_USED, ALL)


def test_versions_are_asked_for_by_model_four_times_a_day_where_a_rule_follows_them() -> None:
    made = plan(book(on("model.version_published")), map(model, TEN), ALL)

    ask = made.asks[Surface.VERSIONS]
    assert (len(ask.keys), round(ask.an_hour * 24)) == (10, 40)
    assert Surface.VERSIONS not in plan(book(on("model.version_published")), map(model, TEN), DEFAULT).asks


def test_the_main_rules_on_ten_models_stay_under_eighty_requests_an_hour_with_use_and_versions() -> None:
    main = [by_preset(name) for name in MAIN]
    more = (HARDLY_USED, on("model.version_published"))

    bare, whole, fullest = (
        plan(book(*rules), map(model, TEN), means).an_hour
        for rules, means in ((main, DEFAULT), (main, ALL), ((*main, *more), ALL))
    )

    assert (round(bare), round(whole), round(fullest)) == (55, 65, 69)


def by_preset(name: str) -> Rule:
    preset = PRESETS[name]()
    return Rule(name=name, use=name, watches=preset.watches(), levels=preset.levels())
