"""Which second derivatives an expression has, from its form alone: ``x*y`` has none on the diagonal.

Source: A. Walther, "Computing sparse Hessians with automatic differentiation", ACM TOMS 34(1), 2008.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from itertools import combinations

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
    depends = _masks(expression)
    return tuple(frozenset(_pairs(expression, depends, output)) for output in expression.outputs)


def _masks(expression: Expression) -> list[int]:
    """For every node the variables that it depends on, as the bits of a number."""
    place = {name: 1 << k for k, name in enumerate(expression.variables)}
    found: list[int] = []
    for node in expression.nodes:
        mask = place[str(node.value)] if node.op == "variable" else 0
        for k in node.args:
            mask |= found[k]
        found.append(mask)
    return found


def _pairs(expression: Expression, depends: list[int], output: int) -> Iterator[Pair]:
    """The pairs of every operation on the way from the output to the variables; a condition is no way."""
    rows = [0] * len(expression.variables)
    seen, stack = {output}, [output]
    while stack:
        node = expression.nodes[stack.pop()]
        for one, other in _own(expression, node, [depends[k] for k in node.args]):
            for i in _bits(one):
                rows[i] |= other
            for j in _bits(other) if other != one else ():
                rows[j] |= one
        new = {k for k in node.args if expression.nodes[k].op not in CONDITIONS} - seen
        seen |= new
        stack.extend(new)
    return ((i, i + j) for i, row in enumerate(rows) for j in _bits(row >> i))


def _bits(mask: int) -> Iterator[int]:
    """The places of the ones of a number, ascending."""
    text = bin(mask)[:1:-1]
    at = text.find("1")
    while at >= 0:
        yield at
        at = text.find("1", at + 1)


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


def _own(expression: Expression, node: Node, depends: list[int]) -> Iterator[tuple[int, int]]:
    """Sets of variables: every one of the first has a second derivative with every one of the second."""
    if node.op in LINEAR or node.op in STEPS or node.op in BRANCHES or node.op in CONDITIONS or not node.args:
        return
    if node.op == "mul":
        before = 0
        for mask in depends:
            yield before, mask
            before |= mask
    elif node.op == "div":
        above, below = depends
        yield below, above | below
    elif node.op != "pow" or expression.nodes[node.args[1]].value not in (0, 1):
        every = 0
        for mask in depends:
            every |= mask
        yield every, every


def _pair(i: int, j: int) -> Pair:
    return (i, j) if i <= j else (j, i)
