"""What a check found: an entry, and the whole."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Checked:
    """One entry of a hand-written derivative.

    Attributes:
        quantity: ``gradient``, ``jacobian`` or ``hessian``.
        index: where.
        claimed: as it was written; a function's number at a single point; None for a function at several.
        right: whether it is within the tolerance at every point.
        error: the largest relative error over the points.
        point: where the error is largest.
        given: the claim's number there.
        exact: the right decimal string there.
        formula: the right closed form, if it is short.
        slip: what seems to have gone wrong, in words; empty if the entry is right or nothing is recognised.
    """

    quantity: str
    index: tuple[int, ...]
    claimed: str | None
    right: bool
    error: float
    point: tuple[float, ...]
    given: float
    exact: str
    formula: str | None
    slip: str


@dataclass(frozen=True, slots=True)
class Check:
    """A whole check.

    Attributes:
        expression: as typed.
        parsed: as understood.
        variables: in order.
        points: where it was checked.
        entries: in row-major order.
        notes: what concerns more than one entry.
        rtol: the tolerance in force.
        drawn: whether the points are random ones of the domain.
    """

    expression: str
    parsed: str
    variables: tuple[str, ...]
    points: tuple[tuple[float, ...], ...]
    entries: tuple[Checked, ...]
    notes: tuple[str, ...]
    rtol: float
    drawn: bool = False

    @property
    def right(self) -> bool:
        """Whether every entry is."""
        return all(entry.right for entry in self.entries)
