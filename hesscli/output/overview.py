"""Many results for people: a row a point, the suspicious ones named, the rest counted."""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Iterable, Iterator
from itertools import chain, islice

from rich import box
from rich.console import ConsoleRenderable
from rich.table import Table
from rich.text import Text

from hesscli.output.entries import Entry, entries, labelled, names, notation, upper
from hesscli.output.page import Page, hanging
from hesscli.output.summary import SIGNS
from hesscli.output.table import draw, exact_word, heading, number, tape_text
from hesscli.result import Result, Verdict

FEW = 3
"""Up to so many results are shown in full, one below the other."""

FIRST, LAST, SUSPECTS = 25, 5, 10
"""Rows shown of a long sweep, of a shorter one all: from its start, from its end, and those with notes."""

ROUNDED = 6
"""Digits where all of them do not fit."""

COLUMNS = 8
"""Numbers of a row."""


def render(results: Iterable[Result], page: Page, *, quiet: bool = False) -> Iterator[bytes]:
    """Tables of results; memory does not grow with their number.

    Args:
        results: of one request.
        page: what they are drawn for.
        quiet: only points and numbers.

    Yields:
        Text in UTF-8.
    """
    stream = iter(results)
    few = list(islice(stream, FEW + 1))
    if len(few) <= FEW:
        for k, result in enumerate(few):
            yield (("\n" if k else "") + draw(result, page, quiet=quiet)).encode("utf-8", "replace")
        return
    yield _long(chain(few, stream), page, quiet=quiet).encode("utf-8", "replace")


def _long(results: Iterator[Result], page: Page, *, quiet: bool) -> str:
    first: list[tuple[int, Result]] = []
    last: deque[tuple[int, Result]] = deque(maxlen=LAST + SUSPECTS)
    suspects: list[tuple[int, Result]] = []
    counts: Counter[Verdict] = Counter()
    common: tuple[str, ...] | None = None
    for k, result in enumerate(results, 1):
        counts[result.verdict] += 1
        common = result.notes if common is None else tuple(note for note in common if note in result.notes)
        if result.verdict not in {Verdict.AGREE, Verdict.EXACT_ONLY} and result.notes and len(suspects) < SUSPECTS:
            suspects.append((k, result))
        if k <= FIRST:
            first.append((k, result))
        else:
            last.append((k, result))
    total = sum(counts.values())
    ends = last if not unshown(total) else [*last][-LAST:]
    rows = dict(sorted([*first, *suspects, *ends]))
    parts: list[ConsoleRenderable] = [] if quiet else _function(first[0][1])
    parts += _table(rows, page)
    if not quiet:
        parts += [Text(""), *_notes(first[0][1], common or (), suspects, page)]
    if len(rows) < total:
        parts.append(Text(f"{len(rows)} of {total} points shown; --format csv, json or npz have all.", style="dim"))
    return page.draw(*parts, *([] if quiet else [_summary(counts, total, page)]))


def unshown(total: int) -> str:
    """What to say where the table of so many points lies in a file or a pipe; nothing where it has them all."""
    if total <= FIRST + LAST + SUSPECTS:
        return ""
    return f"the table has rows for some of the {total} points; --format csv, json or npz have all"


def _function(result: Result) -> list[ConsoleRenderable]:
    """The heading without the point."""
    lines = heading(result)
    return [line for line in lines if not (isinstance(line, Text) and line.plain.startswith("at "))]


def _table(rows: dict[int, Result], page: Page) -> list[ConsoleRenderable]:
    """The widest form that fits: all digits, rounded, a block a point."""
    full = _columns(rows, page, short=False)
    if page.fits(full) or not page.fold:
        return [full]
    short = _columns(rows, page, short=True)
    if page.fits(short):
        return [short, Text(""), Text(f"rounded to {ROUNDED} digits", style="dim")]
    return [_narrow(rows, page)]


