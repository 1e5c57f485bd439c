"""Many Hessian-vector products at one point, as rows of columns: every operation of a pass works for all vectors.

H v = grad(<grad f, v>), two reverse passes (B. A. Pearlmutter, "Fast exact multiplication by the Hessian", Neural
Computation 6(1), 1994). A column holds a variable once a vector, and the rows do not depend on each other.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from hesscli.language.expression import Expression
from hesscli.result import TapeAnswer
from hesscli.tape.answers import TENSORFLOW_ERRORS, with_repairs
from hesscli.tape.lowering.summation import width
from hesscli.tape.objective import Objective, nothing, objective_of
from hesscli.tape.plan import Array
from hesscli.tape.primitive import take_missing
from hesscli.tape.quiet import tf
from hesscli.tape.values import Tensor

MOST_NUMBERS = 1 << 22
"""Of all nodes and vectors of one pass; what the tapes keep of them takes some ten times 8 bytes."""


def answer_products(
    expression: Expression, point: Array, vectors: Array, *, dtype: str = "float64", plain: bool = False
) -> TapeAnswer:
    """f, its gradient, and its Hessian times every vector.

    Args:
        expression: f, of n variables, scalar.
        point: shape (n,).
        vectors: shape (c, n); c may be 0.
        dtype: of every tensor.
        plain: whether to leave TensorFlow's own gradients as they are.

    Returns:
        An answer with the arrays ``value``, ``gradient`` (n,), ``products`` (c, n); NaN and a hole where TensorFlow
        has None, and NaN everywhere after an error.

    Raises:
        Unlowered: TensorFlow has no such function.
    """
    objective = objective_of(expression, dtype, plain)
    count, n = vectors.shape
    value, gradient, products = np.array(np.nan), np.full(n, np.nan), np.full((count, n), np.nan)
    holes = {"value": np.array(False), "gradient": np.zeros(n, bool), "products": np.zeros((count, n), bool)}
    step = max(1, MOST_NUMBERS // (len(expression.nodes) * width(expression)))
    take_missing()
    failures: list[str] = []
    try:
        for start in range(0, max(count, 1), step):
            rows = slice(start, start + step)
            f, slopes, second = _pass(objective, point, vectors[rows], dtype)
            value = f.numpy()[0]
            for i, slope in enumerate(slopes):
                holes["gradient"][i] = slope is None
                gradient[i] = np.nan if slope is None else slope.numpy()[0]
            for i, column in enumerate(second):
                holes["products"][rows, i] = column is None
                products[rows, i] = np.nan if column is None else column.numpy()
    except TENSORFLOW_ERRORS as error:
        failures.append(f"TensorFlow raised {type(error).__name__}: {' '.join(str(error).split())[:300]}")
    if np.isnan(value):  # where f is NaN it has no derivatives, whatever a rule leaves
        gradient[:], products[:] = np.nan, np.nan
    arrays = {"value": np.array(value), "gradient": gradient, "products": products}
    said = TapeAnswer(arrays, holes, (*failures, *take_missing()), "nested", plain)
    return with_repairs(said, objective, 2 if count else 1, point[None, :].astype(dtype))


def _pass(
    objective: Objective, point: Array, vectors: Array, dtype: str
) -> tuple[Tensor, Sequence[Tensor], Sequence[Tensor]]:
    """The value, the slopes, and the products by columns; each as often as there are vectors."""
    count = max(1, len(vectors))
    xs = [tf.fill([count], tf.constant(number, dtype)) for number in point]
    with tf.GradientTape() as outer:
        outer.watch(xs)
        with tf.GradientTape() as inner:
            inner.watch(xs)
            f = objective(xs, _same)[0]
        slopes = inner.gradient(f, xs)
        weights = [tf.constant(column, dtype) if column.any() else None for column in vectors.T]
        along = [s * v for s, v in zip(slopes, weights, strict=True) if s is not None and v is not None]
        total = tf.add_n(along) if along else None
    f = tf.broadcast_to(f, [count])
    if not len(vectors):
        return f, slopes, ()
    return f, slopes, [None] * len(xs) if total is None else outer.gradient(total, xs)


def _same(_: int, args: Sequence[Tensor]) -> Tensor:
    """The value beside the first condition that holds, NaN where none does; all rows are the same point."""
    chosen = next((k - 1 for k in range(1, len(args), 2) if bool(tf.reduce_all(args[k]))), None)
    return nothing(args) if chosen is None else args[chosen]
