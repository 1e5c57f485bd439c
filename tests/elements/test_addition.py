from __future__ import annotations

from fractions import Fraction

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from hesscli.elements.addition import Long, twofold

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
