"""The interpreter: an expression's code list run over jets, power series or expansions, by one table of rules.

What all kinds have in common stands in `arithmetic`; `jets`, `series` and `onesided` say how theirs are composed.
"""

from __future__ import annotations

from collections.abc import Sequence

from hesscli.exact.elementary import Undefined, Unsupported
from hesscli.exact.elementary.base import outside
from hesscli.exact.interpreters.arithmetic import BallArithmetic
from hesscli.exact.interpreters.branches import computed, needed
from hesscli.exact.interpreters.codelist import CodeList
from hesscli.exact.terms import Term, V
from hesscli.language.functions import BY_NAME, EVERYWHERE


class Interpreter(BallArithmetic[V]):
    """One run of a code list over one kind of what varies.

    Attributes:
        code: what is run.
        running: the node being computed, in what is run.
        memo: the nodes' terms, None where they are not computed yet; a condition's truth.
    """

    def __init__(
        self, code: CodeList, inputs: Sequence[Term[V]], order: int, *, assume: bool = False, exact: bool = False
    ) -> None:
        super().__init__(order, assume=assume, exact=exact)
        self.code = code
        self.running = 0
        expression = code.inlined.expression
        self.memo: list[Term[V] | bool | None] = [None] * len(expression.nodes)
        place = {name: k for k, name in enumerate(expression.variables)}
        for k, node in enumerate(expression.nodes):
            if not node.args:
                leaf = code.leaf(node, exact=exact)
                self.memo[k] = inputs[place[str(node.value)]] if leaf is None else leaf

    @property
    def at(self) -> int:
        """The node being computed, in the expression as typed."""
        return self.code.inlined.origin[self.running]

    def outputs(self) -> list[Term[V]]:
        """Run the code list and give its components' terms.

        Raises:
            Undefined: one of the functions as typed has no real value at the point.
            Unsupported: one of them has no enclosure.
        """
        outputs = self.code.inlined.expression.outputs
        try:
            if self.code.lazy:
                return [self.demand(k) for k in outputs]
            memo = self.memo
            for k, rule, args in self.code.steps:
                self.running = k
                memo[k] = rule(self, *[memo[j] for j in args])
        except (Undefined, Unsupported) as error:
            raise self.as_typed(error) from None
        return [memo[k] for k in outputs]

    def as_typed(self, error: Exception) -> Exception:
        """What happened in the middle of a definition, told of the function that was typed."""
        node, run = self.code.expression.nodes[self.at], self.code.inlined
        told = getattr(error, "function", "") or run.expression.nodes[self.running].op
        if told == node.op or node.op not in BY_NAME:
            return error
        if isinstance(error, Unsupported):
            return Unsupported(node.op)
        args = [self.memo[run.place[k]] for k in node.args]
        if any(a is None or isinstance(a, bool) for a in args) or BY_NAME[node.op].domain == EVERYWHERE:
            return error
        return outside(node.op, [self.base(a) for a in args], BY_NAME[node.op].domain)

    def demand(self, target: int) -> Term[V]:
        """Compute one node and only what it needs: the dead branches of a Piecewise are never touched."""
        memo, nodes = self.memo, self.code.inlined.expression.nodes
        rules = {k: rule for k, rule, _ in self.code.steps}
        stack = [target]
        while stack:
            k = stack[-1]
            if memo[k] is None:
                lacking = needed(nodes[k], memo)
                if lacking:
                    stack.extend(lacking)
                    continue
                self.running = k
                memo[k] = computed(nodes[k], memo, rules)(self, k)
            stack.pop()
        return memo[target]
