"""Directions in which a function is constant by the way it is written.

Every expression is a function F(l_1(x), ..., l_m(x)) of its largest affine parts: a potential of distances x_i - x_j
does not change when all of x move together, and x**2 + 0*y not with y. Along the common kernel of the l_i the critical
points are not isolated and the Hessian is singular, so that they are looked for with some coordinates held in place
(the gauge), of which there is one for each such direction.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

from flint import fmpq, fmpq_mat

from hesscli.exact.curvature.bounded import constant_of
from hesscli.exact.curvature.matrix import nullspace
from hesscli.exact.curvature.symmetry import constant_along, null_vectors
from hesscli.exact.decimals import ball
from hesscli.exact.interpreters.codelist import CodeList
from hesscli.exact.kinks.quotients import quotient
from hesscli.exact.rational import rational

MOST_VARIABLES = 5
"""Of a rational function whose directions are looked for by its coefficients."""
Affine = dict[int, fmpq]
"""Place of a variable -> its factor, none zero; the constant does not matter."""


def gauge(code: CodeList, point: Sequence[float]) -> list[int]:
    """Coordinates to hold in place, so that the function is constant in no direction known here; ascending.

    Every point near the given one is a move along such directions away from one with these coordinates in place.

    >>> from hesscli.language.syntax import parse
    >>> gauge(CodeList.of(parse("(x - y)**2 + exp(y - z)")), [1.0, 2.0, 3.0])
    [0]
    """
    n = len(point)
    basis = nullspace(_matrix(_forms(code, slopes=True), n), fmpq(0)) + constant_along(code, point)
    basis += _rationally(code, point) if n <= MOST_VARIABLES else []
    order = sorted(range(n), key=lambda j: abs(point[j]))  # a coordinate of 0 has no units in the last place to move by
    r, rank = _rows([[v[j] for j in order] for v in basis], n).rref()
    return sorted(order[next(j for j in range(n) if r[i, j] != 0)] for i in range(rank))


def _rationally(code: CodeList, point: Sequence[float]) -> list[list[fmpq]]:
    """Directions v in which a rational function p/q is constant: v . (q dp - p dq) = 0 as a polynomial.

    >>> from hesscli.language.syntax import parse
    >>> _rationally(CodeList.of(parse("x**4 + 4*x**3*y + 6*x**2*y**2 + 4*x*y**3 + y**4")), [0.0, 0.0])
    [[-1, 1]]
    """
    n = len(point)
    whole = quotient(code, [rational(ball(x)) for x in point], range(n))
    if whole is None:
        return []
    p, q = whole
    slopes = [(p.derivative(k) * q - p * q.derivative(k)).to_dict() for k in range(n)]
    monomials = dict.fromkeys(e for slope in slopes for e in slope)
    return nullspace(
        _matrix([{k: slope[e] for k, slope in enumerate(slopes) if e in slope} for e in monomials], n), fmpq(0)
    )


def flat_directions(code: CodeList, point: Sequence[float], places: Sequence[int]) -> int:
    """How many independent directions are known, seen in these coordinates, that the Hessian maps to zero.

    >>> from hesscli.language.syntax import parse
    >>> flat_directions(CodeList.of(parse("exp(x - y) + 3*y")), [1.0, 2.0], [0, 1])
    1
    """
    n = len(point)
    basis = nullspace(_matrix(_forms(code, slopes=False), n), fmpq(0)) + null_vectors(code, point)
    return int(_rows([[v[k] for k in places] for v in basis], len(places)).rank())


def _rows(basis: Sequence[Sequence[fmpq]], n: int) -> fmpq_mat:
    """Vectors as rows, and a row of zeros."""
    return fmpq_mat(len(basis) + 1, n, [*(c for v in basis for c in v), *[fmpq(0)] * n])


def _matrix(forms: Sequence[Affine], n: int) -> fmpq_mat:
    """The forms' factors as rows, and rows of zeros: at least n."""
    rows = [form.get(k, fmpq(0)) for form in forms for k in range(n)]
    rows += [fmpq(0)] * (n * max(n - len(forms), 0))
    return fmpq_mat(len(rows) // n, n, rows)


@lru_cache(maxsize=64)
def _forms(code: CodeList, *, slopes: bool) -> list[Affine]:
    """The affine parts that no larger one contains, each once; with ``slopes`` also those that are only summands."""
    expression = code.inlined.expression
    place = {name: k for k, name in enumerate(expression.variables)}
    affine: dict[int, Affine | None] = {}
    for k in expression.live():
        node = expression.nodes[k]
        if node.op == "variable":
            affine[k] = {place[str(node.value)]: fmpq(1)}
        elif not node.args:
            affine[k] = {}
        else:
            affine[k] = _combined(code, node.op, node.args, affine)
    largest: dict[tuple[tuple[int, fmpq], ...], Affine] = {}
    stack, seen = [(k, True) for k in expression.outputs], set()
    while stack:
        k, summand = stack.pop()
        if (k, summand) in seen:
            continue
        seen.add((k, summand))
        form, node = affine[k], expression.nodes[k]
        if form is None and node.op in ("add", "neg"):
            others, form = _summands(code, k, affine)
            stack += [(j, summand) for j in others]
        elif form is None:
            stack += [(j, False) for j in node.args]
        if form and (slopes or not summand):
            largest[tuple((j, form[j]) for j in sorted(form))] = form
    return list(largest.values())


def _summands(code: CodeList, k: int, affine: dict[int, Affine | None]) -> tuple[list[int], Affine]:
    """The summands of a sum that are not affine, and the sum of those that are: -x - y of exp(x + y) - x - y."""
    nodes, others, stack = code.inlined.expression.nodes, list[int](), [(k, 1)]
    whole: Affine = {}
    while stack:
        j, sign = stack.pop()
        form = affine[j]
        if form is not None:
            for place, c in form.items():
                whole[place] = whole.get(place, fmpq(0)) + sign * c
        elif nodes[j].op in ("add", "neg"):
            stack += [(i, -sign if nodes[j].op == "neg" else sign) for i in nodes[j].args]
        else:
            others.append(j)
    return others, {place: c for place, c in whole.items() if c != 0}


def _combined(code: CodeList, op: str, args: Sequence[int], affine: dict[int, Affine | None]) -> Affine | None:
    """The affine form of an operation on others; None where it is not affine, or not with fractions."""
    forms = [affine[j] for j in args]
    if op == "mul" and any(constant_of(code, j) == 0 for j in args):
        return {}
    if any(form is None for form in forms):
        return None
    if all(not form for form in forms):
        return {}
    if op in ("add", "neg"):
        whole: Affine = {}
        for form in forms:
            for j, c in (form or {}).items():
                whole[j] = whole.get(j, fmpq(0)) + (-c if op == "neg" else c)
        return {j: c for j, c in whole.items() if c != 0}
    varying = [i for i, form in enumerate(forms) if form]
    numbers = [constant_of(code, j) for i, j in enumerate(args) if i not in varying]
    if None in numbers or len(varying) > 1 or op not in ("mul", "div") or (op == "div" and varying[0] == 1):
        return None
    factor = fmpq(1)
    for q in numbers:
        factor = factor * (q if op == "mul" else 1 / q) if q else fmpq(0)
    return {j: c * factor for j, c in (forms[varying[0]] or {}).items() if factor != 0}
