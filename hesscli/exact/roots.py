"""The real root of odd order as a function of its own: SymPy's power is another one left of zero."""

from __future__ import annotations

from typing import Any

import sympy
from sympy.core.function import ArgumentIndexError


class OddRoot(sympy.Function):  # type: ignore[misc]  # SymPy has no types
    """The real n-th root of x, n odd; a power, which reads better, where the sign of x is known.

    Example:
        >>> x = sympy.Symbol("x", real=True)
        >>> OddRoot(x, 3) ** 3, OddRoot(x**2 + 1, 3), OddRoot(-8, 3)
        (x, (x**2 + 1)**(1/3), -2)
    """

    nargs = 2

    @classmethod
    def eval(cls, x: Any, n: Any) -> Any:
        """What it is otherwise, for any x of the sign; None if nothing."""
        if n == 1 or x.is_zero:
            return x
        if x.is_positive:
            return sympy.Pow(x, 1 / n)
        if x.is_negative:
            return -sympy.Pow(-x, 1 / n)
        if isinstance(x, OddRoot):
            return cls(x.args[0], n * x.args[1])
        if x.is_Pow and x.exp.is_Integer and x.exp % n == 0:
            return x.base ** (x.exp / n)
        return None

    def fdiff(self, argindex: int = 1) -> Any:
        """By x."""
        if argindex != 1:
            raise ArgumentIndexError(self, argindex)
        n = self.args[1]
        return 1 / (n * self ** (n - 1))

    def _eval_power(self, exponent: Any) -> Any:
        x, n = self.args
        return x ** (exponent / n) if exponent.is_Integer and exponent % n == 0 else None

    def _eval_is_real(self) -> bool | None:
        real: bool | None = self.args[0].is_real
        return real

    def _eval_is_nonnegative(self) -> bool | None:
        at_least: bool | None = self.args[0].is_nonnegative
        return at_least
