"""Terms written out: some rows of every element as one plain expression, which the exact side takes like any other.

A derivative by a variable needs the terms in which it stands and no others; the value needs them all.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from hesscli.errors import LimitError
from hesscli.language.expression import Expression, Node, Value
from hesscli.language.programs.linear import Linear, written_out
from hesscli.language.programs.program import Element, Program


@dataclass(frozen=True, slots=True)
class ExpandedTerms:
    """A plain expression in the variables of some terms.

    Attributes:
        expression: of those terms.
        positions: where its variables stand among all n.
        point: their values.
    """

    expression: Expression
    positions: tuple[int, ...]
    point: tuple[float, ...]


def expansion(
    program: Program, x: NDArray[np.float64], rows: Mapping[int, NDArray[np.int64]], always: tuple[int, ...] = ()
) -> ExpandedTerms:
    """The program with a few terms of every element.

    Args:
        program: whose terms they are.
        x: shape (n,).
        rows: element -> the rows that are written out; no row of the others.
        always: places of variables that the expression has even if no term needs them.

    Example:
        >>> from hesscli.language.programs.reading import read_program
        >>> from hesscli.language.programs.spans import Declarations
        >>> from hesscli.language.printing import unparse
        >>> read = read_program("Sum(i*x[i]**2, (i, 0, 9)) + x[0]", Declarations())
        >>> unparse(expansion(read, np.ones(10), {0: np.array([2, 3])}).expression)
        '(2*x[2]**2 + 3*x[3]**2) + x[0]'
    """
    writer = _Writer(program)
    for position in always:
        writer.variable(position)
    totals = [_total(writer, element, rows.get(k)) for k, element in enumerate(program.elements)]
    entries = [writer.variable(position) for position in program.entries]
    outputs = writer.copy(program.outer, [*totals, *entries])
    positions = tuple(writer.variables)
    names = tuple(program.labels(positions))
    expression = Expression(
        source=program.source,
        variables=names,
        nodes=tuple(writer.nodes),
        outputs=outputs,
        vector=program.outer.vector,
        parameters=program.outer.parameters,
    )
    return ExpandedTerms(expression, positions, tuple(x[list(positions)].tolist()))


def _total(writer: _Writer, element: Element, rows: NDArray[np.int64] | None) -> int:
    """The node of an element's rows, added."""
    terms: list[int] = []
    if rows is not None and len(rows):
        places = [element.places(k, rows).tolist() for k in range(len(element.maps))]
        columns = [column[rows].tolist() for column in element.columns]
        factors = {k: form.exact(rows) for k, form in element.forms.items()}
        for row, term in enumerate(zip(*places, *columns, strict=True) if places or columns else [()] * len(rows)):
            slots = [
                writer.product(factors[k][row], stands) if k in factors else writer.variable(stands)
                for k, stands in enumerate(term[: len(places)])
            ]
            numbers = [writer.leaf("number", value) for value in term[len(places) :]]
            terms += writer.copy(element.body, [*slots, *numbers])
    if not terms:
        return writer.leaf("number", 0)
    return terms[0] if len(terms) == 1 else writer.node(Node("add", tuple(terms)))


class _Writer:
    """The program as it grows; equal leaves are one node."""

    def __init__(self, program: Program) -> None:
        self.program = program
        self.nodes: list[Node] = []
        self.variables: dict[int, int] = {}
        self._leaves: dict[tuple[object, ...], int] = {}

    def node(self, node: Node) -> int:
        self.nodes.append(node)
        return len(self.nodes) - 1

    def leaf(self, op: str, value: Value) -> int:
        key = (op, type(value), value.hex() if isinstance(value, float) else value)
        if key not in self._leaves:
            self._leaves[key] = self.node(Node(op, (), value))
        return self._leaves[key]

    def variable(self, position: int) -> int:
        if position not in self.variables:
            self.variables[position] = self.node(Node("variable", (), self.program.label(position)))
        return self.variables[position]

    def product(self, factors: list[int | float], positions: list[int]) -> int:
        """The node of numbers times variables, added."""
        pairs = zip(factors, positions, strict=True)
        products = [self.node(Node("mul", (self.leaf("number", a), self.variable(p)))) for a, p in pairs]
        return self.node(Node("add", tuple(products)))

    def copy(self, body: Expression, variables: list[int]) -> tuple[int, ...]:
        """The body's outputs with these nodes for its variables."""
        place: list[int] = []
        of = dict(zip(body.variables, variables, strict=True))
        for node in body.nodes:
            if node.op == "variable":
                place.append(of[str(node.value)])
            elif not node.args:
                place.append(self.leaf(node.op, node.value))
            else:
                place.append(self.node(Node(node.op, tuple(place[k] for k in node.args), node.value)))
        return tuple(place[k] for k in body.outputs)


