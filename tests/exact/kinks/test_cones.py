from __future__ import annotations

import random
from itertools import product
from math import comb
from typing import Any

import numpy as np
import pytest
from flint import fmpq_mpoly
from scipy.optimize import linprog

from hesscli.exact.kinks.cones import Cone, interior
from hesscli.exact.kinks.forms import dot, ring


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
    expected = 2 * sum(comb(planes - 1, k) for k in range(size))
    cells: list[Any] = [Cone.whole(size)]
    for m in range(1, planes + 1):
        terms = {tuple(int(i == j) for i in range(size)): (m * 7 % 11) ** j for j in range(size)}
        plane = fmpq_mpoly(terms, ring(size))
        cells = [part.cell for cell in cells for part in cell.cut(plane, faces=False)[0]]
    assert len(cells) == expected


def test_faces_of_the_coordinate_planes() -> None:
    """Three planes part space into 3**3 - 1 faces and the origin."""
    cells: list[Any] = [Cone.whole(3)]
    for k in range(3):
        cells = [part for cell in cells for part in halves(cell, k)]
    found = {tuple(int(a > 0) - int(a < 0) for a in cell.inside) for cell in cells}
    assert found == set(product((-1, 0, 1), repeat=3))


def halves(cell: Any, k: int) -> list[Any]:
    """What the plane of coordinate k = 0 makes of a cell."""
    size = len(cell.basis)
    terms = {tuple(int(i == j) for i in range(size)): v[k] for j, v in enumerate(cell.basis) if v[k] != 0}
    return [part.cell for part in cell.cut(fmpq_mpoly(terms, ring(size)), faces=True)[0]] if terms else [cell]
