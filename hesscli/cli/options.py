"""Every option once: its name, its help, its place in the help; and the groups that commands share."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from dataclasses import dataclass, fields, is_dataclass
from enum import Enum
from functools import wraps
from typing import Annotated, Any, get_type_hints

import typer

from hesscli.options import DEFAULTS, MOST_DIGITS, Dtype, Exact, Method
from hesscli.output.formats import Format, endings

DTYPE, EXACT = Dtype(DEFAULTS.dtype), Exact(DEFAULTS.exact)
WHAT, WITNESSES, OUT = "What is differentiated", "The witnesses", "Output"

Text = Annotated[
    str,
    typer.Argument(
        metavar="EXPRESSION",
        show_default=False,
        help="The function, e.g. 'x0**2 + x0*x1'; a vector '\\[f, g]'; @FILE; a problem file NAME.toml; "
        "- reads standard input.",
    ),
]
At = Annotated[
    list[str] | None,
    typer.Option(
        "--at",
        metavar="POINT",
        show_default=False,
        rich_help_panel=WHAT,
        help="1,2 or x=1,y=2 or a grid x=-2:2:401,y=0 or @points.csv (.json .jsonl .npy .npz) or - ; may be repeated.",
    ),
]
Vars = Annotated[
    str | None,
    typer.Option(
        "--vars",
        metavar="x,y",
        show_default=False,
        rich_help_panel=WHAT,
        help="The variables and their order. Default: the free names in natural order.",
    ),
]
Param = Annotated[
    list[str] | None,
    typer.Option(
        "--param",
        metavar="NAME=NUMBER",
        show_default=False,
        rich_help_panel=WHAT,
        help="A named number that is not differentiated, e.g. n=1000; may be repeated.",
    ),
]


class Words(str, Enum):
    """The formats of commands whose answers are no arrays."""

    TABLE = "table"
    JSON = "json"


def _format(forms: type[Enum], more: str = "") -> Any:
    words = ", ".join(form.value for form in forms)
    return typer.Option(
        "--format",
        "-f",
        metavar="FORMAT",
        show_default=False,
        rich_help_panel=OUT,
        help=f"{words}. Default: table, or what the name of -o says ({' '.join(endings(forms))}).{more}",
    )


FormatOption = Annotated[
    Format | None, _format(Format, " latex shows the tape's numbers only where they part from the exact ones.")
]
WordsOption = Annotated[Words | None, _format(Words)]
Json = Annotated[
    bool, typer.Option("--json", rich_help_panel=OUT, help="Short for --format json: one object a point, one a line.")
]


def _elsewhere(path: str | None) -> str | None:
    """None where the file is standard output itself."""
    return None if path in STANDARD_OUTPUTS else path


STANDARD_OUTPUTS = frozenset({"-", "/dev/stdout", "/dev/fd/1", "/proc/self/fd/1"})

Output = Annotated[
    str | None,
    typer.Option(
        "--output",
        "-o",
        metavar="FILE",
        callback=_elsewhere,
        show_default=False,
        rich_help_panel=OUT,
        help="Write there, whole or not at all, instead of standard output, which - is.",
    ),
]
Quiet = Annotated[
    bool,
    typer.Option("--quiet", "-q", rich_help_panel=OUT, help="Only the point and the numbers; no notes, no progress."),
]
NoColor = Annotated[
    bool, typer.Option("--no-color", rich_help_panel=OUT, help="No colours; NO_COLOR and TERM=dumb do the same.")
]
DtypeOption = Annotated[
    Dtype,
    typer.Option(
        "--dtype", metavar="float64|float32", rich_help_panel=WITNESSES, help="The tape's arithmetic, and the point's."
    ),
]
MethodOption = Annotated[
    Method | None,
    typer.Option(
        "--method",
        "-m",
        metavar="METHOD",
        show_default=False,
        rich_help_panel=WITNESSES,
        help="How the tape differentiates: nested, persistent, jacobian, forward-over-reverse, explicit, "
        "finite-difference or taylor. Default: nested; taylor from order 5.",
    ),
]
Formulas = Annotated[
    bool,
    typer.Option(
        "--formulas/--no-formulas",
        rich_help_panel=WITNESSES,
        help="Closed forms of the derivatives beside the exact numbers. They take SymPy most of the time of a batch.",
    ),
]
Plain = Annotated[
    bool,
    typer.Option(
        "--plain",
        rich_help_panel=WITNESSES,
        help="TensorFlow's own operations and gradients, wrong ones too: tf.pow, tf.where, tf.math.* as they are. "
        "Without it the tape carries right derivatives of them, and the answer says of which.",
    ),
]
ExactOption = Annotated[
    Exact,
    typer.Option(
        "--exact",
        metavar="auto|full|sample|off",
        rich_help_panel=WITNESSES,
        help="auto checks every point of up to 20000, else a sample; off leaves the tape alone.",
    ),
]
Rtol = Annotated[
    float | None,
    typer.Option(
        "--rtol",
        metavar="TOLERANCE",
        show_default="1e-6, float32: 1e-4",
        rich_help_panel=WITNESSES,
        help="Largest relative error that is agreement.",
    ),
]
Atol = Annotated[
    float,
    typer.Option(
        "--atol", metavar="TOLERANCE", rich_help_panel=WITNESSES, help="Largest absolute error that is agreement."
    ),
]
Digits = Annotated[
    int,
    typer.Option(
        "--digits",
        metavar="D",
        min=1,
        max=MOST_DIGITS,
        rich_help_panel=WITNESSES,
        help="Significant digits of the exact values.",
    ),
]
TimeLimit = Annotated[
    float,
    typer.Option("--time-limit", metavar="SECONDS", rich_help_panel=WITNESSES, help="What the exact side may take."),
]
Step = Annotated[
    float | None,
    typer.Option(
        "--step",
        metavar="H",
        show_default=False,
        rich_help_panel=WITNESSES,
        help="Of finite differences. Default: the best step for each coordinate.",
    ),
]
Explain = Annotated[
    bool,
    typer.Option(
        "--explain",
        rich_help_panel=WITNESSES,
        help="Both witnesses at every operation: where digits are lost and why, and what float32 would give.",
    ),
]
Eigenvectors = Annotated[
    bool, typer.Option("--eigenvectors", rich_help_panel=WHAT, help="Unit eigenvectors, one an eigenvalue.")
]
Inverse = Annotated[bool, typer.Option("--inverse", rich_help_panel=WHAT, help="The inverse of the Hessian.")]
Condition = Annotated[
    bool, typer.Option("--condition", rich_help_panel=WHAT, help="Its condition number in the 2-norm.")
]
Determinant = Annotated[bool, typer.Option("--determinant", rich_help_panel=WHAT, help="Its determinant.")]
NewtonStep = Annotated[
    bool, typer.Option("--newton-step", rich_help_panel=WHAT, help="The step of Newton's method to a critical point.")
]
Order = Annotated[
    int | None,
    typer.Option(
        "--order",
        "-n",
        metavar="N",
        show_default=False,
        rich_help_panel=WHAT,
        help="Which derivative; of several variables the whole tensor.",
    ),
]
Radius = Annotated[
    float | None,
    typer.Option(
        "--radius",
        metavar="R",
        show_default=False,
        rich_help_panel=WHAT,
        help="Bound what the polynomial leaves out for |x - a| <= R, in every variable; proven.",
    ),
]
Wrt = Annotated[
    str | None,
    typer.Option(
        "--wrt",
        metavar="x,x,y",
        show_default=False,
        rich_help_panel=WHAT,
        help="One mixed partial: differentiate by these, one after the other.",
    ),
]
Vector = Annotated[
    str,
    typer.Option(
        "--vector",
        "-v",
        metavar="V",
        show_default=False,
        rich_help_panel=WHAT,
        help="The vector, written like a point: 1,0 or x=1,y=0.",
    ),
]


@dataclass(frozen=True)
class Show:
    """How an answer is shown."""

    format: FormatOption = None
    json: Json = False
    output: Output = None
    quiet: Quiet = False
    no_color: NoColor = False


@dataclass(frozen=True)
class Tell(Show):
    """How an answer in words is shown."""

    format: WordsOption = None  # type: ignore[assignment]  # fewer formats than arrays have


@dataclass(frozen=True)
class Function:
    """Which function, where."""

    at: At = None
    variables: Vars = None
    param: Param = None


@dataclass(frozen=True)
class Witnesses:
    """How both witnesses work."""

    dtype: DtypeOption = DTYPE
    method: MethodOption = None
    plain: Plain = False
    exact: ExactOption = EXACT
    rtol: Rtol = None
    atol: Atol = DEFAULTS.atol
    digits: Digits = DEFAULTS.digits
    time_limit: TimeLimit = DEFAULTS.time_limit
    step: Step = None
    explain: Explain = False
    formulas: Formulas = True


Data = Annotated[
    list[str] | None,
    typer.Option(
        "--data",
        metavar="FILE",
        show_default=False,
        rich_help_panel=WHAT,
        help="Columns of numbers by their header, or NAME=FILE (.csv .npy .npz): y[k] is one of them, "
        "mean((y - a*t)**2) takes them whole; may be repeated.",
    ),
]
StandardErrors = Annotated[
    bool,
    typer.Option(
        "--standard-errors",
        rich_help_panel=WHAT,
        help="Of a sum that is a negative log-likelihood: standard errors and correlations from the inverse Hessian.",
    ),
]


PlanOption = Annotated[
    bool,
    typer.Option(
        "--plan",
        rich_help_panel=WHAT,
        help="Of sums: say beforehand how many derivatives and entries there will be, which memory and time they take "
        "and how they are computed; compute nothing.",
    ),
]


@dataclass(frozen=True)
class Sums:
    """What sums take besides."""

    data: Data = None
    plan: PlanOption = False


@dataclass(frozen=True)
class Estimates(Sums):
    """What the Hessian of a sum takes besides."""

    standard_errors: StandardErrors = False


@dataclass(frozen=True)
class Further:
    """What is computed from the Hessian besides."""

    eigenvectors: Eigenvectors = False
    inverse: Inverse = False
    condition: Condition = False
    determinant: Determinant = False
    newton_step: NewtonStep = False


def grouped(command: Callable[..., None]) -> Callable[..., None]:
    """Let a command take groups of options: each parameter whose type is a group becomes the group's options."""
    hints = get_type_hints(command, include_extras=True)
    signature = inspect.signature(command)
    groups = {name: hint for name, hint in hints.items() if is_dataclass(hint) and isinstance(hint, type)}
    parameters = [p.replace(annotation=hints[name]) for name, p in signature.parameters.items() if name not in groups]
    for group in groups.values():
        parameters += _parameters(group)
    parameters.sort(key=lambda p: p.default is not inspect.Parameter.empty)

    @wraps(command)
    def run(**given: Any) -> None:
        made = {name: group(**{f.name: given.pop(f.name) for f in fields(group)}) for name, group in groups.items()}
        command(**given, **made)

    run.__signature__ = inspect.Signature(parameters)  # type: ignore[attr-defined]
    run.__annotations__ = {p.name: p.annotation for p in parameters}
    del run.__wrapped__
    return run


def _parameters(group: type) -> list[inspect.Parameter]:
    hints = get_type_hints(group, include_extras=True)
    keyword = inspect.Parameter.KEYWORD_ONLY
    return [inspect.Parameter(f.name, keyword, default=f.default, annotation=hints[f.name]) for f in fields(group)]
