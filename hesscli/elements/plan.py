"""What an answer will take, before it is begun: derivatives, entries, memory, time, and why this way."""

from __future__ import annotations

import math

import numpy as np

from hesscli.elements.evaluate import MOST_MULTIPLIED
from hesscli.elements.outside import coloured, colouring_of
from hesscli.elements.portions import chunk_rows
from hesscli.elements.report import SumPlan
from hesscli.errors import LimitError
from hesscli.language.programs.linear import Linear
from hesscli.language.programs.program import Element, Program
from hesscli.machine import memory

ENTRY_BYTES = 56
"""Of one second derivative of one term while the matrix is put together: row, column and number, and their order."""

STEP_BYTES = 16
"""Of one node or derivative of one term while a step is computed."""

SECONDS_DERIVATIVE, SECONDS_ENTRY, SECONDS_START = 2e-8, 1.2e-7, 6.0
"""Of one derivative of one term, of one entry that is added, and of loading; on one core of a common machine."""

TAPED_BYTES, MOST_TAPED = 80, 1 << 22
"""Of one node and one vector while tapes differentiate twice, and how many of them are there at once."""

SECONDS_NODE, SECONDS_TAPED = 1e-3, 1e-6
"""Of one node of an outer expression in two reverse passes, and of one more vector."""


def plan_sum(program: Program, command: str) -> SumPlan:
    """The plan of a command.

    Args:
        program: f of n variables.
        command: ``gradient``, ``hessian`` or ``hvp``.

    Example:
        >>> from hesscli.language.programs.reading import read_program
        >>> from hesscli.language.programs.spans import Declarations
        >>> plan = plan_sum(read_program("Sum(x[i]*x[i+1], (i, 0, 8))", Declarations()), "hessian")
        >>> plan.n, plan.terms, plan.derivatives, plan.entries
        (10, 9, 36, 9)
    """
    second = command != "gradient"
    pairs = [element.pairs if second else () for element in program.elements]
    derivatives = sum(
        element.count * (1 + len(element.slopes) + len(own))
        for element, own in zip(program.elements, pairs, strict=True)
    )
    local = [sum(_entries(element, a, b) for a, b in own) for element, own in zip(program.elements, pairs, strict=True)]
    entries = sum(local) if command == "hessian" else 0
    dense = colours = 0
    if command == "hessian" and any(a < len(program.elements) for a, _ in program.coupled):
        dense = program.n * (program.n + 1) // 2
    if command == "hessian":
        entries += sum(a >= len(program.elements) for a, _ in program.coupled)
    size, seconds = 0, 0.0
    if coloured(program):
        colours = colouring_of(program).count if command == "hessian" else 0
        nodes = len(program.outer.nodes)
        size += TAPED_BYTES * min(nodes * max(1, colours), MOST_TAPED)
        seconds += nodes * (SECONDS_NODE + SECONDS_TAPED * max(1, colours))
    held = sum(8 * e.count * sum(isinstance(place, np.ndarray) for place in e.maps) for e in program.elements)
    vectors = 8 * program.n * (4 + len(program.elements))
    kept = min(dense, 2 * MOST_MULTIPLIED)
    steps = max((_step(*one) for one in zip(program.elements, pairs, strict=True)), default=0)
    size += steps + held + vectors + ENTRY_BYTES * (entries + kept)
    seconds += SECONDS_START + SECONDS_DERIVATIVE * derivatives + SECONDS_ENTRY * (entries + kept)
    strategy = tuple(_words(program, k, len(own)) for k, own in enumerate(pairs)) + _outside(program, command, dense)
    return SumPlan(command, program.n, program.terms, derivatives, entries, colours, dense, size, seconds, strategy)


