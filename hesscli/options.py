"""How to answer, and which requests an expression can answer."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from hesscli.errors import HesscliError, PointError
from hesscli.language.expression import Expression
from hesscli.result import Request
from hesscli.verdict import RTOL


@dataclass(frozen=True, slots=True)
class Options:
    """How to answer.

    Attributes:
        method: of the tape; None is ``nested``, or ``taylor`` for derivatives of order 5 and more.
        dtype: ``float64`` or ``float32``, of the tape and of the point.
        exact: ``auto``, ``full``, ``sample`` or ``off``; at a single point all but ``off`` mean the same.
        rtol: largest relative error that is agreement; None is the default of the dtype.
        digits: significant digits of the exact values.
        time_limit: seconds the exact side may take.
        step: of the finite differences; None is the method's own.
        explain: name the operations where the tape loses digits, also where it agrees.
    """

    method: str | None = None
    dtype: str = "float64"
    exact: str = "auto"
    rtol: float | None = None
    digits: int = 17
    time_limit: float = 10.0
    step: float | None = None
    explain: bool = False

    @property
    def tolerance(self) -> float:
        """The relative error in force."""
        return RTOL[self.dtype] if self.rtol is None else self.rtol


HIGH_ORDER = 5
"""From this order the tape's default is Taylor mode: nested tapes cost 4 to 5 times more per order."""


def default_method(request: Request, options: Options) -> str:
    """The method asked for, or the one that fits the order."""
    if options.method is not None:
        return options.method
    return "taylor" if (request.order or len(request.wrt or ())) >= HIGH_ORDER else "nested"


def rounded(point: Sequence[float], dtype: str) -> tuple[float, ...]:
    """The point as the tape's dtype holds it; the exact side is given these very doubles."""
    return tuple(float(x) for x in np.asarray(point, dtype=dtype))


def check_request(expression: Expression, request: Request) -> None:
    """Refuse what the command cannot mean for this expression.

    Raises:
        HesscliError: no variables, a vector where a scalar is needed, an order or vector that does not fit.
    """
    n = len(expression.variables)
    if n == 0:
        raise HesscliError("the expression has no variables to differentiate; name some with --vars", code="variables")
    if expression.vector and request.command in SCALAR_ONLY:
        raise HesscliError(
            f"{request.command} needs a scalar expression; for [f1, f2, ...] use jacobian or hessian", code="vector"
        )
    if request.command == "hvp" and len(request.vector or ()) != n:
        raise PointError(
            f"--vector: expected {n} numbers, one a variable, got {len(request.vector or ())}", code="vector"
        )
    if request.command == "derivative":
        _check_order(n, request)


SCALAR_ONLY = frozenset({"gradient", "derivative", "hvp"})
MAX_ORDER = 1000
MAX_TENSOR = 1_000_000


def _check_order(n: int, request: Request) -> None:
    order = len(request.wrt) if request.wrt is not None else request.order
    if order is None or order < 1:
        raise HesscliError(f"--order: expected a whole number from 1 to {MAX_ORDER}, got {order}", code="order")
    if order > MAX_ORDER:
        raise HesscliError(f"--order: {order} is over the limit of {MAX_ORDER}", code="order")
    if request.wrt is None and n**order > MAX_TENSOR:
        raise HesscliError(
            f"--order {order} of {n} variables has {n}**{order} entries, over the limit of {MAX_TENSOR}; "
            "ask for one partial with --wrt",
            code="order",
        )


def indices(expression: Expression, names: Sequence[Any]) -> tuple[int, ...]:
    """Positions of variables given by name (``x``) in the expression.

    Raises:
        HesscliError: a name is no variable.
    """
    for name in names:
        if name not in expression.variables:
            known = ", ".join(expression.variables)
            raise HesscliError(f"--wrt: {name!r} is no variable; the variables are {known}", code="unknown-name")
    return tuple(expression.variables.index(name) for name in names)
