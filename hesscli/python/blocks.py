"""A point or a vector of sums as Python gives it: numbers, and arrays by name."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from hesscli.errors import PointError
from hesscli.language.labelled import labelled
from hesscli.language.points.blocks import BlockValues, read_several
from hesscli.python.arguments import doubles


def values_of(value: Any, option: str) -> BlockValues:
    """What was given from Python for a point or a vector: a text, numbers in order, or numbers and arrays by name.

    Args:
        value: as given.
        option: for messages.

    Raises:
        PointError: it is no number, and no vector.

    Example:
        >>> values_of({"x": [1, 2], "a": "1/2"}, "--at").given
        {'x': array([1., 2.]), 'a': 0.5}
    """
    if isinstance(value, str):
        return read_several([value], option)[0]
    try:
        if not isinstance(value := labelled(value), Mapping):
            rows = np.atleast_1d(doubles(value, f"{option}: an entry"))
            return BlockValues({}, rows)
        named = {str(name): one for name, one in value.items()}
        arrays = {name: doubles(one, f"{option}: {name}") for name, one in named.items() if not isinstance(one, str)}
    except (TypeError, ValueError) as problem:
        raise PointError(f"{option}: expected numbers: {problem}", code="point") from None
    for name, array in arrays.items():
        if array.ndim > 2 or not array.size:
            raise PointError(f"{option}: {name}: expected a number or a vector, got shape {array.shape}", code="point")
    texts = read_several([{name: one for name, one in named.items() if isinstance(one, str)}], option)[0]
    found = {name: float(array) if array.ndim == 0 else array for name, array in arrays.items()}
    columns = frozenset(name for name, one in found.items() if not isinstance(one, float))
    return BlockValues({**found, **texts.given}, None, texts.ranges, columns | texts.columns)
