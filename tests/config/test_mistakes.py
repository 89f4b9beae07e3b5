"""Every kind of mistake is told with its exact place, and all of them at once."""

from __future__ import annotations

import pytest

from watcher.config import ConfigError, parse

FINE = "rules: [{use: model-added}]\n"


class OneTargetEach:
    """A checker as delivery has it: it knows two services, and refuses what names several targets."""

    def check(self, url: str) -> str:
        scheme, _, rest = url.partition("://")
        if scheme not in ("slack", "mailto"):
            raise ValueError(f"no service is called {scheme}://")
        if "," in rest:
            raise ValueError(
                "names 2 targets, and one URL is one target: write slack://…/#a and slack://…/#b"
            )
        return scheme


def told(text: str, **environ: str) -> list[str]:
    """Return the lines a text is refused with; nothing when it is not."""
    try:
        parse(text, environ, targets=OneTargetEach())
    except ConfigError as error:
        return str(error).splitlines()
    return []


KINDS = {
    "unknown key of the file": (
        "modells: ['*']\n" + FINE,
        "1:1: modells: unknown key; did you mean 'models'?",
    ),
    "unknown key of a preset": (
        "rules:\n  - use: price-change\n    percnt: 5\n",
        "3:5: rules[0].percnt: unknown key; did you mean 'percent'?",
    ),
    "unknown key deep down": (
        "receivers:\n  a:\n    console: true\n    quiet_hours: {from: 22:00, to: 07:00, excpt: critical}\n"
        + FINE,
        "4:43: receivers.a.quiet_hours.excpt: unknown key; did you mean 'except'?",
    ),
    "wrong type": (
        "rules:\n  - use: price-change\n    percent: lots\n",
        "3:14: rules[0].percent: wants a number, not text",
    ),
    "a number in quotes is text": (
        "rules: [{use: price-change, percent: '5'}]",
        "1:38: rules[0].percent: wants a number, not text",
    ),
    "a value where a mapping belongs": (
        "receivers: {a: {console: true, digest: daily}}\n" + FINE,
        "1:40: receivers.a.digest: wants a mapping (key: value), not text",
    ),
    "a secret that is a number": (
        "catalog: {api_key: 12345}\n" + FINE,
        "1:20: catalog.api_key: wants text; put it in quotes",
    ),
    "a name that is none": (
        "rules: [{use: model-added, name: ' x'}]",
        "1:34: rules[0].name: no name; up to 100 printable characters, no space at either end",
    ),
    "no fraction of a poll": (
        "rules: [{use: catalog-trouble, after: 1.5}]",
        "1:39: rules[0].after: wants a whole number",
    ),
    "an interval of nothing": (
        "catalog: {every: {models: 0s}}\n" + FINE,
        "1:27: catalog.every.models: must be longer than nothing",
    ),
    "a number beyond all reason": (
        "rules: [{use: uptime-drop, below: .inf}]",
        "1:35: rules[0].below: wants a finite number",
    ),
    "a list of one": (
        "rules: [{use: model-added, models: anthropic/*}]",
        "1:36: rules[0].models: wants a list, as in [a, b], not text",
    ),
    "a rule that is none": (
        "rules:\n  - model-added\n",
        "2:5: rules[0]: wants a mapping (key: value), not text",
    ),
    "undeclared variable": (
        "rules:\n  - when: model.price_changed\n    where: change.percent > 3 && modle.id == 'a'\n",
        "3:34: rules[0].where: undeclared variable 'modle.id'; did you mean 'model.id'?",
    ),
    "a clause that is no truth": (
        "rules: [{when: model.added, where: model.context_length}]",
        "1:36: rules[0].where: must be true or false; this is a number",
    ),
    "a clause that compares text with a number": (
        "rules: [{when: model.added, where: model.id > 3}]",
        "1:45: rules[0].where: '>' does not work between string and int",
    ),
    "a clause that is no CEL": (
        "rules: [{when: model.added, where: model.id ==}]",
        "1:47: rules[0].where: no CEL: mismatched input '<EOF>'",
    ),
    "unknown receiver": (
        "receivers:\n  team-slack: {console: true}\nrules:\n  - {use: model-added, notify: [team-slck]}\n",
        "4:33: rules[0].notify[0]: unknown receiver 'team-slck'; did you mean 'team-slack'?",
    ),
    "bad glob": (
        "models: ['anthropic/[a-']\n" + FINE,
        "1:10: models[0]: 'anthropic/[a-' is no glob: '[' is never closed",
    ),
    "a glob with a space": (
        "rules: [{use: model-added, providers: ['open ai']}]",
        "1:40: rules[0].providers[0]: 'open ai' is no glob: no id has a space in it",
    ),
    "bad Apprise URL": (
        "receivers:\n  a:\n    urls:\n      - slak://T/B/C\n" + FINE,
        "4:9: receivers.a.urls[0]: no service is called slak://",
    ),
    "multi-target Apprise URL": (
        "receivers:\n  a:\n    urls:\n      - {name: x, url: 'slack://T/B/C/#a,#b'}\n" + FINE,
        (
            "4:24: receivers.a.urls[0].url: names 2 targets, and one URL is one target: write slack://…/#a "
            "and slack://…/#b"
        ),
    ),
    "no URL at all": (
        "receivers: {a: {urls: ['#channel']}}\n" + FINE,
        "1:24: receivers.a.urls[0]: no Apprise URL: it starts with a scheme, as in slack://…",
    ),
    "duplicate key": (
        "models: ['*']\ntimezone: UTC\nmodels: ['a/*']\n" + FINE,
        "3:1: models: duplicate key; it stands on line 1 already",
    ),
    "duplicate rule name": (
        "rules:\n  - use: model-added\n  - {use: model-added}\n",
        "3:5: rules[1]: the name 'model-added' is taken by rules[0]; give each rule a `name` of its own",
    ),
    "the name that is always taken": (
        "rules: [{use: model-added, name: catalog-trouble}]",
        (
            "1:34: rules[0].name: the name 'catalog-trouble' is taken by the rule that is always on; give "
            "each rule a `name` of its own"
        ),
    ),
    "alias": (
        "receivers:\n  a: {console: true}\n  b: *a\n" + FINE,
        "3:6: receivers.b: an alias (*) is refused; write the value out, and quote a glob",
    ),
    "anchor": (
        "receivers:\n  a: &a {console: true}\n" + FINE,
        "2:6: receivers.a: an anchor (&) is refused; write the value out where it is used",
    ),
    "merge key": ("<<: {a: 1}\n" + FINE, "1:1: a merge key (<<) is refused; write the values out"),
    "tag": (
        "timezone: !!python/name:os.system x\n" + FINE,
        "1:11: timezone: a tag (tag:yaml.org,2002:python/name:os.system) is refused; write the plain value",
    ),
    "a bare star": (
        "models: [*]\n" + FINE,
        '1:11: a `*` begins an alias; quote a glob, as in "*"',
    ),
    "a tab": ("rules:\n\t- use: model-added\n", "2:1: a tab stands where YAML wants spaces"),
    "no YAML": (
        "models: ['*'\nrules: []\n",
        "2:1: no YAML: did not find expected ',' or ']', while parsing a flow sequence",
    ),
    "an empty file": (
        "# nothing yet\n",
        "1:1: the file is empty; copy config.example.yaml, which explains each key",
    ),
    "two documents": (
        FINE + "---\n" + FINE,
        "2:1: a second document starts here; one file holds one",
    ),
    "unknown preset": (
        "rules: [{use: price-chnge, percent: 3}]",
        "1:15: rules[0].use: unknown preset 'price-chnge'; did you mean 'price-change'?",
    ),
    "unknown event": (
        "rules: [{when: model.aded}]",
        "1:16: rules[0].when: unknown event or level 'model.aded'; did you mean 'model.added'?",
    ),
    "neither use nor when": (
        "rules:\n  - percent: 5\n",
        "2:5: rules[0]: wants `use` (a preset) or `when` (an event or level)",
    ),
    "use, misspelt": (
        "rules: [{usee: model-added}]",
        "1:10: rules[0].usee: unknown key; did you mean 'use'?",
    ),
    "both use and when": (
        "rules: [{use: model-added, when: model.added}]",
        "1:28: rules[0].when: `use` or `when`, not both",
    ),
    "a preset's word": (
        "rules: [{use: price-change, direction: upp}]",
        "1:40: rules[0].direction: unknown direction 'upp'; did you mean 'up'?",
    ),
    "a policy's fact": (
        "rules: [{use: data-policy-flip, fields: [trainng]}]",
        "1:42: rules[0].fields[0]: unknown fact 'trainng'; did you mean 'training'?",
    ),
    "a severity": (
        "rules: [{use: model-added, severity: warn}]",
        "1:38: rules[0].severity: unknown severity 'warn'; did you mean 'warning'?",
    ),
    "what a preset cannot do without": (
        "rules:\n  - use: price-below\n",
        "2:5: rules[0]: wants the key 'usd_per_million'",
    ),
    "what only levels take": (
        "rules: [{use: model-added, repeat_interval: 1h}]",
        (
            "1:28: rules[0].repeat_interval: unknown key: only levels take it; "
            "what happened is told once, for good"
        ),
    ),
    "a level without a threshold": (
        "rules:\n  - when: model.uptime\n",
        "2:5: rules[0]: a level wants `below` or `above`",
    ),
    "a level with two": (
        "rules: [{when: model.uptime, below: 1, above: 2}]",
        "1:40: rules[0].above: `below` or `above`, not both",
    ),
    "a level that recovers while it is wrong": (
        "rules: [{when: model.uptime, below: 50, recover_above: 40}]",
        "1:56: rules[0].recover_above: is on the wrong side of `below`: still wrong, and well again",
    ),
    "a preset that recovers while it is wrong": (
        "rules: [{use: uptime-drop, recover_above: 80}]",
        "1:43: rules[0].recover_above: is on the wrong side of `below`: still wrong, and well again",
    ),
    "a recovery without its threshold": (
        "rules: [{when: model.uptime, below: 50, recover_below: 60}]",
        "1:41: rules[0].recover_below: belongs to `above`, which is not set",
    ),
    "missing environment": (
        "receivers:\n  a:\n    urls: ['${SLACK_URL}']\n" + FINE,
        (
            "3:12: receivers.a.urls[0]: environment variable SLACK_URL is not set; ${SLACK_URL:-default} "
            "would give a default"
        ),
    ),
    "half a reference": (
        "timezone: ${ZONE\n" + FINE,
        "1:11: timezone: '${' wants a name and '}', as in ${NAME} or ${NAME:-default}; '$$' is a dollar sign",
    ),
    "bad duration": (
        "rules: [{use: price-change, for: soon}]",
        "1:34: rules[0].for: 'soon' is no duration; write 30s, 5m, 1h, 7d, or together 1h30m",
    ),
    "a duration without a unit": (
        "rules: [{use: price-change, for: 30}]",
        "1:34: rules[0].for: wants a unit, as in 30s, 5m, 1h or 7d",
    ),
    "bad timezone": (
        "timezone: Europe/Londn\n" + FINE,
        "1:11: timezone: 'Europe/Londn' is no time zone; did you mean 'Europe/London'?",
    ),
    "bad time of day": (
        "receivers: {a: {console: true, digest: {at: 25:00}}}\n" + FINE,
        "1:45: receivers.a.digest.at: '25:00' is no time of day; write 07:00 or 22:30",
    ),
    "silence all day": (
        "receivers: {a: {console: true, quiet_hours: {from: 22:00, to: 22:00}}}\n" + FINE,
        "1:63: receivers.a.quiet_hours.to: is the same time as `from`: that would be silence all day",
    ),
    "too often": (
        "catalog:\n  every: {models: 30s}\n" + FINE,
        (
            "2:19: catalog.every.models: under a minute, which only a loopback base_url allows: "
            "upstream caches for five"
        ),
    ),
    "unknown surface": (
        "catalog:\n  every: {endpints: 5m}\n" + FINE,
        "2:11: catalog.every.endpints: unknown key; did you mean 'endpoints'?",
    ),
    "a key in the clear": (
        "catalog: {base_url: http://openrouter.ai}\n" + FINE,
        "1:21: catalog.base_url: http:// would send what is asked and any key in the clear; write https://",
    ),
    "no rules": ("models: ['*']\n", "1:1: wants the key 'rules': without rules nothing is ever told"),
    "empty rules": ("rules: []\n", "1:8: rules: names no rule"),
    "a receiver that lives nowhere": (
        "receivers:\n  a:\n    min_severity: info\n" + FINE,
        "3:5: receivers.a: lives nowhere: give it urls, urls_file, webhook, file or console: true",
    ),
    "a receiver that lives twice": (
        "receivers:\n  a:\n    console: true\n    file: a.jsonl\n" + FINE,
        "3:5: receivers.a.console: one kind of target each, file or console: make two receivers of it",
    ),
    "a secret without a webhook": (
        "receivers: {a: {console: true, secret: x}}\n" + FINE,
        "1:32: receivers.a.secret: only a webhook is signed with a secret",
    ),
    "no signing secret": (
        "receivers: {a: {webhook: 'https://a.example', secret: abc}}\n" + FINE,
        (
            "1:55: receivers.a.secret: no signing secret: base64, as in whsec_…; "
            "`openssl rand -base64 32` makes one"
        ),
    ),
    "nobody to notify": (
        "rules: [{use: model-added, notify: []}]",
        "1:36: rules[0].notify: is an empty list; leave the key out, or name something",
    ),
}


