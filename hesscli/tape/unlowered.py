"""What the tape says when TensorFlow cannot answer; kept apart so that asking costs no TensorFlow."""

from __future__ import annotations

from collections.abc import Sequence

from hesscli.errors import LimitError


class Unlowered(Exception):
    """The expression uses functions that TensorFlow does not have.

    Attributes:
        functions: their names.
    """

    def __init__(self, functions: Sequence[str]) -> None:
        self.functions = tuple(functions)
        names = ", ".join(self.functions)
        super().__init__(f"TensorFlow has no {names}: the exact side answers alone")

    def __reduce__(self) -> tuple[type, tuple[object, ...]]:
        """To be sent by a worker: an exception is made again of what it was made of, and not of its words."""
        return type(self), (self.functions,)


class NotLoadedError(LimitError):
    """TensorFlow could not be loaded.

    Attributes:
        why: in words.
    """

    def __init__(self, why: str) -> None:
        self.why = why
        super().__init__(f"TensorFlow could not be loaded: {why}")

    def __reduce__(self) -> tuple[type, tuple[object, ...]]:
        """As of `Unlowered`."""
        return type(self), (self.why,)
