"""Every format in one table: its name, the endings that ask for it, and what it can hold.

A new one is a member here and a file of its name beside this one, with ``render`` (results -> bytes, one
after the other) or, for ``arrays``, ``write`` (arrays over points, as they come, to a stream).
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from enum import Enum

from hesscli.errors import HesscliError

SCHEMA = "hesscli/1"
"""Of every JSON object."""


class Format(str, Enum):
    """What comes out.

    Attributes:
        endings: of a file's name that asks for it.
        arrays: it holds all points at once, as arrays over points.
        binary: it is not for a terminal.
        words: it has room for verdicts and notes.
        single: it holds the one quantity that was asked for, and is judged by that.
    """

    endings: tuple[str, ...]
    arrays: bool
    binary: bool
    words: bool
    single: bool

    TABLE = "table", (".txt",)
    JSON = "json", (".json", ".jsonl")
    CSV = "csv", (".csv",)
    NPZ = "npz", (".npz",), True, True, False
    NPY = "npy", (".npy",), True, True, False, True
    MTX = "mtx", (".mtx",), True, False, False, True
    PARQUET = "parquet", (".parquet",), True, True
    LATEX = "latex", (".tex",), False, False, False

    def __new__(
        cls,
        value: str,
        endings: tuple[str, ...] = (),
        arrays: bool = False,
        binary: bool = False,
        words: bool = True,
        single: bool = False,
    ) -> Format:
        """A member that is its name."""
        member = str.__new__(cls, value)
        member._value_ = value
        member.endings, member.arrays, member.binary = endings, arrays, binary
        member.words, member.single = words, single
        return member


class Words(str, Enum):
    """The formats of commands whose answers are no arrays."""

    TABLE = "table"
    JSON = "json"


class ModelFormat(str, Enum):
    """The formats of answers about models."""

    TABLE = "table"
    JSON = "json"
    CSV = "csv"
    NPZ = "npz"
    NPY = "npy"


def endings(forms: Iterable[Enum]) -> list[str]:
    """The endings of files' names that ask for one of some formats.

    Args:
        forms: the formats; those of `Format` with the same words count.
    """
    names = {form.value for form in forms}
    return [ending for ending, form in ENDINGS.items() if form.value in names]


ENDINGS: dict[str, Format] = {ending: form for form in Format for ending in form.endings}
"""The format that a file's name asks for."""

PLANNED = (Format.TABLE, Format.JSON)
"""What holds a plan."""

SUMMED: dict[str, tuple[Format, ...]] = {
    "hessian": (*PLANNED, Format.CSV, Format.NPZ, Format.MTX),
    **dict.fromkeys(("gradient", "hvp"), (*PLANNED, Format.CSV, Format.NPZ, Format.NPY, Format.MTX)),
}
"""Command -> what holds its answer about sums: of a Hessian, which is sparse, no dense array does."""

SEVERAL = Format.PARQUET
"""What holds sums at several points, as rows, and none at one."""

MODELLED: dict[str, tuple[Format, ...]] = {
    "vector": (*PLANNED, Format.CSV, Format.NPZ, Format.NPY),
    "matrix": (*PLANNED, Format.NPZ, Format.NPY),
    "blocks": (*PLANNED, Format.NPZ),
    **dict.fromkeys(("spectrum", "posterior"), (*PLANNED, Format.NPZ)),
}
"""Kind of an answer about a model -> what holds it; NPY and CSV hold one array."""


def check_holds(form: Format, held: Collection[Format], what: str) -> None:
    """Refuse before the work what could not be written after it.

    Args:
        form: that was chosen.
        held: those that hold the answer.
        what: the answer, in words.

    Raises:
        HesscliError: code ``format``: it is none of them.
    """
    if form not in held:
        *others, last = (one.value for one in held)
        words = f"{', '.join(others)} or {last}"
        raise HesscliError(f"--format {form.value} has no form for {what}; take {words}", code="format")
