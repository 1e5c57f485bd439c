"""Answers of sums: many variables, a sparse Hessian, sampled exact checks; every format of it.

``npz`` of a Hessian is what ``scipy.sparse.load_npz`` reads, ``mtx`` a symmetric Matrix Market file, ``json`` the
lower triangle as coordinates; ``npy`` and ``csv`` hold what is a vector.
"""

from __future__ import annotations

from typing import Any, BinaryIO

from hesscli.elements.report import SumReport
from hesscli.output.formats import Format
from hesscli.output.json import line
from hesscli.output.page import Page
from hesscli.output.sums.files import FILES
from hesscli.output.sums.objects import to_dict
from hesscli.output.sums.plans import render_plan
from hesscli.output.sums.tables import sentence, table

__all__ = ["render", "render_plan", "sentence", "table", "to_dict"]


def render(
    report: SumReport,
    form: Format,
    stream: BinaryIO,
    page: Page,
    *,
    quiet: bool = False,
    request_id: Any = None,
    first: bool = True,
) -> None:
    """Write an answer.

    Args:
        report: of one point.
        form: one of `SUMMED` of the command.
        stream: where the bytes go.
        page: what a table is drawn for.
        quiet: only the point and the numbers.
        request_id: what a request of ``batch`` calls itself.
        first: whether nothing has been written before: the first JSON object says which versions took part.

    Raises:
        HesscliError: a number that the format has no word for.
        LimitError: it is too large for this format.
    """
    if form is Format.TABLE:
        stream.write(table(report, page, quiet=quiet).encode("utf-8", "replace"))
    elif form is Format.JSON:
        stream.write(line(to_dict(report), request_id=request_id, first=first))
    else:
        FILES[form](report, stream)
