from __future__ import annotations

import pytest
from flint import fmpq_mpoly

from hesscli.exact.kinks.forms import definite, independent, meet_apart, ring


def form(terms: dict[tuple[int, ...], int]) -> fmpq_mpoly:
    return fmpq_mpoly(terms, ring(len(next(iter(terms)))))


@pytest.mark.parametrize(
    ("terms", "expected"),
    [
        ({(2, 0): 1, (0, 2): 1}, (1, True)),
        ({(2, 0): 1, (1, 1): 2, (0, 2): 1}, (1, False)),  # (x + y)**2
        ({(2, 0): -1, (1, 1): 1, (0, 2): -1}, (-1, True)),
        ({(2, 0): 1, (0, 2): -1}, (0, False)),
        ({(4, 0): 1, (2, 2): -1, (0, 4): 1}, (1, True)),  # discriminant 1 - 4
        ({(4, 0): 1, (2, 2): -2, (0, 4): 1}, (1, False)),  # (x**2 - y**2)**2
        ({(3, 0): 1, (0, 3): 1}, (0, False)),
        ({(2, 0, 0): 1, (0, 2, 0): 1, (0, 0, 2): 1, (1, 1, 0): 1}, (1, True)),
        ({(2, 0, 0): 1, (0, 2, 0): 1}, (1, False)),
        ({(2, 0, 0): 1, (0, 2, 0): 1, (0, 0, 2): -1}, (0, False)),
    ],
)
def test_definite_forms(terms: dict[tuple[int, ...], int], expected: tuple[int, bool]) -> None:
    assert definite(form(terms)) == expected


def test_independence() -> None:
    assert independent([(1, 0, 0), (1, 1, 0)])
    assert not independent([(1, 0), (0, 1), (1, 1)])


def test_zeros_that_meet() -> None:
    x, y = form({(1, 0): 1}), form({(0, 1): 1})
    assert meet_apart(x * (x + y), [y])
    assert not meet_apart(x * x, [y])
    assert not meet_apart(x * y, [y])
