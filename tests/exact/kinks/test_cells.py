"""Kinks in several variables against oracles of their own: linear programming, and many exact directions."""

from __future__ import annotations

import random
from collections.abc import Iterator
from fractions import Fraction
from itertools import pairwise, product
from typing import Any

import numpy as np
import pytest
from scipy.optimize import linprog

from hesscli.exact.evaluate import evaluate
from hesscli.exact.kinks import cells
from hesscli.language.syntax import parse
from hesscli.request import Request
from hesscli.result import ExactAnswer

Row = tuple[int, ...]
Tree = tuple[Any, ...]
Region = tuple[tuple[Row, ...], Row]
"""Where rows . d > 0, and the linear function there."""
NAMES = "xyzw"


def hessian(text: str, *point: float, variables: str | None = None) -> ExactAnswer:
    return evaluate(parse(text, variables=variables and list(variables)), Request("hessian"), point)


def gradient(text: str, *point: float) -> ExactAnswer:
    return evaluate(parse(text), Request("gradient"), point)


# Piecewise linear functions: the oracle lists all regions by floating-point linear programming.


def grow(chance: random.Random, size: int, depth: int) -> Tree:
    if depth == 0 or chance.random() < 0.15:
        return ("linear", tuple(chance.choice((-3, -2, -1, -1, 0, 0, 1, 1, 2, 3)) for _ in range(size)))
    kind = chance.choice(("Max", "Min", "Abs", "add", "relu"))
    count = {"Max": chance.choice((2, 2, 3)), "Min": chance.choice((2, 2, 3)), "add": 2}.get(kind, 1)
    return (kind, *(grow(chance, size, depth - 1) for _ in range(count)))


def written(tree: Tree) -> str:
    kind, *rest = tree
    if kind == "linear":
        return "(" + " + ".join(f"({c})*{v}" for c, v in zip(rest[0], NAMES, strict=False)) + ")"
    if kind == "add":
        return f"({written(rest[0])} + {written(rest[1])})"
    return f"{kind}({', '.join(map(written, rest))})"


def negative(row: Row) -> Row:
    return tuple(-a for a in row)


def regions(tree: Tree, size: int) -> list[Region]:
    kind, *rest = tree
    if kind == "linear":
        return [((), rest[0])]
    parts = [regions(each, size) for each in rest]
    if kind == "add":
        pairs = product(*parts)
        return nonempty([(a + b, tuple(map(sum, zip(f, g, strict=True)))) for (a, f), (b, g) in pairs])
    if kind == "Abs":
        parts.append([(rows, negative(f)) for rows, f in parts[0]])
    if kind == "relu":
        parts.append([((), (0,) * size)])
    sign = -1 if kind == "Min" else 1
    found = parts[0]
    for part in parts[1:]:
        wider = []
        for (a, f), (b, g) in product(found, part):
            row = tuple(sign * (x - y) for x, y in zip(f, g, strict=True))
            wider += [((*a, *b, row), f), ((*a, *b, negative(row)), g)] if any(row) else [(a + b, f)]
        found = nonempty(wider)
    return found


def nonempty(found: list[Region]) -> list[Region]:
    distinct = dict.fromkeys((tuple(dict.fromkeys(rows)), f) for rows, f in found)
    return [region for region in distinct if not region[0] or margin(region[0]) > 1e-9]


def margin(rows: tuple[Row, ...]) -> float:
    size = len(rows[0])
    matrix = np.array([[*negative(row), 1.0] for row in rows])
    found = linprog([0.0] * size + [-1.0], A_ub=matrix, b_ub=[0.0] * len(rows), bounds=[(-1, 1)] * size + [(None, 1)])
    return float(-found.fun)


@pytest.mark.parametrize("seed", range(3))
def test_random_polyhedral_cones(seed: int) -> None:
    chance = random.Random(seed)
    seen = {True: 0, False: 0}
    for _ in range(60):
        size = chance.choice((2, 3, 4))
        tree = grow(chance, size, 2)
        if chance.random() < 0.5:
            tree = ("Max", ("linear", (0,) * size), ("Min", tree, *(grow(chance, size, 0) for _ in range(2))))
        slopes = {f for _, f in regions(tree, size)}
        found = hessian(written(tree), *[0.0] * size, variables=NAMES[:size])
        assert found.proven, written(tree)
        assert found.status == ("ok" if len(slopes) == 1 else "not-differentiable"), written(tree)
        if len(slopes) == 1:
            assert found.values["gradient"].double.tolist() == [*next(iter(slopes))]
        seen[len(slopes) == 1] += 1
    assert min(seen.values()) > 3


