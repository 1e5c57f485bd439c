"""The ways to differentiate, each as its definition.

A method takes a function of n tensors, the point and the levels of partials (see ``plan``) and returns
all of them. A pass is one sweep through the program, forward or reverse.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from hesscli.errors import HesscliError
from hesscli.request import Path
from hesscli.tape.plan import Levels, Partials, Plan, by_parent
from hesscli.tape.quiet import forget_sources, tf
from hesscli.tape.values import Tensor

TensorMap = Callable[[Sequence[Tensor]], list[Tensor]]
Differentiate = Callable[[TensorMap, Sequence[Tensor], Levels], Partials]
Product = Callable[[TensorMap, Sequence[Tensor], Levels, Sequence[float]], Partials]


def values(f: TensorMap, xs: Sequence[Tensor]) -> Partials:
    """Order 0: the outputs themselves."""
    return {(c,): y for c, y in enumerate(f(xs))}


def rows(tape: tf.GradientTape, table: Partials, xs: Sequence[Tensor], paths: Sequence[Path]) -> Partials:
    """One reverse pass for every partial of ``table`` that has children among ``paths``."""
    found: Partials = {}
    children = by_parent(paths)
    for key, y in table.items():
        wanted = children.get(key[1:])
        if wanted:
            slopes = [None] * len(wanted) if y is None else tape.gradient(y, [xs[j] for j in wanted])
            found |= {(*key, j): slope for j, slope in zip(wanted, slopes, strict=True)}
    return found


def nested(f: TensorMap, xs: Sequence[Tensor], levels: Levels) -> Partials:
    """A tape around a tape around ... the function; the outer ones persistent.

    Passes: the Hessian takes 1 forward and n + 1 reverse; each further order about 4 times more.
    """
    if not levels:
        return values(f, xs)
    with tf.GradientTape(persistent=True) as tape:
        tape.watch(xs)
        table = nested(f, xs, levels[:-1])
    return table | rows(tape, table, xs, levels[-1])


def persistent(f: TensorMap, xs: Sequence[Tensor], levels: Levels) -> Partials:
    """One persistent tape that also records its own gradients.

    Passes: those of ``nested``; everything is kept in memory until the end.
    """
    with tf.GradientTape(persistent=True) as tape:
        tape.watch(xs)
        table = values(f, xs)
        for paths in levels:
            table |= rows(tape, table, xs, paths)
    return table


def jacobian(f: TensorMap, xs: Sequence[Tensor], levels: Levels) -> Partials:
    """``tape.jacobian`` of ``tape.jacobian``: TensorFlow vectorises the rows (pfor) and retraces at every call.

    Passes: those of ``nested``, the reverse ones as one batch; all n**N entries.
    """
    dense = _dense(f, tf.stack(xs), len(levels))
    forget_sources()
    table: Partials = {}
    for order, paths in enumerate([((),), *levels]):
        for c in range(dense[0].shape[0]):
            table |= {(c, *path): None if dense[order] is None else dense[order][(c, *path)] for path in paths}
    return table


def _dense(f: TensorMap, x: Tensor, order: int) -> list[Tensor]:
    if order == 0:
        return [tf.stack(f(tf.unstack(x)))]
    with tf.GradientTape() as tape:
        tape.watch(x)
        lower = _dense(f, x, order - 1)
    return [*lower, None if lower[-1] is None else tape.jacobian(lower[-1], x)]


def explicit(f: TensorMap, xs: Sequence[Tensor], levels: Levels) -> Partials:
    """The gradient is a Python function of its own, and is differentiated like any other: D(D(f)).

    Passes: those of ``nested`` plus those of every lower order again.
    """
    derivative: Callable[[Sequence[Tensor]], Partials] = lambda xs: values(f, xs)  # noqa: E731 - the zeroth derivative
    table = derivative(xs)
    for paths in levels:
        derivative = differentiate(derivative, paths)
        table |= derivative(xs)
    return table


def differentiate(
    function: Callable[[Sequence[Tensor]], Partials], paths: Sequence[Path]
) -> Callable[[Sequence[Tensor]], Partials]:
    """D: a function -> the function that is its derivative."""

    def derivative(xs: Sequence[Tensor]) -> Partials:
        with tf.GradientTape(persistent=True) as tape:
            tape.watch(xs)
            table = function(xs)
        return rows(tape, table, xs, paths)

    return derivative


def forward_over_reverse(f: TensorMap, xs: Sequence[Tensor], levels: Levels) -> Partials:
    """A forward accumulator along every variable, around reverse tapes for the lower orders.

    Passes: the Hessian takes n times (1 forward and 1 reverse, each with its tangent). Forward over forward
    is never used: TensorFlow's is silently wrong.
    """
    if len(levels) < 2:
        return nested(f, xs, levels)
    table: Partials = {}
    children = by_parent(levels[-1])
    for j in range(len(xs)):
        tangents = [tf.ones_like(x) if i == j else tf.zeros_like(x) for i, x in enumerate(xs)]
        with tf.autodiff.ForwardAccumulator(list(xs), tangents) as accumulator:
            lower = nested(f, xs, levels[:-1])
        table |= lower
        for key, y in lower.items():
            if j in children.get(key[1:], ()):
                table[(*key, j)] = None if y is None else accumulator.jvp(y)
    return table


def finite_difference(f: TensorMap, xs: Sequence[Tensor], levels: Levels, step: float | None = None) -> Partials:
    """(g(x + h) - g(x - h))/(2h), where g is f for first derivatives and the tape's derivative of one order less above.

    Passes: 2n evaluations of g. Error: h**2*g'''/6 + eps*g/h, least near h = eps**(1/3)*x.
    """
    if not levels:
        return values(f, xs)
    table, children = nested(f, xs, levels[:-1]), by_parent(levels[-1])
    for j in range(len(xs)):
        h = steps(xs[j], step)
        above, below = ([x + sign * h if i == j else x for i, x in enumerate(xs)] for sign in (1, -1))
        high, low = nested(f, above, levels[:-1]), nested(f, below, levels[:-1])
        for key in list(high):
            if j in children.get(key[1:], ()):
                table[(*key, j)] = _quotient(high[key], low[key], above[j] - below[j])
    return table


def steps(x: Tensor, step: float | None) -> Tensor:
    """The step at x: as given, or eps**(1/3) relative to max(1, abs(x))."""
    if step is not None:
        return tf.constant(step, x.dtype)
    relative = float(np.finfo(x.dtype.as_numpy_dtype).eps) ** (1 / 3)
    return tf.constant(relative, x.dtype) * tf.maximum(tf.abs(x), tf.ones_like(x))


def _quotient(high: Tensor, low: Tensor, width: Tensor) -> Tensor:
    return None if high is None or low is None else (high - low) / width


def reverse_product(
    f: TensorMap, xs: Sequence[Tensor], levels: Levels, vector: Sequence[float], method: Differentiate
) -> Partials:
    """H v = grad(<grad f, v>): two reverse passes, whatever n is (Pearlmutter 1994)."""
    with tf.GradientTape(persistent=True) as tape:
        tape.watch(xs)
        table = method(f, xs, levels)
        along = {c: _along(table, c, len(xs), vector) for (c, *path) in list(table) if not path}
    for c, slope in along.items():
        product = [None] * len(xs) if slope is None else tape.gradient(slope, list(xs))
        table |= {(c, i, len(xs)): entry for i, entry in enumerate(product)}
    return table


def _along(table: Partials, c: int, n: int, vector: Sequence[float]) -> Tensor:
    terms = [
        table[c, i] * tf.constant(vector[i], table[c, i].dtype)
        for i in range(n)
        if vector[i] and table[c, i] is not None
    ]
    return tf.add_n(terms) if terms else None


def forward_product(f: TensorMap, xs: Sequence[Tensor], levels: Levels, vector: Sequence[float]) -> Partials:
    """H v = d/dt grad f(x + t v): one forward accumulator along v around one reverse tape."""
    tangents = [tf.fill(tf.shape(x), tf.constant(v, x.dtype)) for x, v in zip(xs, vector, strict=True)]
    with tf.autodiff.ForwardAccumulator(list(xs), tangents) as accumulator:
        table = nested(f, xs, levels)
    slopes = {key: y for key, y in table.items() if len(key) == 2}
    return table | {(*key, len(xs)): None if y is None else accumulator.jvp(y) for key, y in slopes.items()}


def difference_product(
    f: TensorMap, xs: Sequence[Tensor], levels: Levels, vector: Sequence[float], step: float | None = None
) -> Partials:
    """(grad f(x + h v) - grad f(x - h v))/(2h): two evaluations of the gradient."""
    table = nested(f, xs, levels)
    h = steps(tf.reduce_max(tf.abs(tf.stack(xs)), axis=0), step) / max(1.0, *(abs(v) for v in vector))
    above, below = (
        [x + sign * h * tf.constant(v, x.dtype) for x, v in zip(xs, vector, strict=True)] for sign in (1, -1)
    )
    high, low = nested(f, above, levels), nested(f, below, levels)
    slopes = [key for key in table if len(key) == 2]
    return table | {(*key, len(xs)): _quotient(high[key], low[key], 2 * h) for key in slopes}


@dataclass(frozen=True, slots=True)
class TapeMethod:
    """One row of METHODS.

    Attributes:
        name: as in ``--method``.
        partials: computes the levels of a plan.
        product: computes a Hessian-vector product without the Hessian; None is grad(<grad f, v>).
        options: what it may be given besides, e.g. ``step``.
        single: True where it takes one point at a time: many points go one by one through one traced function.
    """

    name: str
    partials: Differentiate
    product: Product | None = None
    options: frozenset[str] = field(default_factory=frozenset)
    single: bool = False

    def table(self, f: TensorMap, xs: Sequence[Tensor], plan: Plan, **options: float | None) -> Partials:
        """The partials of a plan at a point."""
        given = {name: value for name, value in options.items() if name in self.options}
        if plan.layout.direction is None:
            return self.partials(f, xs, plan.levels, **given)
        if self.product is None:
            return reverse_product(f, xs, plan.levels, plan.layout.direction, self.partials)
        return self.product(f, xs, plan.levels, plan.layout.direction, **given)


METHODS: Mapping[str, TapeMethod] = {
    row.name: row
    for row in (
        TapeMethod("nested", nested),
        TapeMethod("persistent", persistent),
        TapeMethod("jacobian", jacobian, single=True),
        TapeMethod("forward-over-reverse", forward_over_reverse, forward_product),
        TapeMethod("explicit", explicit),
        TapeMethod("finite-difference", finite_difference, difference_product, frozenset({"step"})),
    )
}
"""The words of ``hesscli.options.Method`` but the last -> how; Taylor mode stands in ``taylormode``."""


def method_named(name: str) -> TapeMethod:
    """The row of METHODS.

    Raises:
        HesscliError: there is no such method.
    """
    if name not in METHODS:
        raise HesscliError(f"--method: no method {name!r}; there are {', '.join([*METHODS, 'taylor'])}", code="method")
    return METHODS[name]
