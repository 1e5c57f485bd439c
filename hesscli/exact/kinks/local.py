"""What is known of a point that is not smooth: its partial derivatives, one by one, and what ails them."""

from __future__ import annotations

from dataclasses import dataclass, field

from flint import arb

from hesscli.exact.kinks.fitting import Monomial


@dataclass(frozen=True, slots=True)
class Partial:
    """One partial derivative at the point.

    Attributes:
        limit: its ball, taken along the lines; infinite balls where it grows without bound; None without a limit.
        trouble: empty if the derivative exists; else ``kink``, ``jump``, ``infinite``, ``oscillates``, ``outside`` or
            ``unknown``.
        left: from the left, for a derivative in one variable.
        right: from the right.
        cause: of the lowest derivative in this variable that fails: its order, from the left, from the right.
        iterated: of a second derivative in two variables that f does not follow: what comes of differentiating by the
            first and then the second, and the other way round; None where that is not known to exist.
    """

    limit: arb | None
    trouble: str = ""
    left: arb | None = None
    right: arb | None = None
    cause: tuple[int, arb | None, arb | None] | None = None
    iterated: tuple[arb | None, arb | None] = (None, None)


@dataclass(slots=True)
class Local:
    """Everything about one point.

    Attributes:
        partials: derivative -> what is known of it.
        undefined: why there is no value at the point, or the empty string.
        singular: the nodes that are not smooth there.
        fails_at: the order at which f does not follow its partial derivatives (or limits) in other directions, or None.
        parted: the limits of f itself along two lines differ.
        one_sided: the variables on one side of which f is undefined.
        open: why f may have sides that were not compared, so that what exists is not proven; or the empty string.
        followed: the degree up to which that does not matter.
        proven: no zero was assumed, no agreement taken from balls that overlap, and every side was compared.
    """

    partials: dict[Monomial, Partial] = field(default_factory=dict)
    undefined: str = ""
    singular: tuple[int, ...] = ()
    fails_at: int | None = None
    parted: bool = False
    one_sided: tuple[int, ...] = ()
    open: str = ""
    followed: int = 0
    proven: bool = True
