"""One row of the audit: an operation of TensorFlow at a point, and the same function in hesscli's language."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import cycle, islice
from math import prod
from typing import Any

import numpy as np
from numpy.typing import NDArray

from hesscli.audit.report import Mode
from hesscli.language.writing import Formula, variables, write
from hesscli.tape.quiet import tf

Tensor = Any  # tf.Tensor; TensorFlow ships no types
Point = Any  # a number, or numbers nested like the tensor

STEPS = (1.0, -0.5, 0.75, 0.375, -1.25, 0.625, 1.125, -0.875, 0.25, -1.375, 1.5)
"""A direction that nothing is symmetric to, exact in every floating-point format."""


@dataclass(frozen=True, slots=True)
class Scenario:
    """An operation of TensorFlow as a function of one tensor, at a point, along a line.

    What is differentiated is t -> function(point + t*direction) at t = 0: one number for each order.

    Attributes:
        name: as people write it, e.g. ``tf.nn.moments``.
        function: tensor of the point's shape -> scalar tensor, by TensorFlow's own operations.
        written: the same function in hesscli's language: text in ``x`` (a number) or x0, x1, ... (row by
            row), or a function that writes it from an array of these variables.
        point: where; a number or nested tuples.
        where: what is special about the point, in few words.
        direction: of the line, like the point; None is 1 for a number and STEPS over and over else.
        dtype: of all tensors; ``float32`` for operations that compute in nothing better.
        thread: issues of tensorflow/tensorflow about it.
        note: one sentence more.
        modes: ways to differentiate it; all of them on some rows only, for on every row they would take minutes.
    """

    name: str
    function: Callable[[Tensor], Tensor]
    written: str | Callable[[Any], Formula]
    point: Point
    where: str = ""
    direction: Point = None
    dtype: str = "float64"
    thread: str = ""
    note: str = ""
    modes: tuple[Mode, ...] = (Mode.REVERSE,)

    @property
    def shape(self) -> tuple[int, ...]:
        """Of the point."""
        return np.shape(self.point)

    @property
    def expression(self) -> str:
        """The function in hesscli's language."""
        return self.written if isinstance(self.written, str) else write(self.written(variables(self.shape)))

    @property
    def variables(self) -> tuple[str, ...]:
        """Names of the coordinates in the expression."""
        return tuple(f"x{k}" for k in range(prod(self.shape))) if self.shape else ("x",)

    @property
    def coordinates(self) -> NDArray[np.float64]:
        """The point as the dtype holds it, flat, shape (n,)."""
        return _flat(self.point, self.dtype)

    @property
    def steps(self) -> NDArray[np.float64]:
        """The direction as the dtype holds it, flat, shape (n,)."""
        if self.direction is not None:
            return _flat(self.direction, self.dtype)
        count = prod(self.shape)
        return np.array([1.0]) if count == 1 else np.array(list(islice(cycle(STEPS), count)))

    @property
    def along(self) -> str:
        """The function of t alone, in hesscli's language."""
        places = zip(self.variables, self.coordinates, self.steps, strict=True)
        lines = [f"{name} = {float(p)!r}" + (f" + ({float(d)!r})*t" if d else "") for name, p, d in places]
        return "; ".join([*lines, self.expression])

    def line(self, t: Tensor) -> Tensor:
        """The function of t alone, in TensorFlow; of a number itself where the point is one."""
        if self.bare:
            return self.function(t)
        point = tf.constant(self.coordinates.reshape(self.shape), self.dtype)
        direction = tf.constant(self.steps.reshape(self.shape), self.dtype)
        return tf.cast(self.function(point + direction * t), self.dtype)

    @property
    def bare(self) -> bool:
        """Whether the variable is the operation's argument itself, with no step of ours between."""
        return not self.shape and self.direction is None

    def origin(self) -> Tensor:
        """Where ``line`` is differentiated."""
        return tf.constant(float(self.coordinates[0]) if self.bare else 0.0, self.dtype)


def _flat(values: Point, dtype: str) -> NDArray[np.float64]:
    return np.asarray(values, dtype).astype(np.float64).ravel()


def named(
    name: str, function: Callable[[Tensor], Tensor], written: str, *points: float, **details: Any
) -> Sequence[Scenario]:
    """A function of one number at several points, one row each.

    Args:
        name: as people write it.
        function: scalar tensor -> scalar tensor.
        written: the same function of ``x`` in hesscli's language.
        *points: where.
        **details: further fields of all rows.
    """
    return [Scenario(name, function, written, x, **{"where": f"x = {x:g}", **details}) for x in points]
