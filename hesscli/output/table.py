"""Tables for people: the two witnesses side by side, and what they say together."""

from __future__ import annotations

import math
from collections.abc import Sequence
from decimal import Decimal, InvalidOperation

import numpy as np
from rich import box
from rich.console import ConsoleRenderable
from rich.table import Table
from rich.text import Text

from hesscli.accuracy import most_digits
from hesscli.output import polynomial
from hesscli.output.entries import Entry, derivative_of, entries, names, notation, upper
from hesscli.output.explanation import section
from hesscli.output.page import Page, hanging
from hesscli.output.summary import closing, tenths
from hesscli.quantities import QUANTITIES, VERBS
from hesscli.result import NOT_FINITE, Result

MOST = 66
"""Entries of one quantity that are all shown (the upper triangle of 11 variables)."""

BIGGEST = 20
"""Entries shown of a quantity with more."""

ECHOED = 1000
"""Characters of a function that are always shown."""

POINT = 8
"""Coordinates shown in the heading."""

LOSS = 4.0
"""Digits short of the type's best from which on the tape's wrong digits are marked."""

ZEROS = 8
"""With more variables, entries of second and higher derivatives that both witnesses know to be 0 are not shown."""

Groups = dict[str, tuple[list[Entry], str]]
"""Quantity -> (the entries to show, what is said of those left out)."""


def draw(result: Result, page: Page, *, quiet: bool = False, waiting: str = "") -> str:
    """One result as text.

    Args:
        result: of any command.
        page: what it is drawn for.
        quiet: leave out everything but the point and the numbers.
        waiting: stands in the place of the verdict while a witness is still missing.

    Returns:
        The text, its last line ended.
    """
    groups = _groups(result)
    parts = place(result) if quiet else heading(result)
    parts += _entries(result, groups, page, quiet=quiet)
    parts += [Text(line, style="dim") for line in _left_out(groups)]
    if result.explanation is not None and not quiet:
        parts += section(result, result.explanation, page)
    if waiting:
        parts += [Text(""), Text(waiting, style="dim")]
    elif not quiet:
        if VERBS[result.request.command].series and (lines := polynomial.closing(result)):
            parts += [Text(""), *(Text(line, overflow="fold") for line in lines)]
        parts += closing(result, page)
    return page.draw(*parts)


def _entries(result: Result, groups: Groups, page: Page, *, quiet: bool) -> list[ConsoleRenderable]:
    """The widest table that fits: first the formulas go below it, then the digits, then the columns."""
    for without in ((), ("formula",), ("formula", "digits"))[quiet:]:
        table = _table(result, groups, page, without=without)
        if page.fits(table):
            return [table] if quiet or not without else [table, *_formulas(result, groups, page)]
    return [*_stacked(result, groups, page), *([] if quiet else _formulas(result, groups, page))]


def _echo(result: Result) -> str:
    """The function as it was understood; where that is far longer than what was typed, as of FILE.py:f, the latter."""
    long = len(result.parsed) > max(ECHOED, 4 * len(result.expression))
    return result.expression if long else result.parsed


def heading(result: Result) -> list[ConsoleRenderable]:
    """``f(x, y) = ...``, the point, parameters and vector."""
    left = f"f({', '.join(result.variables[:POINT])}{', ...' if len(result.variables) > POINT else ''}) = "
    function = Text(left, style="dim", overflow="fold").append(_echo(result), style="bold not dim")
    lines = [function, *place(result)]
    if result.parameters:
        given = ", ".join(f"{name} = {number(value)}" for name, value in result.parameters)
        lines.append(Text("with ", style="dim").append(given, style="not dim"))
    if result.request.vector is not None:
        lines.append(Text("v = ", style="dim").append(", ".join(map(number, result.request.vector)), style="not dim"))
    return [*lines, Text("")]


def place(result: Result) -> list[ConsoleRenderable]:
    """``at x = 1, y = 2``; nothing where there are no variables."""
    where = [f"{name} = {number(x)}" for name, x in zip(result.variables, result.point, strict=True)][:POINT]
    if len(result.point) > POINT:
        where.append(f"... ({len(result.point)} coordinates)")
    return [Text("at ", style="dim").append(", ".join(where), style="not dim")] if where else []


def _groups(result: Result) -> Groups:
    groups = {}
    for name in names(result):
        found = upper(result, name, entries(result, name))
        sparse = len(result.variables) > ZEROS and len(found) > len(result.variables)
        some = [entry for entry in found if not _zero(result, entry)] if sparse else found
        shown = some if len(some) <= MOST else _weightiest(some, result.rtol)
        told = (
            [f"{len(found) - len(some)} of {len(found)} entries are 0 and not shown"] if len(some) < len(found) else []
        )
        if len(shown) < len(some):
            told.append(f"the {len(shown)} weightiest of {len(some)} {'others' if told else 'entries'}; {ALL}")
        groups[name] = shown, "; ".join(told)
    return groups


ALL = "--json, --format npz or csv have all."


def _zero(result: Result, entry: Entry) -> bool:
    """Whether every witness that was asked says that it is exactly 0."""
    tape = result.tape is None or entry.tape == 0
    return tape and (result.exact is None or entry.exact == "0")


def _weightiest(found: Sequence[Entry], rtol: float) -> list[Entry]:
    """The wrong and missing entries first, then the biggest."""

    def weight(entry: Entry) -> tuple[bool, float]:
        bad = entry.tape is None or not math.isfinite(entry.tape) or (entry.error or 0.0) > rtol
        size = abs(entry.number or 0.0)
        return bad, size if math.isfinite(size) else math.inf

    chosen = sorted(found, key=weight, reverse=True)[:BIGGEST]
    return sorted(chosen, key=lambda entry: entry.index)


