from __future__ import annotations

import pytest

from tests.openrouter.questions import FREE, LATEST, OPUS, ask, offers, page, path
from tests.openrouter.upstream import reply
from watcher import __version__
from watcher.catalog.names import ModelId, Surface
from watcher.openrouter import Answer, CatalogClient, Unanswered

KEY = "sk-or-v1-secret"


def test_models_of_every_modality_are_asked_for_by_a_client_that_says_who_it_is() -> None:
    answer, server = ask({"/api/v1/models": page("a/b", total=1)}, lambda catalog: catalog.models())

    assert answer == Answer({"data": [{"id": "a/b"}], "links": {"next": None}, "total_count": 1})
    assert server.targets == ["/api/v1/models?output_modalities=all"]
    fields = server.asked[0].headers
    assert fields["user-agent"] == (
        f"catalog-watcher/{__version__} (+https://github.com/catalog-watcher/catalog-watcher)"
    )
    assert fields["accept-encoding"] == "gzip"


@pytest.mark.parametrize(
    ("method", "target"),
    [
        ("providers", "/api/v1/providers"),
        ("zdr", "/api/v1/endpoints/zdr"),
    ],
)
def test_every_list_has_its_address(method: str, target: str) -> None:
    answer, _ = ask({target: reply({"data": []})}, lambda catalog: getattr(catalog, method)())

    assert answer == Answer({"data": []})


def test_the_key_goes_to_the_documented_api_and_not_to_the_frontend() -> None:
    async def both(catalog: CatalogClient) -> None:
        await catalog.providers()
        await catalog.frontend.one(Surface.FRONTEND)

    _, server = ask({}, both, api_key=f" {KEY}\n")

    documented, *frontend = server.asked
    assert documented.headers["authorization"] == f"bearer {KEY}"
    assert len(frontend) == 2
    assert all("authorization" not in asked.headers for asked in frontend)


@pytest.mark.parametrize("base", ["ftp://example.org", "openrouter.ai", "http://", "http://[::1"])
def test_a_base_url_that_no_request_can_carry_is_refused_at_once(base: str) -> None:
    with pytest.raises(ValueError, match="base_url"):
        CatalogClient(base)


def test_a_key_that_no_header_can_carry_is_refused_without_being_repeated() -> None:
    with pytest.raises(ValueError, match="api_key") as refused:
        CatalogClient("https://openrouter.ai", api_key="sk-\u20ac")

    assert "sk-" not in str(refused.value)


def test_all_pages_make_one_document() -> None:
    routes = {
        "/api/v1/models?output_modalities=all": page("a/1", total=3, link="/api/v1/models?offset=1"),
        "/api/v1/models?offset=1&output_modalities=all": page("a/2", link="?offset=2&output_modalities=all"),
        "/api/v1/models?offset=2&output_modalities=all": page("a/3"),
    }

    answer, _ = ask(routes, lambda catalog: catalog.models())

    assert answer == Answer(
        {"data": [{"id": "a/1"}, {"id": "a/2"}, {"id": "a/3"}], "total_count": 3, "links": {"next": None}}
    )


@pytest.mark.fault("page 2 is missing")
def test_a_list_whose_second_page_is_missing_is_unanswered() -> None:
    routes = {"/api/v1/models?output_modalities=all": page("a/1", total=2, link="/api/v1/models?offset=1")}

    answer, _ = ask(routes, lambda catalog: catalog.models())

    assert answer == Unanswered("page 2: 404: Not Found", 404)


@pytest.mark.parametrize(
    "link", ["http://example.org/api/v1/models", "/api/v1/models?output_modalities=all", "http://[", "//x/y"]
)
def test_pages_that_lead_elsewhere_or_round_in_circles_are_unanswered(link: str) -> None:
    answer, server = ask(
        {"/api/v1/models": page("a/1", total=2, link=link)}, lambda catalog: catalog.models()
    )

    assert answer == Unanswered("page 2 of the list leads astray")
    assert len(server.asked) == 1


def test_the_count_is_not_asked_for_while_the_list_speaks_for_itself() -> None:
    _, server = ask({"/api/v1/models": page("a/1", "a/2", total=2)}, lambda catalog: catalog.models(2))

    assert len(server.asked) == 1


@pytest.mark.parametrize("total", [None, 1])
def test_a_list_that_shrank_or_names_no_total_gets_the_count_of_upstream(total: int | None) -> None:
    routes = {
        "/api/v1/models": page("a/1", total=total),
        "/api/v1/models/count": reply({"data": {"count": 2}}),
    }

    answer, _ = ask(routes, lambda catalog: catalog.models(2))

    assert isinstance(answer, Answer)
    assert answer.body["total_count"] == 2


@pytest.mark.parametrize("body", [{"data": {}}, {"data": 5}, {"error": "no"}])
def test_a_count_that_is_not_answered_changes_nothing(body: object) -> None:
    routes = {"/api/v1/models": page("a/1", total=1), "/api/v1/models/count": reply(body)}

    answer, _ = ask(routes, lambda catalog: catalog.models(2))

    assert isinstance(answer, Answer)
    assert answer.body["total_count"] == 1


def test_each_model_is_answered_or_has_its_reason() -> None:
    routes = {path(OPUS): offers(OPUS), path(LATEST): offers(LATEST)}

    answers, _ = ask(routes, lambda catalog: catalog.endpoints([OPUS, FREE, LATEST, OPUS]))

    assert answers.bodies == {model: {"data": {"id": model, "endpoints": []}} for model in (OPUS, LATEST)}
    assert answers.unanswered == {FREE: "404: Not Found"}


@pytest.mark.parametrize(
    ("model", "target"),
    [
        ("a/b?x=1", "/api/v1/models/a/b%3Fx=1/endpoints"),
        ("a/b#c", "/api/v1/models/a/b%23c/endpoints"),
        ("a/%2e%2e", "/api/v1/models/a/%252e%252e/endpoints"),
        ("a/b\r\nX: y", "/api/v1/models/a/b%0D%0AX:%20y/endpoints"),
        ("a/ü", "/api/v1/models/a/%C3%BC/endpoints"),
        ("~a/b:free", "/api/v1/models/~a/b:free/endpoints"),
    ],
)
def test_an_id_cannot_leave_its_place_in_the_path(model: str, target: str) -> None:
    _, server = ask({}, lambda catalog: catalog.endpoints([ModelId(model)]))

    assert [asked.replace("%3D", "=") for asked in server.targets] == [target]


@pytest.mark.parametrize("model", ["../providers", "a/../../x", "", "a//b", "a/.", "a" * 301])
def test_an_id_that_no_path_can_carry_is_not_asked_for(model: str) -> None:
    answers, server = ask({}, lambda catalog: catalog.endpoints([ModelId(model)]))

    assert answers.unanswered == {ModelId(model): "not asked: no path can carry this id"}
    assert server.asked == []
