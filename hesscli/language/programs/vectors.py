"""NumPy's notation: which lengths a piece of the text has, and what ``@`` adds up.

::

    vector  := name | name "[" [first] ":" [last] [":" [step]] "]" | vector operation vector | function "(" vector ")"
    product := vector "@" vector        Python's precedence: that of *, left to right; ** binds tighter

Vectors of one length are taken entry by entry, numbers stand beside them, and a vector beside a matrix is a row.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from hesscli.language.functions import EXTREMES, REDUCTIONS
from hesscli.language.programs.indices import Indices
from hesscli.language.programs.integers import Whole
from hesscli.language.programs.rows import Length, Rows, Shape
from hesscli.language.programs.spans import Declarations
from hesscli.language.sums import SUMS
from hesscli.language.tokens import WORDS, refuse

TIGHT = frozenset({"*", "/", "@", "**", "^"})
"""Behind these a sign belongs to what follows."""
LOOSE = frozenset({",", "+", "-", "<", ">", "<=", ">=", "==", "!=", "=", "&", "|", "~", ":"})
"""Where a product ends."""


@dataclass(frozen=True, slots=True)
class Contraction:
    """``a @ B @ c``, without what multiplies the product.

    Attributes:
        operands: tokens [at, end) of each.
        labels: the dimensions of each operand, by number.
        lengths: of every number.
        open: the dimensions of the result.
        end: the token behind the last operand.
    """

    operands: tuple[tuple[int, int], ...]
    labels: tuple[tuple[int, ...], ...]
    lengths: tuple[Length, ...]
    open: tuple[int, ...]
    end: int

    @property
    def shape(self) -> Shape:
        """Of the result."""
        return tuple(self.lengths[k] for k in self.open)

    @property
    def summed(self) -> tuple[int, ...]:
        """The dimensions that are added up."""
        return tuple(sorted({k for labels in self.labels for k in labels} - set(self.open)))


class Vectors(Indices):
    """What is said of vectors and matrices as wholes."""

    def __init__(self, text: str, given: Declarations) -> None:
        super().__init__(text, given)
        self.shapes: dict[str, Shape] = {}  # of intermediate names

    def shape(self, at: int, end: int, rows: Rows) -> Shape:
        """The dimensions of a piece of the text.

        Raises:
            ExpressionError: lengths that differ, with their origins.
        """
        found: Shape = ()
        begin = at
        while at < end:
            part, at = self._shape(at, end, rows)
            found = self._matched(found, part, begin, end)
        return found

    def _shape(self, at: int, end: int, rows: Rows) -> tuple[Shape, int]:
        """The dimensions of what begins at a token, and the token behind it."""
        token, after = self.tokens[at], self.word(at + 1) if at + 1 < end else ""
        if product := self.product(at, end, rows):
            return product.shape, product.end
        if token.kind != "name" or token.text in rows.bound:
            return (), at + 1
        if after == "(" and self.reduces(at, rows):
            close = self.close(at + 1)
            parts = self.parts(at + 2, close)
            matrices = token.text == "dot" and len(parts) == 2
            return self.contracted(tuple(parts), close, rows).shape if matrices else (), close + 1
        if after == "[":
            found = self.access(at, rows)
            close = self.close(at + 1)
            told = self.text[token.start : self.tokens[close].end]
            return self._lengths(found.shape, told, token.text), close + 1
        return (self.whole_shape(at, rows) if after != "(" else ()), at + 1

    def sizes(self, at: int, rows: Rows) -> tuple[int | None, ...]:
        """The lengths of the array that is named at a token; None where the text is to tell."""
        name = self.tokens[at].text
        if name in self.definitions:
            return tuple(one.size for one in self.whole_shape(at, rows))
        if name in self.given.data:
            return self.given.data[name].shape
        size = self.given.sizes.get(name)
        return size if isinstance(size, tuple) else (size,)

    def whole_shape(self, at: int, rows: Rows) -> Shape:
        """The dimensions of a bare name."""
        name = self.tokens[at].text
        if name in self.definitions:
            if name not in self.shapes:
                definition = self.definitions[name]
                self.shapes[name] = self.shape(definition.at, definition.end, self.within(definition, rows))
            return self.shapes[name]
        if name in self.given.data:
            return self._lengths(self.given.data[name].shape, name, name)
        if name not in self.given.sizes:
            return ()
        size = self.given.sizes[name]
        if size is None:
            message = f"how many entries has {name}? --vars '{name}[100],...' says it"
            refuse(self.text, message, self.tokens[at].start, self.tokens[at].end, "length")
        return self._lengths(size if isinstance(size, tuple) else (size,), name, name)

    def _lengths(self, sizes: tuple[int, ...], told: str, name: str) -> Shape:
        words = ("rows", "columns") if len(sizes) == 2 else ("entries",) * len(sizes)
        return tuple(
            Length(size, f"{told} has {size} {word} ({self.origin(name)})")
            for size, word in zip(sizes, words, strict=True)
        )

    def _matched(self, one: Shape, other: Shape, at: int, end: int) -> Shape:
        """Both entry by entry: equal lengths from the last dimension on."""
        for a, b in zip(reversed(one), reversed(other), strict=False):
            self.check_lengths(a, b, at, end)
        return one if len(one) >= len(other) else other

    def check_lengths(self, a: Length, b: Length, at: int, end: int) -> None:
        """Refuse lengths that differ."""
        if a.size != b.size:
            refuse(self.text, f"the lengths differ: {a.told} and {b.told}", *self.columns(at, end), "length")

    def reduces(self, at: int, rows: Rows) -> bool:
        """Whether the call at a token makes one number of a sum or a vector."""
        word = self.tokens[at].text
        if word not in (*SUMS, *REDUCTIONS, *EXTREMES):
            return False
        parts = self.parts(at + 2, self.close(at + 1))
        if word not in EXTREMES:
            return word != "norm" or len(parts) == 1
        return len(parts) == 1 and bool(self.shape(*parts[0], rows))

    # products of matrices

    def product(self, at: int, end: int, rows: Rows) -> Contraction | None:
        """The product of vectors or matrices that begins at a token; None where none does."""
        if not self.products or not self._begins(at):
            return None
        run = self._run(at, end)
        signs = [k for k in run if self.tokens[k].text == "@"]
        if not signs:
            return None
        first = last = len(signs) - 1
        between = [k for k in run if self.tokens[k].text in "*/"]
        while first and not any(signs[first - 1] < k < signs[first] for k in between):
            first -= 1
        stop = next((k for k in between if k > signs[last]), self._stop(run, end))
        marks = signs[first:]
        operands = tuple(zip([at, *(k + 1 for k in marks)], [*marks, stop], strict=True))
        return self.contracted(operands, stop, rows)

    @cached_property
    def products(self) -> bool:
        """Whether there is any ``@``."""
        return any(token.text == "@" for token in self.tokens)

    def _begins(self, at: int) -> bool:
        """Whether a product may begin at a token: behind a bracket, a comma, or a sign between terms."""
        before = self.word(at - 1)
        if at == 0 or before in ("(", "[") or before in WORDS or self.tokens[at - 1].kind == "break":
            return True
        return before in LOOSE and (at < 2 or self.word(at - 2) not in TIGHT)

    def _run(self, at: int, end: int) -> list[int]:
        """The outermost tokens of the product that begins at a token."""
        run = []
        for k in self.outermost(at, end):
            text = self.tokens[k].text
            if k > at and (text in WORDS or (text in LOOSE and self.word(k - 1) not in TIGHT)):
                break
            run.append(k)
        return run

    def _stop(self, run: list[int], end: int) -> int:
        """The token behind a product."""
        last = run[-1]
        opened = self.tokens[last].text in ("(", "[")
        return min(self.close(last) if opened else last, end - 1) + 1

    def contracted(self, operands: tuple[tuple[int, int], ...], stop: int, rows: Rows) -> Contraction:
        """The last dimension of what is left of every sign, and the first of what is right of it, are one.

        Raises:
            ExpressionError: an operand that is a number, or lengths that differ.
        """
        lengths: list[Length] = []
        labels: list[tuple[int, ...]] = []
        current: tuple[int, ...] = ()
        for k, (at, end) in enumerate(operands):
            shape = self.shape(at, end, rows)
            if not shape or (k and not current):
                message = "@ and dot multiply vectors and matrices; for numbers write *"
                refuse(self.text, message, *self.columns(at if not shape else operands[0][0], end), "type")
            mine = tuple(range(len(lengths), len(lengths) + len(shape)))
            lengths += shape
            if k:
                self.check_lengths(lengths[current[-1]], shape[0], operands[0][0], end)
                mine = (current[-1], *mine[1:])
            labels.append(mine)
            current = (*current[:-1], *mine[1:]) if k else mine
        return Contraction(operands, tuple(labels), tuple(lengths), current, stop)

    def axes(self, found: Contraction, places: dict[int, Whole]) -> list[tuple[Whole, ...]]:
        """Which entry of every operand is meant."""
        return [tuple(places[k] for k in labels) for labels in found.labels]
