"""Sums for Python: a function of vectors and columns of data at a point -> SumResult; at many -> Sweep."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from hesscli.compute.asking import as_seen
from hesscli.elements.answer import answer_sum
from hesscli.elements.expansion import plain
from hesscli.elements.outside import coloured
from hesscli.elements.plan import check_memory, plan_sum
from hesscli.elements.several import answers, as_result
from hesscli.errors import PointError
from hesscli.language.binding import check_used, numbers, words
from hesscli.language.data import columns_of
from hesscli.language.expression import Expression
from hesscli.language.points.blocks import flat, read_several, shapes
from hesscli.language.points.places import SumPlaces, read_at
from hesscli.language.points.sizes import declared
from hesscli.language.programs.program import Program
from hesscli.language.programs.recognition import LEAST_VARIABLES, recognised
from hesscli.language.programs.spans import Declarations
from hesscli.options import Options
from hesscli.python import kept
from hesscli.python.arguments import CallArguments, point_of, vector_of
from hesscli.python.blocks import values_of
from hesscli.python.sumresult import SumResult
from hesscli.request import Request
from hesscli.result import Sweep
from hesscli.result.stack import stacked

Array = NDArray[np.float64]


def _asked(call: CallArguments, *, components: bool = False) -> tuple[Program, SumPlaces]:
    """The program of a text, and its points."""
    text = str(call.expression)
    values = numbers(call.params)
    check_used(values, words(f"{text} {call.vars or ''}"))
    listed = call.vars if call.vars is None or isinstance(call.vars, str) else [str(name) for name in call.vars]
    names, sizes = declared(listed, values)
    at = call.at
    given = [] if at is None else read_several([at]) if isinstance(at, str) else [values_of(at, "--at")]
    known = Declarations(values, columns_of(call.data, words(text)), sizes, names, components=components)
    program, places = read_at(text, known, given)
    if not len(places):
        raise PointError(f"sums have no formulas alone: at gives a value for {shapes(program)}", code="point")
    return program, places


def _one(places: SumPlaces) -> Array:
    if len(places) != 1:
        raise PointError(f"expected one point, got {len(places)}; use hesscli.sweep for many", code="point")
    return next(iter(places))


def sum_result(command: str, call: CallArguments, options: Options, vector: Any = None) -> SumResult | None:
    """The answer at one point; None of a vector of sums, which is written out.

    Args:
        command: ``gradient``, ``hessian`` or ``hvp``.
        call: the function and the point.
        options: how.
        vector: of ``hvp``, given as a point is.

    Raises:
        HesscliError: what was given makes no sense.
    """
    program, places = _asked(call)
    if program.outer.vector:
        return None
    point = _one(places)
    check_memory(plan_sum(program, command))
    along = None if vector is None else flat(program, values_of(vector, "--vector"), "--vector")
    return _answered(program, command, point, options, along)


def _answered(program: Program, command: str, point: Array, options: Options, along: Array | None) -> SumResult:
    how = replace(options, formulas=False)
    with kept.session(time_limit=how.time_limit, digits=how.digits) as session:
        return SumResult(answer_sum(program, command, point, how, along, session=session), program)


def typed_out(command: str, call: CallArguments, options: Options, vector: Any = None) -> SumResult | None:
    """The same of a plain text with very many alike terms, as its sum; None of any other.

    Args:
        command: ``gradient``, ``hessian`` or ``hvp``.
        call: the function and the point.
        options: how.
        vector: of ``hvp``, given as a point is.
    """
    if options.explain or options.exact == "full" or options.method == "taylor":
        return None
    expression, renamed = call.bound()
    if len(expression.variables) < LEAST_VARIABLES or (program := recognised(expression)) is None:
        return None
    if coloured(program) and options.method not in (None, "nested"):
        return None  # which goes derivative by derivative
    assert call.at is not None  # formulas alone are no sum's
    point = point_of(expression, renamed, call.at)
    along = None if vector is None else vector_of(expression, vector)
    request = Request("gradient") if along is None else Request("hvp", vector=tuple(along.tolist()))
    as_seen(expression, request, point[None, :], options)
    return _answered(program, command, point, options, along)


def sweep_sum(command: str, call: CallArguments, options: Options, vector: Any = None) -> Sweep:
    """The answers at many points, with dense arrays; arguments and errors as of `sum_result`."""
    program, places = _asked(call)
    check_memory(plan_sum(program, command))
    along = None if vector is None else flat(program, values_of(vector, "--vector"), "--vector")
    how = replace(options, formulas=False)
    with kept.session(time_limit=how.time_limit, digits=how.digits) as session:
        return stacked([as_result(one) for one in answers(program, command, places, how, along, session=session)])


def written_out(call: CallArguments) -> tuple[Expression, Array]:
    """A small sum as a plain expression, and its point.

    Args:
        call: the function and the point.

    Raises:
        LimitError: it has too many terms.
    """
    program, places = _asked(call, components=True)
    return plain(program), _one(places)