@pytest.mark.fault(
    "a syntax error",
    "!!python tags",
    "duplicate keys",
    "an unknown key",
    "an empty file",
    "an unknown receiver",
    "a secret that is missing",
    "a catalog at http://",
)
@pytest.mark.parametrize(("text", "line"), KINDS.values(), ids=KINDS.keys())
def test_a_mistake_is_told_with_its_place_and_what_to_write(text: str, line: str) -> None:
    assert told(text) == [f"config.yaml:{line}"]


def test_all_mistakes_are_told_at_once_in_the_order_of_the_file() -> None:
    text = """\
timezone: Europe/Londn
catalog: {every: {models: 5}, frontend: polices}
receivers:
  slack: {urls: ["${SLACK_URL}"], resolved: no}
  mail: {urls: [slak://a], min_severity: warn}
rules:
  - {use: price-change, percnt: 5, where: modle.id == 'a', notify: [slck]}
  - {use: price-chnge, percnt: 5, for: soon}
  - {when: model.uptime, below: 101, models: ["["]}
"""

    lines = told(text)

    paths = [line.split(": ")[1] for line in lines]
    assert paths == [
        "timezone",
        "catalog.every.models",
        "catalog.frontend",
        "receivers.slack.urls[0]",
        "receivers.slack.resolved",
        "receivers.mail.urls[0]",
        "receivers.mail.min_severity",
        "rules[0].percnt",
        "rules[0].where",
        "rules[0].notify[0]",
        "rules[1].use",
        "rules[1].percnt",
        "rules[1].for",
        "rules[2].below",
        "rules[2].models[0]",
    ]


