"""The arguments of the functions for Python -> program, points; and errors in their words."""

from __future__ import annotations

import inspect
import warnings
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from functools import cached_property
from numbers import Real
from typing import Any, TypeVar

import numpy as np
from numpy.typing import ArrayLike, NDArray

from hesscli.errors import HesscliError, PointError
from hesscli.language.binding import bind, bind_again, numbers
from hesscli.language.expression import Expression
from hesscli.language.labelled import Labelled, labelled
from hesscli.language.lists import names
from hesscli.language.names import suggestion
from hesscli.language.points import read_points
from hesscli.language.printing import unparse
from hesscli.language.programs.recognition import LEAST_VARIABLES
from hesscli.language.recording import recorded
from hesscli.language.sums import is_sum
from hesscli.language.syntax import parse
from hesscli.language.trees import Tree, is_tree, program_of
from hesscli.language.values import real
from hesscli.operators.report import Statistics
from hesscli.options import Given, Options
from hesscli.python.wording import pythonic

Component = str | Tree | Expression | float
"""A function of a list."""

FunctionLike = str | Tree | Expression | Sequence[Component] | Callable[..., Any]
"""The text of f in the language, a SymPy expression, what `hesscli.parse` gave; a list of them, a vector; or a function
of Python's."""

VariableNames = str | Iterable[object]
"""Names of variables: ``"x,y"``, a list of names, a list of SymPy symbols."""

At = str | ArrayLike | Mapping[Any, Any]
"""A point: the text of ``--at``, coordinates in the order of the variables, or coordinates by name; texts such as
``pi/2`` are numbers. Tables and rows that have names, of pandas or Polars, and structured arrays are read by name."""

Vector = ArrayLike | Mapping[Any, Any]
"""What a Hessian is multiplied with: in the order of the variables, or by name."""


DataColumns = Mapping[str, Any] | Sequence[str] | str | Any
"""Columns and matrices by name, a table of pandas or polars, or names of files as the command line takes them."""


class Named(Given, total=False):
    """The keyword arguments of every verb, as type checkers read them."""

    vars: VariableNames | None
    params: Mapping[Any, float] | None


@dataclass(frozen=True, eq=False)
class CallArguments:
    """The function and the point of one call.

    Attributes:
        expression: f.
        at: the point, or None.
        vars: names of the variables in order, or None.
        params: values of named numbers, or None.
        data: columns of sums, or None.
    """

    expression: FunctionLike
    at: At | None
    vars: VariableNames | None
    params: Mapping[Any, float] | None
    data: DataColumns | None

    def __post_init__(self) -> None:
        """Numbers that have names are taken by them."""
        with pythonic():
            object.__setattr__(self, "at", labelled(self.at))

    @cached_property
    def is_sum(self) -> bool:
        """Whether it is the text of a sum, or has entries of vectors or columns of data."""
        if not isinstance(self.expression, str):
            if self.data is not None and not callable(self.expression):
                raise HesscliError("data come with the text of a function, or with one of Python's", code="usage")
            return False
        at = self.at if isinstance(self.at, Mapping) else {}
        vectors = [f"{name}=[" for name, value in at.items() if np.ndim(value) or isinstance(value, str)]
        beside = f"{self.vars or ''} {' '.join(vectors)} {self.at if isinstance(self.at, str) else ''}"
        return is_sum(self.expression, data=self.data is not None, beside=beside)

    @property
    def is_long(self) -> bool:
        """Whether it is a text that may spell out a sum of very many alike terms."""
        text = self.expression
        return isinstance(text, str) and text.count("+") + text.count("-") >= LEAST_VARIABLES - 1

    def bound(self) -> tuple[Expression, Mapping[str, str]]:
        """See `bind_function`."""
        return bind_function(self.expression, self.vars, self.params, self.at)


