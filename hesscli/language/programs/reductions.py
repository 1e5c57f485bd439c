"""Sums and products of the text: an element where a sum stands outside of others, written out where it is inside."""

from __future__ import annotations

import itertools
import math
from collections.abc import Sequence

import numpy as np

from hesscli.errors import LimitError
from hesscli.language.elsewhere import function_remedy
from hesscli.language.functions import EXTREMES, TYPED
from hesscli.language.programs.integers import Whole
from hesscli.language.programs.products import Products
from hesscli.language.programs.rows import RaggedError, Rows
from hesscli.language.programs.spans import Written
from hesscli.language.programs.vectors import LOOSE, Contraction
from hesscli.language.sums import SUMS
from hesscli.language.tokens import WORDS, Token, refuse

MOST_WRITTEN = 100
"""Terms of one sum inside another's body, factors of a product, entries of which one is the largest."""

SCALAR = "sum, mean, dot, norm, max or @ make a number of it"


def scalar(tokens: Sequence[Token], at: int) -> str:
    """What makes a number of the vector that begins at a token: of ``trace(W@W)`` what to write instead."""
    called = tokens[at - 2].text if at > 1 and tokens[at - 1].text == "(" else ""
    return function_remedy(called) or SCALAR


OF_NUMBERS = {
    "sum": "; of numbers write x + y",
    "mean": "; of numbers write (x + y)/2",
    "prod": "; of numbers write x*y",
    "dot": "; of numbers write x0*y0 + x1*y1",
}
"""What is written of numbers instead of a reduction."""

Span = tuple[int, int]
"""Tokens [at, end)."""

Made = tuple[Written, int]
"""What stands in the place of some tokens, and the last of them."""


