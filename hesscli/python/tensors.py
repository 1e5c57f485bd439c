"""A person's function of TensorFlow's tensors, or of NumPy with data, for Python: its arguments -> Result."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields
from typing import Any

import numpy as np
from numpy.typing import NDArray

from hesscli.checking.report import Check
from hesscli.checking.tensors import check_function
from hesscli.compute.compute import answer
from hesscli.errors import HesscliError
from hesscli.language.data import columns_of
from hesscli.language.points.blocks import BlockValues, read_vectors
from hesscli.model.function import UNTRACKED, PythonFunction, computes_with_tensors
from hesscli.model.function_answer import differentiated
from hesscli.model.function_arguments import arguments, bound
from hesscli.model.function_besides import Besides, known_matrix, standard_errors_of
from hesscli.model.function_formula import formula_of
from hesscli.model.function_places import FunctionCall
from hesscli.model.spectrum import SpectrumRequest, spectrum
from hesscli.operators.report import Estimate, Extremes, Solution, SpectrumReport, Statistics
from hesscli.options import Options
from hesscli.python import kept
from hesscli.python.arguments import doubles, doubted, ends
from hesscli.python.wording import pythonic
from hesscli.request import Request
from hesscli.result import Result, Subject

Array = NDArray[np.float64]

TAKEN = ("gradient", "hessian", "hvp")
"""Commands that such a function has an answer for."""


@dataclass(frozen=True, slots=True, repr=False)
class TensorResult(Result):
    """The answer of a function of tensors; what else follows from its Hessian is a call away, as of sums.

    Attributes:
        function: at its point.
    """

    function: PythonFunction | None = field(default=None, compare=False)

    def top(self, k: int = 1) -> Extremes:
        """The k smallest and the k largest eigenvalues of the Hessian, with bounds of their errors.

        Args:
            k: how many at each end.

        Raises:
            HesscliError: there is no Hessian that something speaks for.
        """
        found = self._asked(SpectrumRequest(top=ends(k))).extremes
        assert found is not None
        return found

    def solve(self, rhs: Any = "gradient") -> Solution:
        """The inverse Hessian times a vector; ``.value``, with its ``.residual``, and whether it ``.converged``.

        Args:
            rhs: given as a point is, or ``gradient``.

        Raises:
            HesscliError: the vector does not fit, or there is no Hessian.
        """
        with pythonic():
            vector = None
            if not (isinstance(rhs, str) and rhs == "gradient"):
                assert self.function is not None
                vector = self.function.vector(_blocks(rhs))
            found = self._asked(SpectrumRequest(rhs="gradient"), vector).solution
            assert found is not None
            return found

    @property
    def newton_step(self) -> Array | None:
        """-H^-1 g, shape (n,); None where nothing solves for it."""
        if (known := self._curved("newton_step")) is not None:
            return known
        found = self.solve().usable
        return None if found is None else -found

    @property
    def trace(self) -> Estimate:
        """Of the Hessian: ``.value`` with its standard ``.error``, 0 where every entry was asked for."""
        found = self._asked(SpectrumRequest(trace=True)).trace
        assert found is not None
        return found

    @property
    def estimated(self) -> Statistics:
        """Standard errors and correlations, f taken for a negative log-likelihood; with notes to read.

        Raises:
            HesscliError: there is no Hessian that something speaks for.
        """
        known = known_matrix(self)
        if known is None:
            raise HesscliError(NO_HESSIAN, code="undefined")
        return standard_errors_of(self, known)

    @property
    def standard_errors(self) -> Array:
        """Shape (n,), NaN where there are none; what speaks against them is a warning of Python's."""
        return doubted(self.estimated)

    def _asked(self, wanted: SpectrumRequest, rhs: Array | None = None) -> SpectrumReport:
        known, gradient = known_matrix(self), self.numbers("gradient")
        products = self.tape is not None and "hessian" not in self.tape.arrays
        if self.function is None or gradient is None or (known is None and not products):
            raise HesscliError(NO_HESSIAN, code="undefined")
        return spectrum(self.function, gradient, wanted, rhs, known)


