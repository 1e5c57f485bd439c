"""A request without a point -> closed forms alone, of the exact side's child: TensorFlow is not asked."""

from __future__ import annotations

from hesscli import exact as exact_side
from hesscli.checking.reference import reference_at
from hesscli.language.expression import Expression
from hesscli.language.printing import unparse
from hesscli.options import Options
from hesscli.reports import Symbolic
from hesscli.request import Request, check_request, layout

POINTS = 3
"""At so many random points of the domain a form must be right, in balls: one that holds on one branch only is none."""


def formulas(
    expression: Expression,
    request: Request,
    options: Options | None = None,
    *,
    session: exact_side.Session | None = None,
) -> Symbolic:
    """The closed forms of every array of a request, where they are short.

    Args:
        expression: f, of n variables.
        request: which derivatives.
        options: limits; None is the defaults.
        session: the exact side's process to use; None starts one.

    Raises:
        HesscliError: the request does not fit the expression, or no random point lies in the domain.
        LimitError: the exact side is not certain within its limits.
    """
    options = options or Options()
    check_request(expression, request)
    if session is None:
        with exact_side.Session(time_limit=options.time_limit, digits=options.digits) as own:
            return formulas(expression, request, options, session=own)
    reference = reference_at(expression, request, None, options, session)
    points = reference.points[:POINTS]
    tickets = [session.submit(expression, request, [point]) for point in points]
    first, *others = [ticket.formulas() for ticket in tickets]
    found = {name: forms for name, forms in first.items() if all(other.get(name) == forms for other in others)}
    return Symbolic(
        request=request,
        expression=expression.source,
        parsed=unparse(expression),
        variables=expression.variables,
        parameters=expression.parameters,
        layout=layout(expression, request),
        formulas=found,
        points=points,
        notes=expression.notes,
    )
