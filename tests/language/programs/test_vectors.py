"""NumPy's notation, products and sums inside sums, against NumPy and against the same function typed out."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import pytest

from hesscli.elements.expansion import expansion
from hesscli.errors import HesscliError, LimitError, render
from hesscli.exact.evaluate import evaluate
from hesscli.language.programs.reading import read_program
from hesscli.language.programs.spans import Declarations
from hesscli.language.syntax import parse
from hesscli.request import Request

Array = Any


def plus(terms):
    return "+".join(f"({term})" for term in terms) or "0"


def times(factors):
    return "*".join(f"({factor})" for factor in factors) or "1"


@dataclass(frozen=True)
class Form:
    """One function, three times.

    Attributes:
        text: as typed; x and w have n entries, X is data of n rows and 3 columns, A of n rows and n columns, y of n
            rows, b has 3 entries.
        numpy: the same in NumPy, of x, w, b, X, A, y.
        typed: the same term by term, of n, X, A, y.
    """

    text: str
    numpy: Callable[..., float]
    typed: Callable[..., str]


def logistic(n, X, y, **_):
    terms = (f"log(1+exp(-({y[k]})*({plus(f'({X[k, j]})*b{j}' for j in range(3))})))" for k in range(n))
    return f"({plus(terms)})/{n}"


def residuals(n, A, y, **_):
    r = [plus([*(f"({A[i, j] * y[j]})*x{j}" for j in range(n)), f"-w{i}"]) for i in range(n)]
    squares = plus(f"({one})^2" for one in r)
    return plus([*(f"(({r[i]})*({r[i + 1]}))^2" for i in range(n - 1)), f"({r[0]})*({r[1]})*({squares})"])


def variance(n, **_):
    mean = f"({plus(f'x{j}' for j in range(n))})/{n}"
    return f"({plus(f'(x{i}-{mean})^2' for i in range(n))})/{n}"


FORMS = {
    "differences": Form(
        "sum((x[1:] - x[:-1])**2)",
        lambda x, **_: np.sum((x[1:] - x[:-1]) ** 2),
        lambda n, **_: plus(f"(x{i + 1}-x{i})^2" for i in range(n - 1)),
    ),
    "strides": Form(
        "sum(x[::2]**3) + sum(exp(x[1::2])) * 2",
        lambda x, **_: np.sum(x[::2] ** 3) + np.sum(np.exp(x[1::2])) * 2,
        lambda n, **_: f"{plus(f'x{i}^3' for i in range(0, n, 2))}+2*({plus(f'exp(x{i})' for i in range(1, n, 2))})",
    ),
    "backwards": Form(
        "sum(x[::-1]*x**2) + x[-1]**3",
        lambda x, **_: np.sum(x[::-1] * x**2) + x[-1] ** 3,
        lambda n, **_: plus([*(f"x{n - 1 - i}*x{i}^2" for i in range(n)), f"x{n - 1}^3"]),
    ),
    "dot": Form(
        "dot(x, w)*sum(x)",
        lambda x, w, **_: (x @ w) * np.sum(x),
        lambda n, **_: times([plus(f"x{i}*w{i}" for i in range(n)), plus(f"x{i}" for i in range(n))]),
    ),
    "norm": Form(
        "norm(x - w)*norm(x)**2",
        lambda x, w, **_: np.linalg.norm(x - w) * np.linalg.norm(x) ** 2,
        lambda n, **_: f"sqrt({plus(f'(x{i}-w{i})^2' for i in range(n))})*({plus(f'x{i}^2' for i in range(n))})",
    ),
    "products": Form(
        "prod(x)*2 + Product(i*x[i-1] + 1, (i, 1, len(x)))",
        lambda x, **_: np.prod(x) * 2 + np.prod(np.arange(1, len(x) + 1) * x + 1),
        lambda n, **_: f"2*{times(f'x{i}' for i in range(n))}+{times(f'{i + 1}*x{i}+1' for i in range(n))}",
    ),
    "extremes": Form(
        "max(x)**2*min(w) + sum(max(x, 0))*len(x)",
        lambda x, w, **_: np.max(x) ** 2 * np.min(w) + np.sum(np.maximum(x, 0)) * len(x),
        lambda n, **_: (
            f"Max({','.join(f'x{i}' for i in range(n))})^2*Min({','.join(f'w{i}' for i in range(n))})+"
            f"{n}*({plus(f'Max(x{i},0)' for i in range(n))})"
        ),
    ),
    "variance": Form(
        "mean((x - mean(x))**2)",
        lambda x, **_: np.var(x),
        variance,
    ),
    "logistic regression": Form(
        "mean(log(1 + exp(-y*(X@b))))", lambda b, X, y, **_: np.mean(np.log(1 + np.exp(-y * (X @ b)))), logistic
    ),
    "least squares by rows": Form(
        "Sum((X[k,:]@b - y[k])**2, (k, 0, len(y)-1))",
        lambda b, X, y, **_: np.sum((X @ b - y) ** 2),
        lambda n, X, y, **_: plus(f"({plus(f'({X[k, j]})*b{j}' for j in range(3))}-({y[k]}))^2" for k in range(n)),
    ),
    "entries of a matrix": Form(
        "Sum(X[k,j]*exp(b[j])*x[k], (k, 0, len(x)-1), (j, 0, 2)) + X[0,1]*b[0]",
        lambda x, b, X, **_: x @ X @ np.exp(b) + X[0, 1] * b[0],
        lambda n, X, **_: plus(f"({X[k, j]})*exp(b{j})*x{k}" for k in range(n) for j in range(3)) + f"+({X[0, 1]})*b0",
    ),
    "quadratic form": Form(
        "x@A@x/2 - dot(A@x, w)",
        lambda x, w, A, **_: x @ A @ x / 2 - (A @ x) @ w,
        lambda n, A, **_: (
            f"({plus(f'x{i}*({A[i, j]})*x{j}' for i in range(n) for j in range(n))})/2-"
            f"({plus(f'({A[i, j]})*x{j}*w{i}' for i in range(n) for j in range(n))})"
        ),
    ),
    "columns and rows": Form(
        "sum(sin(X[:,0]*x)) + X[0]@b + sum(X*b)",
        lambda x, b, X, **_: np.sum(np.sin(X[:, 0] * x)) + X[0] @ b + np.sum(X * b),
        lambda n, X, **_: plus(
            [
                *(f"sin(({X[k, 0]})*x{k})" for k in range(n)),
                *(f"({X[0, j]})*b{j}" for j in range(3)),
                *(f"({X[k, j]})*b{j}" for k in range(n) for j in range(3)),
            ]
        ),
    ),
    "precedence of @": Form(
        "2*x@w**2*3 - x/2@w - -x@w + 2**-b@b",
        lambda x, w, b, **_: 2 * x @ w**2 * 3 - x / 2 @ w - -x @ w + 2**-b @ b,
        lambda n, **_: plus(
            [
                *(f"6*x{i}*w{i}^2-x{i}*w{i}/2+x{i}*w{i}" for i in range(n)),
                *(f"2^(-b{j})*b{j}" for j in range(3)),
            ]
        ),
    ),
    "a vector behind a product": Form(
        "sum((A@x - w)*x) + x@A*2@w",
        lambda x, w, A, **_: np.sum((A @ x - w) * x) + x @ A * 2 @ w,
        lambda n, A, **_: plus(
            [
                *(f"({A[i, j]})*(x{j}*x{i}+2*x{i}*w{j})" for i in range(n) for j in range(n)),
                *(f"-w{i}*x{i}" for i in range(n)),
            ]
        ),
    ),
    "banded sums inside": Form(
        "Sum((x[i]*(2 + 5*x[i]**2) - Sum(x[j]*(1 + x[j]), (j, Max(0, i-2), Min(len(x)-1, i+1))))**2, (i, 0, len(x)-1))",
        lambda x, **_: sum(
            (x[i] * (2 + 5 * x[i] ** 2) - np.sum((x * (1 + x))[max(0, i - 2) : i + 2])) ** 2 for i in range(len(x))
        ),
        lambda n, **_: plus(
            f"(x{i}*(2+5*x{i}^2)-({plus(f'x{j}*(1+x{j})' for j in range(max(0, i - 2), min(n, i + 2)))}))^2"
            for i in range(n)
        ),
    ),
    "triangles and numbers": Form(
        "Sum(i*Sum((j-i)*x[j]**2*x[i], (j, i, len(x)-1)), (i, 0, len(x)-1))",
        lambda x, **_: sum(i * (j - i) * x[j] ** 2 * x[i] for i in range(len(x)) for j in range(i, len(x))),
        lambda n, **_: plus(f"{i}*{j - i}*x{j}^2*x{i}" for i in range(n) for j in range(i, n)),
    ),
    "products inside": Form(
        "Sum(Product(x[j], (j, 0, i)), (i, 0, len(x)-1))",
        lambda x, **_: np.sum(np.cumprod(x)),
        lambda n, **_: plus(times(f"x{j}" for j in range(i + 1)) for i in range(n)),
    ),
    "products of products": Form(
        "prod(A@x + w)*max(x@A)",
        lambda x, w, A, **_: np.prod(A @ x + w) * np.max(x @ A),
        lambda n, A, **_: (
            times(plus([*(f"({A[i, j]})*x{j}" for j in range(n)), f"w{i}"]) for i in range(n))
            + f"*Max({','.join(plus(f'({A[i, j]})*x{i}' for i in range(n)) for j in range(n))})"
        ),
    ),
    "sums in a product": Form(
        "Product(Sum((k+i)*x[i], (i, 0, len(x)-1)), (k, 1, 3))",
        lambda x, **_: np.prod([np.sum((k + np.arange(len(x))) * x) for k in (1, 2, 3)]),
        lambda n, **_: times(plus(f"{k + i}*x{i}" for i in range(n)) for k in (1, 2, 3)),
    ),
    "conditions on the index": Form(
        "Sum(Piecewise((x[i]**2, i < 1), (sin(x[i]), Eq(Mod(i, 2), 0)), (x[i]**3, True)), (i, 0, len(x)-1))",
        lambda x, **_: sum(v**2 if i < 1 else np.sin(v) if i % 2 == 0 else v**3 for i, v in enumerate(x)),
        lambda n, **_: plus(f"x{i}^2" if i < 1 else f"sin(x{i})" if i % 2 == 0 else f"x{i}^3" for i in range(n)),
    ),
    "picked entries": Form(
        "sum((x[P] - w[Q+1])**2*x[0]) + sum(X[P,2]*w[P]) + dot(dot(X, b), x)",
        lambda x, w, b, X, P, Q, **_: np.sum((x[P] - w[Q + 1]) ** 2 * x[0]) + np.sum(X[P, 2] * w[P]) + (X @ b) @ x,
        lambda n, X, P, Q, **_: plus(
            [
                *(f"(x{p}-w{q + 1})^2*x0+({X[p, 2]})*w{p}" for p, q in zip(P, Q, strict=True)),
                *(f"({X[k, j]})*b{j}*x{k}" for k in range(n) for j in range(3)),
            ]
        ),
    ),
    "a smooth largest entry": Form(
        "z = x - w; logsumexp(z) + sum(exp(-logsumexp(2*b)*x))",
        lambda x, w, b, **_: np.log(np.sum(np.exp(x - w))) + np.sum(np.exp(-np.log(np.sum(np.exp(2 * b))) * x)),
        lambda n, **_: (
            f"log({plus(f'exp(x{i}-w{i})' for i in range(n))})+"
            + plus(f"exp(-log(exp(2*b0)+exp(2*b1)+exp(2*b2))*x{i})" for i in range(n))
        ),
    ),
    "names of vectors and matrices": Form(
        "M = A*y; r = M@x - w; s = r[1:]*r[:-1]; sum(s**2) + s[0]*norm(r)**2",
        lambda x, w, A, y, **_: (
            np.sum((((A * y) @ x - w)[1:] * ((A * y) @ x - w)[:-1]) ** 2)
            + ((A * y) @ x - w)[0] * ((A * y) @ x - w)[1] * np.sum(((A * y) @ x - w) ** 2)
        ),
        residuals,
    ),
    "halves of an index": Form(
        "Sum(x[floor(i/2 + 1/2)]**2*x[i], (i, 0, len(x)-1))",
        lambda x, **_: sum(x[(i + 1) // 2] ** 2 * x[i] for i in range(len(x))),
        lambda n, **_: plus(f"x{(i + 1) // 2}^2*x{i}" for i in range(n)),
    ),
}


def drawn(n, seed):
    rng = np.random.default_rng(seed)
    data = {"X": rng.normal(size=(n, 3)).round(2), "A": rng.integers(-3, 4, (n, n)), "y": rng.choice([-1, 1], n)}
    data |= {"P": np.arange(n)[::-1], "Q": np.arange(n) - 1}
    return data, {"x": rng.uniform(-1.5, 1.5, n), "w": rng.uniform(0.5, 2, n), "b": rng.normal(size=3)}


@pytest.mark.parametrize("n", [2, 3, 5, 7])
@pytest.mark.parametrize("name", FORMS)
def test_a_form_is_what_it_is_typed_out(name, n):
    """Value, gradient and Hessian in balls, entry by entry; the value as NumPy has it."""
    form = FORMS[name]
    data, vectors = drawn(n, n)
    program = read_program(form.text, Declarations(data=data, sizes={one: len(v) for one, v in vectors.items()}))
    x = np.concatenate([vectors[block.name] for block in program.blocks])
    rows = {k: np.arange(element.count) for k, element in enumerate(program.elements)}
    written = expansion(program, x, rows, always=tuple(range(program.n)))
    ours = evaluate(written.expression, Request("hessian"), written.point).values
    names = [program.label(k).replace("[", "").replace("]", "") for k in range(program.n)]
    plain = evaluate(
        parse(form.typed(n=n, **{k: v.tolist() if v.ndim == 1 else v for k, v in data.items()}), variables=names),
        Request("hessian"),
        x.tolist(),
    ).values
    order = np.argsort(written.positions)
    np.testing.assert_allclose(ours["value"].double, form.numpy(**data, **vectors), rtol=1e-12)
    assert ours["value"].texts == plain["value"].texts
    np.testing.assert_array_equal(ours["gradient"].double[order], plain["gradient"].double)
    np.testing.assert_array_equal(ours["hessian"].double[np.ix_(order, order)], plain["hessian"].double)


def vector(draw, depth, m=4):
    """A random vector of m entries in NumPy's notation, which is Python's as well."""
    kind = draw.integers(8) if depth and m == 4 else draw.integers(3)
    if m < 4 or kind == 0:
        first = draw.integers(0, 5 - m)
        one = draw.choice(["x", "w", "y", "A[:,1]", "A[2]", "x[::-1]"] if m == 4 else ["x", "w", "y"])
        return str(one) if m == 4 else f"{one}[{first}:{first + m}]"
    if kind < 3:
        return "xw"[kind - 1]
    inner = vector(draw, depth - 1)
    return (
        f"({inner} {draw.choice(['+', '-', '*'])} {vector(draw, depth - 1)})",
        f"exp({inner}/4)",
        f"(-A@{inner} - {number(draw, depth - 1)})",
        f"({inner}@A)",
        f"({number(draw, depth - 1)}*{inner})",
    )[kind - 3]


def number(draw, depth):
    """A random number of such vectors."""
    inner, other = vector(draw, max(depth - 1, 0)), vector(draw, max(depth - 1, 0))
    m = int(draw.integers(1, 4))
    kinds = (
        f"sum({inner})",
        "x[1]*w[-1] - y[0]*A[1,2]/len(x)",
        f"({inner}@{other})",
        f"mean({inner})",
        f"norm({inner}){draw.choice(['', '**2'])}",
        f"dot({inner}, {other})",
        f"{draw.choice(['max', 'min', 'prod'])}({inner})",
        f"sum({vector(draw, 0, m)}*{vector(draw, 0, m)})",
        f"({inner}@A@{other}*2 - {inner}@A/3@w)",
    )
    return kinds[draw.integers(len(kinds))]


@pytest.mark.parametrize("seed", range(40))
def test_any_text_has_the_value_that_numpy_gives_it(seed):
    draw = np.random.default_rng(seed)
    text = f"{number(draw, 3)} + x@w - {number(draw, 2)}"
    data = {"A": draw.normal(size=(4, 4)).round(2), "y": draw.normal(size=4).round(2)}
    vectors = {"x": draw.uniform(0.3, 1.5, 4), "w": draw.uniform(0.3, 1.5, 4)}
    functions = {name: getattr(np, name) for name in ("sum", "mean", "prod", "dot", "max", "min", "exp")}
    expected = eval(text, {**functions, "norm": np.linalg.norm, "len": len, **data, **vectors})  # noqa: S307 - our text
    program = read_program(text, Declarations(data=data, sizes={"x": 4, "w": 4}))
    point = np.concatenate([vectors[block.name] for block in program.blocks])
    written = expansion(program, point, {k: np.arange(e.count) for k, e in enumerate(program.elements)})
    value = evaluate(written.expression, Request("partials", paths=((),)), written.point).values["partials"]
    np.testing.assert_allclose(value.double[0], expected, rtol=1e-9, atol=1e-12)


def test_a_length_alone_is_a_constant_function():
    program = read_program("len(x)", Declarations(sizes={"x": 4}))
    written = expansion(program, np.ones(4), {}, always=(2,))
    assert evaluate(written.expression, Request("gradient"), written.point).values["gradient"].texts == ("0",)


REFUSED = {
    "sum(x[c])": "entry 1 of x[c] has the index 3, and those of x go from 0 to 2 there",
    "sum(X[c[:1],c[:1]])": "two columns of indices stand in one bracket; "
    "Sum(X[r[k],c[k]], (k, 0, last)) takes them pair by pair",
    "x[c-c] + 1": "x[c-c] is a vector of 2 entries; sum, mean, dot, norm, max or @ make a number of it",
    "sum(x, axis=0)": "sums run over all of a vector or a matrix, without axis; X[:,0] is one column of it",
    "sum(x*w)": "the lengths differ: x has 3 entries (the point or --vars) and w has 5 entries (the point or --vars)",
    "sum((X@x - w)**2)": "the lengths differ: X has 4 rows (--data) and w has 5 entries (the point or --vars)",
    "X@w": "the lengths differ: X has 3 columns (--data) and w has 5 entries (the point or --vars)",
    "dot(x, w[1:])": "the lengths differ: x has 3 entries (the point or --vars) and w[1:] has 4 entries "
    "(the point or --vars)",
    "X@x": "X@x is a vector of 4 entries; sum, mean, dot, norm, max or @ make a number of it",
    "x[1:]": "x[1:] is a vector of 2 entries; sum, mean, dot, norm, max or @ make a number of it",
    "x@2": "@ and dot multiply vectors and matrices; for numbers write *",
    "sum(a)": "sum needs a column of data or a vector; --at 'a=[1,2,3]' or --vars 'a[3]' says that a is one",
    "sum(u[1:])": "how many entries has u? --vars 'u[100],...' says it",
    "sum(x[1:9])": "the last of x[1:9] is 9, and there are 3 entries",
    "sum(x[::0])": "the step of x[::0] is one whole number other than 0",
    "Sum(sum(x[i:]), (i, 0, 2))": "x[i:] has between 1 and 3 entries; it needs as many in every term",
    "x[0][1]": "entries of a matrix are written x[k, j]",
    "X[0,1,2]*x[0]": "X is a matrix: two indices; 3 are given",
    "Sum(X[k,2]*x[0], (k, 0, 4))": "X[k,2] is X[4,2] at k = 4, and X has 4 rows and 3 columns, counted from 0",
    "max(x[1:1])": "a max of no terms is undefined",
    "dot(x)": "dot takes two vectors; of numbers write x0*y0 + x1*y1",
    "sum(a, a)": "sum takes one expression of columns and vectors; of numbers write x + y",
    "sum(x[0]**2 + x[1]**2)": "sum needs a column of data or a vector; this is one number already: leave sum away, or"
    " write it of a slice, x[0:2]",
    "Sum(x_i**2, (i, 0, 2))": "x_i is one name; an entry is written x[i]",
    "sum((w - Xx)**2)": "Xx is one name; of a matrix and a vector write X@x, of others *; to use it as"
    " a variable, list it with --vars: --vars Xx,...",
    "x + 1": "x is a vector: x[k] is one entry of it, and sum and mean take it whole",
    "Sum(x[i], (x, 0, 2))": "'x' is taken already; an index needs a name of its own",
    "Product(x[i])": "a product says over what: Product(body, (i, first, last))",
}


@pytest.mark.parametrize("text", REFUSED)
def test_what_does_not_fit_is_said(text):
    given = Declarations(data={"X": np.ones((4, 3)), "c": np.array([0, 3])}, sizes={"x": 3, "w": 5, "u": None})
    with pytest.raises(HesscliError) as problem:
        read_program(text, given)
    assert render(problem.value, columns=200).partition("\n")[0] == REFUSED[text]


def test_names_that_may_have_been_meant_otherwise_are_noted():
    program = read_program("sum(e**x) + norm(x[0], a)", Declarations(sizes={"x": 3}))
    assert "Euler's number is E" in "".join(program.notes)
    assert program.parsed == "sum(e**x) + sqrt(x[0]**2 + a**2)"


def test_what_is_written_out_has_a_limit():
    for text in ("prod(x)", "max(x)", "sum(x*mean(x))", "Product(x[i], (i, 0, 100))", "sum(A@(2*x))"):
        with pytest.raises(LimitError, match="written out term by term, up to 100"):
            read_program(text, Declarations(sizes={"x": 101}, data={"A": np.ones((2, 101))}))
    assert read_program("sum(A@x)", Declarations(sizes={"x": 101}, data={"A": np.ones((2, 101))})).elements[0].forms
    assert read_program("x@x + norm(x) + sum(x)", Declarations(sizes={"x": 1_000_000})).terms == 3_000_000


def test_an_empty_product_is_one_and_an_empty_sum_inside_zero():
    program = read_program(
        "Product(x[i], (i, 3, 0))*x[0] + Sum(x[i] + Sum(x[j], (j, 2, i)), (i, 0, 2))", Declarations()
    )
    assert program.parsed == "1*x[0] + Sum(x[i] + Sum(x[j], (j, 2, i)), (i, 0, 2))"
    assert [element.count for element in program.elements] == [2, 1]
    assert program.notes[0] == "the product at column 1 is empty: its value is 1"


def test_equal_texts_of_different_entries_stay_apart():
    (element,) = read_program("x@A@x", Declarations(data={"A": np.eye(2)}, sizes={"x": 2})).elements
    assert element.body.variables == ("x", "x'", "A")
    assert element.pairs == ((0, 1),)


def test_an_even_power_of_a_norm_has_no_root():
    for text in ("norm(x)**2", "norm(x)^2", "norm(x)²"):
        assert read_program(text, Declarations(sizes={"x": 2})).parsed == "sum(x**2)"
    assert read_program("norm(x)**4", Declarations(sizes={"x": 2})).parsed == "sum(x**2)**2"
    assert read_program("norm(x)**2**a", Declarations(sizes={"x": 2})).parsed == "sqrt(sum(x**2))**2**a"


@pytest.mark.parametrize(("text", "size"), [("sum((y - X@w)**2)", 4), ("sum((w@X)**2)", 3), ("sum(X@w) + sum(w)", 4)])
def test_a_vector_beside_a_matrix_of_data_is_as_long_as_that_asks(text, size):
    data = {"X": np.arange(12.0).reshape(3, 4), "y": np.ones(3)}
    assert read_program(text, Declarations(data=data, sizes={"w": None})).n == size
