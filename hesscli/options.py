"""How to answer: every option of the witnesses, what it may be, and what it is where nobody says so.

Loads no numbers: the command line reads its words and defaults here.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, fields
from enum import Enum
from math import inf
from numbers import Integral, Real
from typing import TYPE_CHECKING, Any, NamedTuple, TypedDict

from hesscli.errors import HesscliError

if TYPE_CHECKING:
    from hesscli.request import Request

RTOL = {"float64": 1e-6, "float32": 1e-4}
"""Default ``rtol``: what a careful program reaches, far above rounding, far below a wrong formula."""

MOST_DIGITS = 10_000


class Dtype(str, Enum):
    """What the tape computes in."""

    FLOAT64 = "float64"
    FLOAT32 = "float32"


class Method(str, Enum):
    """How the tape differentiates."""

    NESTED = "nested"
    PERSISTENT = "persistent"
    JACOBIAN = "jacobian"
    FORWARD_OVER_REVERSE = "forward-over-reverse"
    EXPLICIT = "explicit"
    FINITE_DIFFERENCE = "finite-difference"
    TAYLOR = "taylor"


class Exact(str, Enum):
    """How many points the exact side checks."""

    AUTO = "auto"
    FULL = "full"
    SAMPLE = "sample"
    OFF = "off"


class Allowed(NamedTuple):
    """What an option may be, in words and as a test; what is None by default may be None too."""

    expected: str
    fits: Callable[[Any], bool]


def _one_of(words: type[Enum]) -> Allowed:
    known = [str(word.value) for word in words]
    return Allowed(f"one of {', '.join(known)}", lambda value: isinstance(value, str) and value in known)


def _is(kind: type, value: Any) -> bool:
    return isinstance(value, kind) and not isinstance(value, bool)


POSITIVE = Allowed("a positive number", lambda value: _is(Real, value) and 0 < value < inf)
SWITCH = Allowed("True or False", lambda value: isinstance(value, bool))
ALLOWED = {
    "method": _one_of(Method),
    "dtype": _one_of(Dtype),
    "exact": _one_of(Exact),
    "rtol": POSITIVE,
    "atol": Allowed("a positive number or 0", lambda value: _is(Real, value) and 0 <= value < inf),
    "digits": Allowed(
        f"a whole number from 1 to {MOST_DIGITS}",
        lambda value: _is(Integral, value) and 1 <= value <= MOST_DIGITS,
    ),
    "time_limit": POSITIVE,
    "step": POSITIVE,
}
"""Option -> what it may be; all others are switches."""


@dataclass(frozen=True, slots=True)
class Tolerance:
    """When an entry agrees: |tape - exact| <= rtol |exact| + atol, or right for data a few units in the last place off.

    Attributes:
        rtol: relative.
        atol: absolute.
        dtype: of the tape.
    """

    rtol: float
    atol: float = 0.0
    dtype: str = "float64"


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
            HesscliError: a value that its option does not take; --explain with --exact off; --plain with Taylor mode.
        """
        for option in fields(self):
            value, allowed = getattr(self, option.name), ALLOWED.get(option.name, SWITCH)
            if not (allowed.fits(value) or (value is None and option.default is None)):
                got = repr(value) if isinstance(value, str) else value
                name = f"--{option.name.replace('_', '-')}"
                raise HesscliError(f"{name}: expected {allowed.expected}, got {got}", code="number")
        if self.plain and self.method == "taylor":
            message = "--plain shows TensorFlow's own gradients, which --method taylor has none of; use --method nested"
            raise HesscliError(message, code="usage")
        if self.explain and self.exact == "off":
            raise HesscliError("--explain compares with the exact side, which --exact off leaves out", code="usage")

    @property
    def tolerance(self) -> Tolerance:
        """When an entry agrees."""
        return Tolerance(RTOL[self.dtype] if self.rtol is None else self.rtol, self.atol, self.dtype)


DEFAULTS = Options()


class Given(TypedDict, total=False):
    """The options that the functions for Python take, as type checkers read them; see `Options`."""

    method: str | None
    dtype: str
    exact: str
    rtol: float | None
    atol: float
    digits: int
    time_limit: float
    step: float | None
    explain: bool
    plain: bool


HIGH_ORDER = 5
"""From this order the tape's default is Taylor mode: nested tapes cost 4 to 5 times more per order."""


def default_method(request: Request, options: Options) -> str:
    """The method asked for, or the one that fits the order; without repairs always tapes.

    Args:
        request: of this order.
        options: with a method, or none.

    Returns:
        A word of `Method`.

    Example:
        >>> from hesscli.request import Request
        >>> default_method(Request("derivative", order=4), Options())
        'nested'
        >>> default_method(Request("derivative", order=5), Options())
        'taylor'
    """
    if options.method is not None or options.plain:
        return options.method or "nested"
    return "taylor" if request.degree >= HIGH_ORDER else "nested"
