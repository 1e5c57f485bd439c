"""One expression, one point, both witnesses, one Result.

The exact side works in a child process while TensorFlow loads here; neither waits for the other.
"""

from __future__ import annotations

import platform
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from importlib.metadata import PackageNotFoundError, version

import numpy as np

from hesscli import exact as exact_side
from hesscli import tape as tape_side
from hesscli.curvature import describe
from hesscli.errors import PointError
from hesscli.explain import explained
from hesscli.language.expression import Expression
from hesscli.language.printing import unparse
from hesscli.options import Options, check_request, default_method, rounded
from hesscli.result import ExactAnswer, Request, Result, TapeAnswer, Verdict
from hesscli.verdict import judge


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
    blank = replace(unanswered(expression, request, options), point=point)
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
    result = conclude(replace(blank, formulas=formulas, seconds=seconds), first, exact, missing)
    result = replace(result, notes=(*result.notes, *told))
    return explained(expression, result, session, keep=options.explain)


def unanswered(expression: Expression, request: Request, options: Options) -> Result:
    """What is known of a Result before either witness has spoken."""
    return Result(
        request=request,
        expression=expression.source,
        parsed=unparse(expression),
        variables=expression.variables,
        point=(),
        dtype=options.dtype,
        method=default_method(request, options),
        tape=None,
        exact=None,
        formulas={},
        error=None,
        verdict=Verdict.UNCHECKED,
        parameters=expression.parameters,
        rtol=options.tolerance,
        versions=versions(),
    )


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
