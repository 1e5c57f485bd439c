"""How a function answers to two motions of all its variables: x + t (1, ..., 1) and exp(t) x.

Under such a motion a node may gain s t, or be multiplied by exp(d t): log(exp(x) + exp(y)) gains t where both
variables do, and sqrt(x**2 + y**2) is multiplied by exp(t) where both are (Euler's homogeneous functions). What
gains s t has the kernel vector (1, ..., 1) of its Hessian, what is homogeneous of degree 1 the kernel vector x.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from flint import fmpq

from hesscli.exact.curvature.bounded import constant_of
from hesscli.exact.interpreters.codelist import CodeList
from hesscli.exact.properties import HOMOGENEOUS, SHIFTED

NOTHING = fmpq(0)


@dataclass(frozen=True, slots=True)
class Gains:
    """A node becomes itself plus ``slope`` times t."""

    slope: fmpq


@dataclass(frozen=True, slots=True)
class Grows:
    """A node becomes itself times exp(``degree`` t)."""

    degree: fmpq


STILL = Gains(NOTHING)
Motion = Gains | Grows | None
"""None: neither is known."""


def null_vectors(code: CodeList, point: Sequence[float]) -> list[list[fmpq]]:
    """Vectors that the Hessian at the point maps to zero.

    >>> from hesscli.language.syntax import parse
    >>> null_vectors(CodeList.of(parse("sqrt(x**2 + y**2)")), [3.0, 4.0])
    [[3, 4]]
    >>> null_vectors(CodeList.of(parse("log(exp(x) + exp(y))")), [3.0, 4.0])
    [[1, 1]]
    """
    found = [_ones(point)] if isinstance(motion(code, Gains(fmpq(1))), Gains) else []
    return found + ([_place(point)] if motion(code, Grows(fmpq(1))) == Grows(fmpq(1)) and any(point) else [])


def constant_along(code: CodeList, point: Sequence[float]) -> list[list[fmpq]]:
    """Directions of motions from the point along which the function does not change.

    >>> from hesscli.language.syntax import parse
    >>> constant_along(CodeList.of(parse("x*y/(x**2 + y**2)")), [1.0, 1.0])
    [[1, 1]]
    """
    found = [_ones(point)] if motion(code, Gains(fmpq(1))) == STILL else []
    return found + ([_place(point)] if motion(code, Grows(fmpq(1))) == STILL and any(point) else [])


def _ones(point: Sequence[float]) -> list[fmpq]:
    return [fmpq(1)] * len(point)


def _place(point: Sequence[float]) -> list[fmpq]:
    return [fmpq(*x.as_integer_ratio()) for x in point]


@lru_cache(maxsize=64)
def motion(code: CodeList, variables: Motion) -> Motion:
    """What the function does where every variable does as given; `STILL` where nothing."""
    expression = code.inlined.expression
    found: dict[int, Motion] = {}
    for k in expression.live():
        node = expression.nodes[k]
        if node.op == "variable":
            found[k] = variables
        elif not node.args or all(found[j] == STILL for j in node.args):
            found[k] = STILL
        else:
            moved = _moved(code, node.op, node.args, [found[j] for j in node.args])
            found[k] = STILL if moved == Grows(NOTHING) else moved
    return found[expression.outputs[0]]


def _moved(code: CodeList, op: str, args: Sequence[int], motions: Sequence[Motion]) -> Motion:
    first = motions[0]
    if op in ("mul", "div", "pow", "root"):
        return _scaled(code, op, args, motions)
    if op in HOMOGENEOUS:
        growing = {other for j, other in zip(args, motions, strict=True) if constant_of(code, j) != 0}
        if len(growing) == 1 and isinstance(common := growing.pop(), Grows):
            return common
    if op in ("add", "neg") and all(isinstance(other, Gains) for other in motions):
        slopes = [other.slope for other in motions if isinstance(other, Gains)]
        return Gains(-slopes[0] if op == "neg" else sum(slopes, NOTHING))
    if op in SHIFTED and isinstance(first, Gains) and all(other == first for other in motions):
        return first
    if op == "exp" and isinstance(first, Gains):
        return Grows(first.slope)
    return Gains(first.degree) if op == "log" and isinstance(first, Grows) else None


def _scaled(code: CodeList, op: str, args: Sequence[int], motions: Sequence[Motion]) -> Motion:
    """Products, quotients and powers: degrees add up; a slope is multiplied by numbers only."""
    numbers = [constant_of(code, j) for j in args]
    if op in ("pow", "root"):
        exponent, base = numbers[1], motions[0]
        exponent = 1 / exponent if op == "root" and exponent else exponent
        return Grows(base.degree * exponent) if exponent is not None and isinstance(base, Grows) else None
    degrees = [m.degree if isinstance(m, Grows) else NOTHING if m == STILL else None for m in motions]
    if None not in degrees:
        known = [degree for degree in degrees if degree is not None]
        return Grows(known[0] - known[1] if op == "div" else sum(known, NOTHING))
    varying = [j for j, q in enumerate(numbers) if q is None]
    gains = motions[varying[0]] if len(varying) == 1 else None
    if not isinstance(gains, Gains) or (op == "div" and varying != [0]):
        return None
    factor = fmpq(1)
    for q in numbers:
        if q is not None:
            factor = factor * q if op == "mul" else factor / q if q else NOTHING
    return Gains(gains.slope * factor)
