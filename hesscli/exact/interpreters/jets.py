"""The interpreter over jets: several variables, to any order."""

from __future__ import annotations

from collections.abc import Sequence

from flint import arb

from hesscli.exact.elementary.parametric import Table
from hesscli.exact.interpreters.interpreter import Interpreter
from hesscli.exact.jets import Jet, compose_jets, sum_jets
from hesscli.exact.terms import Term


class JetInterpreter(Interpreter[Jet]):
    """One run over jets; with bare balls as inputs, over numbers."""

    def base(self, a: Term[Jet]) -> arb:
        """The value at the point."""
        return a if isinstance(a, arb) else a.constant

    def total(self, terms: Sequence[Jet]) -> Jet:
        """The sum of jets, in time proportional to their terms."""
        return sum_jets(terms)

    def compose(self, a: Jet, coefficients: Sequence[arb]) -> Jet:
        """A function of one jet from its Taylor coefficients."""
        return a.compose(coefficients)

    def compose_many(self, args: Sequence[Jet], coefficients: Table) -> Jet:
        """A function of several jets from its Taylor coefficients."""
        return compose_jets(args, coefficients)