def _left_out(groups: Groups) -> list[str]:
    return [f"{QUANTITIES[name].title}: {told}" for name, (_, told) in groups.items() if told]


def _table(result: Result, groups: Groups, page: Page, *, without: Sequence[str]) -> Table:
    """One row an entry: label | tape | exact | formula | digits."""
    shown = [entry for found, _ in groups.values() for entry in found]
    columns = [name for name in _columns(result, shown) if name not in without]
    table = Table(
        box=box.ASCII2 if page.ascii_only else box.SIMPLE_HEAD, pad_edge=False, padding=(0, 1, 0, 0), show_edge=False
    )
    table.add_column("", no_wrap=True, style="bold")
    for name in columns:
        table.add_column(name, no_wrap=True, justify="right" if name == "digits" else "left")
    for name, (found, _) in groups.items():
        for entry in found:
            cells = {
                "tape": tape_text(entry, result.dtype), "exact": Text(exact_word(entry.exact)),
                "formula": Text(entry.formula or "", style="cyan"), "digits": digits_text(entry, result.dtype),
            }  # fmt: skip
            table.add_row(notation(result, name, entry.index, ascii_only=page.ascii_only), *(cells[c] for c in columns))
        table.add_section()
    return table


def _columns(result: Result, shown: Sequence[Entry]) -> list[str]:
    columns = [] if result.tape is None else ["tape"]
    columns += [] if result.exact is None else ["exact"]
    columns += ["formula"] if any(entry.formula for entry in shown) else []
    return columns + (["digits"] if any(entry.error is not None for entry in shown) else [])


def _stacked(result: Result, groups: Groups, page: Page) -> list[ConsoleRenderable]:
    """For narrow pages and many digits: the witnesses of an entry one below the other."""
    lines: list[ConsoleRenderable] = []
    for name, (found, _) in groups.items():
        for entry in found:
            lines.append(Text(notation(result, name, entry.index, ascii_only=page.ascii_only), style="bold"))
            cells = {"tape": tape_text(entry, result.dtype), "exact": Text(exact_word(entry.exact))}
            cells["digits"] = digits_text(entry, result.dtype)
            columns = [column for column in _columns(result, [entry]) if column != "formula"]
            lines += [
                Text(f"  {column:<8}", style="dim", overflow="fold").append_text(cells[column]) for column in columns
            ]
    return lines


def _formulas(result: Result, groups: Groups, page: Page) -> list[ConsoleRenderable]:
    """The closed forms below the table, folded and never cut."""
    seen: set[tuple[object, ...]] = set()
    lines: list[ConsoleRenderable] = []
    for name, (found, _) in groups.items():
        for entry in found if name != "value" else []:
            component, by = derivative_of(result, name, entry.index)
            family = (component, tuple(sorted(by)), entry.formula)
            if entry.formula and family not in seen:  # both halves of a symmetric matrix have one formula
                left = f"{notation(result, name, entry.index, ascii_only=page.ascii_only)} = "
                lines.append(hanging(Text(left), Text(entry.formula, style="cyan")))
            seen.add(family)
    return [Text(""), *lines] if lines else []


def number(value: float, dtype: str = "float64") -> str:
    """The shortest decimal that reads back as the same number of the type; whole numbers without ``.0``."""
    text = repr(float(value)) if dtype == "float64" else str(np.dtype(dtype).type(value))
    return text.removesuffix(".0") if value else "0"


def exact_word(text: str | None) -> str:
    """An exact value as shown; undecided and undefined ones in words."""
    return {None: "not decided", "nan": "undefined"}.get(text, text or "")


def tape_text(entry: Entry, dtype: str) -> Text:
    """The tape's number; the digits that the exact side does not confirm stand out."""
    if entry.tape is None:
        return Text("None", style="red")
    text = Text(number(entry.tape, dtype))
    if entry.exact is None or entry.exact in NOT_FINITE:
        return text if math.isfinite(entry.tape) else _styled(text, "red")
    lost = entry.digits(dtype)
    if lost is None or lost == 0.0:
        return _styled(text, "red")
    if lost < most_digits(dtype) - LOSS:
        text.stylize("red", _shared_prefix(str(text), max(entry.exact, repr(float(entry.exact)), key=len)))
    return text


def _styled(text: Text, style: str) -> Text:
    text.stylize(style)
    return text


def _shared_prefix(tape: str, exact: str) -> int:
    """Up to which character of ``tape`` the digits agree with ``exact``."""
    try:
        ours, theirs = (f"{Decimal(text):.16e}" for text in (tape, exact))
    except InvalidOperation:
        return 0
    if ours.split("e")[1] != theirs.split("e")[1]:
        return 0
    same = next((k for k, (a, b) in enumerate(zip(ours, theirs, strict=False)) if a != b), len(ours))
    digits = sum(character.isdigit() for character in ours[:same])
    seen = 0
    for position, character in enumerate(tape):
        if character == "e":
            return position
        seen += character.isdigit() and (seen > 0 or character != "0")
        if seen > digits:
            return position
    return len(tape)


def digits_text(entry: Entry, dtype: str) -> Text:
    """How many digits the witnesses share at this entry."""
    digits = entry.digits(dtype)
    if digits is None:
        return Text("-", style="dim")
    style = "green" if digits > most_digits(dtype) - LOSS else "yellow" if digits >= 4 else "red"
    return Text(tenths(digits), style=style)
