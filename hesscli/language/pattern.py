"""Which second derivatives an expression has, from its form alone: ``x*y`` has none on the diagonal.

Source: A. Walther, "Computing sparse Hessians with automatic differentiation", ACM TOMS 34(1), 2008.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import combinations, product

from hesscli.language.expression import Expression, Node
from hesscli.language.functions import BY_NAME, CONDITIONS

Pair = tuple[int, int]
LINEAR = frozenset({"add", "neg"})
STEPS = frozenset({"floor", "ceiling", "sign"})
"""Constant wherever they have a derivative at all."""
BRANCHES = frozenset({"Piecewise", "Max", "Min", "Abs"})
"""Linear in each branch."""


def pairs(expression: Expression) -> frozenset[Pair]:
    """The pairs i <= j of variables for which the second derivative need not vanish.

    Example:
        >>> from hesscli.language.syntax import parse
        >>> sorted(pairs(parse("x*y + sin(z) + 3*x")))
        [(0, 1), (2, 2)]
    """
    return patterns(expression)[0]


def patterns(expression: Expression) -> tuple[frozenset[Pair], ...]:
    """The same for every component of [f1, ..., fm]."""
    depends = expression.dependence()
    found: list[frozenset[Pair]] = []
    for node in expression.nodes:
        inner = frozenset[Pair]().union(*(found[k] for k in node.args if expression.nodes[k].op not in CONDITIONS))
        found.append(inner | _own(expression, node, [depends[k] for k in node.args]))
    return tuple(found[k] for k in expression.outputs)


def branches(expression: Expression) -> bool:
    """Whether f is put together of branches: it has a condition, or a function with kinks."""
    return any(node.op in CONDITIONS or (node.op in BY_NAME and BY_NAME[node.op].kinks) for node in expression.nodes)


def vanishing(expression: Expression) -> Callable[[int, Sequence[int]], bool]:
    """Whether a derivative is 0 by the form of f wherever f is: (component, variables to differentiate by) -> so.

    Of what is put together of branches nothing is said, for at a kink there may be none.

    Example:
        >>> from hesscli.language.syntax import parse
        >>> zero = vanishing(parse("x**2*y"))
        >>> zero(0, (1, 1)), zero(0, (0, 1)), zero(0, (0, 1, 1))
        (True, False, True)
    """
    if branches(expression):
        return lambda component, path: False
    depends, known = expression.dependence(), patterns(expression)

    def zero(component: int, path: Sequence[int]) -> bool:
        lacking = not set(path) <= depends[expression.outputs[component]]
        return bool(path) and (lacking or any(_pair(i, j) not in known[component] for i, j in combinations(path, 2)))

    return zero


def _own(expression: Expression, node: Node, depends: list[frozenset[int]]) -> frozenset[Pair]:
    """The pairs that an operation makes of what its operands depend on."""
    if node.op in LINEAR or node.op in STEPS or node.op in BRANCHES or node.op in CONDITIONS or not node.args:
        return frozenset()
    if node.op == "mul":
        return frozenset(_pair(i, j) for a, b in combinations(depends, 2) for i, j in product(a, b))
    if node.op == "div":
        above, below = depends
        return frozenset(_pair(i, j) for i, j in product(below, above | below))
    if node.op == "pow" and expression.nodes[node.args[1]].value in (0, 1):
        return frozenset()
    every = frozenset[int]().union(*depends)
    return frozenset(_pair(i, j) for i, j in product(every, every))


def _pair(i: int, j: int) -> Pair:
    return (i, j) if i <= j else (j, i)
