"""Vectors as they are typed."""

from __future__ import annotations

import warnings

import numpy as np
import pytest

from hesscli.errors import LimitError, PointError
from hesscli.language.points import read_points
from hesscli.language.points.blocks import flat, read_vectors
from hesscli.language.programs.reading import read_program
from hesscli.language.programs.spans import Declarations


@pytest.mark.parametrize("text", ["0:1:11", "1:1:1", "-1.5e308:1.5e308:3", "1/3:sqrt(2):4"])
def test_a_range_is_the_same_for_a_vector_and_for_a_grid(text):
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        vector = np.asarray(read_vectors([f"x={text}"]).given["x"])
    assert vector.tolist() == read_points([f"x={text}"], ["x"]).coordinates[:, 0].tolist()
    assert np.isfinite(vector).all()


@pytest.mark.parametrize("text", ["0:1:1", "0:1", "0:1:0", "0:1:2.5", "0:x:3"])
def test_what_is_no_range_is_none_for_both(text):
    for read in (lambda: read_vectors([f"x={text}"]), lambda: read_points([f"x={text}"], ["x"])):
        with pytest.raises(PointError):
            read()


def test_a_vector_has_at_most_so_many_numbers():
    with pytest.raises(LimitError, match="limit is 100,000,000"):
        read_vectors(["x=0:1:1e9"])


def test_what_has_no_name_is_in_the_order_of_the_variables():
    program = read_program("Sum(x[i]**2, (i, 0, 2)) + a", Declarations({}, {}, {"x": 3}, ["x", "a"]))
    assert flat(program, read_vectors(["1,2,1/4,5"])).tolist() == [1, 2, 0.25, 5]
    assert flat(program, read_vectors(["ones"])).tolist() == [1, 1, 1, 1]
    drawn = flat(program, read_vectors(["random(7)"]))
    assert drawn.tolist() == np.random.default_rng(7).uniform(-1, 1, 4).tolist()
