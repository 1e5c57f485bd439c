"""A request without a point -> closed forms alone, of the exact side's child: TensorFlow is not asked."""

from __future__ import annotations

from collections.abc import Sequence

from hesscli import exact as exact_side
from hesscli.compute.reference import reference_at
from hesscli.errors import HesscliError
from hesscli.language.expression import Expression
from hesscli.language.printing import unparse
from hesscli.options import Options
from hesscli.request import Request, check_request, layout
from hesscli.result import Texts
from hesscli.result.reports import Symbolic

POINTS = 3
"""At so many random points of the domain a form must be right, in balls: one that holds on one branch only is none."""


def formulas(expression: Expression, request: Request, options: Options, session: exact_side.Session) -> Symbolic:
    """The closed forms of every entry of a request, where they are short.

    Args:
        expression: f, of n variables.
        request: which derivatives.
        options: limits.
        session: the exact side's process.

    Raises:
        HesscliError: the request does not fit the expression, no random point lies in the domain, or what is asked for
            besides belongs to numbers.
        LimitError: the exact side is not certain within its limits.
    """
    _check_symbolic(request, options)
    check_request(expression, request)
    reference = reference_at(expression, request, None, options, session)
    points = reference.points[:POINTS]
    tickets = [session.closed_forms(expression, request, point, partial=True) for point in points]
    first, *others = [ticket.formulas() for ticket in tickets]
    common = {name: _common(forms, [other.get(name) for other in others]) for name, forms in first.items()}
    found = {name: forms for name, forms in common.items() if any(text is not None for text in forms.texts)}
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


def _check_symbolic(request: Request, options: Options) -> None:
    """Refuse what only numbers can answer."""
    asked = [f"--{name.replace('_', '-')}" for name in request.further]
    asked += [f"--{name}" for name in ("explain", "plain", "method", "step") if getattr(options, name)]
    asked += [] if options.formulas else ["--no-formulas"]
    asked += ["--exact off"] if options.exact == "off" else []
    if asked:
        raise HesscliError(f"{asked[0]} needs a point: --at gives one", code="point")


def _common(forms: Texts, others: Sequence[Texts | None]) -> Texts:
    """The entries that are the same at all points; None for those that are not."""
    rows = [(None,) * len(forms.texts) if other is None else other.texts for other in others]
    same = [text if all(row[k] == text for row in rows) else None for k, text in enumerate(forms.texts)]
    return Texts(forms.shape, tuple(same))
