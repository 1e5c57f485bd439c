"""The parsed expression: a straight-line program (Wengert list) that both witnesses walk.

Every node is one elementary operation on earlier nodes; equal operations on equal nodes are one
node. Walking it is a loop, never a recursion, and a shared intermediate is computed once.

Source: R. E. Wengert, "A simple automatic derivative evaluation program", CACM 7(8), 1964;
A. Griewank and A. Walther, "Evaluating Derivatives", 2nd ed., SIAM 2008, section 2.2.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, replace
from fractions import Fraction

Value = int | Fraction | float | str | None


@dataclass(frozen=True, slots=True)
class Node:
    """One operation of the program.

    Attributes:
        op: ``number``, ``constant``, ``parameter``, ``variable``, or the canonical name of a row of the
            catalogue (``add``, ``mul``, ``pow``, ``sin``, ``piecewise``, ``lt``, ...).
        args: positions of the operands in ``Expression.nodes``, all smaller than this node's own.
        value: of ``number``: an int or Fraction (exact) or a float (the IEEE double that was typed);
            of ``parameter``: its float; of ``constant`` and ``variable``: its name; otherwise None.
        span: (start, end) columns in ``Expression.source`` of the first place that made this node.
    """

    op: str
    args: tuple[int, ...] = ()
    value: Value = None
    span: tuple[int, int] = (0, 0)


@dataclass(frozen=True, slots=True)
class Expression:
    """A function of real variables, as typed.

    Attributes:
        source: the text as it came.
        variables: names of what is differentiated, in the order of a point's coordinates; n of them.
        parameters: names and values of the named numbers, in the order given.
        nodes: the program; node k only refers to nodes before it.
        outputs: positions of the components; one for a scalar, m for a vector expression.
        vector: True for ``[f1, ..., fm]``, even where m is 1.
        notes: sentences about what the text may have been meant to be.
    """

    source: str
    variables: tuple[str, ...]
    nodes: tuple[Node, ...]
    outputs: tuple[int, ...]
    vector: bool = False
    parameters: tuple[tuple[str, float], ...] = ()
    notes: tuple[str, ...] = ()

    def component(self, k: int) -> Expression:
        """Component k of a vector expression as a scalar expression."""
        return replace(self, outputs=(self.outputs[k],), vector=False)

    def parameter(self, node: Node) -> str | None:
        """The name of a node's parameter: its value may belong to several names, its place in the text to one."""
        names = [name for name, value in self.parameters if value == node.value]
        typed = self.source[slice(*node.span)]
        if typed in names or not names:
            return typed if names else None
        return next((name for name in names if _bare(name) == _bare(typed)), names[0])

    def freed(self) -> tuple[Expression, tuple[float, ...]]:
        """The same program with its parameters and typed decimals, unless they are whole, as further variables.

        Returns:
            The program of n + k variables, and the values of the last k.
        """
        nodes, names, values = list(self.nodes), list(self.variables), list[float]()
        for k, node in enumerate(self.nodes):
            if node.op in {"number", "parameter"} and isinstance(node.value, float) and not node.value.is_integer():
                names.append(f"#{len(values)}")  # a name that nobody can type
                values.append(node.value)
                nodes[k] = replace(node, op="variable", value=names[-1])
        return replace(self, variables=tuple(names), nodes=tuple(nodes)), tuple(values)

    def dependence(self) -> tuple[frozenset[int], ...]:
        """For every node the indices of the variables it depends on structurally."""
        place = {name: k for k, name in enumerate(self.variables)}
        seen: list[frozenset[int]] = []
        for node in self.nodes:
            if node.op == "variable":
                seen.append(frozenset([place[str(node.value)]]))
            else:
                seen.append(frozenset().union(*(seen[k] for k in node.args)))
        return tuple(seen)

    def live(self) -> tuple[int, ...]:
        """Positions of the nodes that the outputs need, in program order."""
        needed = set(self.outputs)
        for k in range(len(self.nodes) - 1, -1, -1):
            if k in needed:
                needed.update(self.nodes[k].args)
        return tuple(sorted(needed))


def _bare(name: str) -> str:
    r"""A name without what differs between ways to type it: ``x_1`` and ``x_{1}``, ``alpha`` and ``\alpha``."""
    return re.sub(r"\\(?:mathit|mathrm|text)\b|[\\{}_\s]", "", unicodedata.normalize("NFKC", name))
