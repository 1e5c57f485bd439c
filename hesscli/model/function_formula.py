"""A function of arithmetic and NumPy with its data, called once with formulas instead of numbers -> an expression."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from hesscli.errors import HesscliError, LimitError
from hesscli.language.binding import bind
from hesscli.language.expression import Expression
from hesscli.language.recording import recorded
from hesscli.model.weights import WeightLayout

Array = NDArray[Any]

MOST = 5_000
"""Numbers of data: each is written into the formula."""


def formula_of(
    function: Callable[..., Any], point: Mapping[str, Array | float], constants: Mapping[str, Any]
) -> tuple[Expression, list[float]]:
    """The expression, and the point in the order of its variables: of a vector w they are w0, w1, ...

    Args:
        function: whose arguments are all in ``point`` or ``constants``, or have a default.
        point: argument -> a vector, or a number.
        constants: argument -> data as arrays, or numbers.

    Raises:
        HesscliError: it cannot be recorded; the message says why.
        LimitError: too many data.

    Example:
        >>> found, at = formula_of(lambda w, t: np.sum((w - t) ** 2), {"w": 2.0}, {"t": np.array([1.0, 3.0])})
        >>> found.source, at
        ('(w - 1)**2 + (w - 3)**2', [2.0])
    """
    size = sum(np.size(value) for value in constants.values())
    if size > MOST:
        raise LimitError(
            f"the formula of {size:,} data would be too long; the limit is {MOST:,}: write the function with tf.*, or "
            "as a text, mean((y - w*t)**2), which takes columns as they are"
        )
    layout = WeightLayout.of([(name, np.shape(value)) for name, value in point.items()])
    names = layout.plain_names()

    def called(*formulas: Any) -> Any:
        every = np.empty(len(formulas), object)
        every[:] = formulas
        blocks = {
            one.name: every[one.part].reshape(one.shape) if one.shape else every[one.start] for one in layout.tensors
        }
        return function(**blocks, **constants)

    kind = inspect.Parameter.POSITIONAL_OR_KEYWORD
    called.__signature__ = inspect.Signature([inspect.Parameter(name, kind) for name in names])  # type: ignore[attr-defined]  # as it is asked for
    called.__name__ = getattr(function, "__name__", "")
    formula, listed = recorded(called, None, None)
    expression = bind(formula, listed, {})
    if expression.vector:
        raise HesscliError(f"{called.__name__} returns a vector; expected one number", code="function")
    return expression, [float(x) for value in point.values() for x in np.ravel(value)]
