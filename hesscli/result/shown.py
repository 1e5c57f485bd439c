"""What an answer shows itself as: a dict, HTML, LaTeX; how that looks belongs to the output, which reads this room."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from importlib import import_module
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

MOST = 60
"""Characters of a function in a line about it."""


@dataclass(frozen=True, slots=True)
class Subject:
    """The function that an answer is about.

    Attributes:
        expression: f as typed.
        parsed: f as it is understood.
        variables: names of its n coordinates, in order.
    """

    expression: str
    parsed: str
    variables: tuple[str, ...]


class Shown:
    """An answer that a notebook shows, and that is a dict for whoever wants one."""

    __slots__ = ()

    def _repr_html_(self) -> str | None:
        """For a notebook; None has it look further."""
        html: str | None = self._as("html")
        return html

    def _repr_latex_(self) -> str | None:
        """For a notebook that typesets."""
        latex: str | None = self._as("latex")
        return latex

    def to_dict(self) -> dict[str, Any]:
        """The object of ``--json``: NaN and infinities as strings, None for what was not computed."""
        found: dict[str, Any] = self._as("dict")
        return found

    def _as(self, form: str) -> Any:
        for module in _writers:
            import_module(module)
        write = next((_written[kind, form] for kind in type(self).__mro__ if (kind, form) in _written), None)
        return None if write is None else write(self)


_written: dict[tuple[type, str], Callable[[Any], Any]] = {}
_writers: set[str] = set()


def shown_by(module: str) -> None:
    """Name a module that registers what answers show themselves as; it loads when the first is looked at.

    Args:
        module: its full name.
    """
    _writers.add(module)


ToDict = TypeVar("ToDict", bound=Callable[[Any], Any])


def writes(kind: type[Shown], form: str) -> Callable[[ToDict], ToDict]:
    """Register what an answer shows itself as.

    Args:
        kind: of answer.
        form: ``dict``, ``html`` or ``latex``.
    """

    def register(write: ToDict) -> ToDict:
        _written[kind, form] = write
        return write

    return register


def brief(function: str) -> str:
    """The text of a function, cut where it is long."""
    return function if len(function) <= MOST else f"{function[: MOST - 3]}..."


def place(variables: Sequence[str], point: Sequence[float] | NDArray[np.float64]) -> str:
    """``x=1, y=2``; of many coordinates the first."""
    where = ", ".join(f"{name}={x:g}" for name, x in list(zip(variables, point, strict=True))[:4])
    return where + (", ..." if len(variables) > 4 else "")


def numbers(found: NDArray[np.float64] | None) -> str:
    """A small array as lists, of a larger one the shape."""
    if found is None:
        return "no number"
    return f"shape {found.shape}" if found.size > 9 else str(found.tolist())
