"""A request at points -> TapeAnswers: one point eagerly, many points of one function compiled."""

from __future__ import annotations

import logging
import time
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from hesscli.errors import HesscliError, LimitError
from hesscli.language.expression import Expression
from hesscli.request import Request
from hesscli.result import TapeAnswer
from hesscli.tape.methods import TapeMethod, method_named
from hesscli.tape.objective import Objective, objective_of
from hesscli.tape.plan import Array, Plan, assemble, plan_of
from hesscli.tape.primitive import take_missing
from hesscli.tape.quiet import tf
from hesscli.tape.taylormode import taylor
from hesscli.tape.unlowered import Unlowered
from hesscli.tape.values import Tensor

LOG = logging.getLogger("hesscli.tape")

PROBE, GROWTH, PATIENCE = 3, 4.5, 60.0
"""The order that is timed, how much every further one costs, and the most seconds that may take."""

FAR = 100
"""So many orders further there is no need to know more precisely; powers overflow beyond."""

TENSORFLOW_ERRORS = (tf.errors.OpError, LookupError, NotImplementedError, TypeError, ValueError, RuntimeError)


def answer_each(
    expression: Expression,
    request: Request,
    points: Array,
    *,
    method: str = "nested",
    dtype: str = "float64",
    step: float | None = None,
    plain: bool = False,
) -> list[TapeAnswer]:
    """What the tape says at every point, one by one, eagerly.

    Args:
        expression: f, of n variables.
        request: which derivative.
        points: shape (k, n).
        method: a name of METHODS.
        dtype: of every tensor.
        step: of finite differences; None is their own choice.
        plain: whether to leave TensorFlow's own gradients as they are.

    Returns:
        k answers.

    Raises:
        Unlowered: TensorFlow has no such function.
        HesscliError: there is no such method, or it cannot answer this request.
    """
    points, wanted = np.asarray(points, dtype), plan_of(expression, request)
    if method == "taylor" and (answered := series_answer(expression, wanted, points, dtype)) is not None:
        return [answered.row(k) for k in range(len(points))]
    objective, chosen = objective_of(expression, dtype, plain), method_named("nested" if method == "taylor" else method)
    try:
        within_reach(objective, wanted, chosen, points, step)
    except HesscliError:
        raise
    except TENSORFLOW_ERRORS as error:  # at a low order already: the high one would fail too, after a long time
        found, holes = assemble(wanted, {}, dtype)
        return [TapeAnswer(found, holes, (failure(error, wanted),), chosen.name, plain)] * len(points)
    return [_one(objective, wanted, chosen, point, dtype, step) for point in points]


def series_answer(expression: Expression, wanted: Plan, points: Array, dtype: str) -> TapeAnswer | None:
    """Taylor mode at all points, stacked; None if a function has no power-series rule: then nested tapes answer."""
    try:
        found, holes = taylor(expression, wanted, points, dtype)
    except Unlowered as missing:
        objective_of(expression, dtype)
        LOG.info("%s: %s", expression.source, missing)
        return None
    undefined(found)
    wide = {name: np.broadcast_to(hole, found[name].shape) for name, hole in holes.items()}
    return with_repairs(TapeAnswer(found, wide, (), "taylor"), objective_of(expression, dtype), wanted.order, points)


def within_reach(objective: Objective, wanted: Plan, method: TapeMethod, points: Array, step: float | None) -> None:
    """Refuse orders that nested tapes do not reach in PATIENCE seconds: time order PROBE, times 5 for each further one.

    The first call may pay for loading; only if it seems too slow it is timed once more.

    Raises:
        LimitError: the order is too high for this method.
    """
    if wanted.order <= PROBE or not len(points):
        return
    probe = replace(wanted.only("value"), levels=wanted.levels[:PROBE])
    xs = tf.unstack(tf.constant(points[0]))
    for _ in range(2):
        started = time.perf_counter()
        method.table(objective, xs, probe, step=step)
        seconds = (time.perf_counter() - started) * GROWTH ** min(wanted.order - PROBE, FAR)
        if seconds <= PATIENCE:
            return
    raise LimitError(
        f"--method {method.name}: order {wanted.order} would take about {seconds:.0g} s, "
        f"over the limit of {PATIENCE:g} s; use --method taylor"
    )


def _one(
    objective: Objective, wanted: Plan, method: TapeMethod, point: Array, dtype: str, step: float | None
) -> TapeAnswer:
    take_missing()
    xs = tf.unstack(tf.constant(point))
    failures: list[str] = []
    table: dict[Any, Any] = {}
    rest: Plan | None = wanted
    while rest is not None:
        try:
            table = method.table(objective, xs, rest, step=step)
            break
        except HesscliError:
            raise
        except TENSORFLOW_ERRORS as error:
            failures.append(failure(error, rest))
            rest = rest.without_highest()
    numbers = {key: None if entry is None else entry.numpy() for key, entry in table.items()}
    found, holes = assemble(wanted, numbers, dtype)
    undefined(found)
    said = TapeAnswer(found, holes, (*failures, *take_missing()), method.name, objective.plain)
    return with_repairs(said, objective, wanted.order, point[None, :])


def with_repairs(said: TapeAnswer, objective: Objective, order: int, points: Array) -> TapeAnswer:
    """The same answer with what was repaired in it, or would have to be; points of shape (k, n)."""
    return repaired(said, objective, order, [tf.constant(column) for column in points.T])


def repaired(said: TapeAnswer, objective: Objective, order: int, columns: Sequence[Tensor]) -> TapeAnswer:
    """The same at points given as n columns."""
    found = objective.repairs(columns, order)
    if objective.plain:
        return replace(said, remarks=tuple(f"{name} without repair: {why}" for name, why in found.items()))
    remarks = tuple(
        f"the tape carries hesscli's own derivative of {name}: {why}; --plain shows TensorFlow's own"
        if why
        else f"the tape carries hesscli's own {name}: TensorFlow has no such function"
        for name, why in found.items()
    )
    return replace(said, repaired=tuple(found), remarks=remarks)


def undefined(found: dict[str, Array]) -> None:
    """Where f itself is NaN it has no derivatives, whatever finite number a rule of TensorFlow leaves (1/x of log)."""
    if "value" not in found:  # a list of partial derivatives
        return
    value = found["value"]
    missing = np.isnan(value)
    if missing.any():
        for array in found.values():
            array[np.broadcast_to(missing.reshape(value.shape + (1,) * (array.ndim - value.ndim)), array.shape)] = (
                np.nan
            )


def failure(error: BaseException, rest: Plan) -> str:
    """One sentence about an error that TensorFlow raised."""
    names = ", ".join(name for name, quantity in rest.quantities.items() if quantity.degree == rest.order)
    told = " ".join(str(error).split()) or type(error).__name__
    return f"{names}: TensorFlow raised {type(error).__name__}: {told[:300]}"
