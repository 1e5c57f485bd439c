"""The sign of a form (a homogeneous polynomial) in a few variables: proven, or open.

In two variables the real roots of f(t, 1) tell all where the coefficients are fractions. Else signs are proven where
they show: at points with whole coordinates, and, that a form is definite, on the faces of the cube, which are cut into
boxes until a ball about the form's values is of one sign on each.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import product
from math import prod

from flint import arb, fmpq, fmpq_poly

from hesscli.exact.curvature.grams import is_sum_of_squares
from hesscli.exact.elementary.base import integer_power
from hesscli.exact.rational import fraction

MOST_BOXES = 4000
MOST_VARIABLES, MOST_IN_BOXES = 5, 3
REACH = 2
"""Whole numbers up to this are tried as coordinates, also times powers of ten."""

HomogeneousForm = Mapping[tuple[int, ...], arb]
"""Exponents -> coefficient; all exponents of one sum."""


@dataclass(frozen=True, slots=True)
class Sign:
    """What is proven of a form's values away from zero.

    Attributes:
        up: some are positive.
        down: some are negative.
        definite: none is zero.
    """

    up: bool = False
    down: bool = False
    definite: bool = False


def sign(form: HomogeneousForm, n: int) -> Sign:
    """The signs of a form of even degree in n variables.

    >>> sign({(4, 0): arb(1), (2, 2): arb(-1), (0, 4): arb(1)}, 2)
    Sign(up=True, down=False, definite=True)
    >>> sign({(2, 2): arb(1)}, 2)
    Sign(up=True, down=False, definite=False)
    """
    if n == 1:
        (c,) = form.values()
        return Sign(c > 0, c < 0, not c.contains(0))
    exact = _binary(form) if n == 2 else None
    if exact is not None:
        return exact
    known = {exponents: q for exponents, c in form.items() if (q := fraction(c)) is not None}
    form = {exponents: arb(c.mid(), c.rad()) for exponents, c in form.items()}  # plain balls are ten times as fast
    up = down = False
    for point in _points(form, n):
        value = form_over(form, point)
        up, down = up or value > 0, down or value < 0
        if up and down:
            return Sign(up, down)
    way = 1 if up else -1
    if up != down and len(known) == len(form) and (scales := _scales(form, n)) is not None:
        lengths = [fmpq(1, 1 << -k) if k < 0 else fmpq(1 << k) for k in scales]
        scaled = {
            e: way * c * prod((s**k for s, k in zip(lengths, e, strict=True)), start=fmpq(1)) for e, c in known.items()
        }
        if is_sum_of_squares(scaled, n):
            return Sign(up, down, definite=True)
    return Sign(
        up,
        down,
        up != down and n <= (MOST_VARIABLES if len(known) < len(form) else MOST_IN_BOXES) and _definite(form, n, way),
    )


def form_over(form: HomogeneousForm, point: Sequence[arb]) -> arb:
    """The form's values over a box; even powers are never negative."""
    whole = arb(0)
    for exponents, c in form.items():
        term = c
        for x, e in zip(point, exponents, strict=True):
            if e:
                term = term * (_even(x, e) if e % 2 == 0 else integer_power(x, e))
        whole = whole + term
    return whole


def _even(x: arb, e: int) -> arb:
    return arb(0).union(x.abs_upper() ** e) if x.contains(0) else x**e


def _binary(form: HomogeneousForm) -> Sign | None:
    """By the real roots of f(t, 1), and f(1, 0); None where a coefficient is no known fraction."""
    degree = sum(next(iter(form)))
    terms = {exponents[0]: fraction(c) for exponents, c in form.items()}
    if None in terms.values():
        return None
    p = fmpq_poly([terms.get(k, fmpq(0)) or fmpq(0) for k in range(degree + 1)])
    roots = [(z, m) for z, m in p.numer().complex_roots() if z.imag.is_zero()]
    missing = degree - p.degree()
    changes = any(m % 2 for _, m in roots) or missing % 2 == 1
    up = p[p.degree()] > 0
    return Sign(True, True) if changes else Sign(bool(up), not up, not roots and not missing)


def _points(form: HomogeneousForm, n: int) -> Iterator[list[arb]]:
    """Points with small whole coordinates, in the scale of the form's own pure powers too."""
    if n <= MOST_VARIABLES:
        directions = list(product(range(-REACH, REACH + 1), repeat=n))
    else:
        directions = [
            tuple(s * int(k == i) + t * int(k == j) for k in range(n))
            for i in range(n)
            for j in range(i + 1)
            for s in (1,)
            for t in (-1, 0, 1)
        ]
    powers = _scales(form, n)
    for scales in (None if powers is None else [arb(2) ** k for k in powers], None):
        for direction in directions:
            if any(direction):
                yield [
                    arb(c) if scales is None else arb(c) * s
                    for c, s in zip(direction, scales or direction, strict=True)
                ]


def _scales(form: HomogeneousForm, n: int) -> list[int] | None:
    """Exponents of the powers of two that bring the pure powers' coefficients near 1; None where one is missing."""
    degree = sum(next(iter(form)))
    scales = []
    for k in range(n):
        c = form.get(tuple(degree * int(j == k) for j in range(n)))
        if c is None or c.contains(0):
            return None
        mantissa, power = c.mid().man_exp()
        scales.append(-round((int(power) + int(mantissa).bit_length()) / degree))
    return scales


def _definite(form: HomogeneousForm, n: int, way: int) -> bool:
    """Whether way * form is positive everywhere but at zero, proven on boxes."""
    scales = _scales(form, n)
    if scales is None:
        return False
    scaled = {}
    for exponents, c in form.items():
        for s, e in zip(scales, exponents, strict=True):
            c = c * arb(2) ** (s * e)
        scaled[exponents] = c * way
    face = [arb(0, 1)] * n
    boxes = [[*face[:k], arb(1), *face[k + 1 :]] for k in range(n)]
    for _ in range(MOST_BOXES):
        if not boxes:
            return True
        box = boxes.pop()
        values = form_over(scaled, box)
        if values > 0:
            continue
        if form_over(scaled, [x.mid() for x in box]) <= 0:
            return False
        k = max(range(n), key=lambda j: float(box[j].rad()))
        half = box[k].rad() / 2
        boxes += [[*box[:k], arb((box[k].mid() + side).mid(), half), *box[k + 1 :]] for side in (-half, half)]
    return False
