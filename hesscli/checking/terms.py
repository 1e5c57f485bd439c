"""What a wrong entry may lack or have too much of: intermediate values and their derivatives, and single summands."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import product

import numpy as np
from numpy.typing import NDArray

from hesscli import exact as exact_side
from hesscli.errors import HesscliError
from hesscli.language.expression import Expression
from hesscli.language.functions import CONDITIONS
from hesscli.language.printing import unparse
from hesscli.language.syntax import parse
from hesscli.request import Request
from hesscli.result import Decimals

Array = NDArray[np.float64]
NamedArray = tuple[str, Array]

MOST = 40
"""Intermediate values, summands."""

FEW = 12
"""Of them whose products are looked at."""

LONGEST = 60
"""Characters of a name."""

ARITHMETIC = frozenset({"add", "neg", "mul", "div"})
"""Operations whose operands nobody calls inner functions."""

PLAIN = frozenset({"number", "constant", "parameter"}) | CONDITIONS


def factors(
    expression: Expression, points: Sequence[Sequence[float]], session: exact_side.Session
) -> tuple[list[NamedArray], list[NamedArray], list[NamedArray]]:
    """What the chain and the product rule multiply by, along f's own program.

    Args:
        expression: f.
        points: k of them.
        session: the exact side's process.

    Returns:
        The first derivatives of the values that a function is taken of, all intermediate values, and the derivatives
        of the others: (formula, shape (k,)), shortest first.
    """
    nodes = [k for k in expression.live() if expression.nodes[k].op not in PLAIN][:MOST]
    if not nodes:
        return [], [], []
    program = replace(expression, outputs=tuple(nodes), vector=True)
    ticket = session.submit(program, Request("jacobian"), points)
    answers = ticket.answers()
    values = _columns([answer.values.get("value") for answer in answers], len(nodes))
    slopes = _columns([answer.values.get("jacobian") for answer in answers], len(nodes) * len(program.variables))
    forms = ticket.formulas().get("jacobian")
    inner = {k for node in expression.nodes if node.op not in ARITHMETIC for k in node.args}
    named: dict[bool, list[NamedArray]] = {True: [], False: []}
    for k, (form, column) in enumerate([] if forms is None else zip(forms.texts, slopes, strict=True)):
        named[nodes[k // len(program.variables)] in inner].append((str(form), column))
    written = [(unparse(expression, k), column) for k, column in zip(nodes, values, strict=True)]
    return _usable(named[True]), _usable(written), _usable(named[False])


def terms(
    formula: str | None, expression: Expression, points: Sequence[Sequence[float]], session: exact_side.Session
) -> list[NamedArray]:
    """The summands of a right formula: (text, shape (k,)); none where it is no sum.

    Args:
        formula: in the language.
        expression: f, whose variables and parameters it uses.
        points: k of them.
        session: the exact side's process.
    """
    try:
        program = parse(formula or "0", variables=expression.variables, parameters=dict(expression.parameters))
    except HesscliError:
        return []
    top = program.nodes[program.outputs[0]]
    if program.vector or top.op != "add":
        return []
    parts = replace(program, outputs=top.args[:MOST], vector=True)
    answers = session.submit(parts, Request("jacobian"), points, formulas=False).answers()
    columns = _columns([answer.values.get("value") for answer in answers], len(parts.outputs))
    return _usable([(_summand(program, k), column) for k, column in zip(parts.outputs, columns, strict=True)])


def products(
    expression: Expression, inner: Sequence[NamedArray], values: Sequence[NamedArray], others: Sequence[NamedArray]
) -> list[NamedArray]:
    """The summands that a product rule makes: a derivative, a value, or one times the other.

    Args:
        expression: f, whose variables and parameters the formulas use.
        inner: derivatives of intermediate values that a function is taken of.
        values: the intermediate values.
        others: derivatives of the others.

    Returns:
        (formula, shape (k,)), shortest first.
    """
    names, numbers = expression.variables, dict(expression.parameters)
    slopes = sorted([*inner, *others], key=lambda pair: len(pair[0]))
    found = [*slopes, *values]
    with np.errstate(over="ignore", under="ignore"):
        for (slope, one), (value, other) in product(slopes[:FEW], values[:FEW]):
            found.append((unparse(parse(f"({slope})*({value})", variables=names, parameters=numbers)), one * other))
    return _usable(found)


def _summand(program: Expression, k: int) -> str:
    """``-x*y`` for the negative of a product, which is -(x*y) in full."""
    node = program.nodes[k]
    if node.op == "neg" and program.nodes[node.args[0]].op in {"mul", "div"}:
        return f"-{unparse(program, node.args[0])}"
    return unparse(program, k)


def _columns(rows: Sequence[Decimals | None], count: int) -> list[Array]:
    """Entries at k points -> one array of shape (k,) an entry, NaN where there is no number."""
    table = [np.full(count, np.nan) if row is None else row.double.ravel() for row in rows]
    return list(np.array(table).T)


def _usable(named: Sequence[NamedArray]) -> list[NamedArray]:
    """Those that vary, and are finite and not 0 at every point; each name once, short ones first."""
    good = {
        name: column
        for name, column in named
        if len(name) <= LONGEST and np.isfinite(column).all() and column.all() and not np.all(column == column[0])
    }
    return sorted(good.items(), key=lambda pair: len(pair[0]))
