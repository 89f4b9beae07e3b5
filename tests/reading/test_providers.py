from __future__ import annotations

from tests.reading.rows import frontend_provider_row, listed, provider_row
from watcher.catalog.names import ProviderSlug, Surface
from watcher.catalog.policy import UNKNOWN_POLICY, DataPolicy
from watcher.reading.reader import Reader

ATLAS = ProviderSlug("atlas-cloud")


def test_both_shapes_give_the_same_provider() -> None:
    documented = Reader().providers(listed(provider_row(datacenters=None))).rows[ATLAS]
    frontend = Reader().providers(listed(frontend_provider_row())).rows[ATLAS]

    assert documented == frontend
    assert documented.name == "AtlasCloud"
    assert documented.terms_of_service_url == "https://www.atlascloud.ai/terms"
    assert documented.status_page_url is None


def test_a_sheet_says_which_keys_upstream_still_has() -> None:
    assert "headquarters" in Reader().providers(listed(provider_row())).carries
    assert "training" in Reader().policies(listed(frontend_provider_row()), Surface.FRONTEND).carries
    assert Reader().policies(listed(provider_row()), Surface.PROVIDERS).carries == frozenset()


def test_an_equal_body_is_the_very_same_sheet() -> None:
    reader = Reader()

    assert reader.providers(listed(provider_row())) is reader.providers(listed(provider_row()))


def test_an_equal_provider_is_the_very_same_record() -> None:
    reader = Reader()
    first = reader.providers(listed(provider_row()))

    second = reader.providers(listed(provider_row(), provider_row("novita")))

    assert second.rows[ATLAS] is first.rows[ATLAS]


def test_bad_and_double_providers_are_reported() -> None:
    sheet = Reader().providers(listed(provider_row(), provider_row(), provider_row("a b"), 7))

    assert list(sheet.rows) == [ATLAS]
    assert sheet.duplicates == (ATLAS,)
    assert [bad.id for bad in sheet.bad] == ["AtlasCloud", None]


def test_providers_that_were_not_answered_are_a_fault() -> None:
    reader = Reader()
    odd = reader.providers({"data": {1, 2}})

    assert reader.providers(None).fault == "not answered"
    assert reader.policies(None, Surface.FRONTEND).fault == "not answered"
    assert odd.fault == "no data"


def test_a_policy_is_read_and_what_is_absent_is_unknown() -> None:
    sheet = Reader().policies(listed(frontend_provider_row()), Surface.FRONTEND)

    assert sheet.surface is Surface.FRONTEND
    assert sheet.rows[ATLAS] == DataPolicy(
        training=False,
        trains_openrouter=False,
        retains_prompts=True,
        retention_days=30,
        can_publish=False,
        requires_user_ids=None,
    )


def test_a_value_that_is_no_boolean_never_reads_as_safe() -> None:
    row = frontend_provider_row(training="false", retainsPrompts=0, retentionDays="30")

    policy = Reader().policies(listed(row), Surface.FRONTEND).rows[ATLAS]

    assert (policy.training, policy.retains_prompts, policy.retention_days) == (None, None, None)


def test_the_documented_providers_carry_no_policy_and_that_can_be_seen() -> None:
    sheet = Reader().policies(listed(provider_row(), provider_row(), {}), Surface.PROVIDERS)

    assert sheet.rows == {ATLAS: UNKNOWN_POLICY}
    assert sheet.duplicates == (ATLAS,)
    assert len(sheet.bad) == 1
