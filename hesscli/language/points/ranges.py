"""``start:stop:count`` -> its numbers, evenly spaced, both ends included."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from hesscli.errors import LimitError, PointError
from hesscli.language.values import real

Array = NDArray[np.float64]
MOST_STEPS = 1e6
"""Steps of a range that a message counts."""


def read_range(text: str, what: str, most: int) -> Array:
    """The numbers of a range, shape (count,).

    Args:
        text: ``start:stop:count``, each a number or a constant expression.
        what: what is being read, for messages: ``coordinate x0``.
        most: how many numbers it may have.

    Raises:
        PointError: no three parts, or a count that is none.
        LimitError: more numbers than ``most``.

    Example:
        >>> read_range("0:1/2:3", "coordinate x", 100).tolist()
        [0.0, 0.25, 0.5]
    """
    parts = text.split(":")
    if len(parts) != 3:
        raise PointError(f"{what} is {text.strip()[:60]!r}; a range is start:stop:count", code="point")
    start, stop, size = (
        real(part, f"{word} of {what}") for part, word in zip(parts, ("start", "stop", "count"), strict=True)
    )
    if size != int(size) or size < 1:
        message = f"count of {what} is {parts[2].strip()}; expected a whole number of at least 1"
        raise PointError(f"{message}; {_stepped(start, stop, size)}", code="point")
    if size == 1 and start != stop:
        message = f"{what} is {text.strip()[:60]!r}: a range of one number has the same start and stop"
        raise PointError(f"{message}; {_stepped(start, stop, size)}", code="point")
    if size > most:
        raise LimitError(f"{what} has {int(size):,} numbers; the limit is {most:,}")
    return _spaced(start, stop, int(size))


def _stepped(start: float, step: float, stop: float) -> str:
    """The form of a range, and what is written here for ``start:step:stop`` of others."""
    steps = round((stop - start) / step) if step and abs((stop - start) / step) < MOST_STEPS else 0
    instead = f", {start:g}:{stop:g}:{steps + 1} for steps of {step:g}" if steps > 0 else ""
    return f"a range is start:stop:count{instead}"


def _spaced(start: float, stop: float, count: int) -> Array:
    """Weighted means, so that 0:1:11 contains 0.3 itself."""
    steps = np.arange(count, dtype=np.float64)
    last = max(count - 1, 1)
    with np.errstate(over="ignore", invalid="ignore"):
        values = (start * (last - steps) + stop * steps) / last
    if not np.isfinite(values).all():
        values = start * ((last - steps) / last) + stop * (steps / last)
    values[0], values[-1] = start, stop
    return values
