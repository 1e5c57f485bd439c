"""Tables as text: fields between commas, semicolons, tabs or spaces, some in quotes, with comments."""

from __future__ import annotations

from collections.abc import Iterator


def rows(text: str, *, spaces: bool) -> Iterator[tuple[int, list[str]]]:
    r"""The rows that are not empty, each with the number of its line, counted from 1.

    Args:
        text: lines; ``#`` starts a comment.
        spaces: whether blanks separate fields where no other mark does; formulas have blanks inside.

    Example:
        >>> list(rows('"2*x", "atan2(x, y)"\n\n1, 2  # second', spaces=False))
        [(1, ['2*x', 'atan2(x, y)']), (3, ['1', '2'])]
    """
    lines = text.splitlines()
    delimiter = delimiter_of(next(filter(None, map(content, lines)), ""))
    for number, line in enumerate(lines, 1):
        if written := content(line):
            yield number, fields(written, delimiter, spaces=spaces)


def content(line: str) -> str:
    """A line without its comment and the blanks around."""
    return line.partition("#")[0].strip()


def delimiter_of(line: str) -> str | None:
    """What separates the fields of the first line, outside quotes; None where nothing but blanks may."""
    bare = "".join(piece for k, piece in enumerate(line.split('"')) if k % 2 == 0)
    return next((mark for mark in ";,\t" if mark in bare), None)


def fields(line: str, delimiter: str | None, *, spaces: bool) -> list[str]:
    """The fields of one line, without their quotes."""
    if delimiter is None:
        return list(map(unquoted, line.split() if spaces else [line]))
    pieces = line.split('"')  # those inside quotes at odd places
    marked = "".join(piece if k % 2 else piece.replace(delimiter, "\0") for k, piece in enumerate(pieces))
    return [unquoted(field.strip()) for field in marked.split("\0")]


def unquoted(field: str) -> str:
    """A field without the quotes around it."""
    return field[1:-1].strip() if len(field) > 1 and field[0] == field[-1] and field[0] in "'\"" else field
