"""How answers pass from process to process: a class and its fields, without what is computed from them on first use.

What dataclasses do by themselves asks every object for the names of its fields, on both ends; a sweep passes some ten
objects a point.
"""

from __future__ import annotations

import copyreg
from collections.abc import Callable
from dataclasses import fields
from operator import attrgetter
from typing import Any

from hesscli.result.curvature import Critical, Curvature
from hesscli.result.result import Result
from hesscli.result.texts import Decimals, Texts
from hesscli.result.witnesses import Accuracy, ExactAnswer, TapeAnswer

PASSED = (Result, TapeAnswer, ExactAnswer, Accuracy, Curvature, Critical, Texts, Decimals)
"""What there is of every point; each has several fields."""


def reducer(kind: type) -> Callable[[Any], tuple[type, tuple[Any, ...]]]:
    """What `copyreg.pickle` takes for a dataclass whose fields its call takes in their order."""
    values = attrgetter(*(field.name for field in fields(kind)))
    return lambda answer: (kind, values(answer))


for _kind in PASSED:
    copyreg.pickle(_kind, reducer(_kind))
