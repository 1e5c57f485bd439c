"""Results to draw, by hand."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import numpy as np

from hesscli.request import Request
from hesscli.result import Accuracy, Decimals, ExactAnswer, Result, TapeAnswer, Texts, Verdict
from hesscli.result.curvature import Curvature


def exactly(values: Mapping[str, Any], *known: Any, **more: Any) -> ExactAnswer:
    """An exact answer from nested lists of decimal strings."""
    return ExactAnswer({name: Decimals.of(nested) for name, nested in values.items()}, *known, **more)


def closed(forms: Mapping[str, Any]) -> dict[str, Texts]:
    """Closed forms from nested lists."""
    return {name: Texts.of(nested) for name, nested in forms.items()}


MAIN = Result(
    request=Request("hessian"),
    expression="x0**2+x0*x1",
    parsed="x0**2 + x0*x1",
    variables=("x0", "x1"),
    point=(1.0, 2.0),
    dtype="float64",
    method="nested",
    tape=TapeAnswer(
        {"value": np.array(3.0), "gradient": np.array([4.0, 1.0]), "hessian": np.array([[2.0, 1.0], [1.0, 0.0]])},
        {"hessian": np.zeros((2, 2), bool)},
    ),
    exact=exactly({"value": "3", "gradient": ["4", "1"], "hessian": [["2", "1"], ["1", "0"]]}, True),
    formulas=closed({"gradient": ["2*x0 + x1", "x0"], "hessian": [["2", "1"], ["1", "0"]]}),
    accuracy=Accuracy(0.0, 0.0, 15.95),
    verdict=Verdict.AGREE,
    verdicts=dict.fromkeys(("value", "gradient", "hessian"), Verdict.AGREE),
    curvature=(Curvature(("-0.41421356237309505", "2.4142135623730950"), True, "indefinite"),),
    seconds={"tape": 0.5},
    versions={"hesscli": "0.1.0"},
)


def main(**changes: Any) -> Result:
    return replace(MAIN, **changes)


def scalar(tape: float | None, exact: str | None, **changes: Any) -> Result:
    """A second derivative of one variable, with the same number as value."""
    array = np.array(np.nan if tape is None else tape)
    hole = np.array(tape is None)
    return replace(
        MAIN,
        request=Request("derivative", order=2),
        variables=("x",),
        point=(0.5,),
        tape=TapeAnswer({"value": np.array(1.0), "derivative": array}, {"derivative": hole}),
        exact=None if exact is None else exactly({"value": "1", "derivative": exact}, True),
        formulas={},
        curvature=(),
        **changes,
    )


def large(n: int) -> Result:
    """A full Hessian of n variables."""
    matrix = np.add.outer(np.arange(n), np.arange(n)).astype(float)
    strings = [[str(int(x)) for x in row] for row in matrix]
    return replace(
        MAIN,
        variables=tuple(f"x{k}" for k in range(n)),
        point=tuple(map(float, range(n))),
        tape=TapeAnswer({"value": np.array(1.0), "gradient": np.ones(n), "hessian": matrix}, {}),
        exact=exactly({"value": "1", "gradient": ["1"] * n, "hessian": strings}, True),
        formulas={},
        curvature=(Curvature(tuple(map(str, range(n))), True),),
    )


def vector() -> Result:
    """[x*y, x]: a Jacobian, and one Hessian a component."""
    hessians = np.array([[[0.0, 1.0], [1.0, 0.0]], [[0.0, 0.0], [0.0, 0.0]]])
    return replace(
        MAIN,
        parsed="[x*y, x]",
        variables=("x", "y"),
        point=(2.0, 3.0),
        tape=TapeAnswer(
            {"value": np.array([6.0, 2.0]), "jacobian": np.array([[3.0, 2.0], [1.0, 0.0]]), "hessian": hessians}, {}
        ),
        exact=exactly(
            {
                "value": ["6", "2"],
                "jacobian": [["3", "2"], ["1", "0"]],
                "hessian": [[["0", "1"], ["1", "0"]], [["0", "0"], ["0", "0"]]],
            },
            True,
        ),
        formulas=closed({"jacobian": [["y", "x"], ["1", "0"]]}),
        curvature=(
            Curvature(("-1", "1"), True, "indefinite"),
            Curvature(("0", "0"), True, "zero"),
        ),
    )
