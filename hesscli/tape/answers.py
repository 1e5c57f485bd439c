"""A request at points -> TapeAnswers: one point eagerly, many points of one function compiled."""

from __future__ import annotations

import functools
from typing import Any

import numpy as np

from hesscli.errors import HesscliError
from hesscli.language.expression import Expression
from hesscli.result import Request, TapeAnswer
from hesscli.tape.lowering import Program
from hesscli.tape.lowering.smooth import take_missing
from hesscli.tape.methods import Method, method_named
from hesscli.tape.plan import Array, Plan, arrays, plan
from hesscli.tape.quiet import tf

TENSORFLOW_ERRORS = (tf.errors.OpError, LookupError, NotImplementedError, TypeError, ValueError, RuntimeError)


def answer(
    expression: Expression,
    request: Request,
    points: Array,
    *,
    method: str = "nested",
    dtype: str = "float64",
    step: float | None = None,
) -> list[TapeAnswer]:
    """What the tape says at every point, one by one, eagerly.

    Args:
        expression: f, of n variables.
        request: which derivative.
        points: shape (k, n).
        method: a name of METHODS.
        dtype: of every tensor.
        step: of finite differences; None is their own choice.

    Returns:
        k answers.

    Raises:
        Unlowered: TensorFlow has no such function.
        HesscliError: there is no such method, or it cannot answer this request.
    """
    program, wanted, chosen = program_of(expression, dtype), plan_of(expression, request), method_named(method)
    return [_one(program, wanted, chosen, point, dtype, step) for point in np.asarray(points, dtype)]


def plan_of(expression: Expression, request: Request) -> Plan:
    """The plan of a request for an expression."""
    return plan(request, len(expression.variables), len(expression.outputs), expression.vector)


@functools.lru_cache(maxsize=64)
def program_of(expression: Expression, dtype: str) -> Program:
    """The program of an expression, made once."""
    return Program(expression, dtype)


def _one(program: Program, wanted: Plan, method: Method, point: Array, dtype: str, step: float | None) -> TapeAnswer:
    take_missing()
    xs = tf.unstack(tf.constant(point))
    failures: list[str] = []
    table: dict[Any, Any] = {}
    rest: Plan | None = wanted
    while rest is not None:
        try:
            table = method.table(program, xs, rest, step=step)
            break
        except HesscliError:
            raise
        except TENSORFLOW_ERRORS as error:
            failures.append(failure(error, rest))
            rest = rest.without_highest()
    numbers = {key: None if entry is None else entry.numpy() for key, entry in table.items()}
    found, holes = arrays(wanted, numbers, dtype)
    return TapeAnswer(found, holes, (*failures, *take_missing()), method.name)


def failure(error: BaseException, rest: Plan) -> str:
    """One sentence about an error that TensorFlow raised."""
    names = ", ".join(name for name, order in rest.quantities.items() if order == rest.order)
    told = " ".join(str(error).split()) or type(error).__name__
    return f"{names}: TensorFlow raised {type(error).__name__}: {told[:300]}"


__all__ = ["answer", "failure", "plan_of"]
