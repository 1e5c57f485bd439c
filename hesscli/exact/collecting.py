"""Common factors taken out of the sums of a SymPy tree, each subtree once.

SymPy's own ``factor_terms`` and ``powsimp`` do the same to any tree; for the derivatives of what people type, whose
subtrees come again and again, they take most of the time of closed forms.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from math import gcd, lcm
from typing import Any

import sympy

from hesscli.exact.roots import OddRoot

Powers = dict[Any, Any]
"""Base -> rational exponent; of exp(c*u) the base is exp(u) and the exponent c, of x**(k*y) likewise."""


class Collecting:
    """A tree with the common factors of its sums in front; remembers what it has rewritten.

    Example:
        >>> x, y = sympy.symbols("x y", real=True)
        >>> Collecting()(2 * x * sympy.cos(x * y) + 4 * x**2)
        2*x*(2*x + cos(x*y))
    """

    def __init__(self) -> None:
        self._known: dict[Any, Any] = {}

    def __call__(self, tree: Any) -> Any:
        """An equal tree."""
        if not tree.args:
            return tree
        if tree not in self._known:
            self._known[tree] = self._of(tree)
        return self._known[tree]

    def _of(self, tree: Any) -> Any:
        if tree.is_Add:
            return _sum([self(term) for term in tree.args])
        if tree.is_Mul:
            return _product(self(factor) for factor in tree.args)
        if tree.is_Pow:
            return _power(self(tree.base), self(tree.exp), tree)
        parts = tuple(map(self, tree.args))
        return tree if parts == tree.args else tree.func(*parts)


def _sum(terms: list[Any]) -> Any:
    """The sum of terms, as a product if they have a factor in common."""
    split = [_split(term) for term in terms]
    bases = [base for _, powers in split for base in powers]
    split = [(c, _rooted(powers, bases)) for c, powers in split]
    content, common = _content([c for c, _ in split]), split[0][1]
    for _, powers in split[1:]:
        common = {base: e for base, power in common.items() if (e := _shared(base, power, powers.get(base, 0)))}
    if content == -1 and not common:
        content = sympy.S.One
    rest = (sympy.Mul(c / content, *_written({b: e - common.get(b, 0) for b, e in p.items()})) for c, p in split)
    return _times(content, [*_written(common), sympy.Add(*rest)])


def _product(factors: Iterable[Any]) -> Any:
    """The product, its exponentials as one, sums that differ in sign as one."""
    coefficient, powers = sympy.S.One, Powers()
    for factor in factors:
        c, parts = _split(factor)
        coefficient *= c
        for base, exponent in parts.items():
            if base.is_Add and exponent.is_Integer and base not in powers:
                opposite = -base
                if opposite in powers or all(term.as_coeff_Mul()[0] < 0 for term in base.args):
                    base, coefficient = opposite, coefficient * (-1) ** exponent
            powers[base] = powers.get(base, 0) + exponent
    return _times(coefficient, _written(_rooted(powers, powers)))


def _power(base: Any, exponent: Any, before: Any) -> Any:
    """A power, of a sum without fractions within it."""
    if not exponent.is_Integer:
        plain = (base, exponent) == before.args or base.as_coeff_Mul()[0] != 1  # a root of the factor is no better
        return before if plain else sympy.Pow(base, exponent)
    if base.is_Add:
        cleared = _content([term.as_coeff_Mul()[0] for term in base.args], clear=True)
        base = _times(cleared, [sympy.Add(*(term / cleared for term in base.args))])
    coefficient, rest = base.as_coeff_Mul()
    return _times(coefficient**exponent, [rest**exponent])


def _split(term: Any) -> tuple[Any, Powers]:
    """The rational coefficient of a term, and the powers behind it."""
    coefficient, rest = term.as_coeff_Mul()
    powers = Powers()
    for part in sympy.Mul.make_args(rest):
        for base, exponent in _powers_of(part):
            powers[base] = powers.get(base, 0) + exponent
    return coefficient, _rooted(powers, powers)


def _rooted(powers: Powers, among: Iterable[Any]) -> Powers:
    """The same, x as a power of its odd root where that is one of the bases among which it stands."""
    powers = dict(powers)
    for root in among:
        if isinstance(root, OddRoot):
            x, n = root.args
            if x in powers and powers[x].is_Integer:
                powers[root] = powers.get(root, 0) + n * powers.pop(x)
    return {base: power for base, power in powers.items() if power != 0}


def _powers_of(part: Any) -> Iterator[tuple[Any, Any]]:
    if isinstance(part, sympy.exp):
        for term in sympy.Add.make_args(part.args[0]):
            c, rest = term.as_coeff_Mul()
            yield sympy.exp(rest), c
    elif part.is_Pow and part.exp.is_Rational:
        yield part.args
    elif part.is_Pow and (split := part.exp.as_coeff_Mul())[0].is_Integer:  # x**(2*y) is (x**y)**2
        yield part.base ** split[1], split[0]
    elif part != 1:
        yield part, sympy.S.One


def _written(powers: Powers) -> list[Any]:
    """The factors that powers stand for."""
    factors, exponents = [], []
    for base, power in powers.items():
        if isinstance(base, sympy.exp):
            exponents.append(power * base.args[0])
        elif base is sympy.E:
            exponents.append(power)
        else:
            factors.append(sympy.Pow(base, power))
    return [*factors, sympy.exp(sympy.Add(*exponents))]


def _shared(base: Any, a: Any, b: Any) -> Any:
    """The exponent that two powers of one base have in common; 0 if they are on both sides of a fraction line."""
    if b == 0 or (a > 0) != (b > 0):
        return sympy.S.Zero
    if base.is_number and a > 0 and not (a.is_Integer and b.is_Integer) and a != b:  # pi and sqrt(pi) stay as they are
        return sympy.S.Zero
    return min(a, b) if a > 0 else max(a, b)


def _content(coefficients: list[Any], *, clear: bool = False) -> Any:
    """The rational that all coefficients have in common, negative if all are; fractions only if all are, or `clear`."""
    if not all(c.is_Rational and c for c in coefficients):
        return sympy.S.One
    over = 1 if not clear and any(c.q == 1 for c in coefficients) else lcm(*(c.q for c in coefficients))
    sign = -1 if all(c < 0 for c in coefficients) else 1
    return sympy.Rational(sign * gcd(*(c.p for c in coefficients)), over)


def _times(coefficient: Any, factors: list[Any]) -> Any:
    """The product, in which the coefficient of a sum stays in front of it."""
    product = sympy.Mul(*factors)
    if coefficient == 1 or not (product.is_Add or product.is_Mul):
        return coefficient * product
    further, rest = product.as_coeff_Mul()
    coefficient *= further
    if coefficient == 0 or coefficient == 1:
        return coefficient * rest
    return sympy.Mul(coefficient, *sympy.Mul.make_args(rest), evaluate=False)
