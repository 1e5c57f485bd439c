from __future__ import annotations

import numpy as np
import pytest

from hesscli.errors import HesscliError, LimitError, render
from hesscli.language.printing import unparse
from hesscli.language.programs.reading import read_program
from hesscli.language.programs.spans import Declarations
from hesscli.language.sums import is_sum

NUMBERS = {"n": 10.0}


def read(text, **given):
    return read_program(text, Declarations(**{"parameters": NUMBERS, **given}))


@pytest.mark.parametrize("text", ["x**2 + y", "[x*y, sin(x)]", r"\sqrt[3]{x}", "sinc(x)", "a = x\n[a, y]", "assum(x)"])
def test_plain_expressions_are_no_sums(text):
    assert not is_sum(text)


@pytest.mark.parametrize("text", ["Sum(x[i], (i, 0, 3))", "x[0]**2", "sum(x)", "mean( y )", "2*x[1]"])
def test_sums_and_entries_are(text):
    assert is_sum(text)


def test_a_chain():
    program = read("Sum((x[i+1] - x[i]**2)**2, (i, 0, n-2))")
    (element,) = program.elements
    assert (program.n, element.count) == (10, 9)
    assert element.body.variables == ("x[i+1]", "x[i]")
    np.testing.assert_array_equal(element.maps[0], np.arange(1, 10))
    assert program.parsed == "Sum((x[i+1] - x[i]**2)**2, (i, 0, n-2))"
    assert program.additive


def test_the_first_limit_runs_fastest_and_may_depend_on_the_others():
    (element,) = read("Sum(x[i]*x[j], (i, 0, j), (j, 0, 2))").elements
    assert element.maps[0].tolist() == [0, 0, 1, 0, 1, 2]
    assert element.maps[1].tolist() == [0, 1, 1, 2, 2, 2]


def test_blocks_stand_in_natural_order_or_that_of_vars():
    assert [b.name for b in read("Sum(x[i]*w, (i, 0, 3)) + a").blocks] == ["a", "w", "x"]
    assert [b.name for b in read("Sum(x[i]*w, (i, 0, 3)) + a", declared=["x", "w", "a"]).blocks] == ["x", "w", "a"]


def test_columns_of_data_are_taken_whole_by_mean():
    program = read("mean((y - (w*t + b))**2)", data={"y": np.arange(3.0), "t": np.ones(3)})
    (element,) = program.elements
    assert element.body.variables == ("b", "w", "y", "t")
    assert program.parsed == "sum((y - (w*t + b))**2)/3"
    assert element.pairs == ((0, 0), (0, 1), (1, 1))


@pytest.mark.parametrize(
    "text",
    ["Abs(Sum(x[i], (i, 0, 3)))", "log(Sum(x[i], (i, 0, 3)))", "Sum(x[i], (i, 0, 3))*x[0]", "Sum(x[i], (i, 0, 3))**2"],
)
def test_totals_inside_functions_are_not_added_alone(text):
    assert not read(text).additive


REFUSED = {
    "Sum(x[i+1], (i, 0, n-1))": "x[i+1] is x[10] at i = 9, and x has the entries 0 to 9\n"
    "  Sum(x[i+1], (i, 0, n-1))\n      ^^^^^^",
    "Sum(x[i-1], (i, 0, 3))": "x[i-1] is x[-1] at i = 0, and x has the entries 0 to 9\n"
    "  Sum(x[i-1], (i, 0, 3))\n      ^^^^^^",
    "Sum(x[i/2], (i, 0, 3))": "the index of x[i/2] is no whole number at i = 1; floor(...) rounds down\n"
    "  Sum(x[i/2], (i, 0, 3))\n        ^^^",
    "Sum(x[i], (i, 0, n/3))": "the last of i is 3.33333333333, which is no whole number\n"
    "  Sum(x[i], (i, 0, n/3))\n                   ^^^",
    "Sum(x[i], (i, 0, m))": "the last of i has the unknown name 'm'; --param m=NUMBER gives it a value; "
    "len(y) is the number of rows\n"
    "  Sum(x[i], (i, 0, m))\n                   ^",
    "Sum(x[i], i)": "a limit of a sum is (name, first, last), the last included\n  Sum(x[i], i)\n            ^",
    "Sum(x[i])": "a sum says over what: Sum(body, (i, first, last))\n  Sum(x[i])\n  ^^^^^^^^^",
    "Sum(x[i], (n, 0, 3))": "'n' is taken already; an index needs a name of its own\n"
    "  Sum(x[i], (n, 0, 3))\n             ^",
    "Sum(sn(x[i]), (i, 0, 3))": "unknown function 'sn'; did you mean sin or sgn?\n  Sum(sn(x[i]), (i, 0, 3))\n      ^^",
    "Sum(x[i] + x, (i, 0, 3))": "x is a vector: x[k] is one entry of it, and sum and mean take it whole\n"
    "  Sum(x[i] + x, (i, 0, 3))\n      ^",
    "sum(y*x)": "the lengths differ: y has 3 entries (--data) and x has 10 entries (the point or --vars)\n"
    "  sum(y*x)\n      ^^^",
    "Sum(x[y[k]], (k, 0, 2))": "y[k] is 0.5 at k = 0, which is no whole number and no index\n"
    "  Sum(x[y[k]], (k, 0, 2))\n        ^^^^",
    "Sum(x[i, 0], (i, 0, 2))": "x is a vector, and its entries have one index; 2 are given\n"
    "  Sum(x[i, 0], (i, 0, 2))\n      ^^^^^^^",
    "Sum(x[i], (i, 0, 3)": "this '(' is never closed\n  Sum(x[i], (i, 0, 3)\n     ^",
    "x[0]x[1]": "for a product write *\n  x[0]x[1]\n      ^",
    "Sum(x[i], (i, 0, 3))(x[0])": "for a product write *\n  Sum(x[i], (i, 0, 3))(x[0])\n                      ^",
    "sin x[0]^2": "how far does sin go? write sin(x[0]), or more inside the brackets\n  sin x[0]^2\n  ^^^^^^^^^",
    "Sum(pi*x[0], (pi, 0, 3))": "'pi' is a constant; an index needs a name of its own\n"
    "  Sum(pi*x[0], (pi, 0, 3))\n                ^^",
    "w[-1]": "there is no w[-1]: entries are counted from 0\n  w[-1]\n  ^^^^^",
}


