"""The exact answer at one point: raise the precision until every printed digit is certain."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from functools import cached_property
from math import inf, log2
from time import monotonic
from typing import Any

from flint import arb, arb_series

from hesscli.exact.answers import Findings, assemble
from hesscli.exact.curvature import curvatures
from hesscli.exact.decimals import ball, decimal, fraction_decimal, near_tie, precision, vanishes
from hesscli.exact.elementary import Undefined, Unsupported
from hesscli.exact.events import Singular, Undecided
from hesscli.exact.interpreters.codelist import CodeList
from hesscli.exact.interpreters.jets import JetInterpreter
from hesscli.exact.interpreters.series import SeriesInterpreter
from hesscli.exact.jets import Jet, monomial_key
from hesscli.exact.kinks import Local, Partial, analyse
from hesscli.exact.partials import active_variables, distinct_entries
from hesscli.exact.rational import fraction, rational
from hesscli.exact.remainder import bounded
from hesscli.exact.submission import unchecked
from hesscli.exact.terms import Term
from hesscli.language.expression import Expression
from hesscli.request import ComponentPath, Layout, Path, Request, layout, multiplicity, summands
from hesscli.result import ExactAnswer

EXACT_ORDER, GROWTH = 8, 1.5
FIRST_BITS, LOCAL_BITS, ZERO_BITS, LAST_BITS = 128, 512, 4096, 1 << 15


@dataclass(frozen=True)
class Task:
    """A request made ready for many points.

    Attributes:
        expression: what is differentiated.
        layout: the arrays that are asked for.
        active: the variables by which anything is differentiated, ascending.
        entries: what stands in them, each once.
        partials: the partial derivatives that the entries are made of.
        digits: how many are printed.
        dtype: float64 or float32.
        further: what is computed from the Hessian besides.
        radius: within which a Taylor polynomial's remainder is bounded.
    """

    expression: Expression
    layout: Layout
    active: Path
    entries: tuple[ComponentPath, ...]
    partials: tuple[ComponentPath, ...]
    digits: int
    dtype: str
    further: tuple[str, ...] = ()
    radius: float | None = None

    @classmethod
    def of(cls, expression: Expression, request: Request, *, digits: int = 17, dtype: str = "float64") -> Task:
        """Prepare a request."""
        arrays = layout(expression, request)
        return replace(
            cls._with(expression, arrays, distinct_entries(arrays), digits, dtype),
            further=request.further,
            radius=request.radius,
        )

    @classmethod
    def _with(
        cls, expression: Expression, arrays: Layout, wanted: tuple[ComponentPath, ...], digits: int, dtype: str
    ) -> Task:
        partials = dict.fromkeys(part for entry in wanted for _, part in summands(arrays, entry))
        return cls(expression, arrays, active_variables(arrays), wanted, tuple(partials), digits, dtype)

    @cached_property
    def code(self) -> CodeList:
        """All components together."""
        return CodeList.of(self.expression, self.dtype)

    @cached_property
    def parts(self) -> tuple[Task, ...]:
        """One task a component."""
        tasks = []
        for k in range(len(self.expression.outputs)):
            wanted = tuple((0, indices) for component, indices in self.entries if component == k)
            tasks.append(self._with(self.expression.component(k), self.layout, wanted, self.digits, self.dtype))
        return tuple(tasks)

    @cached_property
    def _keys(self) -> tuple[tuple[ComponentPath, int, int, int], ...]:
        """Entry, degree, monomial and factor from Taylor coefficient to derivative."""
        place = {k: p for p, k in enumerate(self.active)}
        order = self.layout.order
        return tuple(
            (
                (component, indices),
                len(indices),
                monomial_key({place[k]: indices.count(k) for k in set(indices)}, order),
                1 if self.layout.divided else multiplicity(indices),
            )
            for component, indices in self.partials
        )

    def coordinates(self, point: Sequence[float]) -> list[arb]:
        """The doubles (or floats) of a point as balls."""
        return [ball(self.code.rounded(x)) for x in point]

    def derivatives(self, point: Sequence[float], *, exact: bool = False) -> dict[ComponentPath, arb]:
        """All partial derivatives where the expression is smooth, in the present precision; absent ones are zero.

        Args:
            point: n coordinates.
            exact: keep what is rational as fractions.
        """
        return self.over(self.coordinates(point), exact=exact)

    def over(self, box: Sequence[arb], *, exact: bool = False) -> dict[ComponentPath, arb]:
        """The same everywhere in a box, n balls."""
        order, varying = self.layout.order, self.active
        inputs: list[Any] = [*map(rational, box)] if exact else [*box]
        outputs: Sequence[Term[Jet] | Term[arb_series]]
        if order and len(varying) == 1 and not exact:
            inputs[varying[0]] = arb_series([inputs[varying[0]], 1], order + 1)
            outputs = SeriesInterpreter(self.code, inputs, order).outputs()
        else:
            for place, k in enumerate(varying if order else ()):
                inputs[k] = Jet.variable(place, inputs[k], order)
            outputs = JetInterpreter(self.code, inputs, order, exact=exact).outputs()
        found: dict[ComponentPath, arb] = {}
        for entry, degree, key, factor in self._keys:
            term = outputs[entry[0]]
            if isinstance(term, arb):
                c = None if degree else term
            elif isinstance(term, arb_series):
                c = term[degree]
            else:
                c = term.coefficient(degree, key)
            if c is not None:
                found[entry] = c if factor == 1 else c * factor
        return self._combined(found) if self.layout.combined else found

    def _combined(self, found: Mapping[ComponentPath, arb]) -> dict[ComponentPath, arb]:
        """The sums that entries are made of: the Hessian's rows times the vector."""
        combined = {}
        for entry in self.entries:
            terms = [
                ball(self.code.rounded(w)) * found[part] for w, part in summands(self.layout, entry) if part in found
            ]
            if terms:
                combined[entry] = sum(terms[1:], terms[0])
        return combined