def _columns(rows: dict[int, Result], page: Page, *, short: bool) -> Table:
    some = next(iter(rows.values()))
    columns = _choose(some)
    style = box.ASCII2 if page.ascii_only else box.SIMPLE_HEAD
    table = Table(box=style, pad_edge=False, padding=(0, 1, 0, 0), show_edge=False)
    table.add_column("", justify="right", style="dim", no_wrap=True)
    for name in some.variables[:COLUMNS]:
        table.add_column(Text(name), no_wrap=True)
    for quantity, index in columns:
        table.add_column(Text(notation(some, quantity, index, ascii_only=page.ascii_only)), no_wrap=True)
    table.add_column("digits", justify="right", no_wrap=True)
    table.add_column("verdict", no_wrap=True)
    previous = 0
    for k, result in rows.items():
        if k > previous + 1:
            table.add_section()
        previous = k
        table.add_row(*_cells(k, result, columns, page, short=short))
    return table


def _choose(result: Result) -> list[tuple[str, tuple[int, ...]]]:
    """The columns: value and what was asked for, as many entries as fit a row."""
    chosen: list[Entry] = []
    for name in names(result):
        chosen += upper(result, name, entries(result, name))
    if len(chosen) > COLUMNS:
        chosen = [entry for entry in chosen if entry.quantity in {"value", result.request.command}]
    return [(entry.quantity, entry.index) for entry in chosen[:COLUMNS]]


def _cells(
    k: int, result: Result, columns: list[tuple[str, tuple[int, ...]]], page: Page, *, short: bool = False
) -> list[Text]:
    found = {(entry.quantity, entry.index): entry for name in names(result) for entry in entries(result, name)}
    point = [Text(_rounded(x) if short else number(x)) for x in result.point[:COLUMNS]]
    numbers = [_cell(found.get(column), result, short=short) for column in columns]
    digits = Text("-" if result.accuracy is None else f"{result.accuracy.digits:.1f}")
    return [Text(str(k)), *point, *numbers, digits, verdict_text(result.verdict, page)]


def _rounded(value: float) -> str:
    return f"{value:.{ROUNDED}g}"


def _cell(entry: Entry | None, result: Result, *, short: bool) -> Text:
    """The tape's number, or the exact one where TensorFlow has no such function."""
    if entry is None:
        return Text("-")
    if short and entry.tape is not None:
        return Text(_rounded(entry.tape))
    if short and result.tape is None and entry.exact is not None and entry.number is not None:
        return Text(_rounded(entry.number))
    return tape_text(entry, result.dtype) if result.tape is not None else Text(exact_word(entry.exact))


def verdict_text(verdict: Verdict, page: Page) -> Text:
    """Sign and word in the verdict's colour."""
    sign, color = SIGNS[verdict]
    return Text(verdict.value if page.ascii_only else f"{sign} {verdict.value}", style=color)


def _narrow(rows: dict[int, Result], page: Page) -> Table:
    """A block a point where the columns do not fit side by side."""
    table = Table(box=None, show_header=False, pad_edge=False, padding=(0, 1))
    table.add_column(no_wrap=True, style="dim", justify="right")
    table.add_column(overflow="fold")
    for k, result in rows.items():
        where = ", ".join(
            f"{name} = {number(x)}" for name, x in list(zip(result.variables, result.point, strict=True))[:COLUMNS]
        )
        table.add_row(str(k), Text(where, style="bold"))
        columns = _choose(result)
        cells = _cells(k, result, columns, page)
        shown = cells[1 + len(result.point[:COLUMNS]) :]
        for (quantity, index), cell in zip(columns, shown, strict=False):
            table.add_row(
                "", Text(f"{notation(result, quantity, index, ascii_only=page.ascii_only)} = ").append_text(cell)
            )
        table.add_row("", shown[-1])
    return table


def _notes(
    one: Result, common: tuple[str, ...], suspects: list[tuple[int, Result]], page: Page
) -> list[ConsoleRenderable]:
    """What holds at every point, once; then what else there is to say of a few that are not in agreement."""
    bullet = "-" if page.ascii_only else "•"
    own = [(k, [note for note in result.notes if note not in common][:2]) for k, result in suspects]
    told = [*common, *(f"point {k}: {note}" for k, notes in own for note in notes)]
    return [hanging(Text(f"{bullet} "), Text(labelled(note, one, ascii_only=page.ascii_only))) for note in told]


def _summary(counts: Counter[Verdict], total: int, page: Page) -> Text:
    text = Text(f"{total} points: ")
    for k, verdict in enumerate(v for v in Verdict if counts[v]):
        text.append(", " if k else "").append(f"{counts[verdict]} ").append_text(verdict_text(verdict, page))
    return text
