"""The arguments of a verb -> its answer, of plain expressions and of sums."""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping
from dataclasses import replace
from importlib import import_module
from typing import TYPE_CHECKING, Any

from hesscli.compute.asking import as_seen
from hesscli.compute.compute import answer
from hesscli.compute.formulas import formulas
from hesscli.errors import HesscliError
from hesscli.language.binding import numbers
from hesscli.language.expression import Expression
from hesscli.options import Given, Options
from hesscli.python import kept
from hesscli.python.arguments import (
    CallArguments,
    VariableNames,
    Vector,
    options_of,
    point_of,
    vector_of,
)
from hesscli.python.wording import pythonic
from hesscli.request import Request, derivative_request
from hesscli.result import Result, Texts
from hesscli.result.reports import Symbolic

if TYPE_CHECKING:
    from hesscli.python.sumresult import SumResult


def summed(command: str, call: CallArguments, options: Given, vector: Vector | None = None) -> SumResult | None:
    """Of a sum, or of a text that spells one out over very many variables, at one point; None of anything else.

    Args:
        command: ``gradient``, ``hessian`` or ``hvp``.
        call: the function and the point.
        options: how.
        vector: of ``hvp``.
    """
    with pythonic():
        if call.is_sum:
            found: SumResult | None = sums().sum_result(command, call, options_of(options), vector)
            return found
        if call.at is None or not call.is_long:
            return None
        typed: SumResult | None = sums().typed_out(command, call, options_of(options), vector)
        return typed


def sums() -> Any:
    """The module for sums; with it SciPy loads, which nothing else here needs."""
    return import_module("hesscli.python.sums")


def verb_of(call: CallArguments, request_of: Callable[[Expression], Request], options: Given) -> Result | Symbolic:
    """At a point both witnesses; without one the formulas alone.

    Args:
        call: the function and the point.
        request_of: the request, once the variables are known.
        options: how.
    """
    if call.at is not None or call.is_sum:
        return answer_at(call, request_of, options)
    with pythonic():
        how = options_of(options)
        program, _ = call.bound()
        with kept.session(time_limit=how.time_limit, digits=how.digits) as session:
            return formulas(program, request_of(program), how, session=session)


def answer_at(call: CallArguments, request_of: Callable[[Expression], Request], options: Given) -> Result:
    """At a point; a small sum is written out. Arguments as of `verb_of`."""
    with pythonic():
        how = options_of(options)
        if call.is_sum:
            program, point = sums().written_out(call)
        else:
            try:
                if call.data is not None:
                    return _with_data(call, request_of, how)
                program, renamed = call.bound()
            except HesscliError as problem:
                tensors = problem.code == "function" and "tensorflow" in sys.modules  # who computes with it loaded it
                if not tensors or not callable(call.expression) or call.vars is not None:
                    raise
                by_tensors = import_module("hesscli.python.tensors").by_tensors  # it loads TensorFlow and Keras
                by: Result = by_tensors(call.expression, call.at, numbers(call.params), request_of, how, problem)
                return by
            point = point_of(program, renamed, () if call.at is None else call.at)
        request = request_of(program)
        as_seen(program, request, point[None, :], how)
        with kept.session(time_limit=how.time_limit, digits=how.digits) as session:
            result = answer(program, request, point.tolist(), replace(how, formulas=False), session=session)
    has_forms = result.exact is not None and not call.is_sum
    return replace(result, formulas=kept.Later(_forms(program, result))) if has_forms else result


def _with_data(call: CallArguments, request_of: Callable[[Expression], Request], options: Options) -> Result:
    """Of a function of Python's, some of whose arguments are data."""
    if call.at is None:
        raise HesscliError("at says where: a value for every argument that is not data", code="point")
    by_tensors = import_module("hesscli.python.tensors").by_tensors  # it loads TensorFlow and Keras
    found: Result = by_tensors(call.expression, call.at, numbers(call.params), request_of, options, None, call.data)
    return found


def _forms(program: Expression, result: Result) -> Callable[[], Mapping[str, Texts]]:
    def find() -> Mapping[str, Texts]:
        with kept.session() as session:
            asked = session.closed_forms(program, result.request, result.point, dtype=result.dtype)
            found: Mapping[str, Texts] = asked.formulas()
            return found

    return find


def partial_request(order: int | None, wrt: VariableNames | None) -> Callable[[Expression], Request]:
    """Of ``derivative``, once the variables are known.

    Args:
        order: N, or None.
        wrt: the variables of one mixed partial, or None.
    """
    return lambda program: derivative_request(program, order, wrt)


def along(vector: Vector) -> Callable[[Expression], Request]:
    """Of ``hvp``, once the variables are known.

    Args:
        vector: in the order of the variables, or by name.
    """

    def request(program: Expression) -> Request:
        return Request("hvp", vector=tuple(vector_of(program, vector).tolist()))

    return request
