"""What a claim is held against: points where the derivatives exist, and the exact values there."""

from __future__ import annotations

import math
import random
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from hesscli import exact as exact_side
from hesscli.compute.asking import rounded
from hesscli.errors import LimitError, NoAnswerError
from hesscli.language.expression import Expression
from hesscli.language.pattern import branches
from hesscli.options import Options
from hesscli.request import Request
from hesscli.result import ExactAnswer, Texts

Array = NDArray[np.float64]
Point = tuple[float, ...]

POINTS = 6
"""Random points of a check without ``--at``."""

POINTS_OF_BRANCHES = 24
"""The same where f is put together of branches, so that most of them are met."""

BOXES = ((-2.0, 2.0), (-3.0, -0.3), (0.1, 0.9), (-0.9, 0.9), (1.1, 4.0), (0.5, 3.0))
FAR = ((-10.0, 10.0), (2.0, 30.0), (-30.0, -2.0), (10.0, 200.0), (-200.0, 200.0), (-200.0, -10.0))
"""Where they are drawn from, in turn, so that most domains are met; the far ones for branches, and for far domains."""

CANDIDATES = 60
BATCH = 12
SEED = 20


@dataclass(frozen=True, slots=True)
class Reference:
    """The exact derivatives at k points.

    Attributes:
        expression: f, of n variables, m components.
        points: k rows of n coordinates.
        answers: one a point.
        formulas: quantity -> closed forms.
        drawn: whether the points are random ones.
    """

    expression: Expression
    points: tuple[Point, ...]
    answers: tuple[ExactAnswer, ...]
    formulas: Mapping[str, Texts]
    drawn: bool

    def source(self, quantity: str) -> str:
        """What the exact side calls a quantity: the Jacobian of a scalar is its gradient."""
        return "gradient" if quantity == "jacobian" and not self.expression.vector else quantity

    def shape(self, quantity: str) -> tuple[int, ...]:
        """Of the array of a quantity."""
        return shape_of(self.expression, quantity)

    def texts(self, quantity: str, k: int) -> list[str]:
        """The entries at point k as decimal strings, row by row."""
        return [str(text) for text in self.answers[k].values[self.source(quantity)].texts]

    def array(self, quantity: str) -> Array:
        """The entries as doubles, shape (k, *shape)."""
        rows = [answer.values[self.source(quantity)].double for answer in self.answers]
        return np.array(rows).reshape(len(rows), *self.shape(quantity))

    def forms(self, quantity: str) -> list[str | None]:
        """Closed forms, row by row; None where there is no short one."""
        forms = self.formulas.get(self.source(quantity))
        return [None] * math.prod(self.shape(quantity)) if forms is None else list(forms.texts)


def shape_of(expression: Expression, quantity: str) -> tuple[int, ...]:
    """Of an array of [f1, ..., fm] of n variables: (n,), (m, n), (n, n) or (m, n, n).

    Args:
        expression: f.
        quantity: ``gradient``, ``jacobian`` or ``hessian``.
    """
    n, m = len(expression.variables), len(expression.outputs)
    return {"gradient": (n,), "jacobian": (m, n), "hessian": (m, n, n) if expression.vector else (n, n)}[quantity]


def reference_at(
    expression: Expression, request: Request, points: Array | None, options: Options, session: exact_side.Session
) -> Reference:
    """The exact answers at the points, or at random ones where all derivatives exist.

    Args:
        expression: f.
        request: the highest derivative that is claimed.
        points: shape (k, n), or None.
        options: limits.
        session: the exact side's process.

    Raises:
        HesscliError: at a given point a derivative does not exist, or no random point has one.
        LimitError: the exact side is not certain within its limits.
    """
    if points is None:
        return _random(expression, request, session)
    rows = [rounded(row, options.dtype) for row in points.tolist()]
    ticket = session.submit(expression, request, rows)
    answers = ticket.answers()
    for row, answer in zip(rows, answers, strict=True):
        if not _usable(answer, request):
            _refuse(expression, row, answer)
    return Reference(expression, tuple(rows), tuple(answers), ticket.formulas(), drawn=False)


def _random(expression: Expression, request: Request, session: exact_side.Session) -> Reference:
    found: list[tuple[Point, ExactAnswer]] = []
    formulas: Mapping[str, Texts] = {}
    mixed = branches(expression)
    wanted = POINTS_OF_BRANCHES if mixed else POINTS
    beyond = False
    for rows in _candidates(len(expression.variables), mixed=mixed):
        ticket = session.submit(expression, request, rows)
        answers = ticket.answers()
        if not found and all(answer.status == "unchecked" for answer in answers):
            _refuse(expression, rows[0], answers[0])
        formulas = formulas or ticket.formulas()
        beyond = beyond or any(answer.status == "ok" for answer in answers)
        found += [(row, answer) for row, answer in zip(rows, answers, strict=True) if _usable(answer, request)]
        if len(found) >= wanted:
            break
    if not found:
        why = (
            "at every random point a value is beyond the range of float64"
            if beyond
            else "no random point lies in the domain"
        )
        raise NoAnswerError(f"{why}; give one with --at", code="point")
    points, usable = zip(*found[:wanted], strict=True)
    return Reference(expression, points, usable, formulas, drawn=True)


def _candidates(n: int, *, mixed: bool) -> Iterator[list[Point]]:
    """Points with three decimals, the same ones every time: a few, then more of them; near ones before or among far."""
    source = random.Random(SEED)
    near = [_inside(source, BOXES[k % len(BOXES)], n) for k in range(CANDIDATES)]
    far = [_inside(source, FAR[k % len(FAR)], n) for k in range(CANDIDATES)]
    rows = [point for pair in zip(near, far, strict=True) for point in pair] if mixed else near + far
    first = POINTS_OF_BRANCHES if mixed else POINTS
    yield rows[:first]
    yield from (rows[k : k + BATCH] for k in range(first, len(rows), BATCH))


def _inside(source: random.Random, box: tuple[float, float], n: int) -> Point:
    return tuple(round(source.uniform(*box), 3) for _ in range(n))


def _refuse(expression: Expression, row: Sequence[float], answer: ExactAnswer) -> None:
    why = "; ".join(answer.notes) or answer.status
    where = ", ".join(f"{n} = {x:.12g}" for n, x in list(zip(expression.variables, row, strict=True))[:8])
    message = f"nothing to compare with at {where}: {why}"
    if answer.status == "unchecked":
        raise LimitError(message)
    raise NoAnswerError(message, code=answer.status)


def _usable(answer: ExactAnswer, request: Request) -> bool:
    if answer.status != "ok" or request.command not in answer.values:
        return False
    return all(np.isfinite(array.double).all() for array in answer.values.values())
