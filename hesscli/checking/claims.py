"""What a person claims a derivative to be: numbers, formulas or a Python function; from a text, a file, from Python."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import product
from typing import Any

import numpy as np

from hesscli import exact as exact_side
from hesscli.checking.claim import Claim, Values
from hesscli.checking.files import arranged, nested, stored
from hesscli.checking.functions import CallableClaim, read_function
from hesscli.errors import HesscliError, LimitError
from hesscli.language.expression import Expression
from hesscli.language.syntax import parse
from hesscli.options import DEFAULTS
from hesscli.request import Request
from hesscli.result import Texts


@dataclass(frozen=True, slots=True)
class Formulas:
    """An array of formulas.

    Attributes:
        option: of the command line, for messages.
        program: one output an entry, in row-major order, in the variables of f.
        texts: the entries as written.
        shape: of the array.
        typed: False for what was stored in a file or an array.
    """

    option: str
    program: Expression
    texts: tuple[str, ...]
    shape: tuple[int, ...]
    typed: bool = True

    @property
    def constant(self) -> bool:
        """Whether there is no variable in it."""
        return all(node.op != "variable" for node in self.program.nodes)

    def text(self, flat: int) -> str:
        """An entry, counted row by row, as written."""
        return self.texts[flat]

    def values(self, points: Sequence[Sequence[float]], session: exact_side.Session) -> Values:
        """The entries at k points, NaN where they have no value.

        Raises:
            LimitError: an entry could not be evaluated within the limits.
        """
        asked = points[:1] if self.constant else points
        answers = session.submit(self.program, Request("jacobian"), asked, formulas=False).answers()
        found = []
        for answer in answers:
            values = answer.values.get("value")
            open_ = np.zeros(1, int) if values is None else np.flatnonzero(~values.decided)
            if values is None or len(open_):
                why = "; ".join(answer.notes) or "it cannot be evaluated within the limits"
                raise LimitError(f"{self.option}, entry {self._index(int(open_[0]))}: {why}")
            found.append(values.double.reshape(self.shape))
        return Values(found * len(points) if self.constant else found)

    def _index(self, flat: int) -> list[int]:
        return [int(k) for k in np.unravel_index(flat, self.shape)]


def read_claim(
    text: str,
    option: str,
    variables: Sequence[str],
    parameters: Mapping[str, float],
    *,
    time_limit: float = DEFAULTS.time_limit,
    stdin: Any = None,
) -> Claim:
    """A claim from a file (.json, .csv, .npy, .npz, .txt), a Python function, or from the text itself.

    Args:
        text: ``[[2, 1], [1, 0]]``, ``[12*x**2, 1]``, ``@h.json``, the name of an existing file,
            ``module.py:function``, or ``-`` for standard input.
        option: its name, for messages.
        variables: that the formulas may use.
        parameters: their values.
        time_limit: seconds for a Python function, a point.
        stdin: what ``-`` reads; None is standard input.

    Returns:
        The claim.

    Raises:
        HesscliError: no array, ragged, unreadable, or a formula that is not of the language.

    Example:
        >>> read_claim("[[2, x], [x, 0]]", "--hessian", ["x", "y"], {}).shape
        (2, 2)
    """
    function = read_function(text, option, variables, time_limit)
    return function or formulas(nested(text, option, stdin), option, variables, parameters, typed=not stored(text))


def claim_of(
    claim: str | Callable[..., Any] | Any,
    option: str,
    variables: Sequence[str],
    parameters: Mapping[str, float],
    *,
    time_limit: float = DEFAULTS.time_limit,
) -> Claim:
    """A claim given from Python.

    Args:
        claim: a text as on the command line, a function of the point, or an array of numbers and formulas.
        option: its name, for messages.
        variables: of f, in order.
        parameters: their values.
        time_limit: seconds for a Python function in a file, a point.

    Raises:
        HesscliError: it is nothing of the kind.
    """
    if isinstance(claim, str):
        return read_claim(claim, option, variables, parameters, time_limit=time_limit)
    if callable(claim):
        return CallableClaim(option, claim, tuple(variables))
    try:
        entries = arranged(claim.tolist() if hasattr(claim, "tolist") else claim)
    except ValueError as problem:
        raise HesscliError(f"{option}: {problem}", code="claim") from None
    return formulas(entries, option, variables, parameters, typed=False)


def formulas(
    entries: Any, option: str, variables: Sequence[str], parameters: Mapping[str, float], *, typed: bool
) -> Formulas:
    """Nested lists of texts as formulas.

    Args:
        entries: nested lists, or a single text.
        option: its name, for messages.
        variables: that the formulas may use.
        parameters: their values.
        typed: False for what was stored in a file or an array.

    Raises:
        HesscliError: the lists are ragged, or an entry is no formula of the language.
    """
    shape = _shape(entries, option)
    texts = tuple(str(entry).strip() for entry in Texts.of(entries).texts)
    if any(not entry for entry in texts):
        raise HesscliError(f"{option}: an entry is empty", code="claim")
    _parse_each(texts, shape, option, variables, parameters)
    program = parse(
        f"[{', '.join(f'({entry})' for entry in texts)}]", variables=list(variables), parameters=dict(parameters)
    )
    return Formulas(option, program, texts, shape, typed)


def _parse_each(
    entries: Sequence[str],
    shape: tuple[int, ...],
    option: str,
    variables: Sequence[str],
    parameters: Mapping[str, float],
) -> None:
    """Find the entry that is wrong, if one is, and show it alone."""
    for entry, index in zip(entries, product(*map(range, shape)), strict=True):
        place = f"{option}, entry {list(index)}" if index else option
        try:
            program = parse(entry, variables=list(variables), parameters=dict(parameters))
        except HesscliError as problem:
            problem.message = f"{place}: {problem.message}"
            raise
        if program.vector:
            raise HesscliError(f"{place}: expected a formula, got a vector", code="claim")


def _shape(entries: Any, option: str) -> tuple[int, ...]:
    if not isinstance(entries, list):
        return ()
    shapes = {_shape(entry, option) for entry in entries}
    if len(shapes) != 1:
        what = "empty" if not shapes else "ragged: its rows differ in length"
        raise HesscliError(f"{option}: the array is {what}", code="claim")
    return (len(entries), *shapes.pop())
