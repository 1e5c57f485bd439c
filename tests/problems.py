"""The one catalogue of problems with hand-derived answers; crossed with every method by test_problems."""

from __future__ import annotations

from dataclasses import dataclass, field
from math import cos, exp, sin
from typing import Any


@dataclass(frozen=True)
class Problem:
    """A function, a point, and what calculus says by hand.

    Attributes:
        name: of the test.
        expression: as a user types it.
        at: the point in natural order of the variables.
        answers: quantity -> number or nested list.
        derivatives: order -> derivative (one variable) or "x,x,y" -> mixed partial.
        definiteness: of the Hessian.
    """

    name: str
    expression: str
    at: tuple[float, ...]
    answers: dict[str, Any]
    derivatives: dict[Any, float] = field(default_factory=dict)
    definiteness: str | None = None


S1, C1, S2, C2 = sin(1), cos(1), sin(2), cos(2)

PROBLEMS = (
    Problem(
        "main-job",
        "x0**2+x0*x1",
        (1, 2),
        {"value": 3, "gradient": [4, 1], "hessian": [[2, 1], [1, 0]]},
        definiteness="indefinite",
    ),
    Problem("cube-at-2", "x**3", (2,), {"value": 8, "gradient": [12], "hessian": [[12]]}, {1: 12, 2: 12, 3: 6, 4: 0}),
    Problem("cube-at-3", "x**3", (3,), {"value": 27, "gradient": [27], "hessian": [[18]]}, {1: 27, 2: 18, 3: 6}),
    Problem(
        "two-variables",
        "x**2*y + y**3",
        (2, 1),
        {"value": 5, "gradient": [4, 7], "hessian": [[2, 4], [4, 6]]},
        {"x,x": 2, "y,y": 6, "x,y": 4, "x,x,y": 2, "y,y,y": 6, "x,x,x": 0},
    ),
    Problem(
        "mean-squared-error",  # in b, w; the residuals 2-w-b, 4-2w-b, 5-3w-b are 1, 2, 2
        "((2-(w*1+b))**2+(4-(w*2+b))**2+(5-(w*3+b))**2)/3",
        (0, 1),
        {"value": 3, "gradient": [-10 / 3, -22 / 3], "hessian": [[2, 4], [4, 28 / 3]]},
        definiteness="positive definite",
    ),
    Problem("parabola", "x**2 + 2*x + 1", (2,), {"value": 9, "gradient": [6], "hessian": [[2]]}),
    Problem(
        "positive-definite",
        "x0**2 + x1**2 + x0*x1",
        (1, 2),
        {"value": 7, "gradient": [4, 5], "hessian": [[2, 1], [1, 2]]},
        definiteness="positive definite",
    ),
    Problem("square-at-3", "x**2", (3,), {"value": 9, "gradient": [6], "hessian": [[2]]}, {1: 6, 2: 2, 3: 0}),
    Problem("square-at-1", "x**2", (1,), {"hessian": [[2]]}, {2: 2}),
    Problem("sine-at-2", "sin(x)", (2,), {"value": S2, "gradient": [C2], "hessian": [[-S2]]}, {2: -S2}),
    Problem("sine-at-3", "sin(x)", (3,), {"hessian": [[-sin(3)]]}, {2: -sin(3), 3: -cos(3), 4: sin(3)}),
    Problem("product-of-three", "x*x*x", (2,), {"hessian": [[12]]}, {3: 6, 4: 0}),
    Problem(
        "vector",
        "[x0**2, x1**2, sin(x0), sin(x1)]",
        (1, 2),
        {
            "value": [1, 4, S1, S2],
            "jacobian": [[2, 0], [0, 4], [C1, 0], [0, C2]],
            "hessian": [[[2, 0], [0, 0]], [[0, 0], [0, 2]], [[-S1, 0], [0, 0]], [[0, 0], [0, -S2]]],
        },
    ),
    Problem(
        "rosenbrock-minimum",
        "(1-x)^2 + 100*(y-x^2)^2",
        (1, 1),
        {"value": 0, "gradient": [0, 0], "hessian": [[802, -400], [-400, 200]]},
        definiteness="positive definite",
    ),
    Problem(
        "sine-product",
        "sin(x*y)",
        (2, 0.5),
        {"value": S1, "gradient": [C1 / 2, 2 * C1]},
        {"x,y": C1 - S1, "x,x": -S1 / 4},
    ),
    Problem(
        "exponential", "exp(2*x)", (0.5,), {"value": exp(1), "hessian": [[4 * exp(1)]]}, {3: 8 * exp(1), 5: 32 * exp(1)}
    ),
    Problem("zero-power", "x**5", (0,), {"value": 0, "gradient": [0], "hessian": [[0]]}, {4: 0, 5: 120, 6: 0}),
    Problem("linear", "3*x - 2*y + 1", (0.5, 0.25), {"value": 2, "gradient": [3, -2], "hessian": [[0, 0], [0, 0]]}),
    Problem(
        "reciprocal", "1/x", (2,), {"value": 0.5, "gradient": [-0.25], "hessian": [[0.25]]}, {3: -6 / 16, 4: 24 / 32}
    ),
    Problem(
        "root-of-sum",  # |(3, 4)| = 5: H = (I - u u^T)/5 with u = (0.6, 0.8)
        "sqrt(x**2 + y**2)",
        (3, 4),
        {"value": 5, "gradient": [0.6, 0.8], "hessian": [[0.128, -0.096], [-0.096, 0.072]]},
        definiteness="positive semidefinite",
    ),
)
"""Smooth at their point: every method must agree."""