# Sums of switches of products of linear forms: f(t*d) = t**2*f(d), and the borders are known.


def random_form(chance: random.Random) -> tuple[str, list[Fraction]]:
    slopes = [Fraction(chance.randint(-30, 30), chance.choice((1, 2, 3, 10))) for _ in range(2)]
    factors = [f"({s.denominator}*y - ({s.numerator})*x)" for s in slopes]
    kind = chance.choice(
        ("Abs({})", "relu({})", "Max({}, 0)", "-Min(0, {})", "{}", "Piecewise(({0}, {0} > 0), (0, True))")
    )
    return kind.format("*".join(factors)), slopes


def value(text: str, x: Fraction, y: Fraction) -> Fraction:
    meaning = {
        "Abs": abs, "relu": lambda a: max(a, Fraction(0)), "Max": max, "Min": min, "True": True,
        "Piecewise": lambda *cases: next(a for a, holds in cases if holds), "x": x, "y": y,
    }  # fmt: skip
    return Fraction(eval(text, {"__builtins__": {}}, meaning))  # noqa: S307  the text is made above


def sectors(slopes: list[Fraction]) -> Iterator[list[tuple[Fraction, Fraction]]]:
    """Three directions into each sector between lines of given slopes and the second axis."""
    inner = sorted({*slopes})
    ends = [inner[0] - 3, *inner, inner[-1] + 3] if inner else [Fraction(-1), Fraction(1)]
    for (low, high), side in product(pairwise(ends), (1, -1)):
        yield [(Fraction(side), side * (low + (high - low) * Fraction(k, 4))) for k in (1, 2, 3)]


def quadratic(points: list[tuple[Fraction, Fraction]], values: list[Fraction]) -> tuple[Fraction, ...]:
    """The coefficients of x**2, x*y, y**2 from three directions (Lagrange in the slope)."""
    s = [y / x for x, y in points]
    v = [value / x**2 for value, (x, _) in zip(values, points, strict=True)]
    second = ((v[2] - v[1]) / (s[2] - s[1]) - (v[1] - v[0]) / (s[1] - s[0])) / (s[2] - s[0])
    first = (v[1] - v[0]) / (s[1] - s[0]) - second * (s[0] + s[1])
    return v[0] - first * s[0] - second * s[0] ** 2, first, second


@pytest.mark.parametrize("seed", range(3))
def test_quadratic_forms_inside_switches(seed: int) -> None:
    chance = random.Random(100 + seed)
    for _ in range(50):
        parts = [random_form(chance) for _ in range(chance.randint(1, 3))]
        if chance.random() < 0.3:  # |q| = 2*relu(q) - q, so that nothing is left of the kink
            q = parts[0][0].removeprefix("Abs")
            parts = [(f"Abs({q}) - 2*relu({q})", parts[0][1])]
        text, slopes = " + ".join(p for p, _ in parts), [s for _, each in parts for s in each]
        pieces = {quadratic(d, [value(text, *each) for each in d]) for d in sectors(slopes)}
        found = hessian(text, 0, 0, variables="xy")
        assert found.proven, text
        assert found.status == ("ok" if len(pieces) == 1 else "not-differentiable"), text
        if len(pieces) == 1:
            a, b, c = pieces.pop()
            expected = np.array([[2 * a, b], [b, 2 * c]], float)
            np.testing.assert_allclose(found.values["hessian"].double, expected, rtol=1e-15)


