"""The derivatives of trees are SymPy's own, node by node."""

import pytest
import sympy

from hesscli.exact.derivation import Derivation
from hesscli.exact.symbolic import trees
from hesscli.language.syntax import parse


@pytest.mark.parametrize(
    "text",
    [
        "5",
        "y",
        "x*y*sin(x)*exp(x*y)",
        "x^y^x + 2^x",
        "sqrt(x^2 + y^2)/x",
        "log(x/y)^3 - x*y*x",
        "abs(x*y) + sign(x)*x",
        "Piecewise((x^2, x > y), (y*x, True))",
        "max(x, y)^2",
        "atan2(y, x)*gamma(x)",
        "zeta(x)^2 + x*zeta(x)",
        "besselj(2, x*y) + legendre(3, x)",
        "erf(x)/sin(y*x)^2",
        "1.1*x + pi*x^(1/3)",
    ],
)
def test_what_sympy_says(text):
    symbols, (tree,) = trees(parse(text, variables=["x", "y"]))
    for symbol in symbols:
        by = Derivation(symbol)
        first = by(tree)
        assert first == _without_deltas(tree.diff(symbol))
        assert by(first) == _without_deltas(first.diff(symbol))


def _without_deltas(tree):
    """Away from the jumps, where closed forms hold."""
    return tree.replace(sympy.DiracDelta, lambda *_: sympy.S.Zero)


def test_between_jumps_derivatives_are_zero():
    x = sympy.Symbol("x", real=True)
    by = Derivation(x)
    assert [by(step(x**2 + 1)) for step in (sympy.sign, sympy.floor, sympy.ceiling)] == [0, 0, 0]
    assert by(x * sympy.floor(x)) == sympy.floor(x)
