from __future__ import annotations

from pathlib import Path

import pytest

from watcher.delivery.targets import (
    SeveralTargets,
    TargetError,
    UnknownSchema,
    UnreadableUrl,
    console,
    file,
    parse,
    webhook,
)

TOKENS = "T1JJ3T3L2/A1BRTD4JD/TIiajkdnlazkcOXrIdevi7FQ"


@pytest.mark.parametrize(
    ("url", "label", "kind"),
    [
        (f"slack://{TOKENS}/#alerts", "#alerts", "slack"),
        (f"slack://{TOKENS}", "slack", "slack"),
        ("mailto://user:pass@example.org?to=boss@example.com", "boss@example.com", "mail"),
        ("mailto://user:pass@example.org", "user@example.org", "mail"),
        ("json://example.org:8080/hook", "json example.org:8080", "json"),
        ("tgram://123456789:abcdefg_hijklmnop/12315544", "12315544", "tgram"),
        ("discord://123456789/abcdefghijkl", "discord", "discord"),
        ("ntfy://topic-that-is-the-key", "ntfy", "ntfy"),
        (f"https://hooks.slack.com/services/{TOKENS}", "slack", "slack"),
        ("https://discord.com/api/webhooks/4174216298/JHMHI8qBe7bk2ZwO5U711o3dV_js", "discord", "discord"),
    ],
)
def test_a_url_shows_its_public_part_and_nothing_else(url: str, label: str, kind: str) -> None:
    target = parse(url)

    assert (target.label, target.kind, target.url) == (label, kind, url)
    assert url not in repr(target)


def test_a_name_replaces_the_label() -> None:
    assert parse(f"slack://{TOKENS}/#alerts", receiver="team", name="ops").label == "ops"


@pytest.mark.fault("1 of N targets fails")
@pytest.mark.parametrize(
    ("url", "instead"),
    [
        (f"slack://{TOKENS}/#a/#b", ("slack://…/#a", "slack://…/#b")),
        (
            "mailto://u:pass@example.org?to=a@x.org,b@x.org",
            ("mailto://…?to=a@x.org", "mailto://…?to=b@x.org"),
        ),
        ("mailto://u:pass@example.org/a@x.org/b@x.org", ("mailto://…?to=a@x.org", "mailto://…?to=b@x.org")),
        (
            "mailto://u:pass@example.org/a@x.org?cc=c@x.org",
            ("mailto://…?to=a@x.org", "mailto://…?to=c@x.org"),
        ),
        (
            "mailto://u:pass@example.org/a@x.org?bcc=c@x.org",
            ("mailto://…?to=a@x.org", "mailto://…?to=c@x.org"),
        ),
        ("tgram://123456789:abcdefg_hijklmnop/12/34", ("tgram://…/12", "tgram://…/34")),
        ("json://a.org/secret,json://b.org/secret", ("json://…", "json://…")),
        (f"slack://{TOKENS}/#a slack://{TOKENS}/#b", ("slack://…", "slack://…")),
        (f"slack://{TOKENS}/#a\njson://a.org/secret", ("slack://…", "json://…")),
    ],
)
def test_one_url_is_one_target_and_the_error_shows_what_to_write_instead(
    url: str, instead: tuple[str, ...]
) -> None:
    with pytest.raises(SeveralTargets) as caught:
        parse(url)

    assert set(caught.value.instead) == set(instead)
    assert all(secret not in str(caught.value) for secret in ("TIiajkd", "pass", "abcdefg", "secret"))


def test_a_mistyped_service_is_answered_with_the_nearest_one() -> None:
    with pytest.raises(UnknownSchema, match=r"no service is called slakc://; did you mean slack://\?"):
        parse(f"slakc://{TOKENS}")


def test_a_web_address_is_no_apprise_url_and_is_told_where_to_go() -> None:
    with pytest.raises(UnknownSchema, match="webhook:"):
        parse("https://example.org/hook")


def test_an_unreadable_url_is_refused_without_a_word_of_it() -> None:
    with pytest.raises(UnreadableUrl) as caught:
        parse("slack://verysecrettoken")

    assert "verysecrettoken" not in str(caught.value)
    assert caught.value.__cause__ is None


def test_something_that_is_no_url_is_refused() -> None:
    with pytest.raises(TargetError, match="begins with a service"):
        parse("just words")


def test_a_webhook_is_labelled_with_its_host_and_hides_url_and_secret() -> None:
    target = webhook(
        "https://user:pw@example.org/hook?key=1", secret="whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
    )

    assert target.label == "example.org"
    assert "pw" not in repr(target)
    assert "whsec" not in repr(target)


@pytest.mark.parametrize("url", ["ftp://example.org/x", "example.org", "https://"])
def test_a_webhook_must_be_a_web_address(url: str) -> None:
    with pytest.raises(UnreadableUrl):
        webhook(url)


def test_an_empty_webhook_secret_is_refused() -> None:
    with pytest.raises(UnreadableUrl, match="secret"):
        webhook("https://example.org", secret="")


def test_files_and_the_console_are_targets_too() -> None:
    assert file(Path("/var/log/alerts.jsonl"), receiver="machine").label == "alerts.jsonl"
    assert console(receiver="terminal").label == "console"


@pytest.mark.parametrize(
    ("url", "lost"),
    [
        ("mailtos://u:pass@example.org?to=notanaddress", "notanaddress"),
        ("mailtos://u:pass@example.org?to=a@x.org,bad", "bad"),
        ("mailtos://u:pass@example.org/a@x.org/bad", "bad"),
        ("mailtos://u:pass@example.org/a@x.org?cc=bad", "bad"),
    ],
)
def test_an_address_that_apprise_would_leave_out_is_refused(url: str, lost: str) -> None:
    with pytest.raises(UnreadableUrl, match=f"no mail address: {lost};") as refused:
        parse(url)

    assert "pass" not in str(refused.value)


@pytest.mark.parametrize("written", ["boss@example.com", "Boss%20%3Cboss@example.com%3E", "BOSS@example.com"])
def test_an_address_may_carry_a_name_and_capitals(written: str) -> None:
    target = parse(f"mailtos://u:pass@example.org?to={written}")

    assert target.label.lower() == "boss@example.com"
