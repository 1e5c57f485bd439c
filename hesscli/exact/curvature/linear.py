"""What people compute from a Hessian next, every printed digit right: inverse, determinant, condition, Newton step."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from math import inf
from time import monotonic

from flint import arb, arb_mat, fmpq, fmpq_mat

from hesscli.exact.curvature.diagonalize import identity
from hesscli.exact.curvature.matrix import BallRows, Symmetric, submatrix
from hesscli.exact.curvature.spectrum import GUARD, LAST_BITS, enclosed, first_bits
from hesscli.exact.decimals import decimal, precision
from hesscli.exact.rational import fraction

RowTexts = list[str | None]
LARGEST_EXACT = 60
"""Rows of the largest block that is solved in fractions where balls about zero do not tell."""


def certain(
    compute: Callable[[int], Sequence[arb] | None], digits: int, deadline: float = inf, last: int = LAST_BITS
) -> RowTexts | None:
    """Raise the precision until every number has ``digits`` right digits.

    Args:
        compute: bits -> the numbers in balls; None where this precision gives none.
        digits: significant.
        deadline: no higher precision is begun after this moment of `time.monotonic`.
        last: bits beyond which no precision is tried, unless the digits alone need more.

    Returns:
        The decimals, an open one None; None where no precision gave any number.
    """
    bits = first_bits(digits)
    texts: list[str | None] | None = None
    while True:
        started = monotonic()
        with precision(bits + GUARD, 0):
            balls = compute(bits + GUARD)
            if balls is not None:
                texts = [decimal(x, digits) if x.is_finite() else None for x in balls]
        spent = monotonic() - started
        if (
            (texts is not None and None not in texts)
            or 2 * bits > max(last, 2 * first_bits(digits))
            or monotonic() + 3 * spent > deadline
        ):
            return texts
        bits *= 2


def solved(
    a: Symmetric,
    right: Callable[[int], BallRows],
    known: Callable[[], BallRows],
    columns: int,
    digits: int,
    deadline: float = inf,
) -> list[RowTexts]:
    """Y of A Y = B (n, m), for an A that is not singular.

    Args:
        a: the matrix (n, n).
        right: bits -> B in balls.
        known: B (n, m) as far as its entries know what they are; called when balls about zero ask for it.
        columns: m.
        digits: of every entry.
        deadline: no higher precision is begun after this moment of `time.monotonic`.
    """
    rows: list[RowTexts] = [[] for _ in range(a.size)]
    first = right(first_bits(digits))
    for places in a.blocks:
        shown = [j for j in range(columns) if not all(first[i][j].is_zero() for i in places)]
        texts = _block(a, places, shown, right, known, digits, deadline) if shown else []
        for p, i in enumerate(places):
            found = dict(zip(shown, texts[p * len(shown) :], strict=False))
            rows[i] = [found.get(j, "0") for j in range(columns)]
    return rows


def _block(
    a: Symmetric,
    places: Sequence[int],
    columns: Sequence[int],
    right: Callable[[int], BallRows],
    known: Callable[[], BallRows],
    digits: int,
    deadline: float,
) -> RowTexts:
    """One block's rows and columns of Y, row by row: in balls, in fractions where one of them is about zero."""
    exact: list[fmpq] | None = None
    asked = len(places) > LARGEST_EXACT

    def compute(bits: int) -> Sequence[arb] | None:
        nonlocal exact, asked
        if exact is not None:
            return [arb(q) for q in exact]
        full = right(bits)
        try:
            balls = submatrix(a.balls(bits), places).solve(arb_mat([[full[i][j] for j in columns] for i in places]))
        except ZeroDivisionError:
            balls = None
        if not asked and (balls is None or any(x.contains(0) for x in balls.entries())):
            asked = True
            exact = _fractions(a, places, columns, known())
            return compute(bits)
        return None if balls is None else list(balls.entries())

    return certain(compute, digits, deadline) or [None] * (len(places) * len(columns))


def _fractions(a: Symmetric, places: Sequence[int], columns: Sequence[int], known: BallRows) -> list[fmpq] | None:
    q = a.fractions(places)
    b = [fraction(known[i][j]) for i in places for j in columns]
    return None if q is None or None in b else list(q.solve(fmpq_mat(len(places), len(columns), b)).entries())


def inverse_matrix(a: Symmetric, digits: int, deadline: float = inf) -> list[RowTexts]:
    """The inverse (n, n) of a matrix that is not singular.

    >>> inverse_matrix(Symmetric.of([[2, 1], [1, 1]]), 17)
    [['1', '-1'], ['-1', '2']]
    """
    one = identity(a.size).tolist()
    return solved(a, lambda _: one, lambda: one, a.size, digits, deadline)


def determinant(a: Symmetric, digits: int, deadline: float = inf) -> str | None:
    """The determinant of a matrix that is not singular, None where its digits stay open.

    >>> determinant(Symmetric.of([[2, 1], [1, 1]]), 17)
    '1'
    """

    def compute(bits: int) -> Sequence[arb]:
        rows, whole = a.balls(bits), arb(1)
        for places in a.blocks:
            whole *= submatrix(rows, places).det()
        return [whole]

    return (certain(compute, digits, deadline) or [None])[0]


def condition(a: Symmetric, digits: int, deadline: float = inf) -> str | None:
    """The condition number of the 2-norm, max |v| / min |v| over the eigenvalues v of a matrix that is not singular.

    >>> condition(Symmetric.of([[1, 0], [0, -4]]), 17)
    '4'
    """

    def compute(bits: int) -> Sequence[arb]:
        rows = a.balls(bits)
        sizes = [abs(x) for places in a.blocks for x in enclosed(submatrix(rows, places))[0]]
        largest, least = sizes[0], sizes[0]
        for x in sizes[1:]:
            largest, least = largest.max(x), least.min(x)
        return [largest / least]

    return (certain(compute, digits, deadline) or [None])[0]
