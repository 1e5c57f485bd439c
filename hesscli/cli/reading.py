"""The texts of the command line -> expression, points, numbers."""

from __future__ import annotations

import importlib
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from hesscli.cli.environment import current
from hesscli.cli.options import FunctionOptions
from hesscli.cli.terminal import awaited
from hesscli.errors import HesscliError, PointError
from hesscli.language.binding import bind, numbers
from hesscli.language.expression import Expression
from hesscli.language.lists import Point, names
from hesscli.language.problem import Problem, read_expression
from hesscli.language.remarks import unexpected
from hesscli.language.sources import check_standard_input, is_standard_input
from hesscli.pythonfile import FILE, NAMED, function_of, refuse_unnamed

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from hesscli.language.points import Points


@dataclass(frozen=True, slots=True)
class Inputs:
    """What a verb works on.

    Attributes:
        expression: f, of n variables.
        points: as ``read_points`` takes them; read by ``coordinates`` once the expression is known to be one.
    """

    expression: Expression
    points: tuple[Point, ...]

    def coordinates(self) -> NDArray[np.float64]:
        """The points, shape (k, n); see `places`."""
        return self.places().coordinates[:]

    def places(self) -> Points:
        """The points, and what came with them.

        Raises:
            PointError: there is none, or it does not fit the variables.
        """
        if not self.points and self.expression.variables:
            names = self.expression.variables
            example = ",".join("1" for _ in names[:4]) + (",..." if len(names) > 4 else "")
            raise nowhere(", ".join(names[:8]), example)
        try:
            return points(self.points, self.expression.variables)
        except PointError as error:
            if "coordinate" in error.message:
                error.message += unexpected(self.expression.notes)
            raise


@dataclass(frozen=True, slots=True)
class Called(Problem):
    """A person's function that goes to the tape as it is; ``expression`` is its name.

    Attributes:
        function: of tensors.
        why: it could not be written as a formula; empty where nobody tried.
    """

    function: Callable[..., Any] | None = None
    why: str = ""


def read_problem(text: str, function: FunctionOptions, data: Sequence[str] | None = None) -> Problem:
    """What was typed for the expression, from wherever it comes.

    Args:
        text: as typed.
        function: its variables and points.
        data: of a command that takes functions of tensors too; None of any other.
    """
    check_standard_input([("the expression", text), *(("--at", at) for at in function.at or ())])
    if is_standard_input(text):
        awaited("the expression")
    if NAMED.fullmatch(text.strip()):
        return _run(text.strip(), function, data)
    if FILE.fullmatch(text.strip()) and Path(text.strip()).is_file():
        current.get().allow({"expression": text})
        refuse_unnamed(Path(text.strip()))
    return read_expression(text)


BLOCKS = re.compile(r"=\s*(\[|@|zeros|ones|random)")
"""Vectors in --at, each of one argument."""


def _run(text: str, function: FunctionOptions, data: Sequence[str] | None) -> Problem:
    """What a person's function records, or itself; the first point, or --vars, says how long its vector is."""
    from hesscli.language.recording import recorded

    current.get().allow({"expression": text})
    if _computes_with_tensors(text):
        importlib.import_module("hesscli.model.function")  # before the file does: TensorFlow's log lines go nowhere
    called, listed = function_of(text), function.variables
    assert called is not None
    first = next(iter(function.at or ()), "")
    if data is not None and (data or "[" in (listed or "") or any(map(_vectors, function.at or ()))):
        return Called(text, function=called)
    plain = isinstance(first, str) and not set("=@:") & set(first)
    many = [0.0] * len(first.split(",")) if plain and "," in first else first if not isinstance(first, str) else None
    try:
        formula, variables = recorded(called, many, names(listed))
    except HesscliError as problem:
        if problem.code not in ("function", "name"):
            raise
        if data is None:
            problem.message += "; gradient, hessian and hvp take functions of TensorFlow's tensors as well"
            raise
        return Called(text, function=called, why=problem.message)
    return Problem(formula, variables)


def _vectors(at: Point) -> bool:
    """Whether a point gives a whole vector to an argument."""
    return isinstance(at, str) and BLOCKS.search(at) is not None


def _computes_with_tensors(text: str) -> bool:
    try:
        source = Path(text.rpartition(":")[0]).read_text("utf-8", "replace")
    except OSError:  # said by the one that runs it
        return False
    return "tensorflow" in source or "keras" in source


def read(text: str, function: FunctionOptions) -> Inputs:
    """A plain expression with its variables and parameters; see `inputs`."""
    return inputs(read_problem(text, function), function)


def inputs(problem: Problem, function: FunctionOptions) -> Inputs:
    """The expression with its variables and parameters; the points stay as given. Options win over a problem file."""
    variables = names(function.variables) or problem.variables
    program = bind(problem.expression, variables, numbers(function.param), known=dict(problem.parameters))
    return Inputs(program, tuple(function.at or problem.at))


def nowhere(wanted: str, example: str) -> PointError:
    """The error of a request that needs a point and has none.

    Args:
        wanted: what needs a value.
        example: of ``--at``.
    """
    return PointError(f"where? --at gives a value for {wanted}, e.g. --at {example}", code="point")


def points(given: Sequence[Point], variables: Sequence[str]) -> Points:
    """What ``--at`` and ``--vector`` say."""
    from hesscli.language.points import read_points

    if any(isinstance(point, str) and is_standard_input(point) for point in given):
        awaited(f"points, one a line: {', '.join(variables[:8])}")
    return read_points(given, variables)
