"""d/dx of a SymPy tree, each subtree once.

SymPy's own ``diff`` asks every operand anew, and checks each time what can be differentiated at all; for the trees of
closed forms that takes most of the time. The rules are SymPy's, and so are the results, but of `STEPS`: closed forms
hold where the derivatives exist, and theirs are 0 there.
"""

from __future__ import annotations

from contextlib import suppress
from typing import Any

import sympy
from sympy.core.function import ArgumentIndexError

from hesscli.exact.roots import OddRoot

CHAIN = sympy.Function._eval_derivative
"""The rule of functions that have none of their own."""


STEPS = (sympy.sign, sympy.floor, sympy.ceiling)
"""Constant between their jumps, where SymPy's derivatives are distributions, or left standing."""


class Derivation:
    """The derivative by one symbol; remembers what it has differentiated.

    Args:
        symbol: x.

    Example:
        >>> x = sympy.Symbol("x")
        >>> Derivation(x)(x * sympy.sin(x))
        x*cos(x) + sin(x)
    """

    def __init__(self, symbol: Any) -> None:
        self._symbol = symbol
        self._known: dict[Any, Any] = {symbol: sympy.S.One}

    def __call__(self, tree: Any) -> Any:
        """The derivative of a tree."""
        if tree not in self._known:
            self._known[tree] = self._of(tree) if self._symbol in tree.free_symbols else sympy.S.Zero
        return self._known[tree]

    def _of(self, tree: Any) -> Any:
        if isinstance(tree, STEPS):
            return sympy.S.Zero
        if tree.is_Add:
            return sympy.Add(*map(self, tree.args))
        if tree.is_Mul:
            return sympy.Add(*(self._term(tree.args, k) for k in range(len(tree.args))))
        if tree.is_Pow:
            base, exponent = tree.args
            above = self(exponent) and self(exponent) * sympy.log(base)
            return tree * (above + self(base) * exponent / base)
        if isinstance(tree, OddRoot):
            return tree.fdiff(1) * self(tree.args[0])
        if len(tree.args) == 1 and getattr(type(tree), "_eval_derivative", None) is CHAIN:
            with suppress(ArgumentIndexError):
                return tree.fdiff(1) * self(tree.args[0])
        return tree.diff(self._symbol)

    def _term(self, factors: tuple[Any, ...], k: int) -> Any:
        """Of the product rule: factor k differentiated."""
        inner = self(factors[k])
        return sympy.Mul(*factors[:k], inner, *factors[k + 1 :]) if inner != 0 else inner
