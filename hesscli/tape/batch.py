"""Many points of one function: one compiled function on columns, a column a variable.

Every operation works elementwise on columns of shape (rows,), and the rows do not depend on each
other, so that the gradient of a column is the column of the gradients: the methods run unchanged.
Points are sorted by the branches of Piecewise that they take; each sort has its own straight-line
program, so that no dead branch spoils a derivative.
"""

from __future__ import annotations

import functools
import logging
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from hesscli.errors import HesscliError
from hesscli.language.expression import Expression
from hesscli.request import Request
from hesscli.result import TapeAnswer
from hesscli.tape.answers import (
    TENSORFLOW_ERRORS,
    answer_each,
    failure,
    series_answer,
    undefined,
    with_repairs,
    within_reach,
)
from hesscli.tape.lowering.summation import width
from hesscli.tape.methods import method_named
from hesscli.tape.objective import Objective, Select, nothing, objective_of
from hesscli.tape.plan import Array, Plan, plan_of
from hesscli.tape.primitive import take_missing
from hesscli.tape.quiet import tf
from hesscli.tape.values import Tensor

CHUNK = 1 << 17
"""Most rows at once: the columns of a small program still fit the caches' neighbourhood, and memory stays bounded."""

FEW = 8
"""Up to so many points go one by one."""

COMPILE_FROM = 30_000
"""After so many points of one function compiling (some 0.5 s) pays; before, the same columns go eagerly."""

COMPILE_WORK = 20_000
"""Largest number of operations to compile, as nodes times derivatives; beyond, XLA takes longer than it saves."""

MOST_COMPILED = 128
"""So many functions a process compiles; TensorFlow never gives back the 2 MB that each takes. Others go eagerly."""

LOG = logging.getLogger("hesscli.tape")

Branches = tuple[int, ...]


def answer_batch(
    expression: Expression,
    request: Request,
    points: Array,
    *,
    method: str = "nested",
    dtype: str = "float64",
    step: float | None = None,
    plain: bool = False,
    whole: int | None = None,
) -> TapeAnswer:
    """What the tape says at k points, stacked along the first axis of every array.

    Args:
        expression: f, of n variables.
        request: which derivative.
        points: shape (k, n).
        method: a name of METHODS.
        dtype: of every tensor.
        step: of finite differences.
        plain: whether to leave TensorFlow's own gradients as they are.
        whole: of how many points these are some. Then whether to compile hangs on that alone and not on what this
            process has done before: whoever answers the points, the numbers are the same to the last bit.

    Returns:
        One TapeAnswer whose arrays and holes have shape (k, ...).

    Raises:
        Unlowered: TensorFlow has no such function.
        HesscliError: there is no such method.
    """
    points = np.ascontiguousarray(points, dtype)
    wanted = plan_of(expression, request)
    filled = {name: np.full((len(points), *wanted.shape(name)), np.nan, dtype) for name in wanted.quantities}
    holes = {name: np.ones(array.shape, bool) for name, array in filled.items()}
    if not len(points):
        return TapeAnswer(filled, holes, (), method, plain)
    if method == "taylor":
        series = series_answer(expression, wanted, points, dtype)
        if series is not None:
            return series
    chosen = method_named("nested" if method == "taylor" else method)
    if len(points) <= FEW:
        return stacked(
            answer_each(expression, request, points, method=chosen.name, dtype=dtype, step=step, plain=plain)
        )
    objective = objective_of(expression, dtype, plain)
    within_reach(objective, wanted, chosen, points, step)
    notes: list[str] = []
    for branches, rows in _sorted_by_branches(objective, points):
        part = points if rows is None else points[rows]
        job = Job(expression, request, chosen.name, dtype, step, branches, plain)
        expected = None if whole is None else whole * len(part) // len(points)
        notes += _fill(job, wanted, part, rows, expected, filled, holes)
    undefined(filled)
    said = TapeAnswer(filled, holes, tuple(dict.fromkeys(notes)), chosen.name, plain)
    return with_repairs(said, objective, wanted.order, points)


@dataclass(frozen=True, slots=True)
class Job:
    """What one compiled function computes; equal jobs share it."""

    expression: Expression
    request: Request
    method: str
    dtype: str
    step: float | None
    branches: Branches
    plain: bool = False