def test_a_mistake_inside_a_part_hides_no_mistake_of_another_kind_beside_it() -> None:
    text = (
        """\
catalog: {every: {models: 30s, endpoint: 5m}}
receivers:
  a: {console: true, quiet_hours: {from: 22:00, too: 07:00}, digest: {on: frieday}}
"""
        + FINE
    )

    paths = [line.split(": ")[1] for line in told(text)]

    assert paths == [
        "catalog.every.models",
        "catalog.every.endpoint",
        "receivers.a.quiet_hours",
        "receivers.a.quiet_hours.too",
        "receivers.a.digest",
        "receivers.a.digest.on",
    ]


def test_a_receiver_with_a_mistake_is_no_unknown_receiver() -> None:
    text = "receivers: {a: {urls: 5}}\nrules: [{use: model-added, notify: [a]}]\n"

    assert told(text) == ["config.yaml:1:23: receivers.a.urls: wants a list, as in [a, b], not a number"]


def test_problems_are_values_too() -> None:
    with pytest.raises(ConfigError) as caught:
        parse("rules:\n  - use: nothing-like-it\n", {})

    problem = caught.value.problems[0]
    assert (problem.line, problem.column, problem.path) == (2, 10, "rules[0].use")
    assert problem.message.startswith("unknown preset 'nothing-like-it'; one of new-free-variant, ")


@pytest.mark.parametrize(
    ("clause", "place"),
    [
        ('"model.id == nope"', "3:25"),
        ("|\n      model.context_length > 5\n      && nope > 3", "5:10"),
        (">-\n      model.context_length > 5\n      && nope > 3", "5:10"),
        ("model.context_length > 5\n      && nope > 3", "4:10"),
    ],
    ids=["quoted", "literal block", "folded block", "plain over two lines"],
)
def test_a_mistake_in_a_clause_is_placed_however_the_clause_is_written(clause: str, place: str) -> None:
    text = f"rules:\n  - when: model.added\n    where: {clause}\n"

    assert told(text) == [f"config.yaml:{place}: rules[0].where: undeclared variable 'nope'"]


def test_a_deep_nest_is_refused_and_does_not_fell_the_reader() -> None:
    assert told("[" * 100_000)[0].endswith("nested deeper than 20 levels")


def test_a_huge_file_is_refused() -> None:
    assert told("#" * 1_000_001) == ["config.yaml:1:1: the file is larger than 1 MB"]
