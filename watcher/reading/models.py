"""The models surface: bodies of ``/api/v1/models``."""

from __future__ import annotations

from typing import NamedTuple

from watcher.catalog.model import Model
from watcher.catalog.names import ModelId, Surface
from watcher.catalog.sheets import BadRow, ModelsSheet, Sheet
from watcher.reading.envelope import opened
from watcher.reading.fields import (
    UnreadableRowError,
    count,
    expiry,
    flag,
    identity,
    identity_or_none,
    keys_of,
    names,
    part,
    text,
)
from watcher.reading.prices import tariff
from watcher.reading.prints import print_of

UNREAD = ("benchmarks", "description", "default_parameters", "links")
"""Fields we do not read. ``benchmarks`` alone made 87 % of all field changes (observed)."""


class _Known(NamedTuple):
    content: bytes | None
    model: Model


class ModelsReader:
    """Reads sweeps of the models surface; an unchanged row gives the very same Model again."""

    def __init__(self) -> None:
        """Start without memories."""
        self._known: dict[object, _Known] = {}
        self._rows: dict[ModelId, Model] = {}

    def read(self, body: object) -> ModelsSheet:
        """Return the sheet of a body, which is taken over and changed."""
        answer = opened(body)
        if answer.fault:
            return Sheet(surface=Surface.MODELS, fault=answer.fault)
        rows: dict[ModelId, Model] = {}
        known: dict[object, _Known] = {}
        bad: list[BadRow] = []
        duplicates: list[str] = []
        for row in answer.rows:
            try:
                entry = self._entry(row)
            except UnreadableRowError as error:
                bad.append(BadRow(id=identity_or_none(part(row).get("id")), reason=str(error)))
                continue
            id_ = entry.model.id
            if id_ in rows:
                duplicates.append(id_)
                continue
            rows[id_], known[id_] = entry.model, entry
        self._known = known
        self._rows = self._rows if rows == self._rows else rows
        return Sheet(
            surface=Surface.MODELS,
            rows=self._rows,
            bad=tuple(bad),
            duplicates=tuple(duplicates),
            claimed=answer.claimed,
            carries=keys_of(answer.rows),
        )

    def _entry(self, row: object) -> _Known:
        if not isinstance(row, dict):
            raise UnreadableRowError("the row is no object")
        for field in UNREAD:
            row.pop(field, None)
        content = print_of(row)
        id_ = row.get("id")
        known = self._known.get(id_) if isinstance(id_, str) else None
        if known is not None and content is not None and known.content == content:
            return known
        read = model(row)
        return _Known(content, known.model if known is not None and read == known.model else read)


def model(row: dict[str, object]) -> Model:
    """Return the model of one row. Raises UnreadableRowError."""
    id_ = ModelId(identity(row.get("id"), "id"))
    shape, top = part(row.get("architecture")), part(row.get("top_provider"))
    parameters = names(row.get("supported_parameters"))
    created = count(row.get("created"))
    context = count(row.get("context_length"))
    return Model(
        id=id_,
        name=text(row.get("name")) or id_,
        canonical_slug=text(row.get("canonical_slug")),
        created=created,
        context_length=count(top.get("context_length")) if context is None else context,
        max_completion_tokens=count(top.get("max_completion_tokens")),
        input_modalities=names(shape.get("input_modalities")),
        output_modalities=names(shape.get("output_modalities")),
        supported_parameters=parameters,
        tariff=tariff(row.get("pricing")),
        tokenizer=text(shape.get("tokenizer")),
        hugging_face_id=text(row.get("hugging_face_id")),
        knowledge_cutoff=text(row.get("knowledge_cutoff")),
        expires=expiry(row.get("expiration_date"), created),
        moderated=flag(top.get("is_moderated")),
        reasoning=_reasons(row.get("reasoning"), parameters),
        alias_target=_target(row.get("alias_target")),
    )


def _reasons(settings: object, parameters: frozenset[str] | None) -> bool | None:
    # Without its parameters a row says nothing of what it can do, or the loss of one key would look like two.
    if not parameters:
        return None
    return isinstance(settings, dict) or "reasoning" in parameters


def _target(target: object) -> ModelId | None:
    slug = part(target).get("slug")
    return ModelId(identity(slug, "alias_target")) if slug else None
