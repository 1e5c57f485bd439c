"""The verb ``methods``: every way to differentiate side by side, measured against the exact answer."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

from hesscli import exact as exact_side
from hesscli import tape as tape_side
from hesscli.compute.asking import rounded
from hesscli.errors import HesscliError
from hesscli.language.expression import Expression
from hesscli.language.printing import unparse
from hesscli.options import Options
from hesscli.request import Request, check_request
from hesscli.result import NOWHERE, Verdict
from hesscli.result.reports import Comparison, Measured
from hesscli.verdict import judge


def compare(
    expression: Expression,
    request: Request,
    point: Sequence[float],
    options: Options,
    session: exact_side.Session,
    names: Sequence[str],
    *,
    progress: Callable[[str], None] | None = None,
) -> Comparison:
    """Measure methods one after the other, each several times.

    Args:
        expression: f, of n variables.
        request: which derivative.
        point: n coordinates.
        options: dtype, tolerance, limits, the step of the finite differences.
        session: the exact side's process.
        names: of the methods.
        progress: called with the name of the method that is measured next.

    Returns:
        A row a method, in order.

    Raises:
        HesscliError: the request does not fit, or TensorFlow has no such function at all.
    """
    check_request(expression, request)
    at = rounded(point, options.dtype)
    ticket = session.submit(expression, request, [at], formulas=False, dtype=options.dtype)
    measured = []
    try:
        for name in names:
            if progress is not None:
                progress(name)
            measured += tape_side.measure(
                expression, request, np.asarray(at), [name], dtype=options.dtype, step=options.step
            )
    except tape_side.Unlowered as missing:
        raise HesscliError(f"{missing}; there are no methods to compare", code="no-operation") from missing
    exact = ticket.answers()[0]
    rows = []
    for one in measured:
        judged = judge(one.answer, exact, options.tolerance)
        verdict = judged.verdict if one.answer is not None else Verdict.UNCHECKED
        nothing = verdict in NOWHERE  # no method is right or wrong where there is nothing to find
        accuracy, remarks = (None, ()) if nothing else (judged.accuracy, judged.notes)
        told = (*((one.note,) if one.note else ()), *(one.answer.failures if one.answer else ()), *remarks)
        rows.append(
            Measured(one.method, judged.tape, accuracy, verdict, one.first_seconds, one.seconds, one.peak_bytes, told)
        )
    return Comparison(
        expression.source, unparse(expression), expression.variables, request, at, options.dtype, exact, tuple(rows)
    )
