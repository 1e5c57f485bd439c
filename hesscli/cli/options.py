"""Options of the command line: their names, their help, their place in it; and the groups that commands share."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from functools import partial
from typing import Annotated, Any

import typer

from hesscli.options import DEFAULTS, MOST_DIGITS, Dtype, Exact, Method
from hesscli.output.formats import Format, ModelFormat, Words, endings

what = partial(typer.Option, show_default=False, rich_help_panel="What is differentiated")
"""An option that says what is differentiated."""

witness = partial(typer.Option, rich_help_panel="The witnesses")
"""One that says how they work."""

shown = partial(typer.Option, show_default=False, rich_help_panel="Output")
"""One that says how the answer is shown, and where it goes."""

DATA = partial(what, "--data", metavar="FILE")
PLAN = partial(what, "--plan")
VECTOR = partial(what, "--vector", "-v", metavar="V")
TOP = partial(what, "--top", metavar="K", min=1)
TRACE = partial(what, "--trace")
DIAGONAL = partial(what, "--diagonal")
NEWTON_STEP = partial(what, "--newton-step")
SOLVE = partial(what, "--solve", metavar="B")
DTYPE_OPTION = partial(witness, "--dtype", metavar="|".join(Dtype))
PLAIN = partial(witness, "--plain")
"""Options of several commands: name and form once, and the help that each of them gives."""

many = partial(typer.Option, show_default=False, rich_help_panel="Many points")
"""One that says who works at them."""

STANDARD_OUTPUTS = frozenset({"-", "/dev/stdout", "/dev/fd/1", "/proc/self/fd/1"})


def _elsewhere(path: str | None) -> str | None:
    """None where the file is standard output itself."""
    return None if path in STANDARD_OUTPUTS else path


def _format(forms: type[Enum], more: str = "") -> Any:
    words = ", ".join(form.value for form in forms)
    text = f"{words}. Default: table, or what the name of -o says ({' '.join(endings(forms))}).{more}"
    return shown("--format", "-f", metavar="FORMAT", help=text)


def either(words: type[Enum]) -> str:
    """``a, b or c``."""
    *others, last = (str(word.value) for word in words)
    return f"{', '.join(others)} or {last}"


ExpressionText = Annotated[
    str,
    typer.Argument(
        metavar="EXPRESSION",
        show_default=False,
        help="The function, e.g. 'x0**2 + x0*x1'; a vector '\\[f, g]'; @FILE; a problem file NAME.toml; "
        "FILE.py:FUNCTION, which is run; - reads standard input.",
    ),
]
Order = Annotated[
    int | None,
    what("--order", "-n", metavar="N", help="Which derivative; of several variables the whole tensor."),
]
Wrt = Annotated[
    str | None,
    what("--wrt", metavar="x,x,y", help="One mixed partial: differentiate by these, one after the other."),
]
Radius = Annotated[
    float | None,
    what(
        "--radius",
        metavar="R",
        help="Bound what the polynomial leaves out for |x - a| <= R, in every variable; proven.",
    ),
]
Vector = Annotated[str, VECTOR(help="The vector, written like a point: 1,0 or x=1,y=0.")]
DtypeOption = Annotated[Dtype, DTYPE_OPTION(help="The tape's arithmetic, and the point's.")]
Rtol = Annotated[
    float | None,
    witness(
        "--rtol",
        metavar="TOLERANCE",
        show_default="1e-6, float32: 1e-4",
        help="Largest relative error that is agreement.",
    ),
]
Digits = Annotated[
    int, witness("--digits", metavar="D", min=1, max=MOST_DIGITS, help="Significant digits of the exact values.")
]
TimeLimit = Annotated[float, witness("--time-limit", metavar="SECONDS", help="What the exact side may take.")]
Step = Annotated[
    float | None,
    witness(
        "--step",
        metavar="H",
        show_default=False,
        help="Of finite differences. Default: the best step for each coordinate.",
    ),
]
FormatOption = Annotated[
    Format | None, _format(Format, " latex shows the tape's numbers only where they part from the exact ones.")
]
WordsOption = Annotated[Words | None, _format(Words)]
ArraysOption = Annotated[
    ModelFormat | None, _format(ModelFormat, " csv and npy hold one vector, npy a whole matrix too, npz everything.")
]
Output = Annotated[
    str | None,
    shown(
        "--output",
        "-o",
        metavar="FILE",
        callback=_elsewhere,
        help="Write there, whole or not at all, instead of standard output, which - is.",
    ),
]
DTYPE, EXACT = Dtype(DEFAULTS.dtype), Exact(DEFAULTS.exact)


@dataclass(frozen=True)
class Show:
    """How an answer is shown."""

    format: FormatOption = None
    json: Annotated[bool, shown("--json", help="Short for --format json: one object a point, one a line.")] = False
    output: Output = None
    quiet: Annotated[bool, shown("--quiet", "-q", help="Only the point and the numbers; no notes, no progress.")] = (
        False
    )
    no_color: Annotated[bool, shown("--no-color", help="No colours; NO_COLOR and TERM=dumb do the same.")] = False


@dataclass(frozen=True)
class Tell(Show):
    """How an answer in words is shown."""

    format: WordsOption = None  # type: ignore[assignment]  # fewer formats than arrays have


@dataclass(frozen=True)
class ShowArrays(Show):
    """How an answer about a model is shown."""

    format: ArraysOption = None  # type: ignore[assignment]  # fewer formats than expressions have


@dataclass(frozen=True)
class FunctionOptions:
    """Which function, where."""

    at: Annotated[
        list[str] | None,
        what(
            "--at",
            metavar="POINT",
            help="1,2 or x=1,y=2 or a grid x=-2:2:401,y=0 or @points.csv (.json .jsonl .npy .npz) or - ; "
            "may be repeated.",
        ),
    ] = None
    variables: Annotated[
        str | None,
        what("--vars", metavar="x,y", help="The variables and their order. Default: the free names in natural order."),
    ] = None
    param: Annotated[
        list[str] | None,
        what(
            "--param",
            metavar="NAME=NUMBER",
            help="A named number that is not differentiated, e.g. n=1000; may be repeated.",
        ),
    ] = None


@dataclass(frozen=True)
class Witnesses:
    """How both witnesses work."""

    dtype: DtypeOption = DTYPE
    method: Annotated[
        Method | None,
        witness(
            "--method",
            "-m",
            metavar="METHOD",
            show_default=False,
            help=f"How the tape differentiates: {either(Method)}. Default: nested; taylor from order 5.",
        ),
    ] = None
    plain: Annotated[
        bool,
        PLAIN(
            help="TensorFlow's own operations and gradients, wrong ones too: tf.pow, tf.where, tf.math.* as they are. "
            "Without it the tape carries right derivatives of them, and the answer says of which.",
        ),
    ] = False
    exact: Annotated[
        Exact,
        witness(
            "--exact",
            metavar="|".join(Exact),
            help="auto checks every point of up to 20000, else a sample; off leaves the tape alone.",
        ),
    ] = EXACT
    rtol: Rtol = None
    atol: Annotated[float, witness("--atol", metavar="TOLERANCE", help="Largest absolute error that is agreement.")] = (
        DEFAULTS.atol
    )
    digits: Digits = DEFAULTS.digits
    time_limit: TimeLimit = DEFAULTS.time_limit
    step: Step = None
    explain: Annotated[
        bool,
        witness(
            "--explain",
            help="Both witnesses at every operation: where digits are lost and why, and what float32 would give.",
        ),
    ] = False
    formulas: Annotated[
        bool,
        witness(
            "--formulas/--no-formulas",
            help="Closed forms of the derivatives beside the exact numbers. They take SymPy most of the time of a "
            "batch.",
        ),
    ] = True


@dataclass(frozen=True)
class ColumnOptions:
    """What sums over data take besides."""

    data: Annotated[
        list[str] | None,
        DATA(
            help="Columns of numbers by their header, or NAME=FILE (CSV, NPY, NPZ, JSON, Parquet): y[k] is one of "
            "them, mean((y - a*t)**2) takes them whole, X@w a matrix; may be repeated.",
        ),
    ] = None


@dataclass(frozen=True)
class SumOptions(ColumnOptions):
    """What sums take besides."""

    plan: Annotated[
        bool,
        PLAN(
            help="Of sums: say beforehand how many derivatives and entries there will be, which memory and time they "
            "take and how they are computed; compute nothing.",
        ),
    ] = False


@dataclass(frozen=True)
class Estimates(SumOptions):
    """What the Hessian of a sum takes besides."""

    standard_errors: Annotated[
        bool,
        what(
            "--standard-errors",
            help="Of a sum, or a function of tensors, that is a negative log-likelihood: standard errors and "
            "correlations from the inverse Hessian.",
        ),
    ] = False
    top: Annotated[
        int | None,
        TOP(
            help="Of sums and functions of tensors: the K smallest and the K largest eigenvalues of the Hessian, each "
            "with its error's bound."
        ),
    ] = None
    trace: Annotated[bool, TRACE(help="Of sums and functions of tensors: the trace of the Hessian.")] = False
    diagonal: Annotated[bool, DIAGONAL(help="Of sums and functions of tensors: the diagonal of the Hessian.")] = False
    solve: Annotated[
        str | None,
        SOLVE(
            help="Of sums and functions of tensors: the inverse Hessian times a vector, written like a point, or times "
            "the gradient: --solve gradient. With its residual.",
        ),
    ] = None


@dataclass(frozen=True)
class Further:
    """What is computed from the Hessian besides."""

    eigenvectors: Annotated[bool, what("--eigenvectors", help="Unit eigenvectors, one an eigenvalue.")] = False
    inverse: Annotated[bool, what("--inverse", help="The inverse of the Hessian.")] = False
    condition: Annotated[bool, what("--condition", help="Its condition number in the 2-norm.")] = False
    determinant: Annotated[bool, what("--determinant", help="Its determinant.")] = False
    newton_step: Annotated[bool, NEWTON_STEP(help="The step of Newton's method to a critical point.")] = False


@dataclass(frozen=True)
class Elsewhere:
    """Who works besides this process: at a sweep, at the terms of sums, at a model's batches."""

    workers: Annotated[
        int | None,
        many(
            "--workers",
            metavar="N",
            min=1,
            help="Of many points, sums and batches: so many processes of this machine, each with one thread of "
            "TensorFlow. The answer is the same to the last bit.",
        ),
    ] = None
    scheduler: Annotated[
        str | None,
        many(
            "--scheduler",
            metavar="ADDRESS",
            help="Of many points, sums and batches: the workers of a Dask cluster instead, e.g. tcp://host:8786 "
            "(pip install 'hesscli\\[distributed]').",
        ),
    ] = None

    @property
    def elsewhere(self) -> bool:
        """Whether other processes work."""
        return self.workers is not None or self.scheduler is not None


@dataclass(frozen=True)
class Spread(Elsewhere):
    """The same, and what an earlier run has left."""

    resume: Annotated[
        bool,
        many(
            "--resume",
            help="Of many points with -o FILE: go on from FILE.partial, which a run that was interrupted leaves.",
        ),
    ] = False

    @property
    def given(self) -> list[str]:
        """The options that are given."""
        found = {"--workers": self.workers, "--scheduler": self.scheduler, "--resume": self.resume}
        return [name for name, value in found.items() if value]
