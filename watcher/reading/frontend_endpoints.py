"""The frontend's endpoints: bodies of its stats/endpoint, one for each model."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping

from watcher.catalog.listing import FrontendOffer
from watcher.catalog.names import EndpointKey, ModelId, Surface, is_alias
from watcher.catalog.sheets import AskedSheet, BadRow, FrontendEndpointsSheet, FrontendOffers
from watcher.reading.asked import Ids, Reasons
from watcher.reading.envelope import fault_of, opened
from watcher.reading.fields import UnreadableRowError, identity, identity_or_none, keys_of, part, shown
from watcher.reading.frontend_keys import OFFER_KEYS, POLICY_KEYS, strangers
from watcher.reading.frontend_offers import frontend_offer, tag_of, uuid_of

GONE = 404


def frontend_endpoints(bodies: object, ids: Ids, unanswered: Reasons) -> FrontendEndpointsSheet:
    """Return the sheet of the bodies by ``permaslug|variant``; null, or a 404, means no endpoints now.

    ``ids`` names the models of rows that do not do so themselves. What an alias was asked for is its
    target's, and left out; an endpoint that stands in several answers is one by its uuid.
    """
    if not isinstance(bodies, Mapping):
        return AskedSheet(surface=Surface.FRONTEND_ENDPOINTS, unanswered=unanswered, fault=fault_of(bodies))
    own = {str(asked): body for asked, body in bodies.items() if not is_alias(ModelId(str(asked)))}
    found = {asked: opened(body) for asked, body in own.items()}
    missing = {
        asked: answer.fault for asked, answer in found.items() if answer.fault and not _is_gone(own[asked])
    }
    rows = [(asked, row) for asked, answer in found.items() for row in answer.rows]
    bad: list[BadRow] = []
    offers = _by_model(rows, ids, bad)
    for asked, body in own.items():
        model = ids.get(asked)
        if model is not None and model not in offers and (found[asked].fault is None or _is_gone(body)):
            offers[model] = FrontendOffers()
    raw = [row for _, row in rows]
    policies = [part(row).get("data_policy") for row in raw]
    return AskedSheet(
        surface=Surface.FRONTEND_ENDPOINTS,
        rows=offers,
        unanswered={**unanswered, **missing},
        bad=tuple(bad),
        carries=keys_of(policies),
        strange=strangers(raw, OFFER_KEYS) + strangers(policies, POLICY_KEYS, "data_policy"),
    )


def _is_gone(body: object) -> bool:
    """Tell whether a body says that a model has no endpoints: null in a recorded poll, or a 404."""
    return body is None or part(part(body).get("error")).get("code") == GONE


def _by_model(
    rows: Iterable[tuple[str, object]], ids: Ids, nameless: list[BadRow]
) -> dict[ModelId, FrontendOffers]:
    offers: dict[ModelId, list[FrontendOffer]] = {}
    bad: dict[ModelId, list[BadRow]] = {}
    met: set[str] = set()
    seen: Counter[tuple[str, str]] = Counter()
    for asked, raw in rows:
        row = part(raw)
        if (uuid := uuid_of(row)) is not None and uuid in met:
            continue
        met.update({uuid} if uuid else ())
        try:
            model = ModelId(identity(row.get("model_variant_slug") or ids.get(asked), "model_variant_slug"))
        except UnreadableRowError as error:
            nameless.append(BadRow(id=shown(asked), reason=str(error)))
            continue
        offers.setdefault(model, [])
        tag = None
        try:
            tag = tag_of(row)
            key = EndpointKey(model, tag, seen[model, tag])
            offers[model].append(frontend_offer(row, key))
        except UnreadableRowError as error:
            bad.setdefault(model, []).append(BadRow(id=identity_or_none(tag), reason=str(error)))
        seen[model, str(tag)] += 1
    return {
        model: FrontendOffers(offers=tuple(listed), bad=tuple(bad.get(model, ())))
        for model, listed in offers.items()
    }
