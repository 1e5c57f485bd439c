"""Partial derivatives of one function on long columns, a column a derivative: nothing is put in rows in between.

The same compiled functions as in ``batch``, of columns instead of points; for what sums of very many terms need. Where
only the sum of a column is wanted the compiled function begins to add, in doubles of twice the digits.
"""

from __future__ import annotations

import functools
import logging
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from hesscli.accuracy import two_sum
from hesscli.language.expression import Expression
from hesscli.request import Path, Request
from hesscli.result import TapeAnswer
from hesscli.tape.answers import TENSORFLOW_ERRORS, repaired
from hesscli.tape.batch import CHUNK, COMPILE_FROM, COMPILE_WORK, MOST_COMPILED, Compiled, Job, numbers
from hesscli.tape.plan import Array, plan_of
from hesscli.tape.primitive import take_missing
from hesscli.tape.quiet import tf, xla
from hesscli.tape.values import Tensor

LOG = logging.getLogger("hesscli.tape")


FOLD = 8
"""Rows that are added within the compiled function: the rest is an eighth of the work; more take longer to compile."""


@dataclass(frozen=True, slots=True, eq=False)
class Strip:
    """A variable's numbers, row by row.

    Attributes:
        values: shape (rows + shift or more,), or () where all rows share one number; columns that overlap share it.
        shift: where the first row stands.
    """

    values: Array
    shift: int = 0


@dataclass(frozen=True, slots=True)
class ColumnsAnswer:
    """What nested tapes say at all places of some columns.

    Attributes:
        said: ``partials`` has shape (paths, rows), read-only, and its holes (paths,); of paths that are added the
            holes alone.
        folded: of those that are added: doubles whose sum it is, the errors of their own additions, and the sums of
            absolute values, shape (3, added, some rows); NaN or infinite where a term is one.
    """

    said: TapeAnswer
    folded: Array


class Columns(Compiled):
    """A function of columns -> tensors (entries, rows) and (3, added, fewer rows), compiled from the first call on.

    Args:
        job: what it computes.
        layout: for every variable which of the arguments it is of, and its shift there.
        added: paths whose numbers are added.
    """

    def __init__(self, job: Job, layout: tuple[tuple[int, int], ...], added: tuple[int, ...]) -> None:
        super().__init__(job, plan_of(job.expression, job.request))
        self.layout, self.added = layout, added
        self.usable = not (self.objective.piecewise or self.method.single) and self.work <= COMPILE_WORK
        self.usable = self.usable and Compiled.count < MOST_COMPILED
        Compiled.count += self.usable
        self.compiled = tf.function(self.side_by_side, jit_compile=True, autograph=False)

    def side_by_side(self, count: Tensor, width: int, *given: Tensor) -> tuple[Tensor, Tensor]:
        """All entries, one under the other; those to be added apart from the others, of the first ``count`` rows."""
        columns = [
            given[which][shift : shift + width] if given[which].shape.rank else tf.fill([width], given[which])
            for which, shift in self.layout
        ]
        entries = self.entries(columns, lambda k, args: args[0], tf.constant([width]))
        empty = tf.zeros([0, width], self.job.dtype)
        kept = [entry for k, entry in enumerate(entries) if k not in self.added]
        terms = tf.cast(tf.stack([entries[k] for k in self.added]) if self.added else empty, tf.float64)
        return tf.stack(kept) if kept else empty, _folded(tf.where(tf.range(width) < count, terms, 0))


def _folded(terms: Tensor) -> Tensor:
    """Sums of terms (added, rows) over `FOLD` rows each, their errors, and the sums of absolute values.

    The terms are rounded before: a product that is contracted with an addition would spoil the addition's error.
    """
    added, width = terms.shape
    rows = FOLD if width % FOLD == 0 else 1
    parts = tf.unstack(tf.reshape(xla.optimization_barrier(terms), [added, rows, width // rows]), axis=1)
    high, low, size = parts[0], tf.zeros_like(parts[0]), tf.abs(parts[0])
    for b in parts[1:]:
        high, rounded = two_sum(high, b)
        low, size = low + rounded, size + tf.abs(b)
    return tf.stack([high, low, size])


@functools.lru_cache(maxsize=32)
def columns_of(job: Job, layout: tuple[tuple[int, int], ...], added: tuple[int, ...]) -> Columns:
    """The function of a job, made once."""
    return Columns(job, layout, added)


def answer_columns(
    expression: Expression,
    paths: tuple[Path, ...],
    columns: Sequence[Strip],
    rows: int,
    count: int,
    most: int = CHUNK,
    *,
    added: tuple[int, ...] = (),
    dtype: str,
    plain: bool,
) -> ColumnsAnswer | None:
    """What nested tapes say at all places of some columns, if a compiled function can say it.

    Args:
        expression: f, of n variables.
        paths: the partial derivatives.
        columns: of the n variables.
        rows: how many there are; at most ``most``.
        count: how many rows there are in all chunks together.
        most: the rows of a chunk, which is what is compiled; a shorter last one is filled up.
        added: which of the paths are wanted as sums.
        dtype: of every tensor.
        plain: whether to leave TensorFlow's own gradients as they are.

    Returns:
        None where compiling does not pay or XLA has no kernel: then ``answer_batch`` answers.

    Raises:
        Unlowered: TensorFlow has no such function.
    """
    if count < COMPILE_FROM or not columns:
        return None
    job = Job(expression, Request("partials", paths=paths), "nested", dtype, None, (), plain)
    given = {id(column.values): column.values for column in columns}
    layout = tuple((list(given).index(id(column.values)), column.shift) for column in columns)
    function = columns_of(job, layout, added)
    if not function.usable:
        return None
    width = _width(count, most)
    beyond = [max(shift for k, shift in layout if k == which) for which in range(len(given))]
    wide = [_wide(values, width + more, dtype) for values, more in zip(given.values(), beyond, strict=True)]
    tensors = [tf.convert_to_tensor(values) for values in wide]
    take_missing()
    try:
        kept, folded = (numbers(found) for found in function.compiled(tf.constant(rows), width, *tensors))
    except TENSORFLOW_ERRORS as error:
        LOG.info("%s: not on columns: %s", expression.source, str(error)[:300])
        function.usable = False
        return None
    said = TapeAnswer(
        {"partials": kept[:, :rows]}, {"partials": function.holes}, tuple(take_missing()), "nested", plain
    )
    objective, order = function.objective, function.plan.order
    places: list[Tensor] = []
    if objective.suspects(order):
        places = [
            tf.broadcast_to(t[shift : shift + rows] if t.shape.rank else t, [rows])
            for t, shift in ((tensors[which], shift) for which, shift in layout)
        ]
    told = repaired(said, objective, order, places)
    return ColumnsAnswer(told, folded)


def _width(count: int, most: int) -> int:
    """Rows to compile for: few different numbers, and a quarter more than there are at most."""
    step = max(1, 1 << (count - 1).bit_length() >> 3)
    return min(most, -(-count // step) * step)


def _wide(values: Array, width: int, dtype: str) -> Array:
    """A column as long as what was compiled; its last number fills it up. One number stays one."""
    given = np.asarray(values, dtype)
    if not given.ndim or len(given) == width:
        return given
    filled = np.empty(width, dtype)
    filled[: len(given)] = given
    filled[len(given) :] = given[-1]
    return filled
