"""What came with the points goes out with their answers: columns of CSV, ``data`` of JSON lines.

Both formats write a line an answer, in the order of the points, so that it is put in front of each line, whoever
writes the lines.
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Mapping, Sequence
from typing import Any, BinaryIO

from hesscli.output.formats import SCHEMA, Format
from hesscli.output.json import strict

HEAD = json.dumps({"schema": SCHEMA})[:-1].encode()
"""How every JSON line begins."""


class Beside(io.RawIOBase):
    """A stream that puts the k-th of some rows before the k-th line it is given.

    Args:
        stream: where the lines go.
        rows: what each point has besides its coordinates, by name.
        form: CSV or JSON.
    """

    def __init__(self, stream: BinaryIO, rows: Sequence[Mapping[str, Any]], form: Format) -> None:
        super().__init__()
        self._stream, self._rows, self._form = stream, iter(rows), form
        self._names = list(dict.fromkeys(name for row in rows for name in row))
        self._rest = b""
        self._header = form is Format.CSV

    def writable(self) -> bool:
        """It is."""
        return True

    def write(self, chunk: Any) -> int:
        """Take bytes, and pass on the lines that are whole; a line's end between quotes of CSV is none."""
        text = self._rest + bytes(chunk)
        lines = text.splitlines(keepends=True) if text.count(b"\n") else [text]
        self._rest, whole = b"", b""
        for line in lines:
            whole += line
            if line.endswith(b"\n") and (self._form is Format.JSON or whole.count(b'"') % 2 == 0):
                self._stream.write(self._line(whole))
                whole = b""
        self._rest = whole
        return len(chunk)

    def _line(self, line: bytes) -> bytes:
        if self._form is Format.JSON:
            data = json.dumps(strict(dict(next(self._rows, {}))), ensure_ascii=False)
            return HEAD + f', "data": {data}'.encode("utf-8", "backslashreplace") + line.removeprefix(HEAD)
        if self._header:
            own = next(csv.reader([line.decode("utf-8")]))
            self._names = [name for name in self._names if name not in own]
            self._header = False
            return _cells(self._names) + line
        row = next(self._rows, {})
        return _cells([_text(row.get(name, "")) for name in self._names]) + line


def _cells(texts: Sequence[str]) -> bytes:
    """Fields of CSV, each with the comma that follows it."""
    stream = io.StringIO()
    csv.writer(stream, lineterminator=",").writerow(texts)
    return stream.getvalue().encode("utf-8", "replace") if texts else b""


def _text(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value)
