"""Hyper-dual numbers in NumPy: f(x + v e1 + w e2) = f + v'g e1 + w'g e2 + v'Hw e1 e2, with e1^2 = e2^2 = 0.

First and second derivatives along two directions without rounding of their own, by rules that no other part of the
package shares. Source: J. A. Fike and J. J. Alonso, "The Development of Hyper-Dual Numbers for Exact Second-Derivative
Calculations", AIAA paper 2011-886.
"""

from __future__ import annotations

from typing import Any

import numpy as np

Array = Any


class HyperDual:
    """Columns of hyper-dual numbers: four arrays of one shape."""

    __array_ufunc__ = None  # numbers and arrays of NumPy leave every operation to this class

    def __init__(self, f: Array, v: Array = 0.0, w: Array = 0.0, vw: Array = 0.0) -> None:
        self.parts = f, v, w, vw

    def __getitem__(self, which: Any) -> HyperDual:
        return HyperDual(*(part[which] for part in self.parts))

    def through(self, f: Array, df: Array, ddf: Array) -> HyperDual:
        """A function with this value and these derivatives at ``parts[0]``."""
        _, v, w, vw = self.parts
        return HyperDual(f, df * v, df * w, df * vw + ddf * v * w)

    def __add__(self, other: Any) -> HyperDual:
        return HyperDual(*(a + b for a, b in zip(self.parts, dual(other).parts, strict=True)))

    def __neg__(self) -> HyperDual:
        return HyperDual(*(-part for part in self.parts))

    def __sub__(self, other: Any) -> HyperDual:
        return self + (-dual(other))

    def __rsub__(self, other: Any) -> HyperDual:
        return -self + other

    def __mul__(self, other: Any) -> HyperDual:
        (a, b, c, d), (p, q, r, s) = self.parts, dual(other).parts
        return HyperDual(a * p, a * q + b * p, a * r + c * p, a * s + b * r + c * q + d * p)

    def __truediv__(self, other: Any) -> HyperDual:
        return self * dual(other) ** -1

    def __rtruediv__(self, other: Any) -> HyperDual:
        return dual(other) * self**-1

    def __pow__(self, power: float) -> HyperDual:
        f = self.parts[0]
        return self.through(f**power, power * f ** (power - 1), power * (power - 1) * f ** (power - 2))

    __radd__, __rmul__ = __add__, __mul__

    def sum(self) -> HyperDual:
        """The sum of the column."""
        return HyperDual(*(np.sum(part) for part in self.parts))


def dual(value: Any) -> HyperDual:
    """A number or an array as what does not depend on x."""
    return value if isinstance(value, HyperDual) else HyperDual(value)


def sin(x: HyperDual) -> HyperDual:
    f = x.parts[0]
    return x.through(np.sin(f), np.cos(f), -np.sin(f))


def cos(x: HyperDual) -> HyperDual:
    f = x.parts[0]
    return x.through(np.cos(f), -np.sin(f), -np.cos(f))


def exp(x: HyperDual) -> HyperDual:
    e = np.exp(x.parts[0])
    return x.through(e, e, e)


def log(x: HyperDual) -> HyperDual:
    f = x.parts[0]
    return x.through(np.log(f), 1 / f, -1 / f**2)


def tanh(x: HyperDual) -> HyperDual:
    t = np.tanh(x.parts[0])
    return x.through(t, 1 - t**2, -2 * t * (1 - t**2))
