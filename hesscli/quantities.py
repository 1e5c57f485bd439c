"""The verbs, a row each: what a command that differentiates needs, what it answers, and how that is written.

Beside them `Arrays`: what they answer, as attributes.
"""

from __future__ import annotations

from abc import abstractmethod
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


@dataclass(frozen=True, slots=True)
class Verb:
    """A command that differentiates, and the array of its name. From the row follow the request, formats and words.

    Attributes:
        name: of the command, of the array in every format, and of the attribute of a Result.
        title: of the array, for people.
        symbol: of the array in LaTeX; ``{f}`` stands for the function, or its component.
        axes: how many axes of length n the array has; None: as many as the order that the request says.
        contracted: how many times f is differentiated besides along something that is not an axis: the vector.
        entry: how an entry is written in tables; empty where it is a partial derivative.
        before: arrays that the command answers besides the value and its own.
        needs: ``order`` (or ``wrt``) or ``vector``; empty where the function and the point are enough.
        scalar: whether vectors of functions are refused.
        series: whether its array is a list of Taylor coefficients of orders 0 to N instead of having axes.
        options: of the command line, by which it is meant where no command is given.
    """

    name: str
    title: str
    symbol: str
    axes: int | None
    contracted: int = 0
    entry: str = ""
    before: tuple[str, ...] = ()
    needs: str = ""
    scalar: bool = False
    series: bool = False
    options: tuple[str, ...] = ()

    @property
    def arrays(self) -> tuple[str, ...]:
        """The arrays of its answer, in order; those of a vector have the Jacobian for the gradient."""
        return ("value", *self.before, self.name)

    @property
    def symbolic(self) -> bool:
        """Whether it answers in formulas where no point is given: each is that of one partial derivative."""
        return not self.contracted and not self.series

    @property
    def order(self) -> int | None:
        """How many times f is differentiated; None: as often as the request says."""
        return None if self.axes is None else self.axes + self.contracted


VALUE = Verb("value", "value", "{f}", 0)
"""What every command answers besides; itself none."""

VERBS = {
    verb.name: verb
    for verb in (
        Verb("gradient", "gradient", r"\nabla {f}", 1, scalar=True),
        Verb("jacobian", "Jacobian", "J", 1),
        Verb("hessian", "Hessian", r"\nabla^2 {f}", 2, before=("gradient",)),
        Verb("derivative", "derivative", "D {f}", None, needs="order", scalar=True, options=("--order", "-n", "--wrt")),
        Verb("hvp", "Hessian times vector", r"\nabla^2 {f} \, v", 1, 1, "H v", ("gradient",), "vector",
             scalar=True, options=("--vector", "-v")),
        Verb("taylor", "Taylor polynomial", r"T {f}", None, needs="order", scalar=True, series=True,
             options=("--radius",)),
    )
}  # fmt: skip

QUANTITIES = {"value": VALUE, **VERBS}
"""Every quantity an answer can have, in the order in which it is shown."""


class Arrays:
    """The arrays of an answer as attributes: the numbers to use.

    The shapes are those at one point; a `hesscli.Sweep` of k points has a leading axis of length k besides.
    """

    __slots__ = ()

    @abstractmethod
    def array(self, name: str) -> NDArray[np.float64]:
        """The numbers to use of a quantity.

        Raises:
            AttributeError: this answer has none of that name.
        """

    @property
    def value(self) -> Any:
        """f, a float; shape (m,) of m components."""
        return _plain(self.array("value"))

    @property
    def gradient(self) -> NDArray[np.float64]:
        """df/dx_i, shape (n,)."""
        return self.array("gradient")

    @property
    def jacobian(self) -> NDArray[np.float64]:
        """df_c/dx_i, shape (m, n)."""
        return self.array("jacobian")

    @property
    def hessian(self) -> NDArray[np.float64]:
        """d2f/dx_i dx_j, shape (n, n), or (m, n, n)."""
        return self.array("hessian")

    @property
    def derivative(self) -> Any:
        """The tensor asked for, shape (n,)*N; a float of one variable, and of one mixed partial."""
        return _plain(self.array("derivative"))

    @property
    def hvp(self) -> NDArray[np.float64]:
        """The Hessian times the vector, shape (n,)."""
        return self.array("hvp")

    @property
    def taylor(self) -> NDArray[np.float64]:
        """The coefficients of the polynomial about the point, order by order: of one variable those of 1, h, h^2, ...

        Of n variables 1, h_0, ..., h_n-1, h_0^2, h_0 h_1, ...: shape (C(n+N, N),), listed in
        ``to_dict()["exponents"]``.
        """
        return self.array("taylor")


def _plain(array: NDArray[np.float64]) -> Any:
    return array if array.shape else float(array)