def bind_function(
    expression: FunctionLike, vars: VariableNames | None, params: Mapping[Any, float] | None, at: Any = None
) -> tuple[Expression, Mapping[str, str]]:
    """The program, and what those symbols are called in it whose names are no names here.

    Args:
        expression: f.
        vars: names of the variables in order; None is the free names in natural order, or those it was parsed with.
        params: values of named numbers.
        at: the point, which tells a function of one vector how long it is.

    Raises:
        HesscliError: it is no function, or the names and numbers do not fit it.
    """
    listed, given = names(vars), numbers(params)
    if isinstance(expression, Expression):
        unchanged = listed is None and not given
        return expression if unchanged else bind_again(expression, listed, given), {}
    if isinstance(expression, str):
        return bind(expression, listed, given), {}
    if is_tree(expression):
        return program_of(expression, variables=listed, parameters=given)
    if callable(expression):
        formula, listed = recorded(expression, at, listed)
        return bind(formula, listed, given), {}
    if isinstance(expression, list | tuple | np.ndarray) and len(expression):
        return _listed(expression, listed, given), {}
    raise HesscliError(f"expected {EXPECTED}, got {type(expression).__name__}", code="type")


EXPECTED = "the text of a function or a SymPy expression"


def _listed(parts: Sequence[Component], listed: tuple[str, ...] | None, given: Mapping[str, float]) -> Expression:
    """The vector of several functions, as if all of it had been typed."""
    programs = [_component(part, given) for part in parts]
    known = {name: value for program in programs for name, value in program.parameters} | dict(given)
    program = bind(f"[{', '.join(map(unparse, programs))}]", listed, known)
    told = (note for part in (*programs, program) for note in part.notes)
    return replace(program, notes=tuple(dict.fromkeys(told)))


def _component(part: Component, given: Mapping[str, float]) -> Expression:
    if isinstance(part, str):
        program = parse(part, parameters=given)
    elif isinstance(part, Expression):
        program = part
    elif is_tree(part):
        program, renamed = program_of(part)
        if renamed:
            raise HesscliError(f"the symbol {min(renamed)} is no name that a list may have; rename it", code="name")
    elif isinstance(part, Real):
        program = parse(f"{part!s}")
    else:
        raise HesscliError(f"a list of functions: expected {EXPECTED}, got {type(part).__name__}", code="type")
    if program.vector:
        raise HesscliError("a list of functions: expected one in each place, got a vector", code="type")
    return program


def points_of(program: Expression, renamed: Mapping[str, str], at: At, *, line: bool = False) -> NDArray[np.float64]:
    """The points, shape (k, n); whether n is right is for `hesscli.compute.asking.as_seen` to say.

    Args:
        program: f, of n variables.
        renamed: symbol -> its name in the program.
        at: a text, an array, or coordinates by name, each a number or k of them.
        line: whether k numbers are k points of one variable, rather than one point of k.

    Raises:
        PointError: no finite numbers, or not those of the variables.
    """
    if isinstance(at, str):
        found: NDArray[np.float64] = read_points([at], program.variables).coordinates[:]
        return found
    try:
        if isinstance(at := labelled(at), Mapping):
            at = columns(program, _renamed(at, renamed))
        rows = doubles(at)
    except (TypeError, ValueError) as problem:
        raise PointError(
            f"expected numbers, one a variable ({', '.join(program.variables)}): {problem}", code="point"
        ) from None
    if rows.ndim < 2:
        rows = rows.reshape(-1, 1) if line and len(program.variables) == 1 else rows.reshape(1, -1)
    if not np.isfinite(rows).all():
        raise PointError(
            f"expected finite coordinates, got {rows.tolist() if rows.size < 20 else 'others'}", code="point"
        )
    return rows


def _renamed(at: Mapping[Any, Any], renamed: Mapping[str, str]) -> Mapping[str, Any]:
    found = {renamed.get(str(name), str(name)): value for name, value in at.items()}
    return Labelled(found) if isinstance(at, Labelled) else found


def columns(program: Expression, at: Mapping[str, Any]) -> NDArray[np.float64]:
    """Coordinates by name, each a number or k of them, shape (n,) or (k, n).

    Args:
        program: f, of n variables.
        at: name -> its numbers; a table may have more.

    Raises:
        PointError: these are not the variables, or no numbers.
        TypeError: something is no number.
        ValueError: there are several numbers of points.
    """
    if isinstance(at, Labelled):
        at = at.of(program.variables)
    if set(at) != set(program.variables):
        raise PointError(
            f"expected coordinates for {', '.join(program.variables)}, got {', '.join(at) or 'none'}", code="point"
        )
    return np.stack(np.broadcast_arrays(*(doubles(at[name], name) for name in program.variables)), axis=-1)


