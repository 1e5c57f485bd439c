"""How a command ends: its report written as was asked, what it comes to said, the exit status."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Protocol

from hesscli.cli.environment import current
from hesscli.cli.options import Show
from hesscli.cli.settings import chosen
from hesscli.cli.terminal import page_of, seen_on_terminal
from hesscli.errors import ExitStatus
from hesscli.output.formats import Format

if TYPE_CHECKING:
    from hesscli.output.page import Page


class Drawn(Protocol):
    """The module of `hesscli.output` that knows a kind of report."""

    def to_dict(self, report: Any, /) -> dict[str, Any]:
        """The JSON object."""

    def draw(self, report: Any, page: Page, /, *, quiet: bool = False) -> str:
        """The text for people."""


class Telling(Protocol):
    """What `telling` yields."""

    def __call__(self, report: Any, status: ExitStatus = ExitStatus.AGREE, conclusion: str = "") -> None:
        """Write a report.

        Args:
            report: what was found.
            status: the command's, if no other is worse.
            conclusion: said on standard error where the status is not fine and no table on the terminal says it.
        """


def conclude(status: int, sentence: str, form: Format, show: Show) -> None:
    """Note the exit status, and say on standard error what an answer comes to, unless a table on the terminal does.

    Args:
        status: the command's, if no other is worse.
        sentence: empty where there is nothing to say.
        form: of the answer.
        show: where it goes.
    """
    environment = current.get()
    environment.note(status)
    if sentence and not seen_on_terminal(form, show):
        environment.say(f"hesscli: {sentence}")


@contextmanager
def telling(output: Drawn, show: Show) -> Iterator[Telling]:
    """Open where the report will go before the work that finds it.

    Args:
        output: draws it.
        show: in which form, where to.

    Yields:
        What writes it.
    """
    from hesscli.output.json import line

    form, environment = chosen(show), current.get()
    told: list[tuple[ExitStatus, str]] = []
    with environment.out(show.output) as stream:

        def tell(report: Any, status: ExitStatus = ExitStatus.AGREE, conclusion: str = "") -> None:
            if form is Format.JSON:
                fields = output.to_dict(report)
                stream.write(line(fields, request_id=environment.request_id, first=environment.first))
            else:
                stream.write(output.draw(report, page_of(show), quiet=show.quiet).encode("utf-8", "replace"))
            told.append((status, conclusion if status is not ExitStatus.AGREE else ""))

        yield tell
    for status, sentence in told:
        conclude(status, sentence, form, show)
