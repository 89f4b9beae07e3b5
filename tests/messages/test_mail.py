from __future__ import annotations

from datetime import UTC
from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.messages.samples import RETAINS, RISE, alert, batches, told
from watcher.messages.mail import mail
from watcher.messages.plain import plain

OURS = {
    "html",
    "head",
    "meta",
    "title",
    "body",
    "h1",
    "p",
    "table",
    "tr",
    "td",
    "a",
    "ul",
    "li",
    "br",
    "code",
}


class Tags(HTMLParser):
    """What a reader's browser would see."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.links: list[str] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.links += [value or "" for name, value in attrs if name in {"href", "src"}]


def test_a_letter_has_the_title_as_subject_and_the_plain_words_as_text() -> None:
    letter, words = mail(told(RISE), UTC), plain(told(RISE), UTC)

    assert (letter.subject, letter.text) == (words.title, words.body)
    assert "<td>output $0.87 → $1.09 per M at Baidu (up 25 %)" in letter.html
    assert f"<code>watcher explain {RISE.id}</code>" in letter.html


def test_several_alerts_are_a_table() -> None:
    html = mail(told(*batches(27)), UTC).html

    assert html.count("<tr ") == 20
    assert "and 7 more: <code>watcher alerts</code>" in html
    assert "<p>all :batch variants</p>" in html


def test_a_flip_lists_its_endpoints() -> None:
    assert mail(told(RETAINS), UTC).html.count("<li>") == 21


@pytest.mark.fault("HTML in mail")
@given(st.text(min_size=1), st.text())
def test_nothing_of_the_catalog_becomes_markup(subject: str, value: str) -> None:
    html = mail(told(alert("model.changed", subject, field="name", old=value, new=subject)), UTC).html
    seen = Tags(html)

    assert seen.tags <= OURS
    assert all(link.startswith("https://openrouter.ai/") for link in seen.links)


@pytest.mark.fault("JavaScript in mail")
def test_a_script_in_a_name_is_only_text() -> None:
    html = mail(told(alert("model.added", '"><script>alert(1)</script><img src=x>')), UTC).html

    assert Tags(html).tags <= OURS
    assert "&lt;script&gt;" in html
