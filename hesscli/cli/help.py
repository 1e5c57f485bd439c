"""``hesscli help TOPIC``: the reference of the language, points, sums, models, formats and statuses, as packaged."""

from __future__ import annotations

import sys
from importlib.resources import files
from typing import Annotated

import typer

TOPICS = {
    "language": "What may be typed as an expression.",
    "points": "Where: --at, grids, files, pipes.",
    "sums": "Sums, vectors, data; their Hessians and what is checked.",
    "models": "Keras models, and functions of TensorFlow's tensors.",
    "json": "Every key of the JSON.",
    "formats": "Tables, CSV, NPZ, LaTeX: what they hold.",
    "problems": "Problem files, and requests of batch.",
    "exits": "Verdicts and exit statuses.",
}
"""Page -> what it is about."""

About = Annotated[str, typer.Argument(metavar="TOPIC", show_default=False, help=f"A command, or {', '.join(TOPICS)}.")]


def help(about: About) -> None:
    """Help about a command, or language, points, sums, models, json, formats, problems, exits.

    [bold]Examples[/bold]

    \b
    hesscli help hessian
    hesscli help language
    hesscli help json
    """
    typer.echo(_drawn(page(about)), nl=False)
    raise typer.Exit


def _drawn(text: str) -> str:
    """For a person at a terminal; into a pipe goes the Markdown, which is text."""
    from hesscli.output.page import Page, is_terminal

    if not is_terminal(sys.stdout) or (screen := Page.of(sys.stdout)).ascii_only:
        return text
    from rich.markdown import Markdown

    return screen.draw(Markdown(text, code_theme="ansi_dark"))


def page(topic: str) -> str:
    """The text of a page.

    Args:
        topic: one of `TOPICS`.
    """
    return (files("hesscli.cli") / "pages" / f"{topic}.md").read_text(encoding="utf-8")
