"""The frontend's catalog: the same models as the documented list, and the history it keeps."""

from __future__ import annotations

from tests.reading.rows import catalog_row, frontend_row, frontend_row_of_2025, listed
from watcher.catalog.names import ModelId
from watcher.reading.reader import Reader

GLM = ModelId("z-ai/glm-5.2")


def test_a_row_is_a_model_and_the_endpoint_that_leads() -> None:
    listing = Reader().frontend_catalog(listed(catalog_row())).rows[GLM]

    model = listing.model
    assert (model.name, model.canonical_slug, model.created) == (
        "Z.AI: GLM 5.2",
        "z-ai/glm-5.2-20260616",
        1781625657,
    )
    assert (model.tokenizer, model.hugging_face_id, model.knowledge_cutoff) == ("Other", None, "2026-02-16")
    assert (model.moderated, model.reasoning, model.max_completion_tokens) == (False, True, 32768)
    assert listing.leads is not None
    assert listing.leads.endpoint.tariff.meters == model.tariff.meters
    assert (listing.author, listing.hidden, listing.warning, listing.promotion) == ("z-ai", False, "", "")


def test_a_row_without_an_endpoint_is_history() -> None:
    listing = Reader().frontend_catalog(listed(catalog_row(endpoint=None))).rows[GLM]

    assert (listing.leads, listing.model.tariff.meters, listing.model.moderated) == (None, {}, None)


def test_each_variant_has_its_row_and_history_hides_none() -> None:
    free = frontend_row(model_variant_slug="z-ai/glm-5.2:free", variant="free")

    sheet = Reader().frontend_catalog(
        listed(catalog_row(), catalog_row(endpoint=free), catalog_row(endpoint=None, name="old"))
    )

    assert list(sheet.rows) == [GLM, "z-ai/glm-5.2:free"]
    assert sheet.rows[GLM].leads is not None


def test_what_the_row_cannot_know_of_all_endpoints_is_unknown() -> None:
    model = Reader().frontend_catalog(listed(catalog_row())).rows[GLM].model

    assert (model.supported_parameters, model.expires) == (None, None)


def test_a_message_is_none_where_it_is_empty_and_unknown_where_the_key_is_absent() -> None:
    old = catalog_row(warning_message="Only in the US.", endpoint=frontend_row_of_2025())
    del old["promotion_message"]

    listing = Reader().frontend_catalog(listed(old)).rows[GLM]

    assert (listing.warning, listing.promotion) == ("Only in the US.", None)


def test_rows_that_cannot_be_read_are_reported() -> None:
    sheet = Reader().frontend_catalog(
        listed(catalog_row(slug="a b"), catalog_row(endpoint=frontend_row(pricing=7)), 7)
    )

    assert [bad.id for bad in sheet.bad] == [None, GLM, None]
    assert Reader().frontend_catalog("<html>").fault == "no data"


def test_keys_that_nobody_knows_are_counted() -> None:
    assert Reader().frontend_catalog(listed(catalog_row(aura="blue"))).strange == {"aura": 1}
