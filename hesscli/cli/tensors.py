"""A function of TensorFlow's tensors at the door: options -> its arguments -> Result."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from hesscli.cli.environment import current
from hesscli.cli.options import Estimates, FunctionOptions
from hesscli.cli.reading import nowhere
from hesscli.cli.settings import options
from hesscli.cli.sumrequest import SumRequest
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
    from hesscli.model.function import computes_with_tensors

    how, text = options(wanted.line.witnesses), problem.expression
    beside = wanted.line.spread.given
    if beside or wanted.sums.plan:
        raise HesscliError(
            f"{beside[0] if beside else '--plan'} takes expressions, and {text} goes to the tape as it is",
            code="usage",
        )
    call, places, notes = called_at(problem, wanted.line.function, wanted.sums.data, how)
    if not computes_with_tensors(call.function, *call.at(places[0])):
        return len(places), _formulas(wanted, how, call, places, notes, problem.why)
    return len(places), _answers(wanted, how, call, places, notes, problem.why)


def called_at(
    problem: Called, function: FunctionOptions, files: Sequence[str] | None, how: Options
) -> tuple[FunctionCall, list[BlockValues], list[str]]:
    """A function with its data, every point, and what was taken for what.

    Args:
        problem: the function.
        function: what --at, --vars and --param say.
        files: what --data says.
        how: dtype, and whether plain.

    Raises:
        HesscliError: arguments that nothing gives, or a function that computes with no tensors.
    """
    import numpy as np

    from hesscli.language.data import each_file
    from hesscli.language.points.blocks import read_several
    from hesscli.language.points.sizes import declared
    from hesscli.model.function_places import FunctionCall, places_of

    assert problem.function is not None
    text, given = problem.expression, numbers(function.param)
    names, sizes = declared(function.variables, given)
    data = dict[str, Any]()
    for one, columns in each_file(files or ()):
        typed = one.strip().lower().endswith(TYPED)
        data |= columns if typed else {name: column.astype(np.float64) for name, column in columns.items()}
    at = read_several(function.at or ())
    if not any(one.given or one.rest is not None for one in at):
        raise nowhere(f"the arguments of {text}", "w=[1,2]")
    call = FunctionCall(text, problem.function, data, given, names, sizes, how.dtype, how.plain)
    places, notes = places_of(call, at)
    return call, places, notes


def _formulas(
    wanted: SumRequest, how: Options, call: FunctionCall, places: Sequence[BlockValues], notes: Sequence[str], why: str
) -> Iterator[Result]:
    """One a point, of a function of arithmetic and NumPy: a formula, as if it had been typed."""
    from hesscli.compute.compute import answer
    from hesscli.language.points.blocks import read_vectors
    from hesscli.model.function_formula import formula_of
    from hesscli.request import Request

    if wanted.further:
        raise HesscliError(f"{wanted.further[0]} takes sums over data and functions of tensors", code="usage")
    with current.get().session(how) as session:
        for place in places:
            try:
                program, at = formula_of(call.function, *call.at(place))
            except HesscliError as error:
                raise HesscliError(why, code="function") if why and error.code == "function" else error from None
            vector = None
            if wanted.vector is not None:
                said = read_vectors([wanted.vector], "--vector").rest
                vector = tuple(said.tolist()) if said is not None and not isinstance(said, str) else None
                if vector is None or len(vector) != len(at):
                    raise HesscliError(f"--vector: expected {len(at)} numbers in order", code="vector")
            request = Request(wanted.command, vector=vector, further=wanted.besides)
            found = answer(program, request, at, how, session=session)
            yield replace(found, expression=call.text, notes=(*notes, *found.notes))


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
