"""Sums of too many terms to be added in balls: a sample of the terms one by one, and the outer expression.

Every derivative of f that the tape gives is made of the bodies' derivatives in every term and of the outer expression's
in the totals; of both the exact side says whether the tape has them right. What stays unchecked is their addition.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from hesscli.compute.sensitivity import sensitivities
from hesscli.elements.evaluate import Found, How, partials
from hesscli.elements.program import Program
from hesscli.exact import Session, Ticket
from hesscli.language.expression import Expression
from hesscli.options import Tolerance
from hesscli.request import Index, Path, Request
from hesscli.result import Decimals, ExactAnswer, TapeAnswer, Verdict
from hesscli.verdict import Judgement, judge

Array = NDArray[Any]

LOOKED = 400
"""Terms of one sum that are looked at."""

NUMBERS = 6_000
"""Derivatives of all of them together."""

SEED = 20_240_301


@dataclass(frozen=True, slots=True)
class Looked:
    """What was asked of one body, or of the outer expression.

    Attributes:
        head: the sum as typed; empty of the outer expression.
        body: of k variables.
        where: every point in words.
        points: shape (m, k).
        paths: the derivatives, the value first.
        ticket: the exact side's answers, one a point.
    """

    head: str
    body: Expression
    where: tuple[str, ...]
    points: Array
    paths: tuple[Path, ...]
    ticket: Ticket


def ask(program: Program, x: Array, command: str, session: Session, dtype: str) -> list[Looked]:
    """Ask for terms of every sum, drawn at random, the first and the last among them; returns at once."""
    generator = np.random.default_rng(SEED)
    asked = []
    for element in program.elements:
        if not element.count:
            continue
        pairs = element.pairs if command != "gradient" else ()
        paths: tuple[Path, ...] = ((), *((a,) for a in element.slopes), *pairs)
        count = min(element.count, LOOKED, max(4, NUMBERS // len(paths)))
        drawn = generator.choice(element.count, count, replace=False)
        rows = np.unique(np.append(drawn, [0, element.count - 1]))
        points = element.points(x, rows)
        where = tuple(element.where(int(row)) for row in rows)
        asked.append(_asked(element.head, element.body, where, points, paths, session, dtype))
    return asked


def _asked(
    head: str, body: Expression, where: tuple[str, ...], points: Array, paths: tuple[Path, ...], session: Session,
    dtype: str,
) -> Looked:  # fmt: skip
    request = Request("partials", paths=paths)
    ticket = session.submit(body, request, points.tolist(), formulas=False, dtype=dtype)
    return Looked(head, body, where, points, paths, ticket)


def ask_outer(program: Program, totals: Array, command: str, session: Session, dtype: str) -> list[Looked]:
    """Ask for the outer expression's derivatives in the tape's totals and the entries; none where it only adds."""
    if program.additive:
        return []
    slopes = tuple((a,) for a in sorted(program.outer.dependence()[program.outer.outputs[0]]))
    paths: tuple[Path, ...] = ((), *slopes, *(program.coupled if command != "gradient" else ()))
    return [_asked("", program.outer, ("the totals",), totals[None, :], paths, session, dtype)]


def judged(
    asked: Sequence[Looked], command: str, how: How, tolerance: Tolerance, session: Session
) -> tuple[Judgement, int]:
    """What both witnesses say of them, by quantity, and how many terms were decided.

    A term that has no derivative leaves its quantities unchecked: f may have one for all that.

    Args:
        asked: bodies and rows.
        command: whose second derivatives count for the Hessian, or its product.
        how: the tape works.
        tolerance: when a number agrees.
        session: the exact side, for sensitivities.
    """
    said: dict[str, list[float]] = {}
    holes: dict[str, list[bool]] = {}
    texts: dict[str, list[str | None]] = {}
    origin: dict[str, list[tuple[Looked, int, Path]]] = {}
    statuses: dict[str, str] = {}
    terms, proven = 0, True
    for one in asked:
        numbers, none = partials(one.body, one.paths, one.points, how, Found())
        for row, answer in enumerate(one.ticket.answers()):
            known = answer.values["partials"].texts if "partials" in answer.values else (None,) * len(one.paths)
            terms += bool(one.head) and None not in known
            proven = proven and answer.proven
            for k, path in enumerate(one.paths):
                name = ("value", "gradient", command)[len(path)]
                said.setdefault(name, []).append(float(numbers[row, k]))
                holes.setdefault(name, []).append(bool(none[row, k]))
                texts.setdefault(name, []).append(known[k])
                origin.setdefault(name, []).append((one, row, path))
                bad = known[k] is None or answer.status not in ("ok", "undefined")
                statuses[name] = "unchecked" if bad else statuses.get(name, answer.status)
    exact = ExactAnswer(
        {name: Decimals((len(rows),), tuple(rows)) for name, rows in texts.items()}, proven=proven, statuses=statuses
    )
    tape = TapeAnswer(
        {name: np.array(rows) for name, rows in said.items()}, {name: np.array(rows) for name, rows in holes.items()}
    )

    def sizes(places: Sequence[tuple[str, Index]]) -> Array:
        found = []
        for name, (index,) in places:
            one, row, path = origin[name][index]
            request = Request("partials", paths=(path,))
            point = one.points[row].tolist()
            found.append(sensitivities(session, one.body, request, point, [("partials", (0,))], how.dtype)[0])
        return np.array(found)

    found = judge(tape, exact, tolerance, sizes)
    return replace(found, notes=tuple(_named(note, origin) for note in found.notes)), terms


def _named(note: str, origin: dict[str, list[tuple[Looked, int, Path]]]) -> str:
    """``gradient[17]`` of the sample as the derivative of a term."""
    name, bracket, rest = note.partition("[")
    index, closed, told = rest.partition("]")
    if name not in origin or not (bracket and closed and index.isdigit()):
        return note
    one, row, path = origin[name][int(index)]
    by = f", by {', '.join(one.body.variables[k] for k in path)}" if path else ""
    return f"{f'the term of {one.head} at ' if one.head else 'the outer expression at '}{one.where[row]}{by}{told}"


def merged(whole: Judgement, terms: Judgement) -> Judgement:
    """The verdicts on entries, with those on terms where there are none, or worse ones."""
    order = list(Verdict)
    verdicts = dict(whole.verdicts)
    for name, verdict in terms.verdicts.items():
        before = verdicts.get(name, Verdict.UNCHECKED)
        both = (before, verdict)
        if Verdict.UNCHECKED not in both:
            verdicts[name] = max(both, key=order.index)
        elif before is Verdict.UNCHECKED:
            verdicts[name] = verdict
    sizes = [one.accuracy for one in (whole, terms) if one.accuracy is not None]
    accuracy = max(sizes, key=lambda one: one.max_rel, default=None)
    return replace(whole, verdicts=verdicts, accuracy=accuracy, notes=(*whole.notes, *terms.notes))
