"""Every method against derivatives by hand, and what it says where it cannot answer."""

from __future__ import annotations

import math

import numpy as np
import pytest

from hesscli import tape
from hesscli.errors import HesscliError, LimitError
from hesscli.language.syntax import parse
from hesscli.options import Method
from hesscli.request import Request

X, Y = 1.5, 0.7
TEXT = "x**3*y + sin(x*y)"
S, C = math.sin(X * Y), math.cos(X * Y)
VALUE = X**3 * Y + S
GRADIENT = np.array([3 * X**2 * Y + Y * C, X**3 + X * C])
HESSIAN = np.array([[6 * X * Y - Y * Y * S, 3 * X**2 + C - X * Y * S], [3 * X**2 + C - X * Y * S, -X * X * S]])
XXY = 6 * X - 2 * Y * S - X * Y * Y * C
METHODS = [method.value for method in Method]


def answer(request: Request, method: str, text: str = TEXT, at=(X, Y), **options):
    return tape.answer_each(parse(text), request, np.array([at]), method=method, **options)[0]


def tolerance(method: str) -> float:
    return 1e-6 if method == "finite-difference" else 1e-13


@pytest.mark.parametrize("method", METHODS)
def test_hessian_by_hand(method: str) -> None:
    said = answer(Request("hessian"), method)
    assert said.method == method
    np.testing.assert_allclose(said.arrays["value"], VALUE, rtol=1e-15)
    np.testing.assert_allclose(said.arrays["gradient"], GRADIENT, rtol=1e-13)
    np.testing.assert_allclose(said.arrays["hessian"], HESSIAN, rtol=tolerance(method))


@pytest.mark.parametrize("method", METHODS)
def test_hvp_by_hand(method: str) -> None:
    v = (2.0, -3.0)
    said = answer(Request("hvp", vector=v), method)
    np.testing.assert_allclose(said.arrays["hvp"], HESSIAN @ v, rtol=tolerance(method))


@pytest.mark.parametrize("method", METHODS)
def test_third_derivatives_by_hand(method: str) -> None:
    np.testing.assert_allclose(
        answer(Request("derivative", wrt=(0, 0, 1)), method).arrays["derivative"], XXY, rtol=1e-6
    )
    tensor = answer(Request("derivative", order=3), method).arrays["derivative"]
    for path in ((0, 0, 1), (0, 1, 0), (1, 0, 0)):
        np.testing.assert_allclose(tensor[path], XXY, rtol=1e-6)


@pytest.mark.parametrize("method", METHODS)
def test_vector_expressions(method: str) -> None:
    said = answer(Request("hessian"), method, "[x0**2, x1**2, sin(x0), sin(x1)]", (1.0, 2.0))
    jacobian = [[2, 0], [0, 4], [math.cos(1), 0], [0, math.cos(2)]]
    hessians = [[[2, 0], [0, 0]], [[0, 0], [0, 2]], [[-math.sin(1), 0], [0, 0]], [[0, 0], [0, -math.sin(2)]]]
    for name, truth in (("jacobian", jacobian), ("hessian", hessians)):
        got = np.where(said.holes[name], 0, said.arrays[name])
        np.testing.assert_allclose(got, truth, rtol=1e-6, atol=1e-6 if method == "finite-difference" else 0)


@pytest.mark.parametrize("method", METHODS)
def test_float32_throughout(method: str) -> None:
    said = answer(Request("hessian"), method, dtype="float32")
    assert {array.dtype for array in said.arrays.values()} == {np.dtype("float32")}
    np.testing.assert_allclose(said.arrays["hessian"], HESSIAN, rtol=5e-3 if method == "finite-difference" else 1e-5)


def test_nested_tapes_are_exact() -> None:
    assert answer(Request("derivative", order=2), "nested", "x**2", (1.0,)).arrays["derivative"] == 2
    for x in (2.0, 3.0):
        assert answer(Request("derivative", order=2), "nested", "sin(x)", (x,)).arrays["derivative"] == -math.sin(x)


@pytest.mark.parametrize(("text", "order"), [("x*x*x", 4), ("x**2", 3), ("floor(x)", 1), ("Max(x, 2)", 2)])
def test_none_is_a_hole_and_never_a_zero(text: str, order: int) -> None:
    said = answer(Request("derivative", order=order), "nested", text, (3.5,))
    assert bool(said.holes["derivative"])
    assert math.isnan(said.arrays["derivative"])


def test_an_independent_variable_is_a_hole() -> None:
    said = tape.answer_each(parse("x**2", variables=("x", "y")), Request("hessian"), np.array([[1.0, 2.0]]))[0]
    assert said.holes["gradient"].tolist() == [False, True]
    assert said.holes["hessian"].tolist() == [[False, True], [True, True]]


def test_the_step_of_finite_differences() -> None:
    errors = [
        abs(
            float(
                answer(Request("derivative", order=1), "finite-difference", "exp(x)", (1.0,), step=h).arrays[
                    "derivative"
                ]
            )
            - math.e
        )
        for h in (1e-2, 1e-4)
    ]
    assert errors[0] == pytest.approx(math.e * 1e-4 / 6, rel=1e-3)  # h**2/6 * f'''
    assert errors[1] < errors[0] / 1000


def test_an_unknown_method_is_refused_with_the_known_ones() -> None:
    with pytest.raises(HesscliError, match=r"no method 'nest'; there are nested, .*, taylor"):
        answer(Request("hessian"), "nest")


def test_too_high_an_order_is_refused_with_the_remedy() -> None:
    with pytest.raises(LimitError, match="use --method taylor"):
        answer(Request("derivative", order=30), "nested", "exp(sin(x))/(1+x**2)", (0.7,))


def test_too_large_a_series_is_refused_with_the_remedy() -> None:
    with pytest.raises(LimitError, match="--method nested"):
        answer(Request("hessian"), "taylor", " + ".join(f"x{i}" for i in range(100)), (1.0,) * 100)


def test_many_components_and_orders_leave_nothing_out() -> None:
    said = answer(Request("derivative", order=2), "persistent", "x*y", (2.0, 3.0))
    assert np.where(said.holes["derivative"], 0, said.arrays["derivative"]).tolist() == [[0, 1], [1, 0]]


@pytest.mark.parametrize(
    "text", ["binomial(x, y)", "beta(x, y)", "gammainc(2, x)*y", "hypot(x, y)", "zeta(x, y)", "dawson(x)*y"]
)
def test_forward_over_reverse_counts_nothing_twice(text: str) -> None:
    at = (2.5, 3.25)
    forward, reverse = (
        answer(Request("hessian"), method, text, at).arrays for method in ("forward-over-reverse", "nested")
    )
    np.testing.assert_allclose(forward["hessian"], np.nan_to_num(reverse["hessian"]), rtol=1e-11, atol=1e-13)


@pytest.mark.parametrize("method", ["nested", "taylor"])
def test_huge_exponents(method: str) -> None:
    said = answer(Request("hessian"), method, "x**(10**10)", (1.0,))
    assert said.arrays["gradient"] == 1e10
    assert answer(Request("hessian"), method, "x**(10**10)", (0.5,)).arrays["hessian"] == 0


@pytest.mark.parametrize("method", ["jacobian", "forward-over-reverse"])
def test_an_error_of_tensorflow_at_a_high_order_is_told_and_not_raised(method: str) -> None:
    (said,) = tape.answer_each(
        parse("elliptic_e(x, x)"), Request("derivative", order=4), np.array([[0.7]]), method=method
    )
    assert said.failures or np.isfinite(said.arrays["derivative"])