class Reductions(Products):
    """What makes one number of vectors, and of many terms."""

    def call(self, at: int, rows: Rows) -> Made:
        """What stands for the reduction at a token."""
        word, close = self.tokens[at], self.close(at + 1)
        parts = self.parts(at + 2, close)
        typed = self.meant(at, close + 1)
        if word.text in SUMS:
            return self._indexed(at, parts, typed, rows), close
        wanted = 2 if word.text == "dot" else 1
        if len(parts) != wanted:
            what = "two vectors" if wanted == 2 else "one expression of columns and vectors"
            alone = OF_NUMBERS.get(word.text, "")
            refuse(self.text, f"{word.text} takes {what}{alone}", word.start, self.tokens[close].end, "arity")
        if word.text == "dot":
            return self.contraction(self.contracted(tuple(parts), close, rows), typed, rows), close
        shape = self.shape(*parts[0], rows)
        if not shape:
            within = self.tokens[slice(*parts[0])]
            if any(token.text == "[" for token in within):
                told = f"this is one number already: leave {word.text} away, or write it of a slice, x[0:2]"
            else:
                free = (one.text for one in within if one.kind == "name" and one.text not in self.given.parameters)
                name = next((one for one in free if one not in TYPED), "x")
                told = f"--at '{name}=[1,2,3]' or --vars '{name}[3]' says that {name} is one"
            message = f"{word.text} needs a column of data or a vector; {told}"
            refuse(self.text, message, word.start, self.tokens[close].end, "length")
        if word.text == "len":
            return self.piece(str(shape[0].size), at), close
        sizes = [one.size for one in shape]
        count = math.prod(sizes)
        if not count and word.text in ("mean", *EXTREMES):
            refuse(self.text, f"a {word.text} of no terms is undefined", word.start, self.tokens[close].end)
        power, close = self._even_power(close) if word.text == "norm" else (None, close)
        inside = self.meant(*parts[0])
        squared = f"{inside}**2" if inside.isidentifier() else f"({inside})**2"
        heads = {"mean": f"sum({inside})", "norm": f"sum({squared})"}
        self.check_terms(count, word)

        def body(rows: Rows) -> Written:
            piece = self.written(*parts[0], rows)
            return Written().join([piece], "(", "", ")**2" if word.text == "norm" else ")", word.start)

        if rows.count is None and word.text in ("sum", "mean", "norm"):
            axes = (np.arange(count),) if len(sizes) == 1 else tuple(np.unravel_index(np.arange(count), sizes))
            total = self.piece(self.total(heads.get(word.text, typed), rows, count, {}, axes, body, at), at)
        else:
            self._check_written(count, at)
            places = itertools.product(*map(range, sizes))
            total = self._joined([body(rows.along(one)) for one in places], word.text, at)
        return self._finished(total, word.text, count, power, at), close

    def _finished(self, total: Written, word: str, count: int, power: int | None, at: int) -> Written:
        """What a reduction does with its sum."""
        if word == "mean":
            return Written().join([total], "(", "", f"/{count})", self.tokens[at].start)
        if word != "norm" or power == 2:
            return total
        before, after = ("sqrt(", ")") if power is None else ("(", f"**{power // 2})")
        return Written().join([total], before, "", after, self.tokens[at].start)

    def _even_power(self, close: int) -> tuple[int | None, int]:
        """The even power behind a norm, which needs no root and has no kink; and the token where it ends."""
        raised = self.tokens[close + 1] if close + 1 < len(self.tokens) else None
        if raised is None or (raised.text not in ("**", "^") and raised.kind != "raised"):
            return None, close
        at = close + 1 if raised.kind == "raised" else close + 2
        number = self.word(at)
        even = number.isdecimal() and len(number) < 4 and int(number) % 2 == 0 and int(number) > 0
        again = self.word(at + 1) in ("**", "^") or (at + 1 < len(self.tokens) and self.tokens[at + 1].kind == "raised")
        return (int(number), at) if even and not again else (None, close)

    def contraction(self, found: Contraction, typed: str, rows: Rows) -> Written:
        """A product of vectors or matrices: one element outside of sums, written out inside."""
        at = found.operands[0][0]
        summed = found.summed
        sizes = [found.lengths[k].size for k in summed]
        count = math.prod(sizes)
        if len(found.open) > len(rows.axes):
            shape = " x ".join(str(one.size) for one in found.shape)
            message = f"{typed} is a vector of {shape} entries; {scalar(self.tokens, at)}"
            refuse(self.text, message, *self.columns(at, found.end), "type")
        self.check_terms(count, self.tokens[at])

        kept = rows.axes[len(rows.axes) - len(found.open) :]

        def body(rows: Rows, places: Sequence[Whole]) -> Written:
            where = {**dict(zip(found.open, kept, strict=True)), **dict(zip(summed, places, strict=True))}
            axes = self.axes(found, where)
            factors = [self.written(*part, rows.along(one)) for part, one in zip(found.operands, axes, strict=True)]
            return Written().join(factors, "(", ")*(", ")", self.tokens[at].start)

        if rows.count is None and (not found.open or count > MOST_WRITTEN):
            axes = (np.arange(count),) if len(sizes) == 1 else tuple(np.unravel_index(np.arange(count), sizes))
            head = typed if typed.endswith(")") and typed.startswith("dot") else f"({typed})"
            head += f"[{','.join(map(str, kept))}]" if kept else ""
            name = self.total(head, rows, count, {}, axes, lambda inner: body(inner.along(()), inner.axes), at)
            return self.piece(name, at)
        if form := self.form(found, typed, rows):
            return self.piece(form, at)
        self._check_written(count, at)
        return self._joined([body(rows, one) for one in itertools.product(*map(range, sizes))], "sum", at)

    def _indexed(self, at: int, parts: list[tuple[int, int]], typed: str, rows: Rows) -> Written:
        """``Sum(body, limits)`` and ``Product(body, limits)``."""
        word, close = self.tokens[at], self.close(at + 1)
        if len(parts) < 2:
            what = "a sum" if word.text == "Sum" else "a product"
            message = f"{what} says over what: {word.text}(body, (i, first, last))"
            refuse(self.text, message, word.start, self.tokens[close].end, "arity")
        self._check_indices(parts)
        if word.text == "Sum" and (form := self.summed(parts[0], parts[1:], typed, rows)):
            return self.piece(form, at)
        if word.text == "Product" or rows.count is not None:
            return self._joined(self._terms(parts[0], parts[1:], rows, at), word.text, at)
        pieces, limits = self._flattened(parts[0], parts[1:])
        bound = self.limits(limits, rows)
        count = len(np.asarray(next(iter(bound.values()))))

        def body(rows: Rows) -> Written:
            if len(pieces) == 1:
                return self.written(*pieces[0], rows)
            middle = len(pieces) // 2
            factors = [self.written(*piece, rows) for piece in pieces]
            factors[middle] = Written().join([factors[middle]], "(", "", ")", word.start)
            return Written().join(factors, "", "", "", word.start)

        return self.piece(self.total(typed, rows, count, bound, (), body, at), at)

    def _flattened(self, body: Span, limits: list[Span]) -> tuple[list[Span], list[Span]]:
        """A sum of sums, or of products with one, as one: what stands before, inside and behind, and the limits.

        ``Sum(a*Sum(b, (j, ...))/c, (i, ...))`` is ``Sum(a*(b)/c, (j, ...), (i, ...))``.
        """
        before, behind = list[Span](), list[Span]()
        while (at := self._factor(*body)) is not None:
            close = self.close(at + 1)
            inner = self.parts(at + 2, close)
            before.append((body[0], at))
            behind.insert(0, (close + 1, body[1]))
            body, limits = inner[0], [*inner[1:], *limits]
        return [*before, body, *behind], limits

    def _factor(self, at: int, end: int) -> int | None:
        """The sum of a body that is this sum times what does not know its index; None of other bodies."""
        marks = list(self.outermost(at, end))
        found = [k for k in marks if self.word(k) == "Sum" and self.word(k + 1) == "("]
        if len(found) != 1 or any(self.word(k) in {*LOOSE, *WORDS, "@"} for k in marks if k != at):
            return None
        first, close = found[0], self.close(found[0] + 1)
        inner = self.parts(first + 2, close)
        before = self.word(first - 1) if first > at else ""
        behind = self.word(close + 1) if close + 1 < end else ""
        if len(inner) < 2 or before not in ("", "*", "-") or behind not in ("", "*", "/"):
            return None
        indices = {self.word(begin + 1) for begin, _ in inner[1:]}
        outside = {self.word(k) for k in (*range(at, first), *range(close + 1, end))}
        known = indices.union(self.definitions)  # what a name stands for may know the index too
        return None if outside & known or self._is_product(*inner[0]) else first

    def _is_product(self, at: int, end: int) -> bool:
        """Whether this may be ``X[k,j]*w[j]``, of which a linear form is made."""
        matrices = {name for name, values in self.given.data.items() if values.ndim == 2}
        signs = [self.word(k) for k in self.outermost(at, end) if self.tokens[k].kind not in ("name", "number")]
        return signs.count("*") == 1 and any(self.word(k) in matrices for k in self.outermost(at, end))

    def _check_indices(self, parts: list[tuple[int, int]]) -> None:
        """``x_i`` is a name of its own, the same in every term."""
        indices = {self.tokens[begin + 1].text for begin, end in parts[1:] if end - begin > 2}
        for token in self.tokens[slice(*parts[0])]:
            name, _, index = token.text.rpartition("_")
            if token.kind == "name" and name and index in indices and token.text not in self.given.parameters:
                refuse(
                    self.text, f"{token.text} is one name; an entry is written {name}[{index}]", token.start, token.end
                )

    def _terms(self, body: tuple[int, int], limits: list[tuple[int, int]], rows: Rows, at: int) -> list[Written]:
        """The terms of a sum that is written out; the last limit runs slowest.

        Raises:
            RaggedError: not as many in every row.
        """
        if not limits:
            return [self.written(*body, rows)]
        token, low, high = self.limit(*limits[-1], rows)
        counts = np.maximum(np.asarray(high) - np.asarray(low) + 1, 0)
        if len(np.unique(counts)) > 1:
            raise RaggedError(np.broadcast_to(counts, (rows.count or 1,)))
        count = int(counts.max(initial=0))
        self._check_written(count, at)
        first = self._shown(*self.parts(limits[-1][0] + 1, limits[-1][1] - 1)[1], rows)
        terms: list[Written] = []
        for k in range(count):
            shown = str(low + k) if isinstance(low, int) else f"{first}+{k}" if k else first
            terms += self._terms(body, limits[:-1], rows.term(token.text, low + k, shown), at)
        self._check_written(len(terms), at)
        return terms

    def _check_written(self, count: int, at: int) -> None:
        if count > MOST_WRITTEN:
            token = self.tokens[at]
            what = "a sum inside another's body, a product, and the largest or least entry"
            message = f"{count:,} terms: {what} are written out term by term, up to {MOST_WRITTEN}"
            raise LimitError(message, source=self.text, column=token.start, width=token.end - token.start)

    def _joined(self, terms: list[Written], word: str, at: int) -> Written:
        """The terms as one expression."""
        token = self.tokens[at]
        times, extreme = word in ("Product", "prod"), EXTREMES.get(word)
        if not terms:
            if word in SUMS:
                value = 1 if times else 0
                what = "product" if times else "sum"
                self.notes.append(f"the {what} at column {token.start + 1} is empty: its value is {value}")
            return self.piece("1" if times else "0", at)
        if extreme:
            return Written().join(terms, f"{extreme}(", ",", ")", token.start)
        return Written().join(terms, "((", ")*(" if times else ")+(", "))", token.start)
