"""Limits in several variables where f has no value, as far as they are proven on every side.

Three proofs. A rational function is cancelled; where the lowest-degree form of its denominator is definite, in
weights that even its pure powers out, degrees decide, and its derivatives are rational functions again. A function
that is singular in one quantity u only (a variable, x*y, x**2 + y**2, ...) is expanded in t = u - u0, while balls
about the point stand for all variables: the expansion holds for all of them at once. Where that is a power series,
found without asking for a sign of t, f extends analytically, and all its derivatives have limits.
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import replace
from itertools import combinations_with_replacement

from flint import arb, fmpq_mpoly

from hesscli.exact.elementary import Undefined, Unsupported
from hesscli.exact.events import TROUBLES, Deeper, Singular, Undecided
from hesscli.exact.interpreters.codelist import CodeList
from hesscli.exact.interpreters.jets import JetInterpreter
from hesscli.exact.jets import Jet
from hesscli.exact.kinks.arithmetic import OneSided
from hesscli.exact.kinks.directional import growth, irregular
from hesscli.exact.kinks.fitting import Monomial, fit, predicted
from hesscli.exact.kinks.forms import definite, ring
from hesscli.exact.kinks.neighbourhood import Neighbourhood
from hesscli.exact.kinks.onesided import OneSidedInterpreter
from hesscli.exact.kinks.polynomials import as_polynomial
from hesscli.exact.kinks.puiseux import Growth, Puiseux, Transseries
from hesscli.exact.kinks.quotients import differentiated, limit_of, lowest, quotient
from hesscli.exact.rational import fraction
from hesscli.exact.terms import Term
from hesscli.language.expression import Expression, Node
from hesscli.language.functions import CONDITIONS
from hesscli.request import multiplicity

NEARBY = -40
"""The balls that stand for the variables have the radius 2**NEARBY."""
MOST_CANDIDATES, MOST_MONOMIALS, SPARE = 12, 60, 4
Limits = dict[Monomial, tuple[arb | None, arb | None, arb | None]]
"""Derivative -> its limit, then those from the left and from the right in the one variable in which f is singular."""


def limits(place: Neighbourhood, wanted: Sequence[Monomial]) -> Limits:
    """The limits of f and its derivatives that are proven, in two variables or more."""
    whole = quotient(place.code, place.at, place.active)
    if whole is not None:
        found = {}
        for indices in wanted:
            limit = limit_of(differentiated(whole, [place.active.index(k) for k in indices]))
            if limit is not None:
                found[indices] = (limit, None, None)
        return found if () in found else _one_quantity(place, wanted) | found
    if _extends(place, place.code.expression, place.code.expression.outputs[0]):
        return {k: (c, None, None) for k, c in _coefficients(place, wanted).items()}
    return _one_quantity(place, wanted)


class Formal(OneSidedInterpreter):
    """An expansion that holds on both sides: the sign of t is never asked for."""

    def side(self, a: Transseries) -> int:
        """The sign where it is the same for t > 0 and t < 0."""
        if isinstance(a, Growth) or a.wave:
            raise Unsupported("a sign that is not known")
        found = self.lead(a)
        if found is None:
            return 0
        (e, logs), c = found
        if logs or e % 2:
            raise Unsupported("a sign that differs from side to side")
        return 1 if c > 0 else -1

    def real_power(self, a: OneSided, r: arb) -> OneSided:
        """A root of what vanishes has sides."""
        if isinstance(a, Puiseux) and not (r.is_exact() and r.is_integer()):
            found = self.lead(a)
            if found is None or found[0] != (0, 0):
                raise Unsupported("a root that differs from side to side")
        return super().real_power(a, r)

    def log(self, a: OneSided) -> Term[Puiseux]:
        """A logarithm of what vanishes has sides."""
        if isinstance(a, Puiseux) and ((found := self.lead(a)) is None or found[0] != (0, 0)):
            raise Unsupported("a logarithm that differs from side to side")
        return super().log(a)


def _extends(place: Neighbourhood, expression: Expression, node: int) -> bool:
    """Whether a node is an analytic function near the point, after it has been given its limit there."""
    part = replace(expression, outputs=(node,))
    code = _code(place, part)
    if _is_smooth(place, code):
        return True
    for u in _candidates(expression, node, place.active):
        expansion = None
        with suppress(Undefined):
            expansion = _expanded(place, part, u, Formal, 1, wide=True)
        if isinstance(expansion, arb) or (
            isinstance(expansion, Puiseux) and expansion.regular and expansion.bound > place.order
        ):
            return True
    if expression.nodes[node].op in ("add", "mul", "neg"):
        return all(_extends(place, expression, k) for k in expression.nodes[node].args)
    groups = _groups(expression, node)
    return len(groups) > 1 and all(_extends(place, *_product(expression, group)) for group in groups)


def _code(place: Neighbourhood, expression: Expression) -> CodeList:
    return CodeList.of(expression, "float32" if place.code.single else "float64")


def _is_smooth(place: Neighbourhood, code: CodeList) -> bool:
    """Whether an interpreter over jets meets nothing singular."""
    inputs: list[Term[Jet]] = list(place.at)
    for j, k in enumerate(place.active):
        inputs[k] = Jet.variable(j, inputs[k], 1)
    with suppress(*TROUBLES):
        JetInterpreter(code, inputs, 1, exact=True).outputs()
        return True
    return False


def _candidates(expression: Expression, node: int, active: Sequence[int]) -> list[int]:
    """Nodes in which another may be singular: the variables, then what is made of them."""
    depends, nodes = expression.dependence(), expression.nodes
    below = replace(expression, outputs=(node,)).live()
    varying = [k for k in below if depends[k] & {*active} and k != node and nodes[k].op not in CONDITIONS]
    return sorted(varying, key=lambda k: nodes[k].op != "variable")[:MOST_CANDIDATES]


def _expanded(
    place: Neighbourhood, expression: Expression, u: int, kind: type[OneSidedInterpreter], side: int, *, wide: bool
) -> OneSided | None:
    """The expansion in t = side * (u - u0) while all variables stay at the point, or in balls about it.

    Raises:
        Undefined: f does not exist on that side.
    """
    nodes = [*expression.nodes]
    base: arb | None = None
    with suppress(*TROUBLES):
        (base,) = JetInterpreter(_code(place, replace(expression, outputs=(u,))), place.at, 0, exact=True).outputs()
    if base is None:
        return None
    nodes[u] = Node("variable", (), "t")
    names = tuple(f"_{name}" if name == "t" else name for name in expression.variables)
    nodes = [
        replace(n, value="_t") if n.op == "variable" and n.value == "t" and k != u else n for k, n in enumerate(nodes)
    ]
    code = _code(place, replace(expression, nodes=tuple(nodes), variables=(*names, "t")))
    radius = arb(0, arb(2) ** NEARBY)
    inputs: list[OneSided] = [x + radius if wide and k in place.active else x for k, x in enumerate(place.at)]
    cap = place.order + SPARE
    while cap <= 4 * (place.order + SPARE):
        interpreter = kind(code, [*inputs, Puiseux({(0, 0): base, (1, 0): arb(side)}, cap)], cap, assume=False)
        with suppress(Deeper):
            try:
                (term,) = interpreter.outputs()
            except (Singular, Unsupported, Undecided):
                return None
            return term
        cap *= 2
    return None


def _groups(expression: Expression, node: int) -> list[list[tuple[int, int]]]:
    """The factors of a product or quotient, with their exponents, by the variables that they share."""
    depends, nodes = expression.dependence(), expression.nodes
    factors, stack = [], [(node, 1)]
    while stack:
        k, power = stack.pop()
        op, args = nodes[k].op, nodes[k].args
        exponent = nodes[args[1]].value if op == "pow" else None
        if op == "mul":
            stack += [(j, power) for j in args]
        elif op == "div":
            stack += [(args[0], power), (args[1], -power)]
        elif isinstance(exponent, int) and exponent:
            stack.append((args[0], power * exponent))
        else:
            factors.append((k, power))
    groups: list[list[tuple[int, int]]] = []
    for k, power in factors:
        alike = [g for g in groups if any(depends[j] & depends[k] for j, _ in g)]
        groups = [g for g in groups if g not in alike] + [[*(each for g in alike for each in g), (k, power)]]
    return groups


def _product(expression: Expression, group: Sequence[tuple[int, int]]) -> tuple[Expression, int]:
    """The expression with one more node, the product of powers."""
    nodes, factors = [*expression.nodes], []
    for k, power in group:
        nodes += [Node("number", (), power), Node("pow", (k, len(nodes)))]
        factors.append(len(nodes) - 1)
    nodes.append(Node("mul", tuple(factors)))
    return replace(expression, nodes=tuple(nodes), outputs=(len(nodes) - 1,)), len(nodes) - 1


def _coefficients(place: Neighbourhood, wanted: Sequence[Monomial]) -> dict[Monomial, arb]:
    """The wanted derivatives of a function that extends analytically, from lines that avoid where it has no value."""
    found: dict[Monomial, arb] = {}
    for degree in range(place.order + 1):
        powers = [*combinations_with_replacement(place.active, degree)]
        if len(powers) > MOST_MONOMIALS:
            break
        samples = {}
        for direction in place.rays.directions(place.active, 3 * len(powers) + 2):
            expansion = place.rays.side(direction).expansion
            if expansion is not None and expansion.settles(degree):
                samples[direction] = expansion.coefficient(degree)
            if len(samples) > 2 * len(powers):
                break
        weights = fit(powers, samples)
        if weights is None or not all(place.same(predicted(powers, weights, d), x) for d, x in samples.items()):
            break
        found |= {k: w * multiplicity(k) for k, w in zip(powers, weights, strict=True) if k in wanted}
    return found


def _one_quantity(place: Neighbourhood, wanted: Sequence[Monomial]) -> Limits:
    """The value's limit, and that of derivatives in one variable alone, of a function singular in one quantity."""
    expression = place.code.expression
    output = expression.outputs[0]
    for u in _candidates(expression, output, place.active):
        variable = _variable(expression, u)
        alone = [k for k in wanted if {*k} <= {variable}]
        sides = [_on_side(place, u, s, alone) if s in _attained(place, u) else {} for s in (-1, 1)]
        if None in sides or not any(sides):
            continue
        below, above = (side or {} for side in sides)
        found: Limits = {}
        for k in alone:
            left, right = below.get(k), above.get(k)
            if (below and left is None) or (above and right is None):
                continue
            one = left is None or right is None or place.same(left, right)
            limit = (right if left is None else left) if one else None
            if variable is not None:
                found[k] = (limit, left, right)
            elif one:
                found[k] = (limit, None, None)
        return found
    return {}


