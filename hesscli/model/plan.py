"""What an answer about a model will take, before it is begun: memory, products, time on this machine."""

from __future__ import annotations

import math
import time
from collections.abc import Callable
from typing import Any

from hesscli.errors import LimitError
from hesscli.machine import memory
from hesscli.model.binding import Model
from hesscli.model.differences import DIRECTIONS, SINGLY, STEPS
from hesscli.model.objective import ModelObjective
from hesscli.model.report import MATRICES, ModelPlan
from hesscli.model.spectrum import SpectrumRequest
from hesscli.model.taped import TapedFunction
from hesscli.model.weights import WeightLayout
from hesscli.operators import density, extreme, solve

MOST_BYTES = 2 << 30
"""Of what is given for an answer."""

STENCIL = 1 + 2 * len(STEPS)
"""Values, or gradients, in float64, for differences along one direction."""


def plan_model(model: Model, command: str) -> ModelPlan:
    """The plan of a command; one chunk of products is made and timed, as is one gradient.

    Args:
        model: bound.
        command: of `hesscli.model.answer.answer_model`.
    """
    f, setting = model.objective, model.setting
    rows = f.data.rows
    batches = math.ceil(rows / (setting.batch_size or rows))
    least, most, basis = _products(f.n, command, setting.wanted)
    size = answer_bytes(f.layout, command, setting.form)
    chunk = min(f.chunk, least) if command in MATRICES else 1
    work = max(chunk * f.row_bytes, 4 * f.pass_bytes) + 8 * f.n * basis
    fits = size <= MOST_BYTES and not 0 < memory() < size + work
    once = f.units(0, chunk)
    make = (lambda: f.here(once[0])) if command == "spectrum" else (lambda: f.products(f.theta, once))
    traced, again = _timed(make) if least else (0.0, 0.0)
    loaded, gradient = _timed(lambda: model.precise.gradient(model.precise.theta))
    valued, value = _timed(lambda: model.precise.value(model.precise.theta))
    gradients, values = _differences(f, command)
    seconds = traced + loaded + valued + again * math.ceil(least / chunk) + gradient * gradients + value * values
    if least and f.curvature == "hessian":
        seconds += again  # once forward over reverse
    form = setting.form if command in MATRICES else ""
    return ModelPlan(command, form, f.layout, rows, batches, size, work, chunk, least, most, seconds, fits)


def answer_bytes(layout: WeightLayout, command: str, form: str) -> int:
    """Of the numbers of an answer."""
    sizes = [part.stop - part.start for _, part in layout.layers()]
    entries = {"whole": layout.n**2, "blocks": sum(size**2 for size in sizes), "diagonal": layout.n}
    return 8 * (entries[form] if command in MATRICES else layout.n)


def check_size(f: TapedFunction, command: str, form: str) -> None:
    """Refuse a matrix that is too large.

    Raises:
        LimitError: naming what takes less.
    """
    size = answer_bytes(f.layout, command, form)
    if size > MOST_BYTES:
        what = "the blocks of the layers" if form == "blocks" else "the Hessian"
        less = "" if form == "blocks" else "--blocks and "
        raise LimitError(
            f"{what} of {f.n:,} weights takes {size / 2**30:,.1f} GiB; the limit is {MOST_BYTES / 2**30:g} GiB; "
            f"--layer takes a part of the weights, {less}--diagonal less of the matrix, hvp and spectrum none of it"
        )


def _products(n: int, command: str, wanted: SpectrumRequest | None) -> tuple[int, int, int]:
    """How many products at least and at most, and how many vectors of n numbers are kept meanwhile."""
    if command in MATRICES:
        return n, n, 3
    if command != "spectrum":
        return (1, 1, 3) if command == "hvp" else (0, 0, 3)
    asked = wanted or SpectrumRequest.default()
    parts = [(DIRECTIONS, DIRECTIONS, 3)]
    if asked.top:
        parts.append(extreme.products(n, asked.top))
    if asked.trace:
        probes = min(asked.probes, n)
        parts.append((probes, probes, 3 * probes))
    if asked.density:
        steps = min(density.STEPS, n)
        parts.append((steps * asked.densities, steps * asked.densities, steps))
    parts += [(2, 2 * solve.MOST + 4, 8)] * (asked.step + bool(asked.rhs))
    least, most, basis = zip(*parts, strict=True)
    return sum(least), sum(most), max(basis)


def _differences(f: ModelObjective, command: str) -> tuple[int, int]:
    """How many gradients and values the second witness takes, where nothing is rough at first."""
    tensors = len(f.layout.tensors)
    across = f.n if f.n <= SINGLY else DIRECTIONS + (min(tensors, SINGLY) if tensors > 1 else 0)
    if command == "gradient":
        return 1, STENCIL * across
    along = {"hvp": 1, "spectrum": DIRECTIONS}.get(command, across)
    return 2 + STENCIL * along, 1 + STENCIL * (across + DIRECTIONS)


def _timed(call: Callable[[], Any]) -> tuple[float, float]:
    """Seconds that the first call takes beyond another, and those of another."""
    started = time.perf_counter()
    call()
    first = time.perf_counter()
    call()
    again = time.perf_counter() - first
    return max(0.0, first - started - again), again