@dataclass(frozen=True)
class Edge:
    """A point where something is special: what must be said there."""

    expression: str
    at: tuple[float, ...]
    command: str
    verdict: str
    exit: int
    order: int | None = None
    says: tuple[str, ...] = ()


EDGES = (
    Edge("Abs(x)", (0,), "hessian", "not-differentiable", 3, says=("Abs", "-1", "1")),
    Edge("Abs(x)", (0,), "gradient", "not-differentiable", 3, says=("Abs",)),
    Edge("sign(x)", (0,), "gradient", "not-differentiable", 3, says=("sign",)),
    Edge("relu(x)", (0,), "gradient", "not-differentiable", 3, says=("relu",)),
    Edge("Max(x, 1)", (1,), "gradient", "not-differentiable", 3, says=("Max",)),
    Edge("Min(x, y)", (1, 1), "gradient", "not-differentiable", 3, says=("Min",)),
    Edge("floor(x)", (2,), "gradient", "not-differentiable", 3, says=("floor",)),
    Edge("Heaviside(x)", (0,), "gradient", "not-differentiable", 3, says=("Heaviside",)),
    Edge("log(x)", (-1,), "hessian", "undefined", 3, says=("log",)),
    Edge("sqrt(x)", (0,), "gradient", "undefined", 3),
    Edge("1/x", (0,), "gradient", "undefined", 3),
    Edge("(-8+x-x)**(1/3)", (1,), "gradient", "undefined", 3),
    Edge("sin(x)/x", (0,), "gradient", "undefined", 3, says=("limit",)),
    Edge("x*Abs(x)", (0,), "gradient", "agree", 0),
    Edge("x*Abs(x)", (0,), "hessian", "not-differentiable", 3),
    Edge("relu(x) - relu(-x)", (0,), "gradient", "disagree", 1),
    Edge("Abs(x)", (-3,), "hessian", "agree", 0),
    Edge("floor(x) + x", (2.5,), "gradient", "agree", 0),
    Edge("Piecewise((x**2, x > 0), (0, True))", (0,), "gradient", "agree", 0),
    Edge("Piecewise((x**2, x > 0), (0, True))", (0,), "hessian", "not-differentiable", 3),
    Edge("Piecewise((sqrt(x), x > 1), (x**2, True))", (-1,), "hessian", "agree", 0),
    Edge("struveh(0, x)", (1,), "hessian", "exact-only", 0),
    Edge("x**2", (3,), "derivative", "agree", 0, order=3),
    Edge("x/x", (0,), "gradient", "undefined", 3),
    Edge(
        "Max(x, -x)", (0,), "derivative", "not-differentiable", 3, order=2, says=("order 1 is -1", "1 from the right")
    ),
    Edge("floor(x)", (2,), "derivative", "not-differentiable", 3, order=1, says=("1 from the left, 2 from the right",)),
    Edge("Piecewise((x**2*sin(1/x), x != 0), (0, True))", (0,), "derivative", "agree", 0, order=1),
    Edge("Piecewise((x*sin(1/x), x != 0), (0, True))", (0,), "derivative", "not-differentiable", 3, 1, ("oscillates",)),
    Edge("x*sin(1/x)", (0,), "gradient", "undefined", 3, says=("value -> 0",)),
    Edge("exp(1/x)", (0,), "gradient", "undefined", 3, says=("0 from the left, inf from the right",)),
    Edge("tan(pi*x)", (0.5,), "gradient", "undefined", 3, says=("pole", "inf from the left, -inf from the right")),
    Edge("sign(x**101)", (0,), "gradient", "not-differentiable", 3, says=("-1 from the left, 1 from the right",)),
    Edge("digamma(x)", (0,), "gradient", "undefined", 3, says=("inf from the left, -inf from the right",)),
    Edge("zeta(x)", (1,), "gradient", "undefined", 3, says=("-inf from the left, inf from the right",)),
    Edge("x**3*y/(x**4 + y**2)", (0, 0), "gradient", "undefined", 3, says=("limit",)),
    Edge("x**2*y/(x**4 + y**2)", (0, 0), "gradient", "undefined", 3, says=("no limit",)),
    Edge("sin(x*y)/(x*y)", (0, 0), "gradient", "undefined", 3, says=("value -> 1",)),
    Edge("exp(log(x))", (-1,), "gradient", "undefined", 3),
    Edge("0*log(x)", (-1,), "gradient", "undefined", 3),
)
"""Kinks, poles, borders, functions TensorFlow lacks: each with the verdict that calculus demands."""
