"""Whether the pieces that meet at a point agree: their Taylor polynomials, cell by cell, degree by degree."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from flint import arb

from hesscli.exact.jets import Exponents
from hesscli.exact.kinks.cells import Cells, Piece
from hesscli.exact.kinks.polynomials import Polynomial
from hesscli.exact.kinks.sectors import signs

Same = Callable[[arb, arb], bool]


@dataclass(frozen=True, slots=True)
class Agreement:
    """What a comparison of pieces says.

    Attributes:
        parts_at: the lowest degree at which two pieces part for certain, None if they agree so far.
        polynomial: the one that they agree on.
        open: why not every side has been compared, or the empty string.
    """

    parts_at: int | None
    polynomial: Polynomial
    open: str = ""


def compare_pieces(summands: Sequence[Cells], order: int, same: Same, value: arb | None) -> Agreement:
    """All coefficients up to a degree, on every cell, and the value at the point where there is one.

    Args:
        summands: the pieces of functions that add up to f, of which none can make up for what another one lacks.
        order: up to this degree.
        same: whether two balls are one number.
        value: of f at the point, None where it has none.
    """
    whole: Polynomial = {}
    parted, unsure = None, ""
    for cells in summands:
        pieces = _known(cells)
        if not pieces:
            return Agreement(None, {}, cells.open or "nothing is known of any side")
        reference = cells.polynomial(pieces[0])
        degree, doubt = _parted(cells, pieces, reference, order, same)
        parted = degree if parted is None or (degree is not None and degree < parted) else parted
        unsure = unsure or cells.open or doubt
        for e, c in reference.items():
            whole[e] = whole[e] + c if e in whole else c
    if value is not None and not same(whole.get((0,) * len(summands[0].axes), arb(0)), value):
        parted = 0
    return Agreement(parted, whole, unsure)


def _parted(
    cells: Cells, pieces: Sequence[Piece], reference: Polynomial, order: int, same: Same
) -> tuple[int | None, str]:
    """The lowest degree at which a piece parts from the first one, and why there may be a lower one."""
    parted, unsure = None, ""
    for piece in pieces[1:]:
        degree = _first_difference(cells, piece, cells.polynomial(piece), reference, order, same)
        if degree is not None and piece.certain:
            parted = degree if parted is None else min(parted, degree)
        elif degree is not None:
            unsure = "a border is curved"
    return parted, unsure


def compare_mixed(
    cells: Cells, order: int, same: Same, edge: Callable[[int, int], Mapping[int, arb] | None]
) -> Agreement:
    """The terms in both of two variables; those in one only must be those along its axis.

    Args:
        cells: of two variables.
        order: up to this degree.
        same: whether two balls are one number.
        edge: (place of the variable, side) -> degree -> coefficient along the axis, None where that has none.
    """
    pieces = _known(cells)
    if not pieces:
        return Agreement(None, {}, cells.open or "nothing is known of any side")
    full = next((p for p in pieces if len(p.cell.basis) == len(cells.cut)), pieces[0])
    reference = {e: c for e, c in cells.polynomial(full).items() if all(e)}
    parted, unsure = None, cells.open
    for piece in pieces:
        found = cells.polynomial(piece)
        for expected in _with_edges(cells, piece, reference, order, edge):
            if expected is None:
                return Agreement(None, reference, "f has no Taylor polynomial along an axis")
            degree = _first_difference(cells, piece, found, expected, order, same)
            if degree is not None and piece.certain:
                parted = degree if parted is None else min(parted, degree)
            elif degree is not None:
                unsure = unsure or "a border is curved"
    return Agreement(parted, reference, unsure)


def _known(cells: Cells) -> list[Piece]:
    """The pieces that have a Taylor polynomial, the widest first."""
    pieces = [piece for piece in cells.pieces if piece.jet is not None]
    return sorted(pieces, key=lambda piece: (not piece.certain, -len(piece.cell.basis)))


def _with_edges(
    cells: Cells,
    piece: Piece,
    mixed: Polynomial,
    order: int,
    edge: Callable[[int, int], Mapping[int, arb] | None],
) -> Iterator[Polynomial | None]:
    """The mixed terms with those of the axes beside which a cell lies."""
    sides = [sorted(signs(piece.cell, cells.cut.index(k))) if k in cells.cut else [-1, 1] for k in (0, 1)]
    for first in sides[0]:
        for second in sides[1]:
            lines = [edge(k, s) if s else {} for k, s in enumerate((first, second))]
            if any(line is None for line in lines):
                yield None
                continue
            whole: Polynomial = {**mixed}
            for k, line in enumerate(lines):
                for degree, c in (line or {}).items():
                    if degree <= order and (degree or not k or not first):
                        whole[(degree, 0) if k == 0 else (0, degree)] = c
            yield whole


def _first_difference(
    cells: Cells, piece: Piece, found: Polynomial, expected: Polynomial, order: int, same: Same
) -> int | None:
    """The lowest degree at which two polynomials differ on a cell."""
    differences: dict[int, dict[Exponents, arb]] = {}
    for e in {*found, *expected}:
        a, b = found.get(e, arb(0)), expected.get(e, arb(0))
        if sum(e) <= order and not same(a, b):
            differences.setdefault(sum(e), {})[e] = a - b
    for degree in sorted(differences):
        if any(not same(arb(0) + c, arb(0)) for c in cells.on(piece, differences[degree]).values()):
            return degree
    return None
