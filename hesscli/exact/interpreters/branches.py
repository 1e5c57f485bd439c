"""Which operands a node needs: of a Piecewise the chosen branch only, of conditions those that still matter."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from hesscli.exact.elementary import Undefined
from hesscli.language.expression import Node


def needed(node: Node, memo: Sequence[Any]) -> list[int]:
    """What must be computed before a node can be: the next condition, then the chosen branch."""
    if node.op == "Piecewise":
        for value, condition in zip(node.args[::2], node.args[1::2], strict=True):
            if memo[condition] is None:
                return [condition]
            if memo[condition]:
                return [value] if memo[value] is None else []
        return []
    if node.op in ("and", "or"):
        for k in node.args:
            if memo[k] is None:
                return [k]
            if memo[k] is (node.op == "or"):
                return []
        return []
    return [k for k in node.args if memo[k] is None]


def computed(node: Node, memo: Sequence[Any], rules: dict[int, Callable[..., Any]]) -> Callable[[Any, int], Any]:
    """How a node whose needs are met is computed."""
    if node.op == "Piecewise":
        return lambda interpreter, k: _branch(node, memo)
    if node.op in ("and", "or"):
        return lambda interpreter, k: (
            any(memo[j] for j in node.args) if node.op == "or" else all(memo[j] for j in node.args)
        )
    return lambda interpreter, k: rules[k](interpreter, *[memo[j] for j in node.args])


def _branch(node: Node, memo: Sequence[Any]) -> Any:
    for value, condition in zip(node.args[::2], node.args[1::2], strict=True):
        if memo[condition]:
            return memo[value]
    raise Undefined("no condition of the Piecewise holds")
