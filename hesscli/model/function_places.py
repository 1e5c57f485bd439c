"""The points of a function of tensors: what every ``--at`` says, with ranges and columns of single variables as points.

Nothing but the function says whether ``w=0:1:5`` is a vector of five or a single variable at five points: ``--vars``
decides, ``w[5]`` or ``w``; else it is a vector where the function takes one.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import product
from typing import Any

import numpy as np
from numpy.typing import NDArray

from hesscli.errors import HesscliError, LimitError, PointError
from hesscli.language.points.blocks import BlockValues
from hesscli.language.programs.spans import Extent
from hesscli.model.function import PythonFunction
from hesscli.model.function_arguments import bound

Array = NDArray[Any]
Place = tuple[dict[str, "Array | float"], dict[str, Any]]
"""Arguments that are differentiated, and constants."""

MOST = 100_000
"""Points: each is a run of its own."""


@dataclass(frozen=True, eq=False)
class FunctionCall:
    """A function and what its arguments are.

    Attributes:
        text: FILE.py:FUNCTION, for messages.
        function: of tensors.
        data: what --data says.
        numbers: what --param says.
        names: what --vars names, in order; None where it says nothing.
        sizes: lengths of the vectors among them.
        dtype: of the tape.
        plain: TensorFlow's own operations.
    """

    text: str
    function: Callable[..., Any]
    data: Mapping[str, Array]
    numbers: Mapping[str, float]
    names: Sequence[str] | None
    sizes: Mapping[str, Extent]
    dtype: str = "float64"
    plain: bool = False

    def at(self, place: BlockValues) -> Place:
        """What is differentiated, and what is held, at one point; errors as of `bound`."""
        return bound(self.text, self.function, place, self.data, self.numbers, self.sizes)

    def along(self, places: Sequence[BlockValues]) -> Iterator[PythonFunction]:
        """The function at one point after the other; errors as of `PythonFunction`."""
        f: PythonFunction | None = None
        for place in places:
            point, constants = self.at(place)
            if f is None or not f.move(point):
                f = PythonFunction(self.text, self.function, point, constants, self.dtype, plain=self.plain)
            yield f


def places_of(call: FunctionCall, given: Sequence[BlockValues]) -> tuple[list[BlockValues], list[str]]:
    """Every point by itself, and what was taken for what where both would do.

    Args:
        call: the function.
        given: what every --at says.

    Raises:
        PointError: columns of different lengths.
        LimitError: too many points.
    """
    found: list[BlockValues] = []
    notes: list[str] = []
    for one in given:
        if isinstance(one.rest, np.ndarray) and one.rest.ndim == 2:
            found += [BlockValues({}, row) for row in one.rest]
            continue
        many = {n for n in one.ranges | one.columns if isinstance(one.given[n], np.ndarray) and n not in call.sizes}
        single = many & {*(call.names or ())}
        if many and call.names is None:
            alone = next(_spread(one, many))
            if _takes(call, one):
                if _takes(call, alone):
                    size = np.size(one.given[min(many)])
                    notes.append(
                        f"{min(many)} is taken for a vector of {size:,} numbers; --vars {min(many)} says that it is a "
                        f"single variable, at {size:,} points"
                    )
            elif _takes(call, alone):
                single = many
        found += _spread(one, single) if single else [one]
        if len(found) > MOST:
            raise LimitError(f"--at says {len(found):,} points; of a function of tensors the limit is {MOST:,}")
    return found, notes


def _spread(one: BlockValues, single: set[str]) -> Iterator[BlockValues]:
    """A grid over ranges, the first one slowest; columns go together, row by row."""
    columns = [name for name in one.given if name in single & one.columns]
    lengths = {len(np.asarray(one.given[name])) for name in columns}
    if len(lengths) > 1:
        raise PointError(f"--at: the columns {', '.join(columns)} have different lengths", code="point")
    axes: list[list[dict[str, float]]] = []
    for name, values in one.given.items():
        if name in single and name not in columns:
            axes.append([{name: float(x)} for x in np.asarray(values)])
        elif columns and name == columns[0]:
            rows = zip(*(np.asarray(one.given[other]) for other in columns), strict=True)
            axes.append([dict(zip(columns, map(float, row), strict=True)) for row in rows])
    for parts in product(*axes):
        point: dict[str, Any] = dict(one.given)
        for part in parts:
            point |= part
        yield replace(one, given=point, ranges=one.ranges - single, columns=one.columns - single)


def _takes(call: FunctionCall, place: BlockValues) -> bool:
    """Whether the function returns one number there."""
    point, constants = call.at(place)
    try:
        PythonFunction(call.text, call.function, point, constants, call.dtype, traced=False)
    except HesscliError:  # of the person's own code, or of what it returned
        return False
    return True
