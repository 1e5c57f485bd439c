"""The interpreter over dense power series: one variable, or one direction, to any order.

The series are flint's own: 200 times as fast as jets at order 20. Their coefficients forget that they are fractions,
so that what must be proven to be zero is run over jets all the same.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from flint import arb, arb_series

from hesscli.exact.elementary.parametric import Table
from hesscli.exact.interpreters.interpreter import Interpreter
from hesscli.exact.terms import Term, composition


class SeriesInterpreter(Interpreter[arb_series]):
    """One run over dense power series in one variable (or along one direction)."""

    def base(self, a: Term[arb_series]) -> arb:
        """The value at the point."""
        return a if isinstance(a, arb) else a[0]

    def step(self, a: arb_series) -> arb_series:
        """The series without its value; a ball minus itself would only contain zero."""
        return arb_series([0, *a.coeffs()[1:]], self.order + 1)

    def compose(self, a: arb_series, coefficients: Sequence[arb]) -> arb_series:
        """A function of one term from its Taylor coefficients."""
        step = self.step(a)
        if not len(step):  # flint composes with no series that is zero
            return arb_series(coefficients[:1], self.order + 1)
        return arb_series(coefficients, self.order + 1)(step)

    def compose_many(self, args: Sequence[arb_series], coefficients: Table) -> arb_series:
        """A function of several terms from its Taylor coefficients."""
        value = arb_series([coefficients[(0,) * len(args)]], self.order + 1)
        return composition([self.step(a) for a in args], coefficients, value)

    def smooth(self, name: str, args: Sequence[Term[arb_series]]) -> Term[arb_series]:
        """A smooth function; the commonest by their own recurrences, which reach order 1000."""
        if name in DIRECT and not isinstance(args[0], arb) and (name != "log" or args[0][0] > 0):
            found = DIRECT[name](args[0])
            if all(c.is_finite() for c in found.coeffs()):
                return found
        return super().smooth(name, args)

    def integer_power(self, a: Term[arb_series], n: int) -> Term[arb_series]:
        """A power of a series by repeated squaring."""
        if isinstance(a, arb) or n == 0 or (n < 0 and a[0].contains(0)):
            return super().integer_power(a, n)
        return a**n if n > 0 else 1 / a**-n


DIRECT: dict[str, Callable[[arb_series], arb_series]] = {
    "exp": arb_series.exp,
    "log": arb_series.log,
    "sin": arb_series.sin,
    "cos": arb_series.cos,
    "tan": arb_series.tan,
    "atan": arb_series.atan,
    "erf": arb_series.erf,
    "erfc": arb_series.erfc,
}
