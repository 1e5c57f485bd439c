from __future__ import annotations

import random
from fractions import Fraction
from itertools import product

import numpy as np
import pytest
from flint import fmpq, fmpq_mpoly
from scipy.optimize import linprog

from hesscli.exact.decimals import precision
from hesscli.exact.kinks.arrangement import Cone, Sector, definite, dot, independent, interior, ring, signs


def form(terms: dict[tuple[int, ...], int]) -> fmpq_mpoly:
    return fmpq_mpoly(terms, ring(len(next(iter(terms)))))


def margin(rows: list[tuple[int, ...]]) -> float:
    """The largest t with rows . d >= t in the unit cube, in floating point."""
    size = len(rows[0])
    matrix = np.array([[*(-a for a in row), 1.0] for row in rows])
    found = linprog([0.0] * size + [-1.0], A_ub=matrix, b_ub=[0.0] * len(rows), bounds=[(-1, 1)] * size + [(None, 1)])
    return float(-found.fun)


def test_interior_against_floating_point_linear_programming() -> None:
    chance = random.Random(1)
    empty = 0
    for _ in range(300):
        size = chance.randint(1, 4)
        rows = [tuple(chance.randint(-3, 3) for _ in range(size)) for _ in range(chance.randint(1, 7))]
        rows = [row for row in rows if any(row)] or [(1,) * size]
        found = interior(rows)
        assert (found is not None) == (margin(rows) > 1e-9)
        if found is not None:
            assert all(dot(row, found) > 0 for row in rows)
        empty += found is None
    assert 50 < empty < 250


@pytest.mark.parametrize(("size", "planes"), [(2, 5), (3, 5), (4, 5)])
def test_planes_in_general_position_cut_as_many_cells_as_counted(size: int, planes: int) -> None:
    """2 * sum of (m-1 over k), k < n: Schlaefli's count for m central hyperplanes in general position."""
    expected = 2 * sum(int(np.prod([(planes - 1 - j) / (j + 1) for j in range(k)])) for k in range(size))
    cells = [Cone.whole(size)]
    for m in range(1, planes + 1):
        moment = form({tuple(int(i == j) for i in range(size)): (m * 7 % 11) ** j for j in range(size)})
        cells = [part.cell for cell in cells for part in cell.cut(moment, faces=False)[0]]  # type: ignore[misc]
    assert len(cells) == expected


def test_faces_of_the_coordinate_planes() -> None:
    """Three planes part space into 3**3 - 1 faces and the origin."""
    cells = [Cone.whole(3)]
    for k in range(3):
        plane = form({tuple(int(i == k) for i in range(3)): 1})
        cut = []
        for cell in cells:
            own = {e: c for e, c in zip(_units(len(cell.basis)), [v[k] for v in cell.basis], strict=True) if c != 0}
            cut += [p.cell for p in cell.cut(fmpq_mpoly(own, plane.context() if len(cell.basis) == 3 else ring(len(cell.basis))), faces=True)[0]] if own else [cell]  # fmt: skip # noqa: E501
        cells = cut  # type: ignore[assignment]
    found = {tuple(int(a > 0) - int(a < 0) for a in cell.inside) for cell in cells}
    assert found == set(product((-1, 0, 1), repeat=3))


def _units(size: int) -> list[tuple[int, ...]]:
    return [tuple(int(i == j) for i in range(size)) for j in range(size)]


def test_sectors_between_irrational_roots() -> None:
    """y**2 - 2*x**2 has the borders y = +-sqrt(2)*x."""
    border = form({(0, 2): 1, (2, 0): -2})
    with precision(256, 2):
        parts = [part for half in Sector.halves(faces=False) for part in half.cut(border, faces=False)[0]]
    assert sorted(part.sign for part in parts) == [-1, -1, 1, 1, 1, 1]
    for part in parts:
        x, y = (Fraction(int(a.p), int(a.q)) for a in part.cell.inside)
        assert (y * y > 2 * x * x) == (part.sign > 0)


def test_a_narrow_sector() -> None:
    """Between the slopes 1 and 1 + 1e-30."""
    thin = 1 + fmpq(1, 10**30)
    border = fmpq_mpoly({(0, 2): fmpq(1), (1, 1): -1 - thin, (2, 0): thin}, ring(2))
    with precision(512, 2):
        parts = Sector.halves(faces=False)[0].cut(border, faces=False)[0]
    inside = [part.cell.inside for part in parts if part.sign < 0]
    assert len(inside) == 1
    assert 1 < inside[0][1] / inside[0][0] < thin


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


def test_signs_of_a_coordinate() -> None:
    right = Sector.halves(faces=False)[0]
    assert signs(right, 0) == {1}
    assert signs(right, 1) == {-1, 1}


def test_independence() -> None:
    assert independent([(1, 0, 0), (1, 1, 0)])
    assert not independent([(1, 0), (0, 1), (1, 1)])
