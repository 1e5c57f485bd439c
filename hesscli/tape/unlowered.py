"""What the tape says when TensorFlow has no such function; kept apart so that asking costs no TensorFlow."""

from __future__ import annotations

from collections.abc import Sequence


class Unlowered(Exception):
    """The expression uses functions that TensorFlow does not have.

    Attributes:
        functions: their names.
    """

    def __init__(self, functions: Sequence[str]) -> None:
        self.functions = tuple(functions)
        names = ", ".join(self.functions)
        super().__init__(f"TensorFlow has no {names}: the exact side answers alone")