def check_memory(plan: SumPlan) -> None:
    """Refuse what cannot fit.

    Raises:
        LimitError: more memory than the machine has.
    """
    have = memory()
    if have and plan.bytes > have:
        remedy = "hvp needs no matrix" if plan.command == "hessian" else "give smaller bounds"
        told = f"it needs about {plan.bytes / 2**30:.3g} GiB, and the machine has {have / 2**30:.3g} GiB"
        raise LimitError(f"{told}; {remedy}")


def _shared(element: Element, slot: int) -> bool:
    return isinstance(element.maps[slot], int)


def _entries(element: Element, a: int, b: int) -> int:
    """Entries that a second derivative of the body becomes."""
    one, other = (element.maps[slot] for slot in (a, b))
    forms = [place for place in (one, other) if isinstance(place, Linear)]
    if not forms:
        return 0 if isinstance(one, int) and isinstance(other, int) else element.count
    local = [place for place in (one, other) if isinstance(place, np.ndarray)]
    rest = int(local[0].max()) - int(local[0].min()) + 1 if local else 1
    return math.prod(len(form.places) for form in forms) * rest


def _step(element: Element, pairs: tuple[tuple[int, int], ...]) -> int:
    """Bytes of the terms that go at once."""
    derivatives = 1 + len(element.slopes) + len(pairs)
    rows = min(element.count, chunk_rows(derivatives))
    return STEP_BYTES * rows * (derivatives + len(element.body.nodes))


def _words(program: Program, which: int, pairs: int) -> str:
    """How one sum is answered."""
    element = program.elements[which]
    shared = sum(_shared(element, k) for k in element.slopes)
    rows = chunk_rows(1 + len(element.slopes) + pairs)
    steps = math.ceil(element.count / rows)
    slots = f"{_many(len(element.slopes), 'variable')} a term" + (f", {shared} of them in every term" if shared else "")
    widths = [str(len(form.places)) for form in element.forms.values()]
    slots += (
        f", {_many(len(widths), 'of them a sum', 'of them sums')} of {' and '.join(widths)} products" if widths else ""
    )
    second = f", {_many(pairs, 'second derivative')} each, scattered and added" if pairs else ""
    return f"{element.head}: {_many(element.count, 'term')} as one batch in {_many(steps, 'step')}; {slots}{second}"


def _many(count: int, one: str, several: str = "") -> str:
    """``1 term``, ``2,000 terms``."""
    return f"{count:,} {one if count == 1 else several or one + 's'}"


def _outside(program: Program, command: str, dense: int) -> tuple[str, ...]:
    """What the outer expression adds."""
    return _alone(program, command) + _coupled(program, command, dense)


def _alone(program: Program, command: str) -> tuple[str, ...]:
    """How an outer expression of many variables is differentiated."""
    if not coloured(program):
        return ()
    where = f"{_many(len(program.entries), 'variable')} outside of sums"
    if command != "hessian":
        return (f"{where}: by {'one Hessian-vector product' if command == 'hvp' else 'one reverse pass'}",)
    colouring, pairs = colouring_of(program), len(program.coupled)
    curved = int((colouring.colours >= 0).sum())
    few = (
        f"a star colouring of the exact pattern, {_many(pairs, 'second derivative')}, gives {_many(curved, 'variable')}"
    )
    why = (
        f"{few} {_many(colouring.count, 'colour')}, one Hessian-vector product each"
        if colouring.count < curved
        else f"{pairs:,} second derivatives are dense: one Hessian-vector product for each of {curved:,} variables"
    )
    return (f"{where}: {why}; all products in one pass, a row each",)


def _coupled(program: Program, command: str, dense: int) -> tuple[str, ...]:
    """What totals inside functions add."""
    if not any(a < len(program.elements) for a, _ in program.coupled) or command == "gradient":
        return ()
    if command == "hvp":
        return ("sums inside functions: their part of the product is a few inner products of gradients",)
    way = "multiplied out" if dense <= MOST_MULTIPLIED else "kept as a product, for the matrix would be dense"
    return (f"sums inside functions add J^T C J, {_many(dense, 'entry', 'entries')}: {way}",)
