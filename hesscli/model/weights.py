"""The names of weights: which tensors of a model stand where in the one flat vector."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from fnmatch import fnmatchcase
from functools import cached_property

import numpy as np

from hesscli.errors import HesscliError


@dataclass(frozen=True, slots=True)
class WeightTensor:
    """One trainable tensor.

    Attributes:
        name: its path in the model, ``dense/kernel``.
        shape: of it.
        start: its first place in the flat vector.
    """

    name: str
    shape: tuple[int, ...]
    start: int

    @property
    def size(self) -> int:
        """Number of weights."""
        return int(np.prod(self.shape, dtype=np.int64))

    @property
    def part(self) -> slice:
        """Its places in the flat vector."""
        return slice(self.start, self.start + self.size)

    @property
    def layer(self) -> str:
        """The path without the last word: ``dense``."""
        return self.name.rpartition("/")[0] or self.name


@dataclass(frozen=True)
class WeightLayout:
    """All tensors that are differentiated, one behind the other, each in row-major order.

    Attributes:
        tensors: in the model's order.

    Example:
        >>> layout = WeightLayout.of([("dense/kernel", (2, 3)), ("dense/bias", (3,))])
        >>> layout.n, layout.label(4), layout.label(8)
        (9, 'dense/kernel[1,1]', 'dense/bias[2]')
    """

    tensors: tuple[WeightTensor, ...]

    @classmethod
    def of(cls, shapes: Sequence[tuple[str, Sequence[int]]]) -> WeightLayout:
        """The layout of named shapes."""
        starts = np.cumsum([0, *(int(np.prod(shape, dtype=np.int64)) for _, shape in shapes)]).tolist()
        return cls(
            tuple(
                WeightTensor(name, tuple(shape), start)
                for (name, shape), start in zip(shapes, starts[:-1], strict=True)
            )
        )

    @cached_property
    def n(self) -> int:
        """Number of weights."""
        return sum(tensor.size for tensor in self.tensors)

    @cached_property
    def _starts(self) -> list[int]:
        return [tensor.start for tensor in self.tensors]

    def label(self, place: int) -> str:
        """The name of one weight; without brackets where it is a tensor of its own."""
        tensor = self.tensors[int(np.searchsorted(self._starts, place, side="right")) - 1]
        index = np.unravel_index(place - tensor.start, tensor.shape) if tensor.shape else ()
        return f"{tensor.name}[{','.join(str(int(k)) for k in index)}]" if index else tensor.name

    def labels(self) -> list[str]:
        """All of them."""
        return [self.label(k) for k in range(self.n)]

    def plain_names(self) -> list[str]:
        """All of them as formulas write them, ``w[1]`` as w1 and ``w[0,1]`` as w0_1; x0, x1, ... where two collide.

        Example:
            >>> WeightLayout.of([("w", (2,)), ("b", ())]).plain_names()
            ['w0', 'w1', 'b']
        """
        names = [label.replace("[", "").replace("]", "").replace(",", "_") for label in self.labels()]
        return names if len({*names}) == self.n else [f"x{k}" for k in range(self.n)]

    def layers(self) -> Iterator[tuple[str, slice]]:
        """Name and places of each layer whose tensors follow each other."""
        names = list(dict.fromkeys(tensor.layer for tensor in self.tensors))
        for name in names:
            own = [tensor for tensor in self.tensors if tensor.layer == name]
            yield name, slice(own[0].start, own[-1].start + own[-1].size)


def selected(names: Sequence[str], patterns: Sequence[str]) -> list[int]:
    """The places of those names that a pattern fits: a tensor, a layer, or either with ``*`` and ``?``.

    Args:
        names: of tensors.
        patterns: ``dense_1/kernel``, ``dense_1``, ``dense*/bias``; none takes all.

    Raises:
        HesscliError: a pattern that fits nothing.

    Example:
        >>> selected(["dense/kernel", "dense/bias", "dense_1/kernel"], ["dense", "*_1/kernel"])
        [0, 1, 2]
    """
    if not patterns:
        return list(range(len(names)))
    found: set[int] = set()
    for pattern in patterns:
        fits = {k for k, name in enumerate(names) if fnmatchcase(name, pattern) or fnmatchcase(name, f"{pattern}/*")}
        if not fits:
            layers = dict.fromkeys(name.rpartition("/")[0] for name in names)
            near = get_close_matches(pattern, [*layers, *names], n=1)
            hint = f"did you mean {near[0]}?" if near else f"it has {', '.join(names[:12])}"
            raise HesscliError(f"--layer {pattern}: the model has no such trainable weights; {hint}", code="layer")
        found |= fits
    return sorted(found)