@pytest.mark.parametrize(
    ("text", "point"),
    [
        ("Abs(y**2 - 10*x*y + 24*x**2)", (0, 0)),
        ("relu((y - 4*x)*(6*x - y))", (0, 0)),
        ("Piecewise((1, (y - 4*x)*(y - 6*x) < 0), (0, True))", (0, 0)),
        ("Abs(y**2 - 2*x**2)", (0, 0)),
        ("relu(1e-9*x**2 - (y - x)**2)", (0, 0)),
        ("relu((y - 4*x)*(6*x - y)) + z**2", (0, 0, 1)),
        ("Max(0, Min(x - y - z, y + z - 3*x, x + y))", (0, 0, 0)),
        ("Max(0, 1e-6*Abs(x) - Abs(y - x))", (0, 0)),
        ("Max(0, 1e-30*Abs(x) - Abs(y - x))", (0, 0)),
        ("relu(x**2 + y**2 - 100*z**2)", (0, 0, 0)),
        ("Piecewise((1, (x**2 + y**2 < z**2) & (z > 0)), (0, True))", (0, 0, 0)),
        ("Heaviside(Max(x, y) - Min(x, y))", (0, 0)),
        ("Piecewise((1, Eq(x, y) & Eq(y, z)), (0, True))", (0, 0, 0)),
        ("Max(pi*x - y, 3*x - y) - Max(pi*x, 3*x)*2 + Max(pi*x, 3*x)", (0, 0)),
    ],
)
def test_narrow_sides_are_seen(text: str, point: tuple[float, ...]) -> None:
    found = hessian(text, *point)
    if text.startswith("Max(pi"):  # that two multiples of an irrational number are one shows to many digits only
        assert found.status == "ok"
    else:
        assert (found.status, found.proven) == ("not-differentiable", True)


@pytest.mark.parametrize(
    "text",
    [
        "+".join(f"Abs(x{k})**3" for k in range(12)),
        "Abs(x)**3 - Abs(y - x)**3 + x*y",
        "relu(x) - relu(-x) + relu(y - z) - relu(z - y)",
        "Max(x*y, y*z, z*x)**2",
        "Max(0, Min(x - y**2, y - x**2))**3",
        "Abs(sin(x)*sin(y))**3",
        "Abs(sin(1)*x - y)**3 + Abs(sin(1)*x - 2*y)**3",
        "Abs(x**2 + y**2 + x**3)",
        "relu(y - 1e-7)*Abs(x) + x*y",
    ],
)
def test_what_agrees_on_every_side_is_proven(text: str) -> None:
    expression = parse(text)
    found = evaluate(expression, Request("hessian"), [0.0] * len(expression.variables))
    assert (found.status, found.proven) == ("ok", True)
    assert "what meets there agrees" in found.notes[0]


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("Piecewise((x, (y < x**9) & (y > 0)), (0, True))", "borders touch"),
        ("Piecewise((2*x, Eq((x-y)**2+z**2, 0) & (x > 0)), (x, True))", "sampled"),
        # the three add up to zero, so that f is zero; rounded they need not
        ("Max(0, Min(x + sqrt(2)*y, sqrt(3)*y + z, -x - (sqrt(2)+sqrt(3))*y - z))", "known to some digits"),
    ],
)
def test_what_was_not_looked_at_is_said_and_unchecked(text: str, why: str) -> None:
    expression = parse(text)
    found = evaluate(expression, Request("gradient"), [0.0] * len(expression.variables))
    assert (found.status, found.proven) == ("unchecked", False)
    assert dict(found.statuses) == {"value": "ok", "gradient": "unchecked"}
    assert why in found.notes[0]


def test_too_many_sides_are_said_and_unchecked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cells, "MOST_CELLS", 1)
    found = gradient("relu(x - y) - relu(y - x)", 0.0, 0.0)
    assert found.status == "unchecked"
    assert "too many" in found.notes[0]


def test_a_product_of_many_switches_takes_no_time() -> None:
    found = gradient("*".join(f"Abs(x{k})" for k in range(40)), *[0.0] * 40)
    assert found.status == "ok"


@pytest.mark.parametrize(
    ("text", "says"),
    [
        (
            "Piecewise((x*y*(x**2 - y**2)/(x**2 + y**2), (x != 0) | (y != 0)), (0, True))",
            "d/dy of df/dx is -1; d/dx of df/dy is 1",
        ),
        ("Max(x**2, y**2)", "d/dy of df/dx is 0; d/dx of df/dy is 0"),
        ("x**2*Abs(y)", "d/dy of df/dx is 0"),
    ],
)
def test_iterated_derivatives_are_told(text: str, says: str) -> None:
    found = hessian(text, 0, 0)
    assert found.status == "not-differentiable"
    assert "f is not twice differentiable" in found.notes[0]
    assert found.notes[0].endswith(says)
