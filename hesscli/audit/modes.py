"""All derivatives of a function of one number at once, order by order, by the ways TensorFlow has.

An order that fails keeps the exception in its place, and the orders below keep their numbers.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from hesscli.audit.report import Mode
from hesscli.audit.scenario import Scenario
from hesscli.tape.quiet import tf

Tensor = Any  # tf.Tensor; TensorFlow ships no types
Line = Callable[[Tensor], Tensor]
Response = float | None | Exception
"""What TensorFlow answers: a number, None, or the exception that it raised."""


def reverse(f: Line, t: Tensor, order: int) -> list[Any]:
    """A gradient tape around a gradient tape around ... the function: what people write.

    Args:
        f: t -> scalar tensor.
        t: a scalar tensor.
        order: the highest, N.

    Returns:
        N + 1 scalar tensors, f and its derivatives at t; None where TensorFlow gives None, and where it raised
        the exception itself.
    """
    return _around(reverse, f, t, order, lambda tape, y: tape.gradient(y, t))


def jacobian(f: Line, t: Tensor, order: int) -> list[Any]:
    """``reverse`` with ``tape.jacobian``, which vectorises the gradient's operations and traces them anew each time."""
    return _around(jacobian, f, t, order, lambda tape, y: tape.jacobian(y, t))


def forward_over_reverse(f: Line, t: Tensor, order: int) -> list[Any]:
    """One forward accumulator around nested tapes; arguments as for ``reverse``."""
    return _forward(reverse, f, t, order)


def forward_over_forward(f: Line, t: Tensor, order: int) -> list[Any]:
    """A forward accumulator around a forward accumulator around ... the function; arguments as for ``reverse``."""
    return _forward(forward_over_forward, f, t, order)


def _around(
    inner: Callable[..., list[Any]], f: Line, t: Tensor, order: int, slope: Callable[[Any, Tensor], Any]
) -> list[Any]:
    if order == 0:
        return [f(t)]
    with tf.GradientTape() as tape:
        tape.watch(t)
        lower = inner(f, t, order - 1)
    return [*lower, _next(lower[-1], lambda y: slope(tape, y))]


def _forward(inner: Callable[..., list[Any]], f: Line, t: Tensor, order: int) -> list[Any]:
    if order == 0:
        return [f(t)]
    with tf.autodiff.ForwardAccumulator(t, tf.ones_like(t)) as accumulator:
        lower = inner(f, t, order - 1)
    return [*lower, _next(lower[-1], accumulator.jvp)]


def _next(y: Any, slope: Callable[[Tensor], Any]) -> Any:
    """The derivative of the order below; what is missing stays missing."""
    if y is None or isinstance(y, Exception):
        return y
    try:
        return slope(y)
    except Exception as error:  # whatever TensorFlow raises is a finding
        return error


MODES: Mapping[Mode, Callable[[Line, Tensor, int], list[Any]]] = {
    Mode.REVERSE: reverse,
    Mode.FORWARD_OVER_REVERSE: forward_over_reverse,
    Mode.FORWARD_OVER_FORWARD: forward_over_forward,
    Mode.JACOBIAN: jacobian,
}
"""Every way."""


def differentiate(scenario: Scenario, mode: Mode, order: int) -> list[Response]:
    """What TensorFlow answers at orders 0 to ``order``.

    Args:
        scenario: f and the line through the point.
        mode: which way.
        order: the highest.

    Returns:
        order + 1 outcomes.
    """
    found = _attempt(scenario, mode, order)
    return [y if y is None or isinstance(y, Exception) else float(y) for y in found]


def _attempt(scenario: Scenario, mode: Mode, order: int) -> list[Any]:
    """An exception inside an accumulator spoils all orders at once: then the lower ones are asked for alone."""
    try:
        return MODES[mode](scenario.line, scenario.origin(), order)
    except Exception as error:
        lower = _attempt(scenario, mode, order - 1) if order else []
        return [*lower, error]
