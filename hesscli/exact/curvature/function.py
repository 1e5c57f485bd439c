"""A scalar function near a point where it is smooth: derivatives at the point, over boxes, and as power series."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from typing import Any

from flint import arb

from hesscli.accuracy import smallest_normal, unit_roundoff
from hesscli.exact.curvature.invariance import gauge
from hesscli.exact.decimals import ball, precision
from hesscli.exact.events import TROUBLES, Undecided
from hesscli.exact.interpreters.codelist import CodeList
from hesscli.exact.interpreters.jets import JetInterpreter
from hesscli.exact.jets import Exponents, Jet, monomial_key
from hesscli.exact.rational import rational
from hesscli.exact.terms import Term

KNOWN_BITS = 512
"""Precision of the balls beside exact numbers."""
LAST_BITS = 4096
TINY = arb(2) ** -400
"""Relative size of a box that is all neighbourhood."""

JetColumn = Sequence[tuple[int, Any]]
"""How a variable moves with the jet's: (which of them, a fraction times it)."""
Derivatives = tuple[list[arb], list[list[arb]]]
"""Gradient (n,) and Hessian (n, n)."""


class Scalar:
    """A function of n variables about a point.

    Attributes:
        point: n coordinates.
        unit: unit roundoff of the dtype that the coordinates have, times two.
        tiny: its smallest normal number.
        depends: places of the variables that occur in it, ascending.
        slice: places of the variables without the gauge: what happens near the point happens with the others in place.
    """

    def __init__(self, code: CodeList, point: Sequence[float]) -> None:
        self.code = code
        self.point = [code.rounded(x) for x in point]
        dtype = "float32" if code.single else "float64"
        self.unit, self.tiny = 2 * unit_roundoff(dtype), smallest_normal(dtype)
        expression = code.expression
        self.depends = sorted(expression.dependence()[expression.outputs[0]])
        held = gauge(code, self.point)
        self.slice = [k for k in range(len(self.point)) if k not in held]
        self._found: dict[int, Derivatives] = {}

    @property
    def size(self) -> int:
        """N."""
        return len(self.point)

    def at_point(self, bits: int) -> Derivatives:
        """Gradient and Hessian at the point, the balls of at least ``bits`` bits.

        Raises:
            Singular: the function is not smooth there.
            Undecided: no precision told whether it is.
            Undefined: it has no value there.
            Unsupported: some function has no certain value there.
        """
        found = next((at for at in sorted(self._found) if at >= bits), None)
        tried = bits
        while found is None:
            with precision(tried, 2):
                try:
                    self._found[tried] = self.over([ball(x) for x in self.point])
                    found = tried
                except Undecided:
                    if tried >= LAST_BITS:
                        raise
                    tried *= 4
        return self._found[found]

    @cached_property
    def nodes(self) -> list[arb | None]:
        """The value at the point of every node that is computed, as far as it knows what it is."""
        with precision(KNOWN_BITS, 1):
            interpreter = JetInterpreter(self.code, [rational(ball(x)) for x in self.point], 1, exact=True)
            try:
                interpreter.outputs()
            except TROUBLES:
                return [None] * len(interpreter.memo)
            return [x if isinstance(x, arb) else None for x in interpreter.memo]

    @cached_property
    def around(self) -> Term[Jet] | None:
        """The function in a neighbourhood of the point: a jet over a tiny box, or a ball where it is constant there.

        None where the function is not smooth, or not defined, all over the box, or that is open.
        """
        with precision(KNOWN_BITS, 2):
            box = [arb(x, arb(abs(x) or self.tiny) * TINY) for x in self.point]
            try:
                found = self._jet(box, [[(k, 1)] for k in range(self.size)], 2, exact=False)
            except TROUBLES:
                return None
            coefficients = [] if isinstance(found, arb) else [c for layer in found.layers for c in layer.values()]
            return found if all(c.is_finite() for c in coefficients) else None

    @cached_property
    def known(self) -> Derivatives:
        """Gradient and Hessian at the point as numbers that know what they are, as far as they do."""
        with precision(KNOWN_BITS, 2):
            try:
                return self.over([ball(x) for x in self.point], exact=True)
            except TROUBLES:
                return self.at_point(KNOWN_BITS)

    def over(self, box: Sequence[arb], *, exact: bool = False) -> Derivatives:
        """Gradient and Hessian over a box, in the present precision; what does not occur is exactly zero."""
        n = self.size
        outputs = self._jet(box, [[(k, 1)] for k in range(n)], 2, exact=exact)
        zero = arb(0)
        if isinstance(outputs, arb):
            return [zero] * n, [[zero] * n for _ in range(n)]
        gradient = [outputs.coefficient(1, monomial_key({k: 1}, 2)) or zero for k in range(n)]
        hessian = [[zero] * n for _ in range(n)]
        for i in self.depends:
            for j in self.depends:
                c = outputs.coefficient(2, monomial_key({i: 2} if i == j else {i: 1, j: 1}, 2)) if j <= i else None
                if c is not None:
                    hessian[i][j] = hessian[j][i] = c * 2 if i == j else c
        return gradient, hessian

    def taylor(self, directions: Sequence[Sequence[Any]], order: int) -> dict[Exponents, arb]:
        """The Taylor polynomial of f(point + sum_j h_j d_j) in h, without exact zeros.

        Args:
            directions: m vectors of n fractions.
            order: its degree.

        Returns:
            The exponents of h -> coefficient.
        """
        columns = [[(j, d[k]) for j, d in enumerate(directions) if d[k] != 0] for k in range(self.size)]
        with precision(KNOWN_BITS, order):
            jet = self._jet([ball(x) for x in self.point], columns, order, exact=True)
            return {} if isinstance(jet, arb) else dict(jet.terms(len(directions)))

    def _jet(self, box: Sequence[arb], columns: Sequence[JetColumn], order: int, *, exact: bool) -> Term[Jet]:
        """The function of box + columns * h as a jet in h."""
        inputs: list[Term[Jet]] = [rational(x) if exact else x for x in box]
        for k, column in enumerate(columns):
            for j, weight in column:
                inputs[k] = _added(inputs[k], j, rational(arb(weight)) if weight != 1 else arb(1), order)
        return JetInterpreter(self.code, inputs, order, exact=exact).outputs()[0]


def _added(a: Term[Jet], j: int, weight: arb, order: int) -> Jet:
    """A + weight * h_j."""
    return Jet.variable(j, arb(0), order).scaled(weight) + a
