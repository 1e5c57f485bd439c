"""The verbs: one expression, one point, both witnesses, one Result.

The exact side works in a child process while TensorFlow loads here; neither waits for the other.
"""

from __future__ import annotations

import platform
import threading
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from importlib.metadata import PackageNotFoundError, version
from typing import Any

import numpy as np
from numpy.typing import NDArray

from hesscli import exact as exact_side
from hesscli import tape as tape_side
from hesscli.curvature import describe
from hesscli.errors import HesscliError, PointError
from hesscli.explain import explained
from hesscli.language.expression import Expression
from hesscli.language.points import read_points
from hesscli.language.printing import unparse
from hesscli.language.syntax import parse
from hesscli.result import ExactAnswer, Request, Result, TapeAnswer, Verdict
from hesscli.verdict import RTOL, flatten, judge

At = str | Sequence[float] | Mapping[str, float]
"""A point: the text of ``--at``, coordinates in the order of the variables, or coordinates by name."""


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


def answer(
    expression: Expression,
    request: Request,
    point: Sequence[float],
    options: Options | None = None,
    *,
    session: exact_side.Session | None = None,
    on_exact: Callable[[Result], None] | None = None,
) -> Result:
    """Both witnesses at one point.

    Args:
        expression: f, of n variables.
        request: which derivative.
        point: n coordinates.
        options: how; None is the defaults.
        session: the exact side's process to use; None starts one for this answer.
        on_exact: called with the exact side's Result while TensorFlow still loads.

    Returns:
        The Result with its verdict.

    Raises:
        HesscliError: the request does not fit the expression.
    """
    options = options or Options()
    check_request(expression, request)
    if len(point) != len(expression.variables):
        raise PointError(
            f"expected {len(expression.variables)} coordinates ({', '.join(expression.variables)}), got {len(point)}",
            code="point",
        )
    coordinates = rounded(point, options.dtype)
    if session is None:
        with exact_side.Session(time_limit=options.time_limit, digits=options.digits) as own:
            return _both(expression, request, coordinates, options, own, on_exact)
    return _both(expression, request, coordinates, options, session, on_exact)


def _both(
    expression: Expression,
    request: Request,
    point: tuple[float, ...],
    options: Options,
    session: exact_side.Session,
    on_exact: Callable[[Result], None] | None,
) -> Result:
    started = time.perf_counter()
    ticket = session.submit(expression, request, [point], dtype=options.dtype) if options.exact != "off" else None
    loading = threading.Thread(target=tape_side.load, daemon=True)
    loading.start()
    blank = Result(
        request=request,
        expression=expression.source,
        parsed=unparse(expression),
        variables=expression.variables,
        point=point,
        dtype=options.dtype,
        method=default_method(request, options),
        tape=None,
        exact=None,
        formulas={},
        error=None,
        verdict=Verdict.UNCHECKED,
        parameters=expression.parameters,
        rtol=options.tolerance,
    )
    if on_exact is not None and ticket is not None:
        on_exact(replace(blank, exact=ticket.answers()[0], formulas=ticket.formulas()))
    loading.join()
    loaded = time.perf_counter()
    tape, missing = tape_answer(expression, request, [point], options)
    taped = time.perf_counter()
    told = crossed(expression, request, point, options, tape)
    exact = ticket.answers()[0] if ticket is not None else None
    formulas = ticket.formulas() if ticket is not None else {}
    seconds = {"load": loaded - started, "tape": taped - loaded, "exact_wait": time.perf_counter() - taped}
    first = tape[0] if tape is not None else None
    result = conclude(replace(blank, formulas=formulas, seconds=seconds, versions=versions()), first, exact, missing)
    result = replace(result, notes=(*result.notes, *told))
    return explained(expression, result, session, keep=options.explain)


def crossed(
    expression: Expression,
    request: Request,
    point: Sequence[float],
    options: Options,
    tape: Sequence[TapeAnswer] | None,
) -> tuple[str, ...]:
    """What nested tapes say where the default is Taylor mode and they are quick enough."""
    if options.method is not None or not tape or tape[0].method != "taylor":
        return ()
    told = tape_side.cross_check(expression, request, np.asarray(point), tape[0], options.dtype)
    return () if told is None else (told,)


def tape_answer(
    expression: Expression, request: Request, points: Sequence[Sequence[float]], options: Options
) -> tuple[list[TapeAnswer] | None, str | None]:
    """The tape's answers, or None and the sentence that says which function TensorFlow lacks."""
    try:
        answers = tape_side.answer(
            expression,
            request,
            np.asarray(points, dtype=np.float64).reshape(len(points), len(expression.variables)),
            method=default_method(request, options),
            dtype=options.dtype,
            step=options.step,
        )
    except tape_side.Unlowered as missing:
        return None, str(missing)
    return answers, None


def conclude(blank: Result, tape: TapeAnswer | None, exact: ExactAnswer | None, missing: str | None) -> Result:
    """Judge the two answers and describe the curvature."""
    judged = judge(tape, exact, rtol=blank.rtol, dtype=blank.dtype)
    told = (*(exact.notes if exact else ()), *(tape.failures if tape else ()), *judged.notes)
    notes = (*((missing,) if missing else ()), *told)
    result = replace(
        blank,
        tape=judged.tape,
        exact=exact,
        error=judged.error,
        verdict=judged.verdict,
        notes=tuple(dict.fromkeys(notes)),
        method=tape.method if tape else ("none" if missing else blank.method),
    )
    return describe(result)


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


def versions() -> dict[str, str]:
    """Versions of what took part."""
    names = ("hesscli", "tensorflow", "sympy", "python-flint")
    installed = {name: found for name in names if (found := _version(name)) is not None}
    return {"python": platform.python_version(), **installed}


def _version(name: str) -> str | None:
    try:
        return version(name)
    except PackageNotFoundError:
        return None


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
        request = replace(request, wrt=indices(program, request.wrt))
    return answer(program, request, _point(program, at), options)


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


def hessian(
    expression: str,
    at: At,
    *,
    vars: Iterable[str] | None = None,
    params: Mapping[str, float] | None = None,
    **options: Any,
) -> Result:
    """The Hessian H_ij = d2f / dx_i dx_j, shape (n, n), with value and gradient.

    Args:
        expression: text of f in the language, or anything whose ``str`` is, such as a SymPy expression.
        at: the point.
        vars: names of the variables in order; None is the free names in natural order.
        params: values of named numbers.
        **options: fields of ``Options``.

    Returns:
        The Result; ``.tape.arrays["hessian"]`` is the tape's matrix, ``.exact.values["hessian"]`` the exact one.

    Example:
        >>> hessian("x0**2+x0*x1", at=[1, 2]).tape.arrays["hessian"].tolist()
        [[2.0, 1.0], [1.0, 0.0]]
    """
    return _verb(expression, Request("hessian"), at, vars, params, Options(**options))


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


def exact_floats(result: Result, name: str) -> NDArray[Any] | None:
    """The exact side's entries of a quantity as the nearest doubles, or None unless all are finite."""
    if result.exact is None or name not in result.exact.values:
        return None
    entries = list(flatten(result.exact.values[name]))
    numbers = np.array([np.nan if entry is None else float(entry) for entry in entries])
    return numbers if np.isfinite(numbers).all() else None