def stacked(answers: Sequence[TapeAnswer]) -> TapeAnswer:
    """Answers at single points as one."""
    first = answers[0]
    arrays = {name: np.stack([a.arrays[name] for a in answers]) for name in first.arrays}
    holes = {name: np.stack([a.holes[name] for a in answers]) for name in first.holes}
    notes = dict.fromkeys(note for a in answers for note in a.failures)
    repaired, remarks = (
        tuple(dict.fromkeys(one for a in answers for one in getattr(a, name))) for name in ("repaired", "remarks")
    )
    return TapeAnswer(arrays, holes, tuple(notes), first.method, first.plain, repaired, remarks)


def _sorted_by_branches(objective: Objective, points: Array) -> list[tuple[Branches, Array | None]]:
    """The sorts of points: branches of every Piecewise, and the rows that take them (None is all)."""
    if not objective.piecewise:
        return [((), None)]
    taken: dict[int, Array] = {}

    def select(k: int, args: Sequence[Tensor]) -> Tensor:
        value, branch = nothing(args), tf.constant(-1)
        for i in range(len(args) - 2, -1, -2):
            value, branch = tf.where(args[i + 1], args[i], value), tf.where(args[i + 1], i, branch)
        taken[k] = np.broadcast_to(branch.numpy(), len(points))
        return value

    objective([tf.constant(column) for column in points.T], select)
    sorts, which = np.unique(np.stack([taken[k] for k in objective.piecewise], axis=1), axis=0, return_inverse=True)
    return [(tuple(branches.tolist()), np.flatnonzero(which.ravel() == s)) for s, branches in enumerate(sorts)]


def _fill(
    job: Job,
    wanted: Plan,
    points: Array,
    where: Array | None,
    expected: int | None,
    filled: dict[str, Array],
    holes: dict[str, Array],
) -> list[str]:
    """Write the answers at ``points`` to the rows ``where`` (None is all); less of them after an error."""
    notes: list[str] = []
    rest: Plan | None = wanted
    while rest is not None:
        take_missing()
        try:
            for start, block, function in _columns(job, rest.order, points, expected):
                rows = slice(start, start + len(block)) if where is None else where[start : start + len(block)]
                for name, columns in function.parts():
                    shape = rest.shape(name)
                    filled[name][rows] = block[:, columns].reshape((len(block), *shape))
                    holes[name][rows] = function.holes[columns].reshape(shape)
            return [*notes, *take_missing()]
        except HesscliError:
            raise
        except TENSORFLOW_ERRORS as error:
            notes.append(failure(error, rest))
            rest = rest.without_highest()
    return notes


