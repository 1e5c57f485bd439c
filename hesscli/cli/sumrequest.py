"""What a command asks of sums."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from hesscli.cli.commandline import CommandLine
from hesscli.cli.options import Estimates, SumOptions
from hesscli.output.formats import Format

if TYPE_CHECKING:
    from hesscli.elements.curvature import CurvatureRequest
    from hesscli.language.programs.program import Program


@dataclass(frozen=True)
class SumRequest:
    """What a command asks of sums.

    Attributes:
        command: ``gradient``, ``hessian`` or ``hvp``.
        line: of what, where, how, in which form.
        sums: data, and what is computed besides.
        vector: of ``hvp``, as typed.
        refused: options of the command that sums have no answer for.
        newton: the step of Newton's method.
        read: the files of data as they were before they were read.
        besides: what `Further` asks of plain expressions and functions of tensors.
    """

    command: str
    line: CommandLine
    sums: SumOptions
    vector: Any = None
    refused: Sequence[str] = ()
    newton: bool = False
    read: Mapping[str, tuple[int, int]] = field(default_factory=dict)
    besides: tuple[str, ...] = ()

    @property
    def further(self) -> list[str]:
        """The options that ask for something of the Hessian besides, and that plain expressions do not take."""
        asked = self.sums if isinstance(self.sums, Estimates) else Estimates()
        given = {
            "--standard-errors": asked.standard_errors, "--top": asked.top, "--trace": asked.trace,
            "--diagonal": asked.diagonal, "--solve": asked.solve,
        }  # fmt: skip
        return [name for name, value in given.items() if value]


def curvature_of(wanted: SumRequest, program: Program, form: Format) -> CurvatureRequest | None:
    """What is asked of the Hessian besides; None where nothing is: files hold the matrix alone.

    Args:
        wanted: as typed.
        program: whose blocks a right-hand side has.
        form: of the answer.
    """
    from hesscli.elements.curvature import CurvatureRequest
    from hesscli.language.points.blocks import flat, read_vectors

    if wanted.command != "hessian" or form not in (Format.TABLE, Format.JSON) or not isinstance(wanted.sums, Estimates):
        return None
    sums = wanted.sums
    rhs = None
    if sums.solve is not None and sums.solve != "gradient":
        rhs = flat(program, read_vectors([sums.solve], "--solve"), "--solve")
    return CurvatureRequest(sums.top or 0, sums.trace, sums.diagonal, rhs, sums.solve or "", wanted.newton)
