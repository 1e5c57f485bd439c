"""A function of TensorFlow's tensors at the door: options -> its arguments -> Result."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
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
    from hesscli.language.points.blocks import BlockValues
    from hesscli.model.function_places import FunctionCall
    from hesscli.options import Options
    from hesscli.result import Result

TYPED = (".npy", ".npz", ".parquet")
"""Files that say which numbers are whole; in all others 1 and 1.0 are the same."""


def answer_tensors(wanted: SumRequest, problem: Called) -> tuple[int, Iterator[Result]]:
    """How many points there are, and the answer at each.

    Args:
        wanted: the command, where, how, data, a vector.
        problem: the function.

    Raises:
        HesscliError: an option that it has no answer for, or arguments that nothing gives.
    """
    import numpy as np

    from hesscli.language.data import each_file
    from hesscli.language.points.blocks import declared, read_several
    from hesscli.model.function import computes_with_tensors
    from hesscli.model.function_places import FunctionCall, places_of

    function, how = wanted.line.function, options(wanted.line.witnesses)
    text = problem.expression
    assert problem.function is not None
    beside = wanted.line.spread.given
    if beside or wanted.sums.plan:
        raise HesscliError(
            f"{beside[0] if beside else '--plan'} takes expressions, and {text} goes to the tape as it is",
            code="usage",
        )
    given = numbers(function.param)
    names, sizes = declared(function.variables, given)
    data = dict[str, Any]()
    for one, columns in each_file(wanted.sums.data or ()):
        typed = one.strip().lower().endswith(TYPED)
        data |= columns if typed else {name: column.astype(np.float64) for name, column in columns.items()}
    at = read_several(function.at or ())
    if not any(one.given or one.rest is not None for one in at):
        raise nowhere(f"the arguments of {text}", "w=[1,2]")
    call = FunctionCall(text, problem.function, data, given, names, sizes, how.dtype, how.plain)
    places, notes = places_of(call, at)
    if problem.why and not computes_with_tensors(problem.function, *call.at(places[0])):
        raise HesscliError(problem.why, code="function")
    return len(places), _answers(wanted, how, call, places, notes, problem.why)


def _answers(
    wanted: SumRequest, how: Options, call: FunctionCall, places: Sequence[BlockValues], notes: Sequence[str], why: str
) -> Iterator[Result]:
    """One a point."""
    from hesscli.language.points.blocks import read_vectors
    from hesscli.model.function import UNTRACKED
    from hesscli.model.function_answer import differentiated
    from hesscli.model.function_besides import Besides
    from hesscli.model.spectrum import SpectrumRequest
    from hesscli.request import Request

    sums = wanted.sums if isinstance(wanted.sums, Estimates) else Estimates()
    asked = SpectrumRequest(sums.top or 0, sums.trace, rhs=sums.solve or "", diagonal=sums.diagonal)
    try:
        with current.get().session(how) as session:
            for f in call.along(places):
                vector = rhs = None
                if wanted.vector is not None:
                    vector = tuple(f.vector(read_vectors([wanted.vector], "--vector")).tolist())
                if sums.solve not in (None, "gradient"):
                    rhs = f.vector(read_vectors([sums.solve], "--solve"))
                request = Request(wanted.command, vector=vector, further=wanted.besides)
                found = differentiated(f, request, how, session, Besides(asked, rhs, sums.standard_errors))
                yield replace(found, notes=(*notes, *found.notes))
    except HesscliError as error:
        if why and UNTRACKED in error.message:
            error.message += f"; nor is it a formula: {why}"
        raise
