"""The verb ``check`` for Python: a hand-written derivative, of numbers, formulas or a function -> Check."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from importlib import import_module
from typing import Any

from hesscli.checking.check import check_claims, request_of
from hesscli.checking.claims import claim_of
from hesscli.checking.report import Check
from hesscli.compute.asking import as_seen
from hesscli.errors import HesscliError
from hesscli.language.binding import numbers
from hesscli.language.labelled import in_order, labelled
from hesscli.language.trees import is_tree, program_of
from hesscli.options import Options
from hesscli.python import kept
from hesscli.python.arguments import At, DataColumns, FunctionLike, VariableNames, bind_function, points_of
from hesscli.python.wording import pythonic

QUANTITIES = ("gradient", "jacobian", "hessian")


def check(
    expression: FunctionLike,
    *,
    hessian: Any = None,
    gradient: Any = None,
    jacobian: Any = None,
    at: At | None = None,
    vars: VariableNames | None = None,
    params: Mapping[Any, float] | None = None,
    data: DataColumns | None = None,
    **options: Any,
) -> Check:
    """A hand-written derivative against the exact one, entry by entry.

    Args:
        expression: f: a text, a SymPy expression, what `hesscli.parse` gave, or a function of Python's, whose one
            vector is as long as ``at``.
        hessian: what is claimed: a Python function of the point (one vector, or one number a variable), an array
            of numbers or of formulas (texts, or SymPy's), or a text as on the command line.
        gradient: the same for the gradient.
        jacobian: the same for the Jacobian of ``[f1, f2, ...]``.
        at: a point, or k of them, shape (k, n); None draws several in the domain.
        vars: names of the variables in order; None is the free names in natural order.
        params: values of named numbers.
        data: of a function of TensorFlow's tensors: arguments that are held constant.
        **options: fields of ``Options``: rtol, digits, time_limit.

    Returns:
        The report; ``.verdict``, ``.right``, and ``.entries``, of which ``.wrong`` are those with a slip.

    Raises:
        HesscliError: the shapes do not fit, or nothing can be compared at the points.

    Example:
        >>> check("x**2*y", gradient=lambda x, y: [2 * x * y, 2 * x**2]).entries[1].slip
        'a constant factor: 2 times the right one'
    """
    with pythonic():
        how = Options(**options)
        at = labelled(at)
        claimed = {
            name: one for name, one in zip(QUANTITIES, (gradient, jacobian, hessian), strict=True) if one is not None
        }
        try:
            if data is not None:
                return _of_tensors(expression, claimed, at, params, data, how)
            program, renamed = bind_function(expression, vars, params, at)
        except HesscliError as problem:
            if problem.code != "function" or "tensorflow" not in sys.modules or not callable(expression):
                raise
            return _of_tensors(expression, claimed, at, params, data, how)
        known = dict(program.parameters)
        written = {
            name: _written(in_order(claim, program.variables, name), flat=name == "gradient")
            for name, claim in claimed.items()
        }
        claims = {
            name: claim_of(claim, f"--{name}", program.variables, known, time_limit=how.time_limit)
            for name, claim in written.items()
        }
        if not claims:
            raise HesscliError("check what? hessian, gradient or jacobian gives the claim", code="usage")
        points = None
        if at is not None:
            points = as_seen(program, request_of(program, claims), points_of(program, renamed, at), how)[:]
        with kept.session(time_limit=how.time_limit, digits=how.digits) as session:
            return check_claims(program, claims, points, how, session)


def _of_tensors(
    expression: Any,
    claims: Mapping[str, Any],
    at: At | None,
    params: Mapping[Any, float] | None,
    data: Any,
    how: Options,
) -> Check:
    """Of a function of tensors, some of whose arguments may be data."""
    if not callable(expression):
        raise HesscliError("data come with a function of TensorFlow's tensors", code="usage")
    if not claims:
        raise HesscliError("check what? hessian or gradient gives the claim", code="usage")
    if at is None:
        raise HesscliError("at says where a function of tensors is to be checked", code="point")
    found: Check = import_module("hesscli.python.tensors").checked(expression, claims, at, numbers(params), data, how)
    return found


def _written(claim: Any, *, flat: bool) -> Any:
    """The claim with SymPy's formulas as texts; a matrix of one row or column is a list where one is wanted."""
    if is_tree(claim) and hasattr(claim, "tolist"):
        claim = list(claim) if flat else claim.tolist()
    if isinstance(claim, list | tuple):
        return [_written(part, flat=flat) for part in claim]
    return program_of(claim)[0].source if is_tree(claim) else claim