@pytest.mark.parametrize("text", REFUSED)
def test_what_is_wrong_is_said_with_its_place(text):
    with pytest.raises(HesscliError) as problem:
        read(text, data={"y": np.array([0.5, 1.0, 2.0])}, sizes={"x": 10})
    assert render(problem.value, columns=120) == REFUSED[text]


def test_a_column_that_is_called_like_a_constant_is_not_taken_for_it():
    data = {"E": np.array([1.0, 2.0])}
    assert read("sum(E*a)", data=data).n == 1
    with pytest.raises(HesscliError, match="E is a column of data"):
        read("Sum(E*x[i], (i, 0, 1))", data=data)


def test_an_entry_of_a_column_outside_of_sums_is_a_number():
    program = read("y[0]*a**2/y[2] - y[1]", data={"y": np.array([2, -3, 4])})
    assert (program.n, program.parsed) == (1, "2*a**2/4 + 3")
    assert read("y[0]*a", data={"y": np.array([1e-300])}).outer.nodes[0].value == 1e-300


def test_words_of_conditions_stand_behind_entries():
    text = "Sum(Piecewise((x[i], x[i] > x[0] and (x[i] > 1)), (0, True)), (i, 0, 3))"
    assert read(text).n == 4
    assert read("2x[0]²*Sum(x[i]**2, (i, 0, 3))^2").n == 4


def test_a_sum_of_too_many_terms_is_a_limit():
    with pytest.raises(LimitError, match="a sum of 1,000,000,000,001 terms; the limit is 50,000,000"):
        read("Sum(x[i], (i, 0, 10**12))")
    with pytest.raises(LimitError, match="100,000,000 terms"):
        read("Sum(x[i]*x[j], (i, 1, 10**4), (j, 1, 10**4))")


def test_an_empty_sum_is_zero_and_said_to_be():
    program = read("Sum(x[i], (i, 3, 0)) + x[0]")
    assert program.terms == 0
    assert program.notes == (
        "the sum over (i, 3, 0) is empty: its last index lies before its first, and its value is 0",
    )


FLAT = {
    "Sum(Sum(x[i]*x[j]/(i+j+1), (j, 0, n-1)), (i, 0, n-1))": ("x[i]*x[j]/(i + j + 1)", 49),
    "Sum(-2*x[i]*Sum(x[j]**2 + 1, (j, 0, i))/n, (i, 0, n-1))": ("-2*x[i]*(x[j]**2 + 1)/n", 28),
    "Sum(x[i]*Sum(x[j]*Sum(x[k], (k, 0, j))/2, (j, 0, i))*3, (i, 0, n-1))": ("x[i]*x[j]*x[k]/2*3", 84),
}


@pytest.mark.parametrize("text", FLAT)
def test_sums_of_sums_are_one_sum(text):
    (element,) = read_program(text, Declarations({"n": 7.0}, sizes={"x": 7})).elements
    assert (unparse(element.body), element.count) == FLAT[text]


@pytest.mark.parametrize(
    "text", ["r = j*x[0]; Sum(r*Sum(x[j], (j, 0, 3)), (i, 0, 2))", "Sum(j*Sum(x[j], (j, 0, 3)), (i, 0, 2))"]
)
def test_a_variable_called_like_the_inner_index_stays_one(text):
    program = read_program(text, Declarations(sizes={"x": 4}))
    assert [block.name for block in program.blocks] == ["j", "x"]


def test_a_sum_of_sums_may_have_more_terms_than_are_written_out():
    (element,) = read_program("Sum(Sum(x[m*i+j]**2, (i, 0, m-1)), (j, 0, m-1))", Declarations({"m": 300.0})).elements
    assert element.count == 90_000


@pytest.mark.parametrize(
    "body",
    ["Sum(x[j], (j, 0, i))**2", "x[i] - Sum(x[j], (j, 0, i))", "2**Sum(x[j], (j, 0, i))", "1/Sum(x[j], (j, 0, i))"],
)
def test_what_is_not_linear_in_the_inner_sum_is_written_out(body):
    """An element for every number of terms that the inner sum has."""
    program = read_program(f"Sum({body}, (i, 0, n-1))", Declarations({"n": 4.0}, sizes={"x": 4}))
    assert [element.count for element in program.elements] == [1, 1, 1, 1]
