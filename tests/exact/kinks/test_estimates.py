"""The calculus of O: what sums, products and roots of polynomials with remainders are, by hand."""

from __future__ import annotations

from fractions import Fraction
from math import inf

import pytest
from flint import arb

from hesscli.exact.interpreters.codelist import CodeList
from hesscli.exact.interpreters.jets import JetInterpreter
from hesscli.exact.jets import Jet
from hesscli.exact.kinks.estimates import BigO, Calculus, Unknown
from hesscli.language.syntax import parse

ORDER = 3
ON = Calculus(JetInterpreter(CodeList.of(parse("x")), [arb(0)], ORDER, exact=True))
X = BigO(Jet.variable(0, arb(0), ORDER))
ONE = BigO(arb(1))


def big_o(e: float | Fraction) -> BigO:
    return BigO(arb(0), e)


@pytest.mark.parametrize(
    ("found", "low", "rest"),
    [
        (ON.sum([X, big_o(2)]), 1, 2),
        (ON.times(X, big_o(2)), inf, 3),
        (ON.times(ON.sum([X, big_o(2)]), ON.sum([X, big_o(3)])), 2, 3),  # x**2 + x*O(r**2) + ...
        (ON.product([X, X]), 2, inf),
        (ON.product([X] * 4), inf, 4),  # beyond the order
        (ON.absolute(X), inf, 1),
        (ON.raised(X, Fraction(3, 2)), inf, Fraction(3, 2)),
        (ON.root(ON.product([X, X]), BigO(arb(3))), inf, Fraction(2, 3)),
        (ON.largest(X, -X), 1, 1),  # |x| = x + O(r)
        (ON.largest(ONE, X), 0, inf),
        (ON.sign(ON.sum([ONE, X])), 0, inf),
        (ON.sign(X), inf, 0),
        (-ON.sum([X, big_o(2)]), 1, 2),
    ],
)
def test_polynomial_and_remainder(found, low, rest):
    assert (found.low, found.rest) == (low, rest)


def test_the_signs_that_a_difference_may_have():
    assert ON.signs(ONE, X) == (1,)
    assert ON.signs(X, ONE) == (-1,)
    assert ON.signs(X, X) == (-1, 0, 1)  # what is subtracted is a jet without terms, and no number
    assert ON.signs(ON.absolute(X), BigO(arb(0))) == (0, 1)


def test_nothing_is_known_of_a_limit_that_is_not_reached():
    with pytest.raises(Unknown):
        ON.limit(big_o(0))
    with pytest.raises(Unknown):
        ON.root(ON.sum([X, big_o(0)]), BigO(arb(2)))
