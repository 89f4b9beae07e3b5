"""The providers surface: ``/api/v1/providers``, or the frontend's all-providers, told by their shape."""

from __future__ import annotations

from watcher.catalog.names import ProviderSlug, Surface
from watcher.catalog.provider import Provider
from watcher.catalog.sheets import BadRow, ProvidersSheet, Sheet
from watcher.reading.envelope import opened
from watcher.reading.fields import UnreadableRowError, identity, keys_of, names, part, text
from watcher.reading.prints import print_of


class ProvidersReader:
    """Reads sweeps of the providers surface; an equal provider is the very same object again."""

    def __init__(self) -> None:
        """Start without memories."""
        self._known: dict[ProviderSlug, Provider] = {}
        self._last: tuple[bytes, ProvidersSheet] | None = None

    def read(self, body: object) -> ProvidersSheet:
        """Return the sheet of a body of either shape; an equal body gives the very same sheet."""
        content = print_of(body)
        if self._last is not None and content == self._last[0]:
            return self._last[1]
        sheet = self._sheet(body)
        self._last = None if content is None else (content, sheet)
        return sheet

    def _sheet(self, body: object) -> ProvidersSheet:
        answer = opened(body)
        if answer.fault:
            return Sheet(surface=Surface.PROVIDERS, fault=answer.fault)
        rows: dict[ProviderSlug, Provider] = {}
        bad: list[BadRow] = []
        duplicates: list[str] = []
        for row in answer.rows:
            try:
                fresh = provider(part(row))
            except UnreadableRowError as error:
                bad.append(BadRow(id=text(part(row).get("name")), reason=str(error)))
                continue
            if fresh.slug in rows:
                duplicates.append(fresh.slug)
                continue
            known = self._known.get(fresh.slug)
            rows[fresh.slug] = known if known is not None and known == fresh else fresh
        self._known = rows
        return Sheet(
            surface=Surface.PROVIDERS,
            rows=rows,
            bad=tuple(bad),
            duplicates=tuple(duplicates),
            claimed=answer.claimed,
            carries=keys_of(answer.rows),
        )


def provider(row: dict[str, object]) -> Provider:
    """Return the provider of one row. Raises UnreadableRowError."""
    slug = ProviderSlug(identity(row.get("slug"), "slug"))
    policy = part(row.get("dataPolicy"))
    return Provider(
        slug=slug,
        name=text(row.get("name")) or slug,
        privacy_policy_url=text(row.get("privacy_policy_url")) or text(policy.get("privacyPolicyURL")),
        terms_of_service_url=text(row.get("terms_of_service_url")) or text(policy.get("termsOfServiceURL")),
        status_page_url=text(row.get("status_page_url")) or text(row.get("statusPageUrl")),
        headquarters=text(row.get("headquarters")),
        datacenters=names(row.get("datacenters")),
    )
