"""What was typed -> Program: sums and indexed names are taken out, and what is left is read as any expression.

::

    text   := { name "=" expression (";" | newline) } expression           each name stands for what it was said to be
    sum    := ("Sum" | "Product") "(" body "," limit { "," limit } ")"    limit: "(" name "," first "," last ")",
                                                                          the last included
            | ("sum" | "mean" | "prod" | "max" | "min" | "norm" | "logsumexp" | "len") "(" vector ")"
            | vector "@" vector | "dot" "(" vector "," vector ")"
    entry  := name "[" index { "," index } "]"                            counted from 0; of a variable or of data

Each becomes a name that nobody typed, so that the one grammar of the language reads outer expression, bodies, bounds
and indices alike; the errors' places are those of the text as typed. A sum in the outer expression is an element; what
is inside another's body, and every product, is written out term by term.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from hesscli.errors import ExpressionError, LimitError
from hesscli.language.functions import CONSTANTS
from hesscli.language.printing import unparse
from hesscli.language.programs.intermediates import Intermediate
from hesscli.language.programs.program import Program
from hesscli.language.programs.reductions import MOST_WRITTEN, Made, Reductions, scalar
from hesscli.language.programs.rows import Access, Rows, Slice
from hesscli.language.programs.spans import Declarations, Slot, Written
from hesscli.language.programs.totals import renamed, spread
from hesscli.language.programs.variables import element, place
from hesscli.language.remarks import factors_of, remarks
from hesscli.language.tokens import refuse


def read_program(text: str, given: Declarations) -> Program:
    """The program of a text with sums, entries and columns of data.

    Args:
        text: as typed.
        given: parameters, data, and what is known of the variables.

    Raises:
        ExpressionError: with the place.
        LimitError: more terms or variables than fit.

    Example:
        >>> read = read_program("Sum((x[i+1] - x[i])**2, (i, 0, n-2))", Declarations({"n": 4.0}))
        >>> read.n, read.elements[0].count, read.elements[0].pairs
        (4, 3, ((0, 0), (0, 1), (1, 1)))
        >>> read_program("sum((x[1:] - x[:-1])**2)", Declarations(sizes={"x": 4})).elements[0].pairs
        ((0, 0), (0, 1), (1, 1))
    """
    return _Reader(text, given).run()


class _Reader(Reductions):
    """One pass over the tokens of one text."""

    def run(self) -> Program:
        """The program."""
        self._check_unused()
        rows = Rows()
        outer = self.parse(self._answered(rows))
        free = [name for name in outer.variables if name not in self.drafts and name not in rows.slots]
        for name in free:
            self.single(name)
        blocks = self.blocks()
        if self.given.declared is None:
            self._remark([name for name in blocks if not self.given.sizes.get(name)])
        heads = {name: drafts[0].head for name, drafts in self.drafts.items()}
        entries = {entry.text: int(np.asarray(place(entry, blocks))) for entry in rows.slots.values()}
        entries |= {name: blocks[name].start for name in free}
        shown = {**heads, **{name: entry.text for name, entry in rows.slots.items()}}
        outer = renamed(outer, shown, (*heads.values(), *entries), self.text)
        echo = unparse(outer)
        for name, drafts in self.drafts.items():
            outer = spread(outer, heads[name], [draft.head for draft in drafts])
        elements = tuple(element(draft, blocks) for drafts in self.drafts.values() for draft in drafts)
        program = Program(
            self.text, tuple(blocks.values()), elements, outer, tuple(entries.values()), tuple(self.notes), echo
        )
        if not program.n:
            message = "there are no variables to differentiate by: every name is a parameter or data"
            raise ExpressionError(message, code="variables")
        return program

    def _answered(self, rows: Rows) -> Written:
        """What is asked for: a number, a list ``[f, g]`` of them, or the entries of a vector named whole."""
        if not self.given.components or not (shape := self.shape(*self.answer, rows)):
            return self.written(*self.answer, rows)
        start, end = self.columns(*self.answer)
        if len(shape) > 1 or shape[0].size > MOST_WRITTEN:
            told = " x ".join(f"{one.size:,}" for one in shape)
            message = f"{told} components: a vector is answered entry by entry, up to {MOST_WRITTEN}"
            raise LimitError(message, source=self.text, column=start, width=end - start)
        entries = [self.written(*self.answer, rows.along((k,))) for k in range(shape[0].size)]
        return Written().join(entries, "[", ",", "]", start)

    def _remark(self, names: list[str]) -> None:
        """Say what an undeclared name may have been meant to be; refuse ``Xw`` beside data X and a vector w."""
        arrays = {*self.given.data, *self.given.sizes}
        for token in self.tokens:
            if token.kind == "name" and token.text in names and (factors := factors_of(token.text, arrays)):
                message = f"{token.text} is one name; of a matrix and a vector write {'@'.join(factors)}, of others *;"
                remedy = f"to use it as a variable, list it with --vars: --vars {token.text},..."
                refuse(self.text, f"{message} {remedy}", token.start, token.end, "unknown-name")
        self.notes += remarks(names)

    # the text with names in place of sums and entries

    def written(self, at: int, end: int, rows: Rows) -> Written:
        """The tokens [at, end) with what was taken out; the slots of ``rows`` get what stands for it."""
        out, position = Written(), self.tokens[at].start if at < end else 0
        while at < end:
            token, made = self.tokens[at], self._made(at, end, rows)
            if made is None:
                out.add(self.text[position : token.end], position, verbatim=True)
                position, at = token.end, at + 1
                continue
            piece, close = made
            self._check_product(close, end)
            out.add(self.text[position : token.start], position, verbatim=True)
            out.join([piece], "", "", "", token.start)
            position, at = self.tokens[close].end, close + 1
        return out

    def _made(self, at: int, end: int, rows: Rows) -> Made | None:
        """What stands for the tokens from one on; None of what is written as it was typed."""
        if found := self.product(at, end, rows):
            typed = self.meant(found.operands[0][0], found.end)
            return self.contraction(found, typed, rows), found.end - 1
        token, after = self.tokens[at], self.word(at + 1) if at + 1 < end else ""
        if token.kind != "name":
            return None
        if token.text in self.definitions:
            return self._named(at, rows)
        if after == "(":
            return self.call(at, rows) if self.reduces(at, rows) else None
        if after == "[":
            return self.piece(self._entry(self.access(at, rows), at, rows), at), self.close(at + 1)
        if token.text in rows.shown:
            return self.piece(self._written_out(at, rows), at), at
        size = self.whole_shape(at, rows) if rows.axes and token.text not in rows.bound else ()
        if size:
            whole = Access(token.text, tuple(Slice(0, 1, one.size) for one in size), (":",) * len(size), token.end)
            return self.piece(self._entry(whole, at, rows), at), at
        if token.text in CONSTANTS and (token.text in self.given.data or token.text in self.given.sizes):
            self.single(token.text)
        return None

    def _named(self, at: int, rows: Rows) -> Made:
        """What an intermediate name stands for, or one entry of it."""
        token, definition, close = self.tokens[at], self.definitions[self.tokens[at].text], at
        self.used.add(token.text)
        if self.word(at + 1) == "[":
            found, close = self.access(at, rows), self.close(at + 1)
            rows = replace(rows, behind=f"[{','.join(found.texts)}]{rows.behind}")
        else:
            size = self.whole_shape(at, rows)
            found = Access(token.text, tuple(Slice(0, 1, one.size) for one in size), (":",) * len(size), token.end)
        self._check_scalar(found, at, rows)
        inner = self.within(definition, rows).along(found.at(rows.axes))
        piece = self.written(definition.at, definition.end, inner)
        return Written().join([piece], "(", "", ")", token.start), close

    def _check_unused(self) -> None:
        """Read what nothing uses as well, for what is wrong in it and for its variables, and say so."""
        drafts = dict(self.drafts)
        for name, definition in self.definitions.items():
            at, rest = definition.at, (*self.definitions.values(), Intermediate(*self.answer, 0, frozenset()))
            if name in self.used or any(self.word(k) == name for other in rest for k in range(other.at, other.end)):
                continue
            rows = Rows(axes=(0,) * len(self.whole_shape(at - 2, Rows())))
            if all(one.size for one in self.shapes[name]):
                for free in self.parse(self.written(at, definition.end, rows)).variables:
                    if free not in self.drafts and free not in rows.slots:
                        self.single(free)
            self.notes.append(f"{name} = ... is given, and nothing uses it")
        self.drafts = drafts

    def _check_product(self, close: int, end: int) -> None:
        """Refuse what stands right behind a sum or an entry, where the name in its place would swallow it."""
        if close + 1 >= end:
            return
        last, following = self.tokens[close], self.tokens[close + 1]
        joined = following.kind in ("name", "number") and following.start == last.end
        if joined or following.text == "(":
            refuse(self.text, "for a product write *", following.start, following.end)

    # entries of vectors and of data

    def _check_scalar(self, found: Access, at: int, rows: Rows) -> None:
        """Refuse a vector where one number stands."""
        if len(found.shape) > len(rows.axes):
            sizes = " x ".join(map(str, found.shape))
            message = f"{found.text(())} is a vector of {sizes} entries; {scalar(self.tokens, at)}"
            refuse(self.text, message, self.tokens[at].start, found.end, "type")

    def _entry(self, found: Access, at: int, rows: Rows) -> str:
        """The name of a slot for an entry; outside of sums an entry of data is a number."""
        token = self.tokens[at]
        self._check_scalar(found, at, rows)
        index = found.at(rows.axes)
        if found.name in self.given.data and rows.count is None:
            return f"({self.given.data[found.name][index].item()!r})"
        axes = rows.axes[len(rows.axes) - len(found.shape) :]
        behind = rows.behind if axes and not any(isinstance(one, int) for one in axes) else ""
        return self.slot(Slot(found.name, index, found.text(rows.axes) + behind, token.start, found.end), rows)

    def _written_out(self, at: int, rows: Rows) -> str:
        """What stands for an index name in a term that is written out: its value, or a column of them."""
        token = self.tokens[at]
        value = rows.bound[token.text]
        if isinstance(value, int):
            return f"({value})"
        if rows.shown[token.text] in rows.bound and rows.shown[token.text] not in rows.shown:
            return rows.shown[token.text]
        return self.slot(Slot("", (), rows.shown[token.text], token.start, token.end, value), rows)
