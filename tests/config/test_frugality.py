"""No clause can take long, whatever it is asked about."""

from __future__ import annotations

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from watcher.catalog.names import Kind
from watcher.config.conditions import LONGEST_CLAUSE, ClauseError, compile_clause, declared
from watcher.config.frugality import extravagances
from watcher.reading.limits import LONGEST_ID, LONGEST_TEXT, MOST_NAMES

KNOWN = declared([(Kind.MODEL, False)])
LONG = {
    "model.id": "a" * LONGEST_ID,
    "model.name": "a" * LONGEST_TEXT,
    "model.supported_parameters": frozenset(f"{number:03}" + "a" * 97 for number in range(MOST_NAMES)),
    "model.context_length": 1 << 40,
}
"""The longest that a row may say."""

PARAMETERS = "model.supported_parameters"
NUMBERS = "[" + ",".join(["1"] * 900) + "]"
WORST = {
    "a long list against a long list": f"{NUMBERS}.all(x, !(2 in {NUMBERS}))",
    "five patterns in loops": " || ".join([f"{PARAMETERS}.exists(p, p.matches('{'(a?)' * 24}z'))"] * 5),
    "a pattern that backtracks elsewhere": "model.name.matches('^(a+)+$') && model.name.matches('(a|aa)+z')",
    "a pattern that counts": "model.name.matches('((a?){20}){20}z')",
    "a text that grows": "(" + "+".join(["model.name"] * 25) + ").contains("
    + "+".join(["model.name"] * 25) + " + 'b')",
    "a list that grows": f"[{PARAMETERS}].map(l, {'+'.join(['l'] * 20)})[0].size() > 1",
    "a list of lists": f"{PARAMETERS}.map(p, [{','.join(['p'] * 1500)}]).size() > 1",
    "much to compare": " && ".join(["model.name != model.id"] * 150),
}  # fmt: skip


def mistakes(clause: str) -> list[str]:
    try:
        compile_clause(clause, KNOWN)
    except ClauseError as error:
        return [mistake.message for mistake in error.mistakes]
    return []


@pytest.mark.fault("a catastrophic regular expression")
@pytest.mark.parametrize("clause", WORST.values(), ids=WORST)
def test_the_worst_clause_that_is_let_in_takes_no_second(clause: str) -> None:
    assert len(clause) <= LONGEST_CLAUSE
    condition = compile_clause(clause, KNOWN)

    began = time.process_time()
    condition(LONG)

    assert time.process_time() - began < 1


@pytest.mark.parametrize(
    ("clause", "told"),
    [
        (
            f"{PARAMETERS}.all(a, {PARAMETERS}.exists(b, a == b))",
            "a loop (exists) inside another one (all): it could take long",
        ),
        (
            " && ".join([f"{PARAMETERS}.exists(a, a == 'x')"] * 6),
            "more than 5 loops: it could take long",
        ),
        (
            f"{PARAMETERS}.map(a, a + a).map(a, a + a).size() > 0",
            "more than one `map`: it could take long",
        ),
        (
            "model.id.matches(model.name)",
            "`matches` wants its pattern written out in quotes: it could take long",
        ),
        (
            "(model.id + model.id).matches('a')",
            "`matches` belongs to a variable, as in model.id.matches('^a'): it could take long",
        ),
        (
            f"model.id.matches('{'a' * 101}')",
            "a pattern of more than 100 characters: it could take long",
        ),
        (
            "model.id.matches('(a?){200}')",
            "a pattern that counts beyond 20: it could take long",
        ),
        (
            f"{PARAMETERS}.exists(a, a.matches('a{{3}}'))",
            "a pattern in a loop that counts beyond 1: it could take long",
        ),
        (
            "+".join(["1"] * 2) + " > 0 && " + " && ".join(["1 + 1 > 0"] * 50),
            "more than 50 additions: it could take long",
        ),
    ],
)  # fmt: skip
def test_what_could_take_long_is_a_mistake(clause: str, told: str) -> None:
    assert told in mistakes(clause)


@pytest.mark.parametrize(
    "clause",
    [
        f"{PARAMETERS}.exists(p, p == 'tools') && !{PARAMETERS}.exists(p, p.startsWith('x'))",
        "model.id.matches('^(openai|anthropic)/.*-[0-9]{1,2}$')",
        "model.name.contains('.all(a, b.all(') || model.name == \".map(x).map(\" // .all(.all(",
        "model.name == r'\\.map(.map(' || model.id == '''it's .map(.map('''",
        f"{PARAMETERS}.filter(p, p != 'tools').size() > 3",
    ],
)
def test_what_people_write_is_let_in_and_words_in_quotes_do_nothing(clause: str) -> None:
    assert mistakes(clause) == []


def test_a_mistake_says_where_it_stands() -> None:
    with pytest.raises(ClauseError) as caught:
        compile_clause("model.id == 'a' &&\n  model.id.matches(model.name)", KNOWN)

    (mistake,) = caught.value.mistakes
    assert (mistake.line, mistake.column) == (2, 20)


def test_a_clause_that_spends_the_budget_of_cel_has_no_verdict() -> None:
    condition = compile_clause(f"{PARAMETERS}.all(a, a != 'x')", KNOWN)

    assert condition({PARAMETERS: frozenset(map(str, range(20_000)))}) is None


@settings(deadline=None)
@given(st.text(alphabet="a.(){}[]'\"\\/r,+ \nmtchesal", max_size=60))
def test_no_text_makes_the_search_fail(text: str) -> None:
    assert all(0 <= found.at < len(text) for found in extravagances(text))
