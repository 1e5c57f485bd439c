"""Critical points: an exactly zero gradient, or an enclosed zero of it within a few units in the last place.

Newton's method in balls finds z with a small gradient near the point; Krawczyk's operator
K(Z) = z - C g(z) + (1 - C H(Z)) (Z - z), C close to the inverse of the Hessian, maps a box Z about z into its inside
only if the gradient has exactly one zero in Z, and the Hessian is not singular anywhere in Z.

Source: R. Krawczyk, "Newton-Algorithmen zur Bestimmung von Nullstellen mit Fehlerschranken", Computing 4, 1969,
187-201; A. Neumaier, Interval Methods for Systems of Equations, 1990, section 5.1.
"""

from __future__ import annotations

from collections.abc import Sequence
from time import monotonic

from flint import arb, arb_mat, ctx

from hesscli.exact.curvature import degenerate
from hesscli.exact.curvature.degenerate import CONSTANT, MAXIMUM, MINIMUM, OPEN
from hesscli.exact.curvature.diagonalize import identity
from hesscli.exact.curvature.function import Scalar
from hesscli.exact.curvature.matrix import BallRows, Symmetric, submatrix
from hesscli.exact.curvature.spectrum import Spectrum, enclosed, first_bits, inertia
from hesscli.exact.decimals import ball, decimal, precision
from hesscli.exact.events import TROUBLES
from hesscli.result.curvature import Critical

ULPS = 8
"""How far from the point a critical point may lie, in units in the last place of each coordinate."""
SADDLE = "saddle point"
LAST_BITS, STEPS = 4096, 16


class FarAway(Exception):
    """No critical point is near the point."""


def critical_point(f: Scalar, hessian: Symmetric, known: Spectrum, digits: int, deadline: float) -> Critical | None:
    """The kind of critical point, where it is one for certain; None where it is none, or that is open.

    Args:
        f: the function.
        hessian: at the point.
        known: its eigenvalues.
        digits: of the coordinates of the zero.
        deadline: no higher precision is begun after this moment of `time.monotonic`.
    """
    bits = first_bits(digits)
    gradient, rows = f.at_point(bits)
    if all(c.contains(0) for c in gradient) and all(c.is_zero() for c in f.known[0]):
        where = tuple(decimal(ball(x), digits) for x in f.point)
        kind = _kind_of_zero(f, hessian, known, deadline)
        return Critical(kind, kind != OPEN, where)
    with precision(bits, 2):
        if _far(f, gradient, rows):
            return None
    while bits <= LAST_BITS and monotonic() < deadline:
        with precision(bits, 2):
            try:
                zero = enclosed_zero(f)
            except FarAway:
                return None
            except TROUBLES:
                zero = None
            if zero is not None:
                where = tuple(decimal(x, digits) for x in zero)
                if None not in where or 2 * bits > LAST_BITS:
                    kind = _kind(_inertia_over(f, zero)) or OPEN
                    return Critical(kind, kind != OPEN, where)
        bits *= 2
    return None


def _kind(inertia: tuple[int, int, int, int]) -> str:
    """The kind by the signs of the eigenvalues; empty where they do not decide."""
    up, zero, down, unknown = inertia
    if up and down:
        return SADDLE
    if zero or unknown:
        return ""
    return MINIMUM if up else MAXIMUM


def _kind_of_zero(f: Scalar, hessian: Symmetric, known: Spectrum, deadline: float) -> str:
    """The kind of an exact critical point: in the slice, where the Hessian has fewer zero eigenvalues."""
    up, zero, down, unknown = known.inertia
    held = f.size - len(f.slice)
    if isinstance(f.around, arb) or not f.slice:
        return CONSTANT
    if f.around is None:
        return OPEN
    if unknown or (up and down) or zero < held:
        return _kind(known.inertia) or OPEN
    return _kind((up, zero - held, down, 0)) or degenerate.kind(f, hessian, bool(up), bool(down), deadline)


