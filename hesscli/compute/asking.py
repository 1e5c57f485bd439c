"""A request at points, on its way to both witnesses: which points, and the exact side set to work at them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from hesscli.errors import LimitError, PointError
from hesscli.exact import Session, Ticket
from hesscli.language.expression import Expression
from hesscli.language.points import Grid, Stretch
from hesscli.language.remarks import unexpected
from hesscli.options import Options, default_method
from hesscli.request import Request, check_request
from hesscli.result import ExactAnswer, Texts

Array = NDArray[Any]
Places = Array | Grid | Stretch

FULL = 20_000
"""Up to so many points ``--exact auto`` checks every one."""

MOST_CHECKED = 10_000_000
"""So many points ``--exact full`` checks at most: they stand in memory."""

SAMPLE = 500
"""So many points are checked of a larger sweep, spread evenly from first to last."""


@dataclass(frozen=True, slots=True)
class InFlight:
    """A request at points, on its way: the exact side is at work on it.

    Attributes:
        expression: f, of n variables.
        request: which derivative.
        points: as both witnesses see them, shape (k, n); sliced, never taken whole.
        options: how.
        rows: which points the exact side was asked for, sorted.
        tickets: of the exact side, all rows in their order; one, or one a point, or none.
        session: the process at work.
        sampled: whether there are points that the exact side is not asked about, here or elsewhere.
        part: which points are answered here; others elsewhere, and `rows` are those of this part.
        known: closed forms that were found before; None where the exact side is asked for them.
        grouped: whether these are many requests, a point each, which know nothing of each other.
    """

    expression: Expression
    request: Request
    points: Places
    options: Options
    rows: Array
    tickets: tuple[Ticket, ...]
    session: Session
    sampled: bool
    part: range
    known: Mapping[str, Texts] | None = None
    grouped: bool = False

    @property
    def groups(self) -> bool:
        """Whether the tape may answer it together with others: one point, and the tapes that take columns."""
        alone = len(self.points) == 1 and self.options.method is None and not self.options.explain
        return alone and default_method(self.request, self.options) == "nested"

    def matches(self, other: InFlight) -> bool:
        """Whether only the points differ; the vectors -0 and 0 are shown as they came."""
        same = (self.request, self.options, self.expression) == (other.request, other.options, other.expression)
        return same and repr(self.request.vector) == repr(other.request.vector)

    def said(self) -> Iterator[ExactAnswer]:
        """What the exact side says at each of `rows`, as soon as it is there."""
        for ticket in self.tickets:
            yield from ticket.stream()

    def formulas(self, row: int) -> Mapping[str, Texts]:
        """The closed forms that were found for a point."""
        if self.known is not None:
            return self.known
        if not self.tickets:
            return {}
        found: Mapping[str, Texts] = self.tickets[row if self.grouped else 0].formulas()
        return found


def ask(
    expression: Expression,
    request: Request,
    points: Places | Sequence[Sequence[float]],
    options: Options,
    session: Session,
    part: range | None = None,
    known: Mapping[str, Texts] | None = None,
) -> InFlight:
    """Set the exact side to work; returns at once.

    Args:
        expression: f, of n variables.
        request: which derivative.
        points: shape (k, n).
        options: how.
        session: the exact side's process.
        part: which of the points; None is all.
        known: closed forms that were found before, where they were.

    Raises:
        HesscliError: the request does not fit the expression, or the points its variables.
    """
    seen = as_seen(expression, request, points, options)
    part, rows = part or range(len(seen)), checked_rows(len(seen), options.exact)
    sampled = len(rows) < len(seen)
    if len(part) < len(seen):
        rows = rows[slice(*np.searchsorted(rows, (part.start, part.stop)))]
    tickets: tuple[Ticket, ...] = ()
    if len(rows):
        forms = options.formulas and known is None
        asked = session.submit(expression, request, seen[rows].tolist(), dtype=options.dtype, formulas=forms)
        tickets = (asked,)
    return InFlight(expression, request, seen, options, rows, tickets, session, sampled, part, known)


def together(asked: Sequence[InFlight]) -> InFlight:
    """Requests that differ in their one point only, as one request of k points.

    Args:
        asked: k requests of which `InFlight.groups` holds, and `InFlight.matches` of any two.
    """
    first = asked[0]
    if len(asked) == 1:
        return first
    points = np.concatenate([one.points[:] for one in asked])
    rows = np.arange(len(points) if first.tickets else 0)
    tickets = tuple(ticket for one in asked for ticket in one.tickets)
    return replace(first, points=points, rows=rows, tickets=tickets, part=range(len(points)), grouped=True)


def as_seen(
    expression: Expression, request: Request, points: Places | Sequence[Sequence[float]], options: Options
) -> Places:
    """The points as both witnesses see them: doubles, rounded to the tape's dtype first; shape (k, n).

    Args:
        expression: f, of n variables.
        request: which derivative.
        points: shape (k, n).
        options: their dtype.

    Raises:
        HesscliError: the request does not fit the expression.
        PointError: a point has not one coordinate a variable.
    """
    check_request(expression, request)
    names = expression.variables
    if isinstance(points, (Grid, Stretch)):
        return points.mapped(lambda axis: _held(axis, options.dtype))
    rows = _held(np.asarray(points, dtype=np.float64), options.dtype)
    if rows.ndim > 2:
        raise PointError(
            f"expected points of shape (k, {len(names)}), got an array of shape {rows.shape}", code="point"
        )
    if rows.ndim != 2 or rows.shape[1] != len(names):
        got = rows.shape[-1] if rows.ndim else 1
        why = unexpected(expression.notes)
        many = f"{len(names)} coordinate{'s' * (len(names) != 1)}"
        raise PointError(f"expected {many} ({', '.join(names)}), got {got}{why}", code="point")
    return rows


def _held(given: Array, dtype: str) -> Array:
    """Doubles as the tape's dtype holds them."""
    with np.errstate(over="ignore"):
        rows = given.astype(dtype).astype(np.float64)
    if (beyond := np.isinf(rows) & np.isfinite(given)).any():
        message = f"{given[beyond][0]:g} is beyond the range of {dtype}; --dtype float64 holds it"
        raise PointError(message, code="point")
    return rows


def rounded(point: Sequence[float], dtype: str) -> tuple[float, ...]:
    """The point as the tape's dtype holds it; the exact side is given these very doubles."""
    return tuple(float(x) for x in np.asarray(point, dtype=dtype))


def checked_rows(count: int, exact: str) -> Array:
    """Which rows the exact side sees, as sorted indices.

    Raises:
        LimitError: all of too many.
    """
    if exact == "off":
        return np.arange(0)
    if exact == "full" and count > MOST_CHECKED:
        words = f"--exact full of {count:,} points; the limit is {MOST_CHECKED:,}, and --exact auto takes a sample"
        raise LimitError(words)
    if exact == "full" or (exact == "auto" and count <= FULL):
        return np.arange(count)
    return np.unique(np.linspace(0, count - 1, min(count, SAMPLE)).round().astype(int))
