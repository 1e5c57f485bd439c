"""Matrices of variables: where entries stand, what they are called, which shapes the text and the point say."""

from __future__ import annotations

import numpy as np
import pytest

from hesscli.errors import HesscliError, render
from hesscli.language.points.blocks import read_several
from hesscli.language.points.places import read_at
from hesscli.language.points.sizes import declared
from hesscli.language.programs.spans import Declarations

RANDOM = np.random.default_rng(3)
DATA = {"X": RANDOM.normal(size=(6, 3)), "Y": RANDOM.normal(size=(6, 2)), "Z": RANDOM.normal(size=(6, 20))}


def read(text, at="W=zeros", variables=None, data=DATA):
    names, sizes = declared(variables, {"n": 2.0})
    return read_at(text, Declarations({"n": 2.0}, data, sizes, names), read_several([at]))


def slots(program, element=0):
    one = program.elements[element]
    maps = [np.broadcast_to(place, one.count).tolist() for place in one.maps]
    return {name: [program.label(k) for k in row] for name, row in zip(one.body.variables, maps, strict=False)}


def test_entries_stand_row_by_row():
    program, places = read("Sum(W[i,j]*W[j,i], (i, 0, n-1), (j, 0, n))")
    assert slots(program) == {
        "W[i,j]": ["W[0,0]", "W[1,0]", "W[0,1]", "W[1,1]", "W[0,2]", "W[1,2]"],
        "W[j,i]": ["W[0,0]", "W[0,1]", "W[1,0]", "W[1,1]", "W[2,0]", "W[2,1]"],
    }
    assert [block.told for block in program.blocks] == ["W[3,3]"]
    assert next(iter(places)).tolist() == [0] * 9


def test_products_with_matrices_of_variables():
    program, _ = read("sum((W@x)**2)", "W=ones,x=[1,2]", "W[3,2],x[2]")
    assert slots(program)["W[:,1]"] == ["W[0,1]", "W[1,1]", "W[2,1]"]
    program, _ = read("sum((X@W - Y)**2)", variables="W[3,2]")
    assert slots(program)["W[2,:]"] == ["W[2,0]", "W[2,1]"] * 6


def test_a_long_product_is_a_linear_form_of_every_column():
    program, _ = read("sum(exp(Z@W))", variables="a,W[20,3]", at="W=ones,a=1")
    assert len(program.elements) == 3
    for c, element in enumerate(program.elements):
        (form,) = element.maps
        np.testing.assert_array_equal(form.places, 1 + c + 3 * np.arange(20))
        np.testing.assert_array_equal(form.matrix, DATA["Z"])
    program, _ = read("sum(exp(Z@W[1,:]))", variables="W[2,20]")
    np.testing.assert_array_equal(program.elements[0].maps[0].places, 20 + np.arange(20))


POINTS = {
    "W=[[1,2],[3,4],[5,6]]": [1, 2, 3, 4, 5, 6],
    "W=[1,2,3,4,5,6]": [1, 2, 3, 4, 5, 6],
    "W=1:6:6": [1, 2, 3, 4, 5, 6],
    "1,2,3,4,5,6": [1, 2, 3, 4, 5, 6],
    "W=ones": [1] * 6,
}


@pytest.mark.parametrize("at", POINTS)
def test_a_matrix_is_given_by_rows_or_flat(at):
    _, places = read("sum((X@W - Y)**2)", at, "W[3,2]")
    assert [point.tolist() for point in places] == [POINTS[at]]


def test_the_shape_is_that_of_the_array_that_is_given(tmp_path):
    np.save(tmp_path / "W.npy", np.arange(6.0).reshape(3, 2))
    for text in ("sum((X@W - Y)**2)", "W[0,1]*W[2,0]"):
        program, places = read(text, f"W=@{tmp_path}/W.npy")
        assert [block.told for block in program.blocks] == ["W[3,2]"]
        assert [point.tolist() for point in places] == [[0, 1, 2, 3, 4, 5]]
    program, places = read("sum(W**2)", f"W=@{tmp_path}/W.npy")  # as ever: a vector at three points
    assert ([block.told for block in program.blocks], len(places)) == (["W[2]"], 3)
    program, places = read("sum(W**2)", f"W=@{tmp_path}/W.npy", "W[3,2]")
    assert (program.n, len(places)) == (6, 1)


REFUSED = {
    ("W[0,1]*W[2]", "W=ones"): "W has one index at one place and two at another; a matrix has two everywhere\n"
    "  W[0,1]*W[2]\n         ^^^^",
    ("sum(W) + W", "W=[[1,2],[3,4]]"): "W is a matrix: W[k,j] is one entry of it, and sum and mean take it whole\n"
    "  sum(W) + W\n      ^",
    ("W[2,0]", "W=[[1,2],[3,4]]"): "there is no W[2,0]: W has 2 rows and 2 columns, counted from 0\n  W[2,0]\n  ^^^^^^",
    ("W[-1,0]", "W=ones"): "there is no W[-1,0]: entries are counted from 0\n  W[-1,0]\n  ^^^^^^^",
    ("sum(W)", "W=[[1,2],[3]]"): "--at: W: the rows of a matrix are of one length; row 0 has 2 entries and row 1 has 1",
    ("sum((X@W)**2)", "W=[[1,2],[3,4]]"): "the lengths differ: X has 3 columns (--data) and W has 2 rows (--at)\n"
    "  sum((X@W)**2)\n       ^^^",
}


@pytest.mark.parametrize(("text", "at"), REFUSED)
def test_what_is_wrong_with_a_matrix_is_said(text, at):
    with pytest.raises(HesscliError) as problem:
        read(text, at)
    assert render(problem.value, columns=120) == REFUSED[text, at]


@pytest.mark.parametrize(
    ("variables", "at", "told"),
    [
        ("W[2,2]", "W=[1,2,3]", "--at: W is a matrix of 2 x 2, got 3"),
        ("W[2,2]", "W=1", "--at: W is a matrix of 2 x 2, and 1 is one number"),
        ("W[2,2,2]", "W=1", "--vars: W has 3 sizes; a vector has one, a matrix has two"),
    ],
)
def test_shapes_that_differ_are_refused(variables, at, told):
    with pytest.raises(HesscliError, match=told):
        read("sum(W)", at, variables)
