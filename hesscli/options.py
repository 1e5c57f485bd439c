"""How to answer."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import inf

import numpy as np

from hesscli.accuracy import RTOL
from hesscli.errors import HesscliError
from hesscli.request import Request
from hesscli.verdict import Tolerance


@dataclass(frozen=True, slots=True)
class Options:
    """How to answer.

    Attributes:
        method: of the tape; None is ``nested``, or ``taylor`` for derivatives of order 5 and more.
        dtype: ``float64`` or ``float32``, of the tape and of the point.
        exact: ``auto``, ``full``, ``sample`` or ``off``; at a single point all but ``off`` mean the same.
        rtol: largest relative error that is agreement; None is the default of the dtype.
        atol: largest absolute error that is agreement.
        digits: significant digits of the exact values.
        time_limit: seconds the exact side may take at a point.
        step: of the finite differences; None is the method's own.
        explain: name the operations where the tape loses digits, also where it agrees.
        plain: differentiate TensorFlow's own operations, without repairs.
        formulas: closed forms beside the exact numbers.
    """

    method: str | None = None
    dtype: str = "float64"
    exact: str = "auto"
    rtol: float | None = None
    atol: float = 0.0
    digits: int = 17
    time_limit: float = 10.0
    step: float | None = None
    explain: bool = False
    plain: bool = False
    formulas: bool = True

    def __post_init__(self) -> None:
        """Refuse what makes no sense.

        Raises:
            HesscliError: a tolerance, a limit or a step that is no positive number; --explain with --exact off;
                --plain with Taylor mode.
        """
        for name, zero in (("rtol", False), ("time_limit", False), ("step", False), ("atol", True)):
            value = getattr(self, name)
            if value is not None and not (0 < value < inf or (zero and value == 0)):
                option = f"--{name.replace('_', '-')}"
                raise HesscliError(f"{option}: expected a positive number, got {value}", code="number")
        if self.plain and self.method == "taylor":
            message = "--plain shows TensorFlow's own gradients, which --method taylor has none of; use --method nested"
            raise HesscliError(message, code="usage")
        if self.explain and self.exact == "off":
            raise HesscliError("--explain compares with the exact side, which --exact off leaves out", code="usage")

    @property
    def tolerance(self) -> Tolerance:
        """When an entry agrees."""
        return Tolerance(RTOL[self.dtype] if self.rtol is None else self.rtol, self.atol, self.dtype)


HIGH_ORDER = 5
"""From this order the tape's default is Taylor mode: nested tapes cost 4 to 5 times more per order."""


def default_method(request: Request, options: Options) -> str:
    """The method asked for, or the one that fits the order; without repairs always tapes.

    Example:
        >>> default_method(Request("derivative", order=4), Options())
        'nested'
        >>> default_method(Request("derivative", order=5), Options())
        'taylor'
    """
    if options.method is not None or options.plain:
        return options.method or "nested"
    return "taylor" if request.degree >= HIGH_ORDER else "nested"


def rounded(point: Sequence[float], dtype: str) -> tuple[float, ...]:
    """The point as the tape's dtype holds it; the exact side is given these very doubles."""
    return tuple(float(x) for x in np.asarray(point, dtype=dtype))
