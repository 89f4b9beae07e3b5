from __future__ import annotations

from datetime import UTC

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.messages.samples import RISE, alert, batches, told
from watcher.messages.slack import SLACK_LIMIT, slack


def test_one_alert_links_to_its_model() -> None:
    body = slack(told(RISE), UTC).body

    assert (
        body
        == f"""\
<https://openrouter.ai/deepseek/deepseek-v4-pro|deepseek/deepseek-v4-pro @ baidu/fp8>
output $0.87 → $1.09 per M at Baidu (up 25 %); cheapest is now Novita, $0.95
since 2026-07-06 16:19 UTC

rule a-rule, info
alert {RISE.id}
`watcher explain {RISE.id}`
`watcher silence add --alert {RISE.id}`
"""
    )


def test_several_alerts_are_a_list() -> None:
    lines = slack(told(*batches(2)), UTC).body.splitlines()

    assert lines[:3] == [
        "all :batch variants, since 2026-07-06 16:19 UTC",
        "• <https://openrouter.ai/google/m-0:batch|google/m-0:batch>: added",
        "• <https://openrouter.ai/openai/m-1:batch|openai/m-1:batch>: added",
    ]


@pytest.mark.fault("<!channel> in a name", "<@U…> in a name", "a spoofed link")
def test_mentions_and_links_of_the_catalog_are_dead() -> None:
    body = slack(told(alert("model.added", "a/b <!channel> <@U1> <https://evil|x>|y>")), UTC).body

    label = "a/b &lt;!channel&gt; &lt;@U1&gt; &lt;https://evil|x&gt;|y&gt;"
    assert body.startswith(
        f"<https://openrouter.ai/a/b%20%3C%21channel%3E%20%3C@U1%3E%20%3Chttps://evil%7Cx%3E%7Cy%3E|{label}>\n"
    )


@given(st.text(min_size=1), st.text())
def test_every_angle_bracket_is_one_of_our_links(subject: str, value: str) -> None:
    body = slack(told(alert("model.changed", subject, field="name", old=value, new=subject)), UTC).body

    assert body.count("<") == body.count(">") == body.count("<https://openrouter.ai/") == 1


def test_a_long_list_is_shortened_to_what_slack_shows() -> None:
    assert len(slack(told(*batches(400)), UTC).body) <= SLACK_LIMIT
