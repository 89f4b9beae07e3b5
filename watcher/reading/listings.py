"""The frontend's catalog: bodies of catalog/models, and of the frontend's models before 2026."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from watcher.catalog.listing import Listing
from watcher.catalog.model import Model
from watcher.catalog.names import EndpointKey, ModelId, Surface
from watcher.catalog.price import Tariff
from watcher.catalog.sheets import BadRow, ListingsSheet, Sheet
from watcher.reading.envelope import opened
from watcher.reading.fields import (
    UnreadableRowError,
    count,
    flag,
    identity,
    identity_or_none,
    keys_of,
    names,
    part,
    text,
)
from watcher.reading.frontend_keys import LISTING_KEYS, strangers
from watcher.reading.frontend_offers import created_at, frontend_offer, tag_of

LONGEST_MESSAGE = 2000
DAY = len("2026-07-28")


def listings(body: object) -> ListingsSheet:
    """Return the sheet of a body. Rows without an endpoint are history: nobody serves them now.

    A row is about one variant, that of its endpoint. Where a model has several, each has a row; a row of
    history that bears the id of another is left out.
    """
    answer = opened(body)
    if answer.fault:
        return Sheet(surface=Surface.FRONTEND_CATALOG, fault=answer.fault)
    rows: dict[ModelId, Listing] = {}
    bad: list[BadRow] = []
    for raw in answer.rows:
        try:
            listed = _listing(part(raw))
        except UnreadableRowError as error:
            bad.append(BadRow(id=identity_or_none(part(raw).get("slug")), reason=str(error)))
            continue
        if listed.leads is not None or listed.model.id not in rows:
            rows[listed.model.id] = listed
    return Sheet(
        surface=Surface.FRONTEND_CATALOG,
        rows=rows,
        bad=tuple(bad),
        carries=keys_of(answer.rows),
        strange=strangers(answer.rows, LISTING_KEYS),
    )


def _listing(row: Mapping[str, object]) -> Listing:
    slug = ModelId(identity(row.get("slug"), "slug"))
    endpoint = part(row.get("endpoint"))
    id_ = ModelId(identity(endpoint.get("model_variant_slug") or slug, "model_variant_slug"))
    leads = frontend_offer(endpoint, EndpointKey(id_, tag_of(endpoint), 0)) if endpoint else None
    return Listing(
        model=_model(row, id_, endpoint, None if leads is None else leads.endpoint.tariff),
        permaslug=text(row.get("permaslug")) or slug,
        author=text(row.get("author")),
        hidden=flag(row.get("hidden")),
        leads=leads,
        warning=_message(row, "warning_message"),
        promotion=_message(row, "promotion_message"),
    )


def _model(
    row: Mapping[str, object], id_: ModelId, endpoint: Mapping[str, object], tariff: Tariff | None
) -> Model:
    """Return the documented form of a row.

    Documented parameters are those of all endpoints together, and a documented expiration is the model's: of
    these the row says nothing (79 of 321 rows of one day differ, observed). Documented prices name no
    discount.
    """
    cutoff = text(row.get("knowledge_cutoff"))
    return Model(
        id=id_,
        name=text(row.get("name")) or id_,
        canonical_slug=text(row.get("permaslug")),
        created=created_at(row.get("created_at")),
        context_length=count(row.get("context_length")),
        max_completion_tokens=count(endpoint.get("max_completion_tokens")),
        input_modalities=names(row.get("input_modalities")),
        output_modalities=names(row.get("output_modalities")),
        supported_parameters=None,
        tariff=Tariff(meters={}) if tariff is None else replace(tariff, discount=None),
        tokenizer=text(row.get("group")),
        hugging_face_id=text(row.get("hf_slug")),
        knowledge_cutoff=cutoff and cutoff[:DAY],
        expires=None,
        moderated=flag(endpoint.get("moderation_required")),
        reasoning=flag(row.get("supports_reasoning")),
        alias_target=None,
    )


def _message(row: Mapping[str, object], key: str) -> str | None:
    """Return a message of at most 2000 characters; null and ``""`` both mean none (observed)."""
    if key not in row:
        return None
    value = row[key]
    return value[:LONGEST_MESSAGE] if isinstance(value, str) else ("" if value is None else None)
