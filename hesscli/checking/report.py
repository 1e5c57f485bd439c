"""What a check found: an entry, and the whole."""

from __future__ import annotations

from dataclasses import dataclass

from hesscli.result import Shown, Subject, Verdict
from hesscli.result.shown import brief


@dataclass(frozen=True, slots=True)
class ClaimedEntry:
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


@dataclass(frozen=True, slots=True, repr=False)
class Check(Subject, Shown):
    """A whole check.

    Attributes:
        points: where it was checked.
        entries: in row-major order.
        notes: what concerns more than one entry.
        rtol: the tolerance in force.
        drawn: whether the points are random ones of the domain.
        proven: whether the right numbers are; else differences check them.
    """

    points: tuple[tuple[float, ...], ...]
    entries: tuple[ClaimedEntry, ...]
    notes: tuple[str, ...]
    rtol: float
    drawn: bool = False
    proven: bool = True

    @property
    def right(self) -> bool:
        """Whether every entry is."""
        return all(entry.right for entry in self.entries)

    @property
    def wrong(self) -> tuple[ClaimedEntry, ...]:
        """The entries that are not."""
        return tuple(entry for entry in self.entries if not entry.right)

    @property
    def verdict(self) -> Verdict:
        """What the claim and the exact side, or differences, say together."""
        if not self.right:
            return Verdict.DISAGREE
        return Verdict.AGREE if self.proven else Verdict.CHECKED

    @property
    def conclusion(self) -> str:
        """``wrong: 2 of 4 entries``, or that all are right."""
        wrong, total = len(self.wrong), len(self.entries)
        if wrong:
            return f"wrong: {wrong} of {total} {'entry' if total == 1 else 'entries'}"
        every = "the one entry" if total == 1 else f"all {total} entries"
        return f"right: {every}, to a relative error of {self.rtol:.0e}"

    def __repr__(self) -> str:
        """One line: of what, and what was found."""
        quantities = " and ".join(dict.fromkeys(entry.quantity for entry in self.entries))
        where = f"{len(self.points)} point{'s' if len(self.points) > 1 else ''}"
        return f"<check of the {quantities} of {brief(self.parsed)} at {where}: {self.conclusion}>"