def doubles(given: ArrayLike, what: str = "a coordinate") -> NDArray[np.float64]:
    """The array of what may be numbers of Python, NumPy or SymPy, and texts such as ``pi/2``.

    Args:
        given: nested lists, an array, or one number.
        what: for messages.

    Raises:
        PointError: a text is no number.
        TypeError: something else is none.
        ValueError: the rows have different lengths.

    Example:
        >>> doubles(["1/2", 3]).tolist()
        [0.5, 3.0]
    """
    array = np.asarray(given)
    if array.dtype.kind in "biuf":
        return array.astype(np.float64)
    entries = np.asarray(given, dtype=object)
    found = [real(entry, what) if isinstance(entry, str) else float(entry) for entry in entries.ravel()]
    return np.array(found, dtype=np.float64).reshape(entries.shape)


def ends(k: int) -> int:
    """How many eigenvalues at each end.

    Raises:
        HesscliError: it is no whole number of at least 1.
    """
    if not isinstance(k, int) or isinstance(k, bool) or k < 1:
        raise HesscliError(f"top: expected a whole number of at least 1, got {k!r}", code="number")
    return k


def doubted(found: Statistics) -> NDArray[np.float64]:
    """Standard errors, shape (k,), with a warning of Python's for everything that speaks against them."""
    for doubt in found.doubts:
        warnings.warn(doubt, stacklevel=3)
    return found.errors


def point_of(program: Expression, renamed: Mapping[str, str], at: At) -> NDArray[np.float64]:
    """The one point, shape (n,); see `points_of`.

    Raises:
        PointError: there are more.
    """
    rows = points_of(program, renamed, at)
    if rows.ndim != 2 or len(rows) != 1:
        raise PointError(f"expected one point, got shape {rows.shape}; use hesscli.sweep for many", code="point")
    first: NDArray[np.float64] = rows[0]
    return first


def vector_of(program: Expression, vector: Vector) -> NDArray[np.float64]:
    """What a Hessian is multiplied with, in the order of the variables.

    Raises:
        PointError: no numbers, or not those of the variables.
    """
    try:
        if isinstance(vector := labelled(vector), Mapping):
            return columns(program, _renamed(vector, {})).ravel()
        return doubles(vector, "--vector: an entry").ravel()
    except (TypeError, ValueError) as problem:
        raise PointError(f"--vector: expected numbers, one a variable: {problem}", code="vector") from None


def options_of(given: Given) -> Options:
    """How to answer.

    Args:
        given: fields of `Options`.

    Raises:
        TypeError: there is no such option.
        HesscliError: a value makes no sense.
    """
    for name in given:
        if name not in Given.__annotations__:
            taken = ("vars", "params", "data", *Given.__annotations__)
            known = suggestion(name, taken) or f"; the options are {', '.join(taken)}, of hessian also further"
            raise TypeError(f"unexpected keyword argument {name!r}{known}")
    return Options(**given)


VerbFunction = TypeVar("VerbFunction", bound=Callable[..., Any])


def spelled(verb: VerbFunction) -> VerbFunction:
    """Write out for ``help``, in place of ``**options``, each of them with its type, its default and what it means.

    Args:
        verb: a function whose last parameter is ``**options``.
    """
    signature = inspect.signature(verb)
    *own, _ = signature.parameters.values()
    options = [
        inspect.Parameter(option.name, inspect.Parameter.KEYWORD_ONLY, default=option.default, annotation=option.type)
        for option in fields(Options)
        if option.name in Given.__annotations__
    ]
    written = signature.replace(parameters=[*own, *options])
    verb.__dict__["__signature__"] = written
    verb.__annotations__ = {p.name: p.annotation for p in written.parameters.values()} | {
        "return": signature.return_annotation
    }
    told = [
        line for line in (Options.__doc__ or "").splitlines() if line.strip().partition(":")[0] in Given.__annotations__
    ]
    verb.__doc__ = (verb.__doc__ or "").replace("        **options: how; see `Options`.", "\n".join(told))
    return verb