def touched(expanded: ExpandedTerms, variable: int) -> ExpandedTerms:
    """The same without the terms of f that have no derivative by a variable.

    Args:
        expanded: f, a sum of terms or a single one.
        variable: place among its variables, all of which are kept.

    Example:
        >>> from hesscli.language.printing import unparse
        >>> from hesscli.language.syntax import parse
        >>> f = ExpandedTerms(parse("x*y + (sin(z) + y)"), (0, 1, 2), (1.0, 2.0, 3.0))
        >>> unparse(touched(f, 1).expression)
        'x*y + y'
    """
    body = expanded.expression
    name, hit = body.variables[variable], list[bool]()
    for node in body.nodes:
        hit.append(any(hit[a] for a in node.args) or (node.op == "variable" and node.value == name))
    terms, stack = list[int](), [body.outputs[0]]
    while stack:
        k = stack.pop()
        if body.nodes[k].op == "add":
            stack.extend(reversed(body.nodes[k].args))
        elif hit[k]:
            terms.append(k)
    joined = replace(body, nodes=(*body.nodes, Node("add", tuple(terms))), outputs=(len(body.nodes),))
    if len(terms) < 2:
        joined = replace(body, outputs=(terms[0] if terms else body.outputs[0],))
    at = {old: new for new, old in enumerate(joined.live())}
    nodes = tuple(replace(joined.nodes[k], args=tuple(at[a] for a in joined.nodes[k].args)) for k in at)
    return replace(expanded, expression=replace(joined, nodes=nodes, outputs=(at[joined.outputs[0]],)))


MOST_TERMS = 500
"""Terms of all sums up to which they are written out as a plain expression."""

MOST_NODES = 20_000
"""Operations of one."""


def plain(program: Program) -> Expression:
    """The whole program as a plain expression of its n variables, in their order.

    Raises:
        LimitError: it has too many terms.

    Example:
        >>> from hesscli.language.programs.reading import read_program
        >>> from hesscli.language.programs.spans import Declarations
        >>> from hesscli.language.printing import unparse
        >>> unparse(plain(read_program("Sum(x[i]**2, (i, 0, 1))", Declarations())))
        'x[0]**2 + x[1]**2'
    """
    size = sum(element.count * len(element.body.nodes) for element in program.elements)
    if program.terms > MOST_TERMS or size > MOST_NODES:
        what = "a vector of sums is" if program.outer.vector else "of a sum this is"
        told = f"{what} answered term by term, up to {MOST_TERMS} terms; these are {program.terms:,}"
        alone = " for one component" if program.outer.vector else ""
        raise LimitError(f"{told}; gradient, hessian and hvp take any number{alone}")
    rows = {k: np.arange(element.count) for k, element in enumerate(program.elements)}
    written = expansion(program, np.zeros(program.n), rows, tuple(range(program.n))).expression
    return replace(written, source=program.source, notes=program.notes)


ALONG = "(t)"
"""A name that nobody can type."""


def directional(expanded: ExpandedTerms, vector: list[float]) -> ExpandedTerms:
    """g(x, t) = f(x + t v): its derivative by x_r and t at t = 0 is the r-th entry of the Hessian times v.

    Args:
        expanded: f at x.
        vector: v, one number a variable.
    """
    body = expanded.expression
    weight = dict(zip(body.variables, vector, strict=True))
    nodes, place = [Node("variable", (), ALONG)], list[int]()
    for node in body.nodes:
        nodes.append(replace(node, args=tuple(place[k] for k in node.args)))
        v = weight[str(node.value)] if node.op == "variable" else 0.0
        if v:
            at = len(nodes)
            nodes += [Node("number", (), v), Node("mul", (0, at)), Node("add", (at - 1, at + 1))]
        place.append(len(nodes) - 1)
    outputs = tuple(place[k] for k in body.outputs)
    moved = replace(body, nodes=tuple(nodes), variables=(*body.variables, ALONG), outputs=outputs)
    return ExpandedTerms(moved, (*expanded.positions, -1), (*expanded.point, 0.0))


@dataclass(frozen=True, slots=True)
class WrittenTerms:
    """Some terms of an element, their linear forms written out: t is 0, and the products are added to it.

    Attributes:
        body: in the slots and columns of the element, and the factors of its linear forms.
        points: shape (terms, variables of the body).
        sites: variable of the body -> where it stands among all n, term by term or in all of them.
        whole: variables of the body that are whole numbers.
    """

    body: Expression
    points: NDArray[np.float64]
    sites: dict[int, NDArray[np.int64] | int]
    whole: frozenset[int]


def written(element: Element, x: NDArray[np.float64], rows: NDArray[np.int64]) -> WrittenTerms:
    """Some terms of an element with its linear forms written out."""
    body = written_out(element.body, {k: len(form.places) for k, form in element.forms.items()})
    points = element.points(x, rows)
    maps = {k: place for k, place in enumerate(element.maps) if not isinstance(place, Linear)}
    sites = {k: place if isinstance(place, int) else place[rows] for k, place in maps.items()}
    columns = enumerate(element.columns, len(element.maps))
    whole = {k for k, column in columns if np.issubdtype(column.dtype, np.integer)}
    for k, form in element.forms.items():
        first, width = points.shape[1], len(form.places)
        points[:, k] = 0.0
        points = np.hstack([points, form.block(rows), np.broadcast_to(x[form.places], (len(rows), width))])
        whole |= set(range(first, first + width)) if np.issubdtype(form.matrix.dtype, np.integer) else set()
        sites |= {first + width + j: int(position) for j, position in enumerate(form.places)}
    return WrittenTerms(body, points, sites, frozenset(whole))