def evaluate(
    expression: Expression, request: Request, point: Sequence[float], *, digits: int = 17, dtype: str = "float64"
) -> ExactAnswer:
    """The exact answer at one point, every printed digit right and, where balls cover every step, proven.

    Args:
        expression: f, of n variables.
        request: which derivatives.
        point: n coordinates, taken as the doubles they are.
        digits: significant decimal digits.
        dtype: with ``float32`` numbers and coordinates are rounded to it first.

    Raises:
        LimitError: the answer would have too many entries.
    """
    return enclose(Task.of(expression, request, digits=digits, dtype=dtype), point)


def enclose(task: Task, point: Sequence[float], *, budget: float = inf) -> ExactAnswer:
    """The exact answer of a prepared request at one point.

    Args:
        task: the request.
        point: n coordinates.
        budget: seconds after which no higher precision is begun; what is certain by then stands.
    """
    deadline = monotonic() + budget
    try:
        found = _smooth(task, point, deadline) or _by_component(task, point, deadline)
    except Unsupported as error:
        return unchecked(f"no certain value of {error}")
    told = assemble(task.expression, task.layout, found, point, task.digits)
    if task.radius is not None:
        return _bounded(task, told, point, task.radius, deadline)
    if "hessian" not in task.layout.quantities or (len(task.parts) == 1 and told.status != "ok"):
        return told
    codes = [part.code for part in task.parts]
    kinked = {k: known for k, local in found.locals.items() if (known := _second(found, k, local, len(point)))}
    return replace(told, curvature=curvatures(codes, point, task.digits, task.further, deadline, kinked))


def _bounded(task: Task, told: ExactAnswer, point: Sequence[float], radius: float, deadline: float) -> ExactAnswer:
    """The answer of a Taylor polynomial with a bound of its remainder, or why there is none."""
    order = task.layout.order
    further = Task.of(task.expression, Request("taylor", order=order + 1), dtype=task.dtype)
    highest = [entry for entry in further.entries if len(entry[1]) == order + 1]

    def coefficients(box: Sequence[arb]) -> list[arb]:
        found = further.over(box)
        return [found[entry] for entry in highest if entry in found]

    at = [task.code.rounded(x) for x in point]
    bound = bounded(coefficients, at, order, radius, deadline) if told.status == "ok" else None
    if bound is not None:
        return replace(told, remainder=bound)
    why = f"no bound of the remainder within {radius:g}: f may not be smooth, or not finite, everywhere there"
    return replace(told, notes=(*told.notes, why))


def _second(found: Findings, component: int, local: Local, n: int) -> tuple[list[arb], list[list[arb]]] | None:
    """Gradient and Hessian of a component that is not smooth as typed, where every entry exists for certain."""
    partials = [found.partials.get((component, (min(i, j), max(i, j)))) for i in range(n) for j in range(n)]
    balls = [partial.limit for partial in partials if partial is not None and not partial.trouble]
    known = local.proven and not local.undefined and local.fails_at is None
    if not known or len(balls) < n * n or None in balls:
        return None
    slopes = [found.partials.get((component, (i,))) for i in range(n)]
    gradient = [arb.nan() if partial is None or partial.limit is None else partial.limit for partial in slopes]
    return gradient, [balls[n * i : n * (i + 1)] for i in range(n)]


def _by_component(task: Task, point: Sequence[float], deadline: float) -> Findings:
    """One component after the other: what one lacks is no reason to go without the others."""
    found = Findings()
    for k, part in enumerate(task.parts):
        smooth = _smooth(part, point, deadline) if len(task.parts) > 1 else None
        found.take(k, smooth or _local(part, point))
    return found


