"""Functions replaced by their definitions: what comes out, and where each node comes from."""

from __future__ import annotations

import pytest

from hesscli.language.definitions import DEFINED, definition, inlined
from hesscli.language.functions import BY_NAME, FUNCTIONS
from hesscli.language.syntax import parse

EVERY = {row.name for row in FUNCTIONS if row.definitions}


def ops(text: str, names: set[str]) -> list[str]:
    return [node.op for node in inlined(parse(text), names).expression.nodes]


@pytest.mark.parametrize("name", sorted(EVERY))
def test_a_definition_uses_its_arguments_and_ends_in_functions_without_one(name: str) -> None:
    row = BY_NAME[name]
    assert row.most is not None
    for count in range(row.least, row.most + 1):
        meaning = definition(name, count)
        if meaning is not None:
            used = {node.value for node in meaning.nodes if node.op == "variable"}
            assert used == set(meaning.variables)
            assert len(meaning.variables) == count
            left = inlined(meaning, EVERY).expression.nodes
            assert not [node.op for node in left if definition(node.op, len(node.args))]


def test_a_call_becomes_the_nodes_of_its_definition_and_theirs() -> None:
    assert ops("silu(x)", {"silu"}) == ["variable", "sigmoid", "mul"]
    assert ops("silu(x)", {"silu", "sigmoid"}) == ["variable", "number", "neg", "exp", "add", "div", "mul"]


def test_only_the_numbers_of_arguments_with_a_definition_are_replaced() -> None:
    assert ops("log(x)", {"log"}) == ["variable", "log"]
    assert ops("log(x, 3)", {"log"}) == ["variable", "number", "log", "log", "div"]


def test_every_node_knows_the_one_it_stands_for_and_its_columns() -> None:
    typed = parse("2 + relu(x*y)")
    found = inlined(typed, {"relu"})
    assert [typed.nodes[k].op for k in found.origin] == ["number", "variable", "variable", "mul", "relu", "relu", "add"]
    assert [found.expression.nodes[k].op for k in found.place] == [
        "number",
        "variable",
        "variable",
        "mul",
        "Max",
        "add",
    ]
    assert found.expression.nodes[found.place[4]].span == typed.nodes[4].span == (4, 13)


def test_equal_operations_become_one_node() -> None:
    assert ops("exp(-x) + sigmoid(x)", {"sigmoid"}) == ["variable", "neg", "exp", "number", "add", "div", "add"]


def test_two_parameters_of_one_value_stay_two() -> None:
    typed = parse("relu(a*x) + b", parameters={"a": 2.0, "b": 2.0})
    assert [node.op for node in inlined(typed, {"relu"}).expression.nodes].count("parameter") == 2


def test_a_program_without_such_calls_is_kept() -> None:
    typed = parse("sin(x)*y")
    found = inlined(typed, DEFINED)
    assert found.expression is typed
    assert found.origin == found.place == tuple(range(len(typed.nodes)))


def test_components_stay_components() -> None:
    found = inlined(parse("[relu(x), x, sigmoid(y)]"), EVERY).expression
    assert found.vector
    assert [found.nodes[k].op for k in found.outputs] == ["Max", "variable", "div"]
