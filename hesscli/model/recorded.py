"""The graph of a function of tensors, written out as an expression of its numbers for the exact side.

What is written is what every operation computes, forwards, from a table of operations; none of TensorFlow's derivatives
takes part, nor what hides them: `stop_gradient` and custom gradients pass their values on. An operation that is not in
the table, as every loop, branch or state, and the function is not written out.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from hesscli.errors import HesscliError
from hesscli.language.expression import Expression
from hesscli.language.syntax import parse
from hesscli.language.writing import Text, text, write
from hesscli.model.operations import MOST_FORMULAS, RULES, UnknownError, constant, plain

FEW = 4
"""Variables up to which `MOST_FORMULAS` is the limit; of more it falls as their number grows."""

MOST_VARIABLES = 30


def recorded(graph: Any, theta: Any, output: Any) -> Expression | None:
    """The expression of a traced function in x0, x1, ...; None where it cannot be had without doubt, or is long.

    Args:
        graph: TensorFlow's, of the function.
        theta: its placeholder of shape (n,).
        output: its tensor of one number.
    """
    n = int(theta.shape[0])
    if n > MOST_VARIABLES:
        return None
    point: NDArray[Any] = np.empty(n, object)
    point[:] = [Text(f"x{k}") for k in range(n)]
    known: dict[str, Any] = {theta.name: point}
    work = 0
    try:
        known |= {inside.name: constant(outside) for outside, inside in graph.captures}
        for operation in _needed(output, known):
            inputs = [known[tensor.name] for tensor in operation.inputs]
            found = _applied(operation, inputs)
            work += sum(np.size(part) for part in found if not plain(part))
            if work * max(n, FEW) > MOST_FORMULAS * FEW:
                return None
            known |= {tensor.name: part for tensor, part in zip(operation.outputs, found, strict=True)}
        formula = np.asarray(known[output.name], object).reshape(-1)
        names = [f"x{k}" for k in range(n)]
        return parse(write(text(formula[0])), variables=names) if len(formula) == 1 else None
    except (UnknownError, HesscliError, ValueError, TypeError, IndexError, ZeroDivisionError):
        return None  # something that no formula has, as a number that is not finite


def _needed(output: Any, known: Mapping[str, Any]) -> list[Any]:
    """The operations that the output depends on, each after those that it needs."""
    order: dict[str, Any] = {}
    stack = [] if output.name in known else [output.op]
    while stack:
        operation = stack[-1]
        if operation.control_inputs:
            raise UnknownError(operation.type)  # of what is done besides: an assertion, a state
        missing = [one.op for one in operation.inputs if one.name not in known and one.op.name not in order]
        if missing:
            stack += missing
            continue
        order.setdefault(operation.name, operation)
        stack.pop()
    return list(order.values())


def _applied(operation: Any, inputs: Sequence[Any]) -> Sequence[Any]:
    """What an operation gives, of a shape that must be the one TensorFlow knows."""
    kind = operation.type
    if kind not in RULES:
        raise UnknownError(kind)
    found = RULES[kind](operation, *inputs)
    parts = found if isinstance(found, list) else [found]
    for part, tensor in zip(parts, operation.outputs, strict=True):
        if tensor.shape.rank is None or tuple(np.shape(part)) != tuple(tensor.shape):
            raise UnknownError(kind)
    return parts
