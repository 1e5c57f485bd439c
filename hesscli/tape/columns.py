"""Partial derivatives of one function on long columns, a column a derivative: nothing is put in rows in between.

The same compiled functions as in ``batch``, of columns instead of points; for what sums of very many terms need.
"""

from __future__ import annotations

import functools
import logging
from collections.abc import Sequence

import numpy as np

from hesscli.language.expression import Expression
from hesscli.request import Path, Request
from hesscli.result import TapeAnswer
from hesscli.tape.answers import TENSORFLOW_ERRORS, repaired
from hesscli.tape.batch import CHUNK, COMPILE_FROM, COMPILE_WORK, MOST_COMPILED, Compiled, Job, numbers
from hesscli.tape.plan import Array, plan_of
from hesscli.tape.primitive import take_missing
from hesscli.tape.quiet import tf
from hesscli.tape.values import Tensor

LOG = logging.getLogger("hesscli.tape")


class Columns(Compiled):
    """A function of columns -> a tensor (entries, rows), compiled from the first call on."""

    def __init__(self, job: Job) -> None:
        super().__init__(job, plan_of(job.expression, job.request))
        self.usable = not (self.objective.piecewise or self.method.single) and self.work <= COMPILE_WORK
        self.usable = self.usable and Compiled.count < MOST_COMPILED
        Compiled.count += self.usable
        self.compiled = tf.function(self.side_by_side, jit_compile=True, autograph=False)

    def side_by_side(self, *columns: Tensor) -> Tensor:
        """All entries, one under the other."""
        return tf.stack(self.entries(list(columns), lambda k, args: args[0], tf.shape(columns[0])))


@functools.lru_cache(maxsize=32)
def columns_of(job: Job) -> Columns:
    """The function of a job, made once."""
    return Columns(job)


def answer_columns(
    expression: Expression,
    paths: tuple[Path, ...],
    columns: Sequence[Array | float],
    count: int,
    most: int = CHUNK,
    *,
    dtype: str,
    plain: bool,
) -> TapeAnswer | None:
    """What nested tapes say at all places of some columns, if a compiled function can say it.

    Args:
        expression: f, of n variables.
        paths: the partial derivatives.
        columns: n arrays of shape (rows,), or single numbers; at most ``most`` rows.
        count: how many rows there are in all chunks together.
        most: the rows of a chunk, which is what is compiled; a shorter last one is filled up.
        dtype: of every tensor.
        plain: whether to leave TensorFlow's own gradients as they are.

    Returns:
        An answer whose array ``partials`` has shape (paths, rows), read-only, and its holes (paths,); None where
        compiling does not pay or XLA has no kernel: then ``answer_batch`` answers.

    Raises:
        Unlowered: TensorFlow has no such function.
    """
    job = Job(expression, Request("partials", paths=paths), "nested", dtype, None, (), plain)
    if count < COMPILE_FROM or not columns or not (function := columns_of(job)).usable:
        return None
    rows = max(np.size(column) for column in columns)
    width = min(most, 1 << (count - 1).bit_length())
    tensors = [tf.convert_to_tensor(_wide(column, width, dtype)) for column in columns]
    take_missing()
    try:
        found = numbers(function.compiled(*tensors))[:, :rows]
    except TENSORFLOW_ERRORS as error:
        LOG.info("%s: not on columns: %s", expression.source, str(error)[:300])
        function.usable = False
        return None
    said = TapeAnswer({"partials": found}, {"partials": function.holes}, tuple(take_missing()), "nested", plain)
    return repaired(
        said, function.objective, function.plan.order, tensors if rows == width else [t[:rows] for t in tensors]
    )


def _wide(column: Array | float, width: int, dtype: str) -> Array:
    """A column as long as what was compiled; its last number fills it up."""
    given = np.asarray(column, dtype)
    if given.ndim and len(given) == width:
        return given
    filled = np.empty(width, dtype)
    count = given.size if given.ndim else width
    filled[:count] = given
    filled[count:] = filled[count - 1]
    return filled