def _smooth(task: Task, point: Sequence[float], deadline: float) -> Findings | None:
    """All entries where the expression is smooth; None where it may not be."""
    bits = max(FIRST_BITS, int(task.digits * log2(10)) + 64)
    last, zero = max(LAST_BITS, 4 * bits), max(ZERO_BITS, 2 * bits)
    strings: dict[ComponentPath, str] = {}
    open_balls: dict[ComponentPath, arb] = {}
    while True:
        started = monotonic()
        near_zero = True
        with precision(bits, task.layout.order):
            try:
                open_balls = _print(task.derivatives(point), strings, task.digits)
            except Undecided as event:
                if bits >= last or (bits >= zero and event.hopeless):
                    return None
            except (Singular, Undefined):
                return None
            except Unsupported:
                if not strings and not open_balls:
                    raise
                return _settled(strings, open_balls, task.digits)
            else:
                if not open_balls or 2 * bits > last or (bits >= zero and all(map(vanishes, open_balls.values()))):
                    return _settled(strings, open_balls, task.digits)
                stuck = [x.contains(0) or near_tie(x, task.digits) for x in open_balls.values()]
                if bits < zero and task.layout.order <= EXACT_ORDER and any(stuck):
                    strings.update(_fractions(task, point, open_balls))
                near_zero = all(x.contains(0) for x in open_balls.values())
        more = min(bits * 8, zero) if near_zero and bits < zero else bits * 2
        now = monotonic()
        spent, left = now - started, deadline - now
        if open_balls and spent * (more / bits) ** GROWTH > left:
            more = bits * 2
            if spent * 2**GROWTH > left:
                return _settled(strings, open_balls, task.digits)
        bits = more


def _fractions(task: Task, point: Sequence[float], open_balls: Mapping[ComponentPath, arb]) -> dict[ComponentPath, str]:
    """Which of the open balls are fractions by exact arithmetic: zeros, and ties of rounding."""
    with suppress(Singular, Undefined, Undecided):
        found = task.derivatives(point, exact=True)
        known = {entry: fraction(found.get(entry, 0)) for entry in open_balls}
        return {entry: fraction_decimal(q, task.digits) for entry, q in known.items() if q is not None}
    return {}


def _settled(strings: Mapping[ComponentPath, str], open_balls: Mapping[ComponentPath, arb], digits: int) -> Findings:
    """What is certain, and what a limit left open."""
    found = Findings(dict(strings))
    for entry, x in open_balls.items():
        if entry not in strings:
            found.settle(entry, x, digits)
    return found


def _print(
    balls: Mapping[ComponentPath, arb], strings: dict[ComponentPath, str], digits: int
) -> dict[ComponentPath, arb]:
    """Write down what is certain; the rest is returned."""
    rest = {}
    for entry, x in balls.items():
        if entry not in strings:
            text = decimal(x, digits)
            if text is None or not x.is_finite():
                rest[entry] = x
            else:
                strings[entry] = text
    return rest


def _local(task: Task, point: Sequence[float]) -> Findings:
    """The entries at a point where the expression is not smooth."""
    first = max(LOCAL_BITS, int(2 * task.digits * log2(10)) + 64)
    last = max(ZERO_BITS, 4 * first)
    found = Findings(dict.fromkeys(task.entries))
    for bits in (first, last):
        with precision(bits, task.layout.order):
            try:
                found = _described(task, point, assume=bits == last)
            except Undecided:
                continue
        if None not in found.strings.values() and all(local.proven for local in found.locals.values()):
            break
    return found


def _described(task: Task, point: Sequence[float], *, assume: bool) -> Findings:
    wanted = [indices for _, indices in task.partials]
    local = analyse(task.code, task.coordinates(point), wanted, assume=assume)
    found = Findings(locals={0: local})
    for entry in task.entries:
        parts = [(w, local.partials[part[1]]) for w, part in summands(task.layout, entry)]
        if task.layout.divided:
            partial = _divided(parts[0][1], multiplicity(entry[1]))
        elif len(parts) == 1 and parts[0][0] == 1:
            partial = parts[0][1]
        else:
            trouble = next((p.trouble for _, p in parts if p.trouble), "")
            whole = arb(0)
            for w, p in parts:
                whole = whole + ball(task.code.rounded(w)) * (arb.nan() if p.limit is None else p.limit)
            partial = Partial(whole, trouble)
        found.note(entry, partial, task.digits, undefined=bool(local.undefined))
    return found


def _divided(partial: Partial, factor: int) -> Partial:
    """A Taylor coefficient from its derivative."""
    limit, left, right = (x if x is None else x / factor for x in (partial.limit, partial.left, partial.right))
    return replace(partial, limit=limit, left=left, right=right)
