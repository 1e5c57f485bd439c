"""Formulas alone: closed forms without a point, as a table, as JSON, as LaTeX."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Any

from rich.console import ConsoleRenderable
from rich.table import Table
from rich.text import Text

from hesscli.errors import HesscliError
from hesscli.language.syntax import parse
from hesscli.language.typesetting import escape, typeset, typeset_name, typeset_names
from hesscli.output.entries import partial
from hesscli.output.formats import Format
from hesscli.output.json import head, line
from hesscli.output.latex import matrix
from hesscli.output.page import Page, hanging
from hesscli.output.strict import strict
from hesscli.output.table import number
from hesscli.quantities import QUANTITIES
from hesscli.result import writes
from hesscli.result.reports import Symbolic

FORMS = frozenset({Format.TABLE, Format.JSON, Format.LATEX})

NONE = "no short closed form"
"""In the place of an entry that has none."""


def render(
    found: Symbolic, form: Format, page: Page, *, quiet: bool = False, request_id: Any = None, first: bool = True
) -> bytes:
    """The formulas in one of `FORMS`.

    Args:
        found: the closed forms.
        form: which.
        page: what a table is drawn for.
        quiet: the formulas alone in a table.
        request_id: what a request of ``batch`` calls itself.
        first: whether nothing has been written before.
    """
    if form is Format.JSON:
        return line(to_dict(found), request_id=request_id, first=first)
    text = draw(found, page, quiet=quiet) if form is Format.TABLE else "\n".join(_latex(found)) + "\n"
    return text.encode("utf-8", "replace")


def lacking(found: Symbolic) -> str:
    """Which arrays, or entries of them, have no closed form, and what to do; empty where all have."""
    parts = [f"the {QUANTITIES[name].title}" for name in found.missing]
    parts += [f"some entries of the {QUANTITIES[name].title}" for name in found.incomplete]
    return f"no short closed form of {' and '.join(parts)}; --at POINT gives the numbers" if parts else ""


def notes(found: Symbolic) -> list[str]:
    """What has to be said: about what was typed, and about what is missing."""
    return [note for note in (*found.notes, lacking(found)) if note]


@writes(Symbolic, "dict")
def to_dict(found: Symbolic) -> dict[str, Any]:
    """The JSON object: the formulas stand where they stand beside numbers."""
    request = found.request
    top = head(request.command, found)
    if found.parameters:
        top["parameters"] = {name: strict(value) for name, value in found.parameters}
    top["point"] = None
    if request.command == "derivative":
        top |= {
            "order": request.degree,
            "wrt": None if request.wrt is None else [found.variables[k] for k in request.wrt],
        }
    forms = {name: texts.nested() for name, texts in found.formulas.items()}
    return {**top, "notes": notes(found), "exact": {"formulas": forms}}


def draw(found: Symbolic, page: Page, *, quiet: bool = False) -> str:
    """A row an entry, one of each symmetric family."""
    head = Text(f"f({', '.join(found.variables)}) = ", style="dim", overflow="fold")
    rows = [(Text(f"{label}  ", style="bold"), Text(text, style="cyan")) for label, text in _rows(found, page)]
    parts: list[ConsoleRenderable] = [] if quiet else [head.append(found.parsed, style="bold not dim")]
    if found.parameters and not quiet:
        given = ", ".join(f"{name} = {number(value)}" for name, value in found.parameters)
        parts.append(Text("with ", style="dim").append(given, style="not dim"))
    if rows and not quiet:
        parts.append(Text(""))
    table = Table.grid(padding=0)
    table.add_column(no_wrap=True)
    table.add_column(no_wrap=True)
    for row in rows:
        table.add_row(*row)
    parts += [table] if page.fits(table) else [hanging(*row) for row in rows]
    if not quiet:
        told = f"SymPy's closed forms, where the derivatives exist; right at {len(found.points)} random points"
        bullet = "-" if page.ascii_only else "•"
        parts += [Text(""), *(hanging(Text(f"{bullet} "), Text(note)) for note in found.notes)]
        parts += [Text(lacking(found) or told, style="dim", overflow="fold")]
    return page.draw(*parts)


def _rows(found: Symbolic, page: Page) -> Iterator[tuple[str, str]]:
    seen: set[Any] = set()
    for name, texts in found.formulas.items():
        quantity = found.layout.quantities[name]
        for index in quantity.indices():
            component, path = quantity.entry(index)
            family = (component, tuple(sorted(path)))
            if family not in seen:
                f = "f" if quantity.components is None else f"f{component + 1}"
                yield partial(f, path, found.variables, ascii_only=page.ascii_only), texts[index] or NONE
            seen.add(family)


def _latex(found: Symbolic) -> list[str]:
    """The function and its derivatives in an ``align*``."""
    names = typeset_names((*found.variables, *dict(found.parameters)))
    drawn = ", ".join(names[name] for name in found.variables)
    lines = [f"f({drawn}) &= {_typeset(found, found.parsed)}"]
    for name, texts in found.formulas.items():
        values, vector = texts.nested(), found.layout.quantities[name].components is not None
        parts = list(enumerate(values)) if vector and name == "hessian" else [(None, values)]
        lines += [
            f"{_symbol(found, name, k)} &= {matrix(value, lambda text: _typeset(found, text))}" for k, value in parts
        ]
    comments = [f"% {note}" for note in notes(found)]
    return [*comments, r"\begin{align*}", *(rf"{text} \\" for text in lines[:-1]), lines[-1], r"\end{align*}"]


def _typeset(found: Symbolic, text: str | None) -> str:
    if text is None:
        return rf"\text{{{NONE}}}"
    try:
        drawn = typeset(parse(text, variables=found.variables, parameters=dict(found.parameters)))
    except HesscliError:
        drawn = None
    return drawn or rf"\text{{{escape(text)}}}"


def _symbol(found: Symbolic, quantity: str, component: int | None) -> str:
    f = "f" if component is None else f"f_{{{component + 1}}}"
    if quantity == "derivative":
        wrt = found.request.wrt or ((0,) * found.request.degree if len(found.variables) == 1 else ())
        if not wrt:
            return rf"D^{{{found.request.degree}}} f"
        powers = {k: "" if count == 1 else f"^{{{count}}}" for k, count in Counter(wrt).items()}
        below = r" \, ".join(rf"\partial {typeset_name(found.variables[k])}{power}" for k, power in powers.items())
        above = "" if len(wrt) == 1 else f"^{{{len(wrt)}}}"
        return rf"\frac{{\partial{above} f}}{{{below}}}"
    return QUANTITIES[quantity].symbol.format(f=f)
