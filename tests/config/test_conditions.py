"""Clauses are type-checked when the file is read, and false over what is unknown."""

from __future__ import annotations

from decimal import Decimal

import pytest

from watcher.catalog.names import Kind
from watcher.config import parse
from watcher.config.conditions import CelCondition, ClauseError, compile_clause, declared
from watcher.rules.vocabulary import Shape

PRICES = declared([(Kind.ENDPOINT, False)])
UPTIME = declared([(Kind.MODEL, True)])
SAMPLES = {
    Shape.STRING: "text",
    Shape.INT: 5,
    Shape.NUMBER: Decimal("5.5"),
    Shape.BOOL: True,
    Shape.LIST: frozenset({"tools", "text"}),
}
USES = {
    Shape.STRING: "{} == 'text'",
    Shape.INT: "{} >= 5",
    Shape.NUMBER: "{0} > 5 && {0} < 5.6",
    Shape.BOOL: "{}",
    Shape.LIST: "'tools' in {}",
}


@pytest.mark.parametrize("name", PRICES | UPTIME)
def test_every_variable_of_the_table_can_be_used(name: str) -> None:
    known = PRICES | UPTIME
    shape = known[name].shape

    clause = compile_clause(USES[shape].format(name), known)

    assert clause.needs == {name}
    assert clause({name: SAMPLES[shape]}) is True


def test_a_clause_over_an_unknown_value_has_no_verdict() -> None:
    clause = compile_clause("model.is_free || model.context_length > 5", PRICES)

    assert clause({"model.is_free": True, "model.context_length": None}) is None
    assert clause({"model.is_free": True}) is None
    assert clause({"model.is_free": False, "model.context_length": 6}) is True


def test_a_clause_is_given_only_what_it_names() -> None:
    clause = compile_clause("model.id != 'change.percent' // model.name", PRICES)

    assert clause.needs == {"model.id"}
    assert clause({"model.id": "a/b", "model.name": object()}) is True


def test_whole_numbers_and_fractions_compare_with_a_percentage_alike() -> None:
    whole = compile_clause("change.percent <= -20", PRICES)
    fraction = compile_clause("change.percent <= -20.0", PRICES)

    assert whole({"change.percent": Decimal(-20)}) is fraction({"change.percent": Decimal("-20.0")}) is True
    assert whole({"change.percent": Decimal("-19.9")}) is False


def test_a_list_is_given_in_order() -> None:
    clause = compile_clause("model.input_modalities[0] == 'audio'", PRICES)

    assert clause({"model.input_modalities": frozenset({"text", "image", "audio"})}) is True


def test_what_cannot_be_computed_has_no_verdict() -> None:
    divided = compile_clause("model.context_length / model.endpoints > 1", UPTIME)
    matched = compile_clause("model.id.matches('(')", UPTIME)

    assert divided({"model.context_length": 5, "model.endpoints": 0}) is None
    assert matched({"model.id": "a/b"}) is None


def test_macros_and_functions_work() -> None:
    clause = compile_clause(
        "model.input_modalities.exists(m, m == 'image') && model.id.startsWith('a/') && size(model.name) > 1",
        PRICES,
    )

    assert clause({"model.input_modalities": ("image",), "model.id": "a/b", "model.name": "AB"}) is True


def test_clauses_are_equal_when_they_are_written_alike() -> None:
    assert compile_clause("model.is_free", PRICES) == compile_clause("model.is_free", PRICES)
    assert "program" not in repr(compile_clause("model.is_free", PRICES))


@pytest.mark.parametrize(
    ("source", "column", "message"),
    [
        ("modl.id == 'a'", 1, "undeclared variable 'modl.id'; did you mean 'model.id'?"),
        ("true && model.idd == 'a'", 9, "undeclared variable 'model.idd'; did you mean 'model.id'?"),
        ("shout(model.id) == 'A'", 1, "unknown function 'shout'"),
        ("model.id.nope == 1", 9, "expression of type 'string' cannot be the operand of a select operation"),
        ("model.id > 3", 10, "'>' does not work between string and int"),
        ("model.id", 1, "must be true or false; this is text"),
        ("model.input_modalities", 1, "must be true or false; this is a list"),
        ("(" * 100 + "true" + ")" * 100, 1, "no CEL expression, or one that is nested too deeply"),
        ("true" + " " * 4000, 1, "longer than 4000 characters"),
        ("'\ud800' == ''", 1, "no CEL expression, or one that is nested too deeply"),
    ],
)
def test_a_clause_that_does_not_compile_says_where_and_why(source: str, column: int, message: str) -> None:
    with pytest.raises(ClauseError) as caught:
        compile_clause(source, PRICES)

    mistake = caught.value.mistakes[0]
    assert (mistake.line, mistake.column, mistake.message) == (1, column, message)


def test_every_undeclared_variable_of_a_clause_is_told() -> None:
    with pytest.raises(ClauseError, match=r"'nope'; undeclared variable 'nada'"):
        compile_clause("nope == 1 ||\n nada == 2", PRICES)


def test_a_rule_knows_the_variables_of_all_its_kinds() -> None:
    text = 'rules: [{use: data-policy-flip, where: \'model.id.startsWith("a/") || provider.slug == "x"\'}]\n'

    clause = parse(text, {}).rulebook.rules[0].where

    assert isinstance(clause, CelCondition)
    assert clause.source == 'model.id.startsWith("a/") || provider.slug == "x"'


def test_the_catalogs_own_events_have_no_variables() -> None:
    with pytest.raises(ClauseError, match="what happens to the catalog itself has no variables"):
        compile_clause("model.id == 'a'", declared([(Kind.CATALOG, False)]))