NO_HESSIAN = "there is no Hessian here that something speaks for: nothing follows from it"


def by_tensors(
    function: Callable[..., Any],
    at: Any,
    params: Mapping[str, float],
    request_of: Callable[[Any], Request],
    options: Options,
    problem: HesscliError | None,
    data: Any = None,
) -> Result:
    """One derivative of a function that is no formula, or has data.

    Args:
        function: of one vector, or of a vector or a number an argument.
        at: in the order of the arguments, or by their names.
        params: arguments that are numbers and are not differentiated.
        request_of: names of the variables -> what is asked.
        options: how.
        problem: why it is no formula; None where nobody tried.
        data: arguments that are held constant.

    Raises:
        HesscliError: the problem, where the function computes with no tensors either.
    """
    text = f"the function {getattr(function, '__name__', '')}".replace("<lambda>", "").rstrip()
    try:
        point, constants = bound(text, function, _blocks(at), _columns(text, function, data), params, {})
        if not computes_with_tensors(function, point, constants):
            if problem is not None:
                raise problem
            return _by_formula(function, point, constants, request_of, options)
        f = PythonFunction(text, function, point, constants, options.dtype, plain=options.plain)
    except HesscliError as other:
        raise (problem if problem is not None and UNTRACKED in other.message else other) from None
    request = request_of(Subject(text, text, tuple(f.layout.labels())))
    if request.command not in TAKEN:
        raise problem or HesscliError(f"functions of tensors have {', '.join(TAKEN)}, no {request.command}")
    with kept.session(time_limit=options.time_limit, digits=options.digits) as session:
        found = differentiated(f, request, options, session, Besides(products=True))
    return TensorResult(**{one.name: getattr(found, one.name) for one in fields(found)}, function=f)


def checked(
    function: Callable[..., Any],
    claims: Mapping[str, Any],
    at: Any,
    params: Mapping[str, float],
    data: Any,
    how: Options,
) -> Check:
    """A hand-written derivative of a function of tensors, held against ours.

    Args:
        function: f.
        claims: quantity -> a function of f's arguments, or an array.
        at: one point, or of a function of one vector k of them, shape (k, n).
        params: arguments that are numbers and are not differentiated.
        data: arguments that are held constant.
        how: tolerance, limits.
    """
    text = f"the function {getattr(function, '__name__', '')}".replace("<lambda>", "").rstrip()
    columns = _columns(text, function, data)
    several = not isinstance(at, str | Mapping) and np.ndim(at) == 2
    places = [_blocks(one) for one in (at if several else [at])]
    call = FunctionCall(text, function, columns, params, None, {}, how.dtype)
    with kept.session(time_limit=how.time_limit, digits=how.digits) as session:
        return check_function(call, places, claims, how, session)


def _by_formula(
    function: Callable[..., Any],
    point: Mapping[str, Any],
    constants: Mapping[str, Any],
    request_of: Callable[[Any], Request],
    options: Options,
) -> Result:
    """Of NumPy with data: both witnesses, as of a formula that was typed."""
    program, at = formula_of(function, point, constants)
    with kept.session(time_limit=options.time_limit, digits=options.digits) as session:
        return answer(program, request_of(program), at, options, session=session)


def _columns(text: str, function: Callable[..., Any], data: Any) -> Mapping[str, Any]:
    """Those of data that are arguments."""
    return {} if data is None else columns_of(data, arguments(text, function)[0])


def _blocks(at: Any) -> BlockValues:
    if isinstance(at, str):
        return read_vectors([at])
    if not isinstance(at, Mapping):
        return BlockValues({}, np.atleast_1d(doubles(at)).ravel())
    given = {str(name): doubles(value) for name, value in at.items()}
    return BlockValues({name: value if value.ndim else float(value) for name, value in given.items()})
