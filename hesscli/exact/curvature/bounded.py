"""Functions that are bounded from one side by the way they are written: sums of squares, products of even powers.

Such a function has a minimum, or a maximum, wherever it reaches its bound, whatever its derivatives are there.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from fractions import Fraction
from math import prod

from flint import arb, fmpq

from hesscli.exact.interpreters.codelist import CodeList
from hesscli.exact.properties import NOT_NEGATIVE


def one_sided_bound(code: CodeList, values: Sequence[arb | None] = ()) -> tuple[int, fmpq] | None:
    """1 and a lower bound, or -1 and an upper bound, of the function near a point; None where none shows.

    Args:
        code: of the function.
        values: of the nodes that are run, at the point: what is not zero there keeps its sign nearby.

    >>> from hesscli.language.syntax import parse
    >>> [one_sided_bound(CodeList.of(parse(text))) for text in ("(x - y)**2/2 + x**2*y**4 - 3", "x + y")]
    [(1, -3), None]
    """
    expression = code.inlined.expression
    nodes, top = expression.nodes, expression.outputs[0]
    signs: dict[int, int | None] = {}
    for k in expression.live():
        value = values[k] if values else None
        signs[k] = _sign(code, k, signs)
        if signs[k] is None and value is not None and not value.contains(0):
            signs[k] = 1 if value > 0 else -1
    constant, way = fmpq(0), None
    for j in nodes[top].args if nodes[top].op == "add" else (top,):
        fixed = constant_of(code, j)
        if fixed is not None:
            constant += fixed
        elif signs[j] is None or way not in (None, signs[j]):
            return None
        else:
            way = signs[j]
    return None if way is None else (way, constant)


def _sign(code: CodeList, k: int, signs: dict[int, int | None]) -> int | None:
    """1 where a node is nowhere negative, -1 where it is nowhere positive, None where neither shows."""
    node = code.inlined.expression.nodes[k]
    value = constant_of(code, k)
    if value is not None:
        return 1 if value >= 0 else -1
    found = [signs[j] for j in node.args]
    if node.op == "pow":
        exponent = constant_of(code, node.args[1])
        odd = exponent is None or (exponent.q == 1 and exponent.p % 2 == 1)  # other powers are real of x >= 0 only
        return 1 if not odd or found[0] == 1 else None
    if node.op == "root":
        degree = constant_of(code, node.args[1])
        return found[0] if degree is None or degree.p % 2 else 1
    if node.op in NOT_NEGATIVE:
        return 1
    if node.op in ("Max", "Min"):
        way = 1 if node.op == "Max" else -1
        return way if way in found else -way if {*found} == {-way} else None
    if node.op == "neg":
        return -found[0] if found[0] else None
    if node.op in ("mul", "div"):
        single = [signs[j] for j, count in Counter(node.args).items() if count % 2]
        return None if None in single else prod(one or 1 for one in single)
    return found[0] if node.op == "add" and len({*found}) == 1 else None


def constant_of(code: CodeList, k: int) -> fmpq | None:
    """The fraction that a node without operands is, None for any other node; k is a position in what is run."""
    value = code.inlined.expression.nodes[k].value
    if isinstance(value, float):
        value = code.rounded(value)
    return fmpq(*value.as_integer_ratio()) if isinstance(value, (int, float, Fraction)) else None
