import numpy as np
import pytest

from hesscli.elements.evaluate import evaluate_sum
from hesscli.elements.found import How
from hesscli.language.printing import unparse
from hesscli.language.programs.reading import read_program
from hesscli.language.programs.spans import Declarations

X = np.array([0.5, 1.5, -2.0, 3.0, 0.25, 1.25])
WHOLE = {"n": 6.0}


def read(text, **given):
    return read_program(text, Declarations(**{"parameters": WHOLE, "sizes": {"x": 6}} | given))


def bodies(text, **given):
    return [(unparse(one.body), one.count) for one in read(text, **given).elements]


def test_every_case_of_an_index_is_an_element_of_its_own():
    assert bodies("Sum(Piecewise((x[i]^4, Eq(Mod(i, 3), 0)), (x[i]*x[i+1], i < n/2), (3, True)), (i, 0, n-2))") == [
        ("x[i]**4", 2),
        ("x[i]*x[i+1]", 2),
        ("3", 1),
    ]


@pytest.mark.parametrize("condition", ["x[i] > 0", "i < q*3", "w[i] > 0", "(i < 2) & (x[i] > 0)"])
def test_other_conditions_stay_where_they_are(condition):
    """On variables, on decimals and on columns that are not whole: both witnesses decide them."""
    given = {"parameters": WHOLE | {"q": 0.1}, "data": {"w": np.linspace(-1, 1, 6)}}
    assert len(read(f"Sum(Piecewise((x[i]**2, {condition}), (x[i], True)), (i, 0, n-1))", **given).elements) == 1


def test_rows_without_a_case_stay_undefined():
    assert len(read("Sum(Piecewise((x[i]**2, i < 2)), (i, 0, n-1))").elements) == 1


def test_the_pattern_and_the_derivatives_are_those_of_the_cases_taken():
    """x_0**4 x_1 + x_1**4 x_2 + x_2**2 + x_3 x_4 + x_4 x_5, by hand."""
    program = read("Sum(Piecewise((x[i]^4*x[i+1], i<2), (x[i]^2, (i>=2) & ~(i!=2)), (x[i]*x[i+1], True)), (i, 0, n-2))")
    found = evaluate_sum(program, X, "hessian", How())
    a, b, c, d, e, f = X
    assert found.value == pytest.approx(a**4 * b + b**4 * c + c**2 + d * e + e * f)
    by_hand = [4 * a**3 * b, a**4 + 4 * b**3 * c, b**4 + 2 * c, e, d + f, e]
    np.testing.assert_allclose(found.gradient, by_hand, rtol=1e-14)
    lower = {
        (0, 0): 12 * a**2 * b,
        (1, 0): 4 * a**3,
        (1, 1): 12 * b**2 * c,
        (2, 1): 4 * b**3,
        (2, 2): 2,
        (4, 3): 1,
        (5, 4): 1,
    }
    coo = found.hessian.tocoo()
    assert dict(zip(zip(coo.row.tolist(), coo.col.tolist(), strict=True), coo.data, strict=True)) == pytest.approx(
        lower
    )
    assert not found.holes


def test_cases_inside_cases_and_whole_columns_of_data():
    k = {"data": {"k": np.array([0, 3, 1, 2, 0, 9])}}
    text = (
        "Sum(Piecewise((Piecewise((x[i]**3, i > 2), (x[Mod(k[i], n)]**2, True)), k[i] <= 2), (0, True)), (i, 0, n-1))"
    )
    assert sorted(bodies(text, **k)) == [("0", 1), ("0", 1), ("x[Mod(k[i],n)]**2", 2), ("x[i]**3", 2)]
