from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from itertools import product

import pytest
from flint import arb, ctx
from hypothesis import given, settings
from hypothesis import strategies as st

from hesscli.exact.jets import Jet, compose_jets, monomial_key, sum_jets

ORDER, VARIABLES = 4, 3
Polynomial = dict[tuple[int, ...], int]

powers = st.tuples(*[st.integers(0, 3)] * VARIABLES)
polynomials = st.dictionaries(powers, st.integers(-9, 9), max_size=6)


@pytest.fixture(autouse=True)
def _exact() -> Iterator[None]:
    before, ctx.prec = ctx.prec, 200
    yield
    ctx.prec = before


def jet(p: Polynomial) -> Jet:
    """The truncation of a polynomial about the origin, term by term."""
    layers: list[dict[int, arb]] = [{} for _ in range(ORDER)]
    for exponents, c in p.items():
        if 0 < sum(exponents) <= ORDER:
            layers[sum(exponents) - 1][monomial_key(dict(enumerate(exponents)), ORDER)] = arb(c)
    return Jet(arb(p.get((0,) * VARIABLES, 0)), layers)


def same(a: Jet, p: Polynomial) -> bool:
    for exponents in product(range(ORDER + 1), repeat=VARIABLES):
        if sum(exponents) <= ORDER:
            c = a.coefficient(sum(exponents), monomial_key(dict(enumerate(exponents)), ORDER))
            if (arb(0) if c is None else c) != p.get(exponents, 0):
                return False
    return True


def times(p: Polynomial, q: Polynomial) -> Polynomial:
    out: Polynomial = {}
    for (a, x), (b, y) in product(p.items(), q.items()):
        key = tuple(i + j for i, j in zip(a, b, strict=True))
        out[key] = out.get(key, 0) + x * y
    return out


def plus(p: Polynomial, q: Polynomial) -> Polynomial:
    return {key: p.get(key, 0) + q.get(key, 0) for key in {*p, *q}}


@given(polynomials, polynomials)
def test_sum_and_product_are_the_polynomials(p: Polynomial, q: Polynomial) -> None:
    assert same(jet(p) + jet(q), plus(p, q))
    assert same(jet(p) * jet(q), times(p, q))
    assert same(sum_jets([jet(p), jet(q), jet(p)]), plus(plus(p, q), p))


@given(polynomials, st.integers(-5, 5))
def test_numbers_mix_with_jets(p: Polynomial, c: int) -> None:
    zero = (0,) * VARIABLES
    assert same(jet(p) * arb(c), times(p, {zero: c}))
    assert same(arb(c) - jet(p), plus({zero: c}, times(p, {zero: -1})))


@settings(max_examples=40)
@given(polynomials, st.lists(st.integers(-5, 5), min_size=ORDER + 1, max_size=ORDER + 1))
def test_composition_is_the_sum_of_powers_of_the_step(p: Polynomial, c: list[int]) -> None:
    step = {k: v for k, v in p.items() if any(k)}
    expected: Polynomial = {}
    power: Polynomial = {(0,) * VARIABLES: 1}
    for coefficient in c:
        expected = plus(expected, times(power, {(0,) * VARIABLES: coefficient}))
        power = times(power, step)
    assert same(jet(p).compose([arb(x) for x in c]), expected)


@settings(max_examples=40)
@given(polynomials, polynomials)
def test_composition_in_two_arguments(p: Polynomial, q: Polynomial) -> None:
    first, second = ({k: v for k, v in r.items() if any(k)} for r in (p, q))
    table = {(i, j): 1 + i + 2 * j for i in range(ORDER + 1) for j in range(ORDER + 1 - i)}
    expected: Polynomial = {}
    for (i, j), c in table.items():
        term: Polynomial = {(0,) * VARIABLES: c}
        for factor in [first] * i + [second] * j:
            term = times(term, factor)
        expected = plus(expected, term)
    assert same(compose_jets([jet(p), jet(q)], {k: arb(v) for k, v in table.items()}), expected)


def test_what_does_not_occur_is_not_stored() -> None:
    chain = sum_jets([Jet.variable(k, arb(k), 2) * Jet.variable(k + 1, arb(1), 2) for k in range(99)])
    assert sum(len(layer) for layer in chain.layers) == 100 + 99


def test_reciprocal_by_composition() -> None:
    x = Jet.variable(0, arb(2), 3)
    inverse = x.compose([arb(Fraction((-1) ** k, 2 ** (k + 1)).numerator) / 2 ** (k + 1) for k in range(4)])
    assert same_number(x * inverse, 1)


def same_number(a: Jet, c: int) -> bool:
    return a.constant == c and all(x == 0 for layer in a.layers for x in layer.values())
