"""Open sectors of the plane cut by forms of any degree, by isolating the real roots of form(1, s)."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from fractions import Fraction
from math import ceil, floor

from flint import arb, fmpq, fmpq_mpoly, fmpq_poly, fmpz_poly

from hesscli.exact.kinks.cones import Cell, Cone, Cut
from hesscli.exact.kinks.forms import Vector, dehomogenised, ring


@dataclass(frozen=True, slots=True)
class Sector:
    """An open sector of the plane: the multiples of (side, s), low < s < high.

    Attributes:
        side: 1 or -1: right or left of the second axis.
        low: a root that bounds s, None for minus infinity.
        high: a root that bounds s, None for infinity.
        roots: the polynomial in s that has them among its roots.
        known: form -> its sign throughout the sector.
    """

    side: int
    low: arb | None
    high: arb | None
    roots: fmpq_poly
    known: dict[str, int] = field(default_factory=dict)

    @classmethod
    def halves(cls, *, faces: bool) -> tuple[Cell, ...]:
        """The plane: right and left of the second axis; with faces also the two halves of this axis."""
        one = fmpq_poly([1])
        axis = [Cone.ray((fmpq(0), fmpq(s))) for s in (1, -1) if faces]
        return (cls(1, None, None, one), cls(-1, None, None, one), *axis)

    @property
    def basis(self) -> tuple[Vector, ...]:
        """Of the plane."""
        return Cone.whole(2).basis

    @property
    def inside(self) -> Vector:
        """A point inside."""
        return fmpq(self.side), fraction_between(self.low, self.high)

    def cut(self, form: fmpq_mpoly, *, faces: bool) -> tuple[list[Cut], bool]:
        """The parts of the sector on which a form has one sign, and whether these are certain to be all."""
        if str(form) in self.known:
            return [Cut(self.known[str(form)], self)], True
        line = dehomogenised(form, self.side)
        roots, whole = (self.roots * line).numer(), True
        borders = [x.real for x, _ in _squarefree(roots).complex_roots() if x.imag.is_zero()]
        borders.sort(key=lambda x: fraction_of(x.mid()))
        mine = [x for x in borders if self._holds(x)]
        parts: list[Cut] = []
        for low, high in zip([self.low, *mine], [*mine, self.high], strict=True):
            s = fraction_between(low, high)
            sign = 1 if line(s) > 0 else -1
            known = {**self.known, str(form): sign}
            parts.append(Cut(sign, replace(self, low=low, high=high, roots=fmpq_poly(roots), known=known)))
        if faces:
            for x in mine:
                s = exact_root(line, x)
                whole &= s is not None
                if s is not None:
                    parts.append(Cut(0, Cone.ray((fmpq(self.side), s))))
        return parts, whole

    def _holds(self, x: arb) -> bool:
        """Whether a root of the product lies strictly inside: those that overlap a border are that border."""
        return (self.low is None or x > self.low) and (self.high is None or x < self.high)


def signs(cell: Cell, k: int) -> set[int]:
    """The signs that a coordinate takes in a cell."""
    size = len(cell.basis)
    terms = {tuple(int(j == i) for j in range(size)): v[k] for i, v in enumerate(cell.basis) if v[k] != 0}
    return {part.sign for part in cell.cut(fmpq_mpoly(terms, ring(size)), faces=False)[0]} if terms else {0}


def fraction_between(low: arb | None, high: arb | None) -> fmpq:
    """A simple fraction between two roots; None is infinity."""
    if low is None and high is None:
        return fmpq(1, 3)
    if high is None:
        return fmpq(floor(_ends(low)[1]) + 1)
    if low is None:
        return fmpq(ceil(_ends(high)[0]) - 1)
    a, b = _ends(low)[1], _ends(high)[0]
    return _simplest(a + (b - a) / 4, b - (b - a) / 4)


def _simplest(low: Fraction, high: Fraction) -> fmpq:
    """The fraction of smallest denominator between two numbers: Stern and Brocot's tree, by continued fractions."""
    if low < 0 < high:
        return fmpq(0)
    if high <= 0:
        return -_simplest(-high, -low)
    whole = -(-low.numerator // low.denominator)
    if whole <= high:
        return fmpq(whole)
    whole -= 1
    return whole + 1 / _simplest(1 / (high - whole), 1 / (low - whole))


def _ends(x: arb) -> tuple[Fraction, Fraction]:
    """The least and the greatest number of a ball, exactly."""
    middle, radius = fraction_of(x.mid()), fraction_of(x.rad())
    return middle - radius, middle + radius


def fraction_of(x: arb) -> Fraction:
    """An exact ball as a fraction."""
    mantissa, power = x.man_exp()
    return Fraction(int(mantissa)) * Fraction(2) ** int(power)


def exact_root(line: fmpq_poly, x: arb) -> fmpq | None:
    """The rational root in a ball, None if that root is irrational."""
    _, factors = line.numer().factor()
    for factor, _ in factors:
        if factor.degree() == 1 and x.overlaps(arb(fmpq(-factor[0], factor[1]))):
            return fmpq(-factor[0], factor[1])
    return None


def _squarefree(line: fmpz_poly) -> fmpz_poly:
    return line // line.gcd(line.derivative()) if line.degree() > 0 else line