def _variable(expression: Expression, u: int) -> int | None:
    node = expression.nodes[u]
    return expression.variables.index(str(node.value)) if node.op == "variable" else None


def _attained(place: Neighbourhood, u: int) -> set[int]:
    """The signs that u - u0 may have near the point."""
    code = _code(place, replace(place.code.expression, outputs=(u,)))
    inputs: list[Term[Jet]] = list(place.at)
    order = max(2, place.order)
    for j, k in enumerate(place.active):
        inputs[k] = Jet.variable(j, inputs[k], order)
    with suppress(*TROUBLES):
        (jet,) = JetInterpreter(code, inputs, order, exact=True).outputs()
        terms = {e: fraction(c) for e, c in as_polynomial(jet, len(place.active)).items() if any(e)}
        terms = {e: q for e, q in terms.items() if q != 0}
        if terms and None not in terms.values():
            form = lowest(fmpq_mpoly(terms, ring(len(place.active))))
            sign, strict = definite(form)
            if sign and strict:
                return {sign}
    return {-1, 1}


def _on_side(place: Neighbourhood, u: int, side: int, wanted: Sequence[Monomial]) -> dict[Monomial, arb] | None:
    """Derivative -> its limit for u on one side; empty where f does not exist there, None where that is open."""
    expression = place.code.expression
    try:
        wide = _expanded(place, expression, u, OneSidedInterpreter, side, wide=True)
    except Undefined:
        return {}
    try:
        exact = _expanded(place, expression, u, OneSidedInterpreter, side, wide=False)
    except Undefined:
        return None
    if exact is None or wide is None:
        return None
    if isinstance(wide, Growth):
        return {(): arb.pos_inf() if wide.sign > 0 else arb.neg_inf()}
    if isinstance(wide, arb) or isinstance(exact, (arb, Growth)):
        return None
    found = {k: x * side ** len(k) for k in wanted if (x := _at_zero(exact, wide, len(k))) is not None}
    return found or None


def _at_zero(exact: Puiseux, wide: Puiseux, order: int) -> arb | None:
    """The limit of a derivative along t, the same for all points in the balls or tending to one value."""
    if wide.bound <= order or (wide.wave is not None and not wide.wave.dies(order)):
        return None
    losing = [k for k in wide.terms if k[0] < order and (k[0] < 0 or k[1] or not isinstance(k[0], int))]
    losing += [k for k in wide.terms if k[0] == order and k[1] > 0]
    if not losing:
        return exact.coefficient(order) * arb.fac_ui(order)
    first = min(losing, key=lambda key: (key[0], -key[1]))
    if wide.terms[first].contains(0) or irregular(wide, order) != first:
        return None
    up = growth(first, order) * (1 if wide.terms[first] > 0 else -1) > 0
    return arb.pos_inf() if up else arb.neg_inf()
