"""A function of TensorFlow's tensors for Python: its arguments at a point -> Result."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from hesscli.errors import HesscliError
from hesscli.language.points.blocks import BlockValues, read_vectors
from hesscli.model.function import UNTRACKED, PythonFunction, bound, computes_with_tensors
from hesscli.model.function_answer import differentiated
from hesscli.options import Options
from hesscli.python import kept
from hesscli.python.arguments import doubles
from hesscli.request import Request
from hesscli.result import Result, Subject

TAKEN = ("gradient", "hessian", "hvp")
"""Commands that such a function has an answer for."""


def by_tensors(
    function: Callable[..., Any],
    at: Any,
    params: Mapping[str, float],
    request_of: Callable[[Any], Request],
    options: Options,
    problem: HesscliError,
) -> Result:
    """One derivative of a function that is no formula.

    Args:
        function: of one vector, or of a vector or a number an argument.
        at: in the order of the arguments, or by their names.
        params: arguments that are numbers and are not differentiated.
        request_of: names of the variables -> what is asked.
        options: how.
        problem: why it is no formula.

    Raises:
        HesscliError: the problem, where the function computes with no tensors either.
    """
    text = f"the function {getattr(function, '__name__', '')}".replace("<lambda>", "").rstrip()
    try:
        point, constants = bound(text, function, _blocks(at), {}, params, {})
        if not computes_with_tensors(function, point, constants):
            raise problem
        f = PythonFunction(text, function, point, constants, options.dtype, plain=options.plain)
    except HesscliError as other:
        raise (problem if UNTRACKED in other.message else other) from None
    request = request_of(Subject(text, text, tuple(f.layout.labels())))
    if request.command not in TAKEN:
        raise problem
    with kept.session(time_limit=options.time_limit, digits=options.digits) as session:
        return differentiated(f, request, options, session)


def _blocks(at: Any) -> BlockValues:
    if isinstance(at, str):
        return read_vectors([at])
    if not isinstance(at, Mapping):
        return BlockValues({}, np.atleast_1d(doubles(at)).ravel())
    given = {str(name): doubles(value) for name, value in at.items()}
    return BlockValues({name: value if value.ndim else float(value) for name, value in given.items()})
