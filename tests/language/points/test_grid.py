"""A grid answers as the array of its points does."""

import itertools

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hesscli.errors import LimitError
from hesscli.language.points import Grid, read_points

AXES = st.lists(st.lists(st.floats(-1e9, 1e9), min_size=1, max_size=5), min_size=1, max_size=4)


@given(AXES, st.data())
def test_every_row_is_that_of_the_product(axes, data):
    twin = np.array([*itertools.product(*axes)])
    grid = Grid(tuple(np.array(axis) for axis in axes))
    assert len(grid) == len(twin)
    np.testing.assert_array_equal(grid[:], twin)
    start, stop = (data.draw(st.integers(0, len(twin) + 3)) for _ in range(2))
    np.testing.assert_array_equal(grid[start:stop], twin[start:stop])
    rows = np.array(data.draw(st.lists(st.integers(0, len(twin) - 1))), dtype=int)
    np.testing.assert_array_equal(grid[rows], twin[rows])
    np.testing.assert_array_equal(grid.mapped(np.square)[:], twin**2)


def test_a_grid_larger_than_memory_holds_its_axes_alone():
    points = read_points(["x=0:1:30001,y=-1:1:30001"], ["x", "y"]).coordinates
    assert isinstance(points, Grid)
    assert len(points) == 30001**2
    assert points[30001**2 - 1].tolist() == [1, 1]
    assert points[15000 * 30001 + 7].tolist() == [0.5, np.linspace(-1, 1, 30001)[7]]


def test_beside_other_points_it_must_stand_in_memory():
    with pytest.raises(LimitError, match="but of a single grid"):
        read_points(["x=0:1:4000,y=0:1:4000", "1,2"], ["x", "y"])
