from __future__ import annotations

import math
from fractions import Fraction

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from hesscli import tape
from hesscli.elements.addition import Long, added_up, twofold
from hesscli.language.syntax import parse

NUMBERS = st.lists(st.floats(-1e100, 1e100).map(lambda x: x if abs(x) > 1e-100 else 0.0), max_size=70)


@given(NUMBERS, st.randoms())
def test_two_doubles_hold_the_sum_to_twice_the_digits(numbers, random):
    values = [*numbers, *(-x for x in numbers[::2]), 1.0]
    random.shuffle(values)
    high, low = twofold(np.array(values))
    exact, size = sum(map(Fraction, values)), sum(abs(Fraction(x)) for x in values)
    assert abs(Fraction(high) + Fraction(low) - exact) <= size * Fraction(1, 2**95)


@given(NUMBERS, st.integers(1, 9))
def test_chunks_add_up_to_the_same(numbers, size):
    long = Long()
    for start in range(0, len(numbers), size):
        long.add((), np.array(numbers[start : start + size]))
    exact, scale = sum(map(Fraction, numbers), Fraction(0)), sum(abs(Fraction(x)) for x in numbers)
    assert abs(Fraction(long.value) - exact) <= abs(exact) * Fraction(1, 2**53) + scale * Fraction(1, 2**94)
    assert np.isclose(sum(long.sizes.values()), float(scale), rtol=1e-12)


def test_what_is_no_number_stays_none():
    for values, expected in (([1.0, np.inf], np.inf), ([np.inf, -np.inf], np.nan), ([1.0, np.nan], np.nan), ([], 0.0)):
        long = Long()
        long.add((), np.array(values))
        np.testing.assert_equal(long.value, expected)


def test_sums_begun_by_the_compiled_function_keep_twice_the_digits():
    rows = 40_000
    generator = np.random.default_rng(8)
    t = generator.normal(size=rows) * 10.0 ** generator.integers(-8, 17, rows)
    terms = np.concatenate([t, generator.permutation(-t), [1.0, 1e-3]])
    columns = (tape.Strip(np.array(4.0)), tape.Strip(terms))
    count = len(terms)
    said = tape.answer_columns(
        parse("a*t", variables=["a", "t"]), ((), (0,), (1,)), columns, count, 2 * count, 2 * count,
        added=(0, 1), dtype="float64", plain=False,
    )  # fmt: skip
    assert said is not None
    np.testing.assert_array_equal(said.said.arrays["partials"], np.full((1, count), 4.0))
    value, slope = added_up(said.folded) or []
    assert abs(math.fsum(slope.parts) - 1.001) < slope.size * 2.0**-95
    assert abs(math.fsum(value.parts) - 4.004) < value.size * 2.0**-95
    np.testing.assert_allclose(slope.size, math.fsum(np.abs(terms)), rtol=1e-14)


def test_a_sum_that_is_not_finite_is_not_taken():
    folded = np.ones((3, 2, 4))
    assert [one.parts[0] for one in added_up(folded) or []] == [4.0, 4.0]
    folded[2, 1, 3] = np.inf
    assert added_up(folded) is None
