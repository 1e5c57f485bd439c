"""The text of a SymPy tree and its size, each subtree once: derivatives of one function have most of them in common."""

from __future__ import annotations

from typing import Any

from sympy.printing.str import StrPrinter


class Writing(StrPrinter):  # type: ignore[misc]  # SymPy has no types
    """SymPy's own text, odd roots as the language writes them; remembers what it has written."""

    def __init__(self) -> None:
        super().__init__()
        self._known: dict[Any, str] = {}

    def _print(self, expr: Any, **kwargs: Any) -> str:
        if kwargs or not getattr(expr, "args", ()):
            return str(super()._print(expr, **kwargs))
        if expr not in self._known:
            self._known[expr] = str(super()._print(expr))
        return self._known[expr]

    def _print_OddRoot(self, expr: Any) -> str:
        x, n = expr.args
        return f"cbrt({self._print(x)})" if n == 3 else f"root({self._print(x)}, {n})"


class Size:
    """The number of nodes of a tree; remembers what it has counted."""

    def __init__(self) -> None:
        self._known: dict[Any, int] = {}

    def __call__(self, tree: Any) -> int:
        """Of a tree with all its subtrees, each as often as it stands there."""
        if not tree.args:
            return 1
        if tree not in self._known:
            self._known[tree] = 1 + sum(map(self, tree.args))
        return self._known[tree]
