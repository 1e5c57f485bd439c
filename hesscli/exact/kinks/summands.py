"""A sum in parts that cannot make up for one another's kinks."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from hesscli.exact.interpreters.codelist import CodeList
from hesscli.exact.properties import SMOOTH
from hesscli.language.expression import Expression, Node


def separate_summands(code: CodeList) -> list[CodeList]:
    """Summands of f of which no two have switches in the same variable: none can make up for a kink of another."""
    expression = code.expression
    nodes, depends = expression.nodes, expression.dependence()
    groups: list[tuple[frozenset[int], list[tuple[int, int]]]] = []
    for sign, summand in _summands(expression):
        inner = replace(expression, outputs=(summand,)).live()
        switching = frozenset[int]().union(*(depends[k] for k in inner if nodes[k].op not in SMOOTH))
        alike = [group for group in groups if group[0] & switching or not (group[0] | switching)]
        groups = [group for group in groups if group not in alike]
        members = [each for group in alike for each in group[1]]
        groups.append((switching.union(*(group[0] for group in alike)), [*members, (sign, summand)]))
    if len(groups) == 1:
        return [code]
    return [_sum_of(code, members) for _, members in groups]


def _summands(expression: Expression) -> list[tuple[int, int]]:
    """The terms of the sum that the output is, each with its sign."""
    found, stack = [], [(1, expression.outputs[0])]
    while stack:
        sign, k = stack.pop()
        node = expression.nodes[k]
        if node.op in ("add", "neg"):
            stack += [(sign if node.op == "add" else -sign, j) for j in node.args]
        else:
            found.append((sign, k))
    return found


def _sum_of(code: CodeList, members: Sequence[tuple[int, int]]) -> CodeList:
    """The code list of a sum of nodes."""
    nodes, terms = [*code.expression.nodes], []
    for sign, k in members:
        if sign < 0:
            nodes.append(Node("neg", (k,)))
        terms.append(k if sign > 0 else len(nodes) - 1)
    nodes.append(Node("add", tuple(terms)))
    expression = replace(code.expression, nodes=tuple(nodes), outputs=(len(nodes) - 1,))
    return CodeList.of(expression, "float32" if code.single else "float64")