def _inertia_over(f: Scalar, box: Sequence[arb]) -> tuple[int, int, int, int]:
    """Signs of the eigenvalues over a box, in the slice."""
    _, rows = f.over(box)
    block = [[rows[i][j] for j in f.slice] for i in f.slice]
    a = Symmetric(lambda _: block, lambda: block)
    return inertia([x for places in a.blocks for x in enclosed(submatrix(block, places))[0]])


def _far(f: Scalar, gradient: Sequence[arb], rows: BallRows) -> bool:
    """Whether one Newton step in all coordinates leaves the neighbourhood for certain."""
    try:
        step = submatrix(rows, f.slice).solve(arb_mat([[gradient[k]] for k in f.slice]))
    except ZeroDivisionError:
        return False
    return any(abs(step[p, 0]).lower() > 5 * near for p, near in enumerate(_near(f, f.slice)))


def _near(f: Scalar, places: Sequence[int]) -> list[arb]:
    """`ULPS` of each coordinate."""
    return [arb(ULPS * f.unit) * max(abs(f.point[k]), f.tiny) for k in places]


def enclosed_zero(f: Scalar) -> list[arb] | None:
    """A box about the one zero of the gradient near the point, in the present precision; None where none is proven.

    Raises:
        FarAway: Newton's method goes further than `ULPS` from the point.
        Singular: as `Scalar.over`, and likewise `Undecided`, `Undefined` and `Unsupported`.
    """
    x = [ball(c) for c in f.point]
    near = _near(f, range(f.size))
    fixed = _fixed(f, x, near) | ({*range(f.size)} - {*f.slice})
    free = [k for k in range(f.size) if k not in fixed]
    z, size, before = x, arb(0), arb.pos_inf()
    for _ in range(STEPS):
        gradient, rows = f.over(z)
        try:
            step = submatrix(rows, free).solve(arb_mat([[gradient[k]] for k in free]))
        except ZeroDivisionError:
            raise FarAway from None
        size = max(abs(step[p, 0]).mid() / near[k] for p, k in enumerate(free))
        if any(abs(z[k] - step[p, 0] - x[k]).lower() > 4 * near[k] for p, k in enumerate(free)):
            raise FarAway
        z = [*z]
        for p, k in enumerate(free):
            z[k] = (z[k] - step[p, 0]).mid()
        if not size < before / 2:
            break
        before = size
    radius = max(4 * size.mid(), arb(2) ** -(ctx.prec // 2))
    box = [c if k in fixed else c + near[k].mid() * arb(0, radius.mid()) for k, c in enumerate(z)]
    first = _krawczyk(f, z, box, free)
    if first is None:
        return None
    best = _krawczyk(f, z, first, free) or first
    return best if all(abs(c - x[k]) <= near[k] for k, c in enumerate(best)) else None


def _fixed(f: Scalar, x: Sequence[arb], near: Sequence[arb]) -> set[int]:
    """Coordinates whose derivative is identically zero while they stand still, wherever the others are nearby."""
    fixed = {k for k, c in enumerate(f.over(x)[0]) if c.contains(0) and k in f.slice}
    while fixed:
        box = [c if k in fixed else c + arb(0, near[k].mid()) for k, c in enumerate(x)]
        try:
            gradient, _ = f.over(box, exact=True)
        except TROUBLES:
            return set()
        if all(gradient[k].is_zero() for k in fixed):
            break
        fixed = {k for k in fixed if gradient[k].is_zero()}
    return fixed


def _krawczyk(f: Scalar, z: Sequence[arb], box: Sequence[arb], free: Sequence[int]) -> list[arb] | None:
    """K(Z), None where it is not in the inside of Z."""
    gradient, rows = f.over(z)
    _, over = f.over(box)
    try:
        inverse = submatrix(rows, free).mid().inv().mid()
    except ZeroDivisionError:
        return None
    shift = inverse * arb_mat([[gradient[k]] for k in free])
    away = (identity(len(free)) - inverse * submatrix(over, free)) * arb_mat([[box[k] - z[k]] for k in free])
    image = [*box]
    for p, k in enumerate(free):
        image[k] = z[k] - shift[p, 0] + away[p, 0]
        if not box[k].contains_interior(image[k]):
            return None
    return image
