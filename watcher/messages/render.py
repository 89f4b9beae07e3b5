"""Rendering: a page through a template; the one door to Jinja2.

Every value of a template goes through ``visible`` and the medium's own escaping, whoever wrote the template.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Mapping
from html import escape
from importlib.resources import files

from jinja2 import DictLoader, Environment, StrictUndefined
from markupsafe import Markup

from watcher.messages.page import Page
from watcher.messages.safe import visible

Escape = Callable[[str], str]

TEMPLATES: Mapping[str, str] = {
    file.name: file.read_text(encoding="utf-8")
    for file in files("watcher.messages").joinpath("templates").iterdir()
}
"""Read with the code that fills them: an upgrade beneath a running daemon must not mix the two."""


def escape_nothing(text: str) -> str:
    """Return plain text as it is."""
    return text


def escape_mrkdwn(text: str) -> str:
    """Return text in which Slack sees no mention, channel or link (Slack docs: only these three are live)."""
    return escape(text, quote=False)


def escape_html(text: str) -> str:
    """Return text that is no HTML, also inside an attribute."""
    return escape(text, quote=True)


def render(template: str, page: Page, escaping: Escape) -> str:
    """Return the template's text for a page, without blank space at its end."""
    text: str = _environment(escaping).get_template(template).render(page=page)
    return text.strip() + "\n"


@functools.cache
def _environment(escaping: Escape) -> Environment:
    def harmless(value: object) -> Markup:
        return Markup(escaping(visible(value)))  # noqa: S704  # this is where a value becomes safe

    return Environment(
        loader=DictLoader(TEMPLATES),
        autoescape=True,
        finalize=harmless,
        trim_blocks=True,
        lstrip_blocks=True,
        undefined=StrictUndefined,
    )
