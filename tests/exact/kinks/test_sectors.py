from __future__ import annotations

from fractions import Fraction

from flint import fmpq, fmpq_mpoly

from hesscli.exact.decimals import precision
from hesscli.exact.kinks.forms import ring
from hesscli.exact.kinks.sectors import Sector, signs


def form(terms: dict[tuple[int, ...], int]) -> fmpq_mpoly:
    return fmpq_mpoly(terms, ring(len(next(iter(terms)))))


def test_sectors_between_irrational_roots() -> None:
    """y**2 - 2*x**2 has the borders y = +-sqrt(2)*x."""
    border = form({(0, 2): 1, (2, 0): -2})
    with precision(256, 2):
        parts = [part for half in Sector.halves(faces=False) for part in half.cut(border, faces=False)[0]]
    assert sorted(part.sign for part in parts) == [-1, -1, 1, 1, 1, 1]
    for part in parts:
        x, y = (Fraction(int(a.p), int(a.q)) for a in part.cell.inside)
        assert (y * y > 2 * x * x) == (part.sign > 0)


def test_a_narrow_sector() -> None:
    """Between the slopes 1 and 1 + 1e-30."""
    thin = 1 + fmpq(1, 10**30)
    border = fmpq_mpoly({(0, 2): fmpq(1), (1, 1): -1 - thin, (2, 0): thin}, ring(2))
    with precision(512, 2):
        parts = Sector.halves(faces=False)[0].cut(border, faces=False)[0]
    inside = [part.cell.inside for part in parts if part.sign < 0]
    assert len(inside) == 1
    assert 1 < inside[0][1] / inside[0][0] < thin


def test_signs_of_a_coordinate() -> None:
    right = Sector.halves(faces=False)[0]
    assert signs(right, 0) == {1}
    assert signs(right, 1) == {-1, 1}
