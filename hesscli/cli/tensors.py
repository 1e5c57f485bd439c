"""A function of TensorFlow's tensors at the door: options -> its arguments -> Result."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from hesscli.cli.environment import current
from hesscli.cli.options import Estimates
from hesscli.cli.reading import nowhere
from hesscli.cli.settings import options
from hesscli.cli.sums import SumRequest
from hesscli.errors import HesscliError
from hesscli.language.binding import numbers

if TYPE_CHECKING:
    from hesscli.cli.reading import Called
    from hesscli.result import Result

TYPED = (".npy", ".npz", ".parquet")
"""Files that say which numbers are whole; in all others 1 and 1.0 are the same."""


def answer_tensors(wanted: SumRequest, problem: Called) -> Result:
    """Answer at one point.

    Args:
        wanted: the command, where, how, data, a vector.
        problem: the function.

    Raises:
        HesscliError: an option that it has no answer for, or arguments that nothing gives.
    """
    import numpy as np

    from hesscli.language.data import each_file
    from hesscli.language.points.blocks import declared, read_vectors
    from hesscli.model.function import UNTRACKED, PythonFunction, bound, computes_with_tensors
    from hesscli.model.function_answer import differentiated
    from hesscli.model.function_besides import Besides
    from hesscli.model.spectrum import SpectrumRequest
    from hesscli.request import Request

    function, how = wanted.line.function, options(wanted.line.witnesses)
    text, called = problem.expression, problem.function
    assert called is not None
    beside = wanted.line.spread.given
    if beside or wanted.sums.plan:
        raise HesscliError(
            f"{beside[0] if beside else '--plan'} takes expressions, and {text} goes to the tape as it is",
            code="usage",
        )
    given = numbers(function.param)
    sizes = declared(function.variables, given)[1]
    data = dict[str, Any]()
    for one, columns in each_file(wanted.sums.data or ()):
        typed = one.strip().lower().endswith(TYPED)
        data |= columns if typed else {name: column.astype(np.float64) for name, column in columns.items()}
    at = read_vectors(function.at or ())
    if not at.given and at.rest is None:
        raise nowhere(f"the arguments of {text}", "w=[1,2]")
    point, constants = bound(text, called, at, data, given, sizes)
    if problem.why and not computes_with_tensors(called, point, constants):
        raise HesscliError(problem.why, code="function")
    try:
        f = PythonFunction(text, called, point, constants, how.dtype, plain=how.plain)
    except HesscliError as error:
        if problem.why and UNTRACKED in error.message:
            error.message += f"; nor is it a formula: {problem.why}"
        raise
    vector = None if wanted.vector is None else tuple(f.vector(read_vectors([wanted.vector], "--vector")).tolist())
    sums = wanted.sums if isinstance(wanted.sums, Estimates) else Estimates()
    rhs = None if sums.solve in (None, "gradient") else f.vector(read_vectors([sums.solve], "--solve"))
    asked = SpectrumRequest(sums.top or 0, sums.trace, rhs=sums.solve or "", diagonal=sums.diagonal)
    besides = Besides(asked, rhs, sums.standard_errors)
    request = Request(wanted.command, vector=vector, further=wanted.besides)
    with current.get().session(how) as session:
        return differentiated(f, request, how, session, besides)