def _columns(job: Job, order: int, points: Array, expected: int | None) -> Iterator[tuple[int, Array, Compiled]]:
    """Block by block: where it starts, its answers (rows, entries), and the function that gave them."""
    count = len(points)
    function = compiled(job, order)
    function.expect(count, expected)
    chunk = 1 if function.method.single else min(CHUNK // width(job.expression), 1 << (count - 1).bit_length())
    for start in range(0, count, chunk):
        block = points[start : start + chunk]
        rows = len(block)
        if rows < chunk:
            block = np.concatenate([block, np.broadcast_to(block[:1], (chunk - rows, block.shape[1]))])
        yield start, numbers(function(block))[:rows], function


def numbers(tensor: Tensor) -> Array:
    """The tensor's own memory, read-only: Tensor.numpy copies it, which takes as long as many a Hessian."""
    return np.asarray(memoryview(tensor))


class Compiled:
    """A function of an array of points (rows, n) -> a tensor (rows, entries), quantity after quantity.

    Attributes:
        plan: what it computes.
        holes: after the first call, for every entry whether TensorFlow gave None.
    """

    count = 0

    def __init__(self, job: Job, wanted: Plan) -> None:
        self.job, self.plan = job, wanted
        self.holes: Array = np.zeros(0, bool)
        self.objective, self.method = objective_of(job.expression, job.dtype, job.plain), method_named(job.method)
        self.work = len(job.expression.live()) * sum(len(paths) for paths in self.plan.levels)
        self.seen, self.pays = 0, False
        self.plainly: Callable[[Tensor], Tensor] = self.evaluate
        if self.method.single:
            self.plainly = tf.function(self.evaluate, autograph=False)
        self.forms: list[Callable[[Tensor], Tensor]] | None = None

    def expect(self, count: int, whole: int | None = None) -> None:
        """Compile once it pays for the points seen and to come; or, of so many as a whole, from the first."""
        if whole is None:
            self.seen += count
            self.pays = self.seen >= COMPILE_FROM
        else:
            self.pays = whole >= COMPILE_FROM
        fits = self.work <= COMPILE_WORK and not self.method.single
        if self.pays and self.forms is None:
            self.forms = []
            if fits and Compiled.count < MOST_COMPILED:
                Compiled.count += 1
                self.forms = [
                    tf.function(self.evaluate, jit_compile=True, autograph=False),
                    tf.function(self.evaluate, autograph=False),
                ]

    def evaluate(self, points: Tensor) -> Tensor:
        """All entries at the rows of points. XLA is fastest when it stacks columns and then transposes."""
        branch = dict(zip(self.objective.piecewise, self.job.branches, strict=True))
        select: Select = lambda k, args: args[branch[k]] if branch[k] >= 0 else nothing(args)  # noqa: E731 - a table
        xs = tf.unstack(points[0]) if self.method.single else tf.unstack(points, axis=1)
        return tf.transpose(tf.stack(self.entries(xs, select, tf.shape(points)[:1])))

    def entries(self, xs: list[Tensor], select: Select, shape: Tensor) -> list[Tensor]:
        """All entries at columns, each of a shape (rows,)."""
        table = self.method.table(lambda ys: self.objective(ys, select), xs, self.plan, step=self.job.step)
        keys = [key for name in self.plan.quantities for key in self.plan.keys(name)]
        entries = [None if (found := table.get(key)) is None else self.plan.entry(key, found) for key in keys]
        self.holes = np.array([entry is None for entry in entries])
        absent = tf.constant(np.nan, self.job.dtype)
        return [tf.broadcast_to(absent if entry is None else entry, shape) for entry in entries]

    def parts(self) -> Iterator[tuple[str, slice]]:
        """For every quantity the columns where it stands."""
        start = 0
        for name in self.plan.quantities:
            count = len(self.plan.keys(name))
            yield name, slice(start, start + count)
            start += count

    def __call__(self, points: Array | Tensor) -> Tensor:
        """Evaluate; where it pays XLA first, then TensorFlow's graph where XLA has no kernel for an operation."""
        tensor = tf.convert_to_tensor(points)
        if not (self.pays and self.forms):
            return self.plainly(tensor)
        try:
            return self.forms[0](tensor)
        except TENSORFLOW_ERRORS as error:
            LOG.info("%s: falling back to the next form: %s", self.job.expression.source, str(error)[:300])
            self.forms.pop(0)
            return self(points)


@functools.lru_cache(maxsize=32)
def compiled(job: Job, order: int) -> Compiled:
    """The function of a job up to an order, made once."""
    wanted: Plan | None = plan_of(job.expression, job.request).halved()
    while wanted is not None and wanted.order > order:
        wanted = wanted.without_highest()
    return Compiled(job, wanted or plan_of(job.expression, job.request))


def compiled_hessians(expression: Expression, points: Array, dtype: str = "float64") -> Callable[[], Array]:
    """The Hessians alone at points of shape (k, n), compiled for all of them at once.

    Args:
        expression: f, without Piecewise.
        points: shape (k, n).
        dtype: of every tensor.

    Returns:
        A function that computes them anew at every call, shape (k, n, n), read-only; it has been called once.
    """
    points = np.ascontiguousarray(points, dtype)
    job = Job(expression, Request("hessian"), "nested", dtype, None, ())
    function = Compiled(job, plan_of(expression, job.request).halved().only("hessian"))
    function.expect(max(len(points), COMPILE_FROM))
    count, n = points.shape
    tensor = tf.convert_to_tensor(points)

    def hessians() -> Array:
        entries = numbers(function(tensor))
        return entries.reshape(count, -1, n, n) if expression.vector else entries.reshape(count, n, n)

    hessians()
    return hessians
