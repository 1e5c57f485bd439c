"""A program at several points, read and traced once; and an answer of few variables as that of a plain expression."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from itertools import islice
from typing import Any

import numpy as np
from numpy.typing import NDArray

from hesscli.elements.answer import answer_sum
from hesscli.elements.evaluate import Adders
from hesscli.elements.report import SumReport
from hesscli.errors import LimitError
from hesscli.exact import Session
from hesscli.language.points.places import SumPlaces
from hesscli.language.programs.program import Program
from hesscli.options import Options
from hesscli.request import Request
from hesscli.result import Decimals, ExactAnswer, Result, TapeAnswer

Array = NDArray[Any]

FULL = 100
"""Up to so many points ``--exact auto`` checks every one, each by its sample of entries."""

SAMPLE = 50
"""So many points are checked of a larger sweep, spread evenly from first to last."""

MOST = 5_000_000
"""Numbers of one answer as dense arrays."""


def answers(
    program: Program,
    command: str,
    places: SumPlaces,
    options: Options,
    vector: Array | None = None,
    *,
    session: Session | None = None,
    adders: Adders | None = None,
    done: int = 0,
) -> Iterator[SumReport]:
    """The answer at every point, in order; see `answer_sum`.

    Args:
        program: f of n variables.
        command: ``gradient``, ``hessian`` or ``hvp``.
        places: the points.
        options: how.
        vector: of ``hvp``, shape (n,).
        session: the exact side's process to use; None starts one for every answer.
        adders: who computes what the terms add; None is this process.
        done: so many points are left out, which were answered before.

    Yields:
        A report a point; `SumReport.asked` says which the exact side was asked about.
    """
    count = len(places)
    asked = set(range(count))
    if options.exact == "sample" or (options.exact == "auto" and count > FULL):
        asked = set(np.linspace(0, count - 1, min(count, SAMPLE)).round().astype(int).tolist())
    for k, point in islice(enumerate(places), done, None):
        how = options if k in asked else replace(options, exact="off")
        yield answer_sum(program, command, point, how, vector, session=session, adders=adders)


def as_result(report: SumReport) -> Result:
    """The answer with dense arrays, as of a plain expression.

    Raises:
        LimitError: the Hessian has too many entries.
    """
    n = report.n
    if report.hessian is not None and n * n > MOST:
        told = f"several points of a sum of {n:,} variables: each Hessian has {n * n:,} entries, the limit is {MOST:,}"
        raise LimitError(f"{told}; --json holds sparse ones")
    arrays: dict[str, Array] = {"value": np.array(report.value), "gradient": np.array(report.gradient)}
    if report.hessian is not None:
        lower = report.hessian.toarray()
        dense = lower + np.tril(lower, -1).T
        if report.rank is not None:
            middle, rows = report.rank
            dense = dense + rows.T @ middle @ rows
        arrays["hessian"] = dense
    if report.hvp is not None:
        arrays["hvp"] = np.array(report.hvp)
    texts = {name: np.full(array.shape, None, dtype=object) for name, array in arrays.items()}
    for entry in report.entries:
        name, _, inside = entry.label.rstrip("]").partition("[")
        place = tuple(map(int, inside.split(","))) if inside else ()
        for where in {place, place[::-1]}:
            texts[name][where], arrays[name][where] = entry.exact, entry.tape
    vector = None if report.vector is None else tuple(report.vector.tolist())
    exact = {name: Decimals(array.shape, tuple(array.ravel().tolist())) for name, array in texts.items()}
    return Result(
        expression=report.source,
        parsed=report.parsed,
        variables=tuple(report.label(k) for k in range(n)),
        request=Request(report.command, vector=vector),
        point=tuple(report.point.tolist()),
        dtype=report.dtype,
        method=report.method,
        tape=TapeAnswer(
            {name: array.astype(report.dtype) for name, array in arrays.items()},
            {name: np.zeros(array.shape, bool) for name, array in arrays.items()},
            (),
            report.method,
            repaired=report.repaired,
        ),
        exact=ExactAnswer(exact, proven=all(d.decided.all() for d in exact.values())) if report.asked else None,
        formulas={},
        accuracy=report.accuracy,
        verdict=report.verdict,
        verdicts=dict(report.verdicts),
        notes=report.notes,
        parameters=report.parameters,
        seconds=report.seconds,
        versions=report.versions,
    )
