"""Models: the rows of ``/api/v1/models``."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from watcher.catalog.names import ModelId, base_of, is_alias, is_router, variant_of
from watcher.catalog.price import Tariff


@dataclass(frozen=True, slots=True, kw_only=True)
class Model:
    """One model as the catalog lists it.

    The tariff and ``context_length`` are those of the endpoint that leads at the moment, not of the model
    (37 % of the changes of a model's price are only another endpoint leading, observed).
    """

    id: ModelId
    name: str
    canonical_slug: str | None
    created: int | None
    context_length: int | None
    max_completion_tokens: int | None
    input_modalities: frozenset[str] | None
    output_modalities: frozenset[str] | None
    supported_parameters: frozenset[str] | None
    tariff: Tariff
    tokenizer: str | None
    hugging_face_id: str | None
    knowledge_cutoff: str | None
    expires: date | None
    moderated: bool | None
    reasoning: bool | None
    alias_target: ModelId | None

    @property
    def asked_as(self) -> str:
        """Return ``permaslug|variant``, what the frontend is asked for this model by."""
        return f"{self.canonical_slug or base_of(self.id)}|{variant_of(self.id)}"

    @property
    def is_alias(self) -> bool:
        """Tell whether this row mirrors another one."""
        return self.alias_target is not None or is_alias(self.id)

    @property
    def is_free(self) -> bool:
        """Tell whether this row is an offer that costs nothing.

        Routers and aliases are no offers. Token prices of zero say nothing of a model that is billed by the
        song, image or second of what it puts out (``google/lyria-3-*``, observed), unless its id says free.
        """
        if self.is_alias or is_router(self.id) or not self.tariff.is_free:
            return False
        return self.id.endswith(":free") or (self.output_modalities or set()) == {"text"}
