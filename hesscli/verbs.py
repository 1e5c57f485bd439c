"""The verbs for Python: text and a point -> Result."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

import hesscli.output.json  # noqa: F401 - registers what Result.to_dict calls
from hesscli.compute import answer
from hesscli.curvature import FURTHER
from hesscli.errors import HesscliError, PointError
from hesscli.language.expression import Expression
from hesscli.language.points import read_points
from hesscli.language.syntax import parse
from hesscli.options import Options
from hesscli.request import Request, positions
from hesscli.result import Result

At = str | Sequence[float] | Mapping[str, float]
"""A point: the text of ``--at``, coordinates in the order of the variables, or coordinates by name."""


def _point(expression: Expression, at: At) -> tuple[float, ...]:
    if isinstance(at, str):
        rows: NDArray[Any] = read_points([at], expression.variables).coordinates
        if len(rows) != 1:
            raise PointError(f"expected one point, got {len(rows)}; use hesscli.sweep for many", code="point")
        return tuple(float(x) for x in rows[0])
    if isinstance(at, Mapping):
        if set(at) != set(expression.variables):
            raise PointError(
                f"expected coordinates for {', '.join(expression.variables)}, got {', '.join(at) or 'none'}",
                code="point",
            )
        at = [at[name] for name in expression.variables]
    point = tuple(float(x) for x in at)
    if not np.isfinite(point).all():
        raise PointError(f"expected finite coordinates, got {point}", code="point")
    return point


def _verb(
    expression: str,
    request: Request,
    at: At,
    vars: Iterable[str] | None,
    params: Mapping[str, float] | None,
    options: Options,
) -> Result:
    names = tuple(vars) if vars is not None else None
    program = parse(str(expression), variables=names, parameters=params)
    if isinstance(request.wrt, tuple) and any(isinstance(k, str) for k in request.wrt):
        request = replace(request, wrt=positions(program, request.wrt))
    return answer(program, request, _point(program, at), options)


def hessian(
    expression: str,
    at: At,
    *,
    vars: Iterable[str] | None = None,
    params: Mapping[str, float] | None = None,
    further: Iterable[str] = (),
    **options: Any,
) -> Result:
    """The Hessian H_ij = d2f / dx_i dx_j, shape (n, n), with value and gradient.

    Args:
        expression: text of f in the language, or anything whose ``str`` is, such as a SymPy expression.
        at: the point.
        vars: names of the variables in order; None is the free names in natural order.
        params: values of named numbers.
        further: what to compute from the matrix besides: ``eigenvectors``, ``inverse``, ``condition``, ``determinant``,
            ``newton_step``.
        **options: fields of ``Options``.

    Returns:
        The Result; ``.tape.arrays["hessian"]`` is the tape's matrix, ``.exact.values["hessian"]`` the exact one, and
        ``.curvature`` holds eigenvalues, definiteness, critical point and what was asked for besides.

    Raises:
        HesscliError: ``further`` names something else.

    Example:
        >>> result = hessian("x0**2+x0*x1", at=[1, 2], further=["determinant"])
        >>> result.tape.arrays["hessian"].tolist(), result.curvature[0].determinant
        ([[2.0, 1.0], [1.0, 0.0]], '-1')
    """
    asked = tuple(further)
    for name in asked:
        if name not in FURTHER:
            raise HesscliError(f"further: expected some of {', '.join(FURTHER)}, got {name!r}", code="usage")
    return _verb(expression, Request("hessian", further=asked), at, vars, params, Options(**options))


def gradient(
    expression: str,
    at: At,
    *,
    vars: Iterable[str] | None = None,
    params: Mapping[str, float] | None = None,
    **options: Any,
) -> Result:
    """The gradient df/dx_i, shape (n,); arguments as for ``hessian``."""
    return _verb(expression, Request("gradient"), at, vars, params, Options(**options))


def jacobian(
    expression: str,
    at: At,
    *,
    vars: Iterable[str] | None = None,
    params: Mapping[str, float] | None = None,
    **options: Any,
) -> Result:
    """The Jacobian df_k/dx_i of ``[f1, ..., fm]``, shape (m, n); arguments as for ``hessian``."""
    return _verb(expression, Request("jacobian"), at, vars, params, Options(**options))


def derivative(
    expression: str,
    at: At,
    *,
    order: int | None = None,
    wrt: Sequence[str] | None = None,
    vars: Iterable[str] | None = None,
    params: Mapping[str, float] | None = None,
    **options: Any,
) -> Result:
    """The derivative tensor of an order, shape (n,)*order, or one mixed partial.

    Args:
        expression: text of f.
        at: the point.
        order: N >= 1; default 1 if wrt is not given.
        wrt: names of the variables of one mixed partial, as ``["x", "x", "y"]``.
        vars: as for ``hessian``.
        params: as for ``hessian``.
        **options: fields of ``Options``.

    Returns:
        The Result; a scalar for one variable or for wrt.
    """
    names: Any = tuple(wrt) if wrt is not None else None
    if order is None and names is None:
        order = 1
    return _verb(expression, Request("derivative", order=order, wrt=names), at, vars, params, Options(**options))


def hvp(
    expression: str,
    at: At,
    vector: Sequence[float],
    *,
    vars: Iterable[str] | None = None,
    params: Mapping[str, float] | None = None,
    **options: Any,
) -> Result:
    """The Hessian times a vector, H v, shape (n,), without the Hessian; arguments as for ``hessian``."""
    v = tuple(float(x) for x in vector)
    return _verb(expression, Request("hvp", vector=v), at, vars, params, Options(**options))
