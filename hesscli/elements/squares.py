"""Sums of squares: a body that is c (r/s)^2, with r of the variables, and s of data, parameters and numbers alone.

By its form: r stands there once, to the power 2. What it is divided by, squared or as a variance, are known standard
deviations of the rows, as in a chi-square; any other factor of data is a weight.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace
from fractions import Fraction

from hesscli.language.expression import Expression
from hesscli.language.printing import unparse
from hesscli.language.programs.program import Element


@dataclass(frozen=True, slots=True)
class Squares:
    """What the body of a sum of squares is multiplied by.

    Attributes:
        factor: c.
        deviations: what the residuals are divided by, as typed: ``s``, or ``sqrt(v)`` of variances.
        weighted: whether there are weights besides.
    """

    factor: float
    deviations: tuple[str, ...]
    weighted: bool


def squares_of(element: Element) -> Squares | None:
    """How a body is a square; None where by its form it is none.

    Args:
        element: a sum.

    Example:
        >>> from hesscli.language.programs.reading import read_program
        >>> from hesscli.language.programs.spans import Declarations
        >>> read = read_program("Sum((x[i] - 1)**2/(2*s**2), (i, 0, 3))", Declarations({"s": 0.5}))
        >>> squares_of(read.elements[0])
        Squares(factor=0.5, deviations=('s',), weighted=False)
    """
    body, depends = element.body, element.body.dependence()
    slots = frozenset(range(len(element.maps)))
    factors = _factors(body, body.outputs[0], 1)
    varying = {node: power for node, power in factors.items() if node >= 0 and depends[node] & slots}
    if [*varying.values()] != [2]:
        return None
    factor, deviations, weighted = -1.0 if factors[NEGATIVE] % 2 else 1.0, list[str](), False
    for node, power in factors.items():
        if node in varying or node == NEGATIVE or not power:
            continue
        number = body.nodes[node].value if body.nodes[node].op == "number" else None
        if power == -2 or (power == -1 and number is None):
            text = unparse(replace(body, outputs=(node,)))
            deviations.append(text if power == -2 else f"sqrt({text})")
        elif isinstance(number, (int, float, Fraction)):
            factor *= float(number) ** float(power)
        else:
            weighted = True
    return Squares(factor, tuple(deviations), weighted)


NEGATIVE = -1
"""In the place of a node: a sign."""


def _factors(body: Expression, node: int, power: int) -> Counter[int]:
    """The nodes that are multiplied, and their powers."""
    one = body.nodes[node]
    if one.op in ("mul", "div"):
        found = Counter[int]()
        for k, arg in enumerate(one.args):
            _add(found, _factors(body, arg, -power if k and one.op == "div" else power))
        return found
    if one.op == "neg":
        found = _factors(body, one.args[0], power)
        found[NEGATIVE] += power
        return found
    if one.op == "pow":
        raised = body.nodes[one.args[1]]
        if raised.op == "number" and isinstance(raised.value, int):
            return _factors(body, one.args[0], power * raised.value)
    return Counter({node: power})


def _add(into: Counter[int], more: Counter[int]) -> None:
    """Counter's own sum drops what is negative."""
    for node, power in more.items():
        into[node] += power
