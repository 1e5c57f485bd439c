"""The classic mistakes in hand-written derivatives, recognised from the numbers at all points."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import permutations
from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]
NamedArray = tuple[str, Array]
Index = tuple[int, ...]

LARGEST = 144
"""Product of numerator and denominator of a factor that is called simple."""

LARGEST_ALONE = 12
"""The same where there is a single point, at which everything is some multiple of everything."""

ENOUGH = 3
"""Points from which on a relation between functions is no coincidence."""

CONSTANTS = (
    ("pi", math.pi), ("pi/180", math.pi / 180), ("180/pi", 180 / math.pi), ("1/pi", 1 / math.pi),
    ("log(2)", math.log(2)), ("1/log(2)", 1 / math.log(2)), ("log(10)", math.log(10)), ("1/log(10)", 1 / math.log(10)),
    ("sqrt(2)", math.sqrt(2)), ("sqrt(pi)", math.sqrt(math.pi)), ("1/sqrt(pi)", 1 / math.sqrt(math.pi)),
    ("sqrt(2*pi)", math.sqrt(2 * math.pi)), ("1/sqrt(2*pi)", 1 / math.sqrt(2 * math.pi)), ("E", math.e),
)  # fmt: skip
"""Constants that people forget: of other logarithms, of degrees, of normal densities."""


@dataclass(frozen=True, slots=True)
class Evidence:
    """A claim and the reference at k points.

    Attributes:
        given: what is claimed, shape (k, *shape).
        true: what is right, shape (k, *shape).
        rtol: relative error that is agreement.
        factors: derivatives of the values that a function is taken of, all intermediate values, the other derivatives.
        terms: index -> summands of the right formula of an entry, and those that f's product rules make.
    """

    given: Array
    true: Array
    rtol: float
    factors: Callable[[], tuple[list[NamedArray], list[NamedArray], list[NamedArray]]] = lambda: ([], [], [])
    terms: Callable[[Index], tuple[list[NamedArray], list[NamedArray]]] = lambda _: ([], [])

    def at(self, index: Index) -> tuple[Array, Array]:
        """One entry, given and true, at every point."""
        place: Any = (slice(None), *index)
        return self.given[place], self.true[place]


def slip(evidence: Evidence, index: Index, *, deep: bool = True) -> str:
    """The mistake that explains one wrong entry at all points, most telling first; empty if none does.

    Args:
        evidence: about the whole claim.
        index: of the entry.
        deep: False leaves out what has to be computed for it.
    """
    g, t = evidence.at(index)
    if not np.isfinite(g).all():
        return "not a finite number"
    found = next((words for rule in RULES + DEEP * deep for words in rule(evidence, index, g, t)), "")
    return f"perhaps {found}" if found and len(g) == 1 and not found.startswith(CERTAIN) else found


def _sign(evidence: Evidence, _: Index, g: Array, t: Array) -> Iterator[str]:
    if same(g, -t, evidence.rtol) and t.any():
        yield "the sign"


def _multiple(evidence: Evidence, _: Index, g: Array, t: Array) -> Iterator[str]:
    if (ratio := factor(g, t, evidence.rtol)) is not None:
        yield f"a constant factor: {ratio} times the right one"


def _elsewhere(evidence: Evidence, index: Index, g: Array, _: Array) -> Iterator[str]:
    """Where the given entry would be right; a transposed matrix has it at the mirrored place."""
    scale = np.maximum(np.abs(evidence.true), np.abs(g).reshape(-1, *[1] * len(index)))
    near = np.abs(evidence.true - g.reshape(-1, *[1] * len(index))) <= evidence.rtol * scale
    places: list[Index] = list(map(tuple, np.argwhere(near.all(axis=0) & evidence.true.any(axis=0)).tolist()))
    if index[::-1] in places:
        places = [index[::-1]]
    yield from (f"the right one for entry [{', '.join(map(str, place))}]" for place in places if place != index)


def _zero(_: Evidence, __: Index, g: Array, t: Array) -> Iterator[str]:
    if np.all(g == 0):
        yield "missing: it is not zero"
    if np.all(t == 0):
        yield "it is zero"


def _shifted(evidence: Evidence, _: Index, g: Array, t: Array) -> Iterator[str]:
    off = g - t
    if len(g) > 1 and same(off, np.full_like(off, off[0]), evidence.rtol) and abs(off[0]) > evidence.rtol:
        yield f"off by a constant: {off[0]:.6g}"


def _chain(evidence: Evidence, _: Index, g: Array, t: Array) -> Iterator[str]:
    """A factor forgotten, or one too many: an inner derivative, or a value."""
    if len(g) < ENOUGH or not (g.all() and t.all()) or np.all(g == g[0]):
        return
    inner, values, others = evidence.factors()
    for ratio, words in ((t / g, "missing"), (g / t, "too many")):
        for kind, named in (("the inner derivative", inner), ("the factor", [*values, *others])):
            for name, column in named:
                times = factor(ratio, column, evidence.rtol)
                if times is not None and _simple(times):
                    yield f"{kind} {_times(times, name)} is {words}"


def _term(evidence: Evidence, index: Index, g: Array, t: Array) -> Iterator[str]:
    """One summand that is missing, has the wrong sign or a wrong factor."""
    if len(g) < ENOUGH:
        return
    written, made = evidence.terms(index)
    shares = [(name, 1 + share) for name, share in _shares(g - t, written, evidence.rtol)]
    yield from (f"the term {name} is missing" for name, share in shares if share == 0)
    yield from (f"the sign of the term {name}" for name, share in shares if share == -1)
    whole = [(name, share) for name, share in _shares(t - g, made, evidence.rtol) if share.denominator == 1]
    lacking = [_times(str(share), name) for name, share in whole if share == 1 or name[0] not in "-0123456789"]
    yield from (f"the term {name} is missing" for name in sorted(lacking, key=len))
    yield from (f"in the term {name} a constant factor: {share} times the right one" for name, share in shares)


def _shares(difference: Array, named: Sequence[NamedArray], rtol: float) -> Iterator[tuple[str, Fraction]]:
    """Which of them make up the difference, how many times."""
    for name, column in named:
        times = factor(difference, column, rtol)
        if times is not None and _simple(times):
            yield name, Fraction(times)


Rule = Callable[[Evidence, Index, Array, Array], Iterator[str]]
RULES: tuple[Rule, ...] = (_sign, _multiple, _zero, _elsewhere, _shifted)
DEEP: tuple[Rule, ...] = (_chain, _term)
CERTAIN = ("missing: it is not zero", "it is zero", "the sign")
"""What a single point is enough for."""


def _simple(times: str) -> bool:
    """Whether a factor is a fraction, and no constant with a name or of six digits."""
    return "." not in times and not any(letter.isalpha() for letter in times)


def _times(times: str, name: str) -> str:
    if times == "1":
        return name
    whole = name if re.fullmatch(r"[\w*]+|\w+\([^()]*\)", name) else f"({name})"
    return f"-{whole}" if times == "-1" else f"{times}*{whole}"


def factor(g: Array, t: Array, rtol: float) -> str | None:
    """c where g = c*t at every point: a simple fraction, such a multiple of a known constant, or its digits.

    At a single point only a simple fraction says anything.

    Args:
        g: what is given, shape (k,).
        t: what is right, shape (k,).
        rtol: relative error that is agreement.

    Returns:
        c as text; None where there is none.

    Example:
        >>> factor(np.array([2.0, 4.0]), np.array([3.0, 6.0]), 1e-6)
        '2/3'
        >>> factor(np.array([math.pi, 2 * math.pi]), np.array([1.0, 2.0]), 1e-6)
        'pi'
    """
    if not (t.all() and g.all()):
        return None
    ratios = g / t
    if not same(ratios, np.full_like(ratios, ratios[0]), rtol):
        return None
    ratio = float(ratios[0])
    alone = len(g) == 1
    if (plain := _fraction(ratio, rtol, LARGEST_ALONE if alone else LARGEST)) is not None:
        return str(plain)
    if alone:
        return None
    for name, value in CONSTANTS:
        if (multiple := _fraction(ratio / value, min(rtol, 1e-6), LARGEST_ALONE)) is not None:
            return name if multiple == 1 else f"-{name}" if multiple == -1 else f"{multiple}*{name}"
    return f"{ratio:.6g}"


def _fraction(ratio: float, rtol: float, largest: int) -> Fraction | None:
    if not 1 / (largest + 1) < abs(ratio) < 1e9:
        return None
    simple = Fraction(ratio).limit_denominator(12)
    size = abs(simple.numerator) * simple.denominator
    close = abs(float(simple) - ratio) <= rtol * abs(ratio)
    return simple if close and size > 0 and (size <= largest or simple.denominator == 1) else None


def same(one: Array, other: Array, rtol: float) -> bool:
    """Whether all entries agree, relative to the larger of two."""
    scale = np.maximum(np.abs(one), np.abs(other))
    return bool(np.isfinite(one).all() and (np.abs(one - other) <= rtol * np.where(scale == 0, 1.0, scale)).all())


def overall(name: str, evidence: Evidence, variables: Sequence[str]) -> list[str]:
    """Mistakes of the whole array: all signs, transposed, one factor, the order of the variables.

    Args:
        name: ``gradient``, ``jacobian`` or ``hessian``.
        evidence: the claim and the reference.
        variables: names, for the order.

    Returns:
        Sentences, none where every mistake is one of single entries.
    """
    given, true, rtol = evidence.given, evidence.true, evidence.rtol
    if same(given, true, rtol) or not np.isfinite(given).all():
        return []
    if _entries(true != 0) > 1 and same(given, -true, rtol):
        return [f"{name}: every entry has the wrong sign; it is the one of -f"]
    if name == "jacobian" and true.shape[1] == true.shape[2] and same(given, np.swapaxes(true, 1, 2), rtol):
        return ["jacobian: transposed, rows and columns are exchanged"]
    if (order := _order(name, given, true, rtol, variables)) is not None:
        return [f"{name}: right for the variables in the order {order}"]
    notes = []
    if name == "hessian":
        notes += _triangles(given, true, rtol)
    used = true != 0
    if _entries(used) > 1 and not given[~used].any() and (ratio := factor(given[used], true[used], rtol)) is not None:
        return [*notes, f"{name}: every entry is {ratio} times the right one"]
    return notes + (_diagonals(given, true, rtol) if name == "hessian" else [])


def _entries(used: NDArray[np.bool_]) -> int:
    """How many entries are used at some point."""
    return int(used.any(axis=0).sum())


def _triangles(given: Array, true: Array, rtol: float) -> list[str]:
    n = true.shape[-1]
    below, above = np.tril_indices(n, -1), np.triu_indices(n, 1)
    for empty, full, words in ((below, above, "below"), (above, below, "above")):
        lost = true[..., empty[0], empty[1]].any() and not given[..., empty[0], empty[1]].any()
        if lost and same(given[..., full[0], full[1]], true[..., full[0], full[1]], rtol):
            return [f"hessian: only one triangle is filled; the entries {words} the diagonal are missing"]
    if not same(given, np.swapaxes(given, -1, -2), rtol):
        return ["hessian: what is given is not symmetric, a Hessian is"]
    return []


def _diagonals(given: Array, true: Array, rtol: float) -> list[str]:
    """One factor on the diagonal, or off it: the half of a quadratic form, a mixed term counted twice."""
    on = np.eye(true.shape[-1], dtype=bool)
    parts = (("on", given[..., on], true[..., on]), ("off", given[..., ~on], true[..., ~on]))
    right = {where: same(g, t, rtol) for where, g, t in parts}
    for where, g, t in parts:
        used = t != 0
        if right[where] or not right["off" if where == "on" else "on"] or _entries(used) < 2 or g[~used].any():
            continue
        if (ratio := factor(g[used], t[used], rtol)) is not None:
            return [f"hessian: every entry {where} the diagonal is {ratio} times the right one"]
    return []


def _order(name: str, given: Array, true: Array, rtol: float, variables: Sequence[str]) -> str | None:
    """The order of the variables in which the claim would be right."""
    n = len(variables)
    for order in _orders(variables):
        moved = true[..., order]
        if name == "hessian":
            moved = moved[..., order, :]
        if order != list(range(n)) and same(given, moved, rtol):
            return ", ".join(variables[k] for k in order)
    return None


def _orders(variables: Sequence[str]) -> Iterator[list[int]]:
    """All of up to five; of more the usual ones: alphabetical, and backwards."""
    n = len(variables)
    if n <= 5:
        yield from map(list, permutations(range(n)))
        return
    yield sorted(range(n), key=lambda k: variables[k])
    yield list(range(n))[::-1]
