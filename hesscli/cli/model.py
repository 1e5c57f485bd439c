"""The command ``model``."""

from __future__ import annotations

import math
from collections.abc import Iterator
from contextlib import contextmanager
from enum import Enum
from typing import Annotated, Any

import typer

from hesscli.cli.environment import current
from hesscli.cli.grouping import grouped
from hesscli.cli.options import (
    DATA,
    DIAGONAL,
    DTYPE_OPTION,
    NEWTON_STEP,
    PLAIN,
    PLAN,
    SOLVE,
    TOP,
    TRACE,
    VECTOR,
    Elsewhere,
    Rtol,
    ShowArrays,
    what,
)
from hesscli.cli.settings import chosen
from hesscli.cli.telling import conclude
from hesscli.cli.terminal import page_of
from hesscli.errors import HesscliError
from hesscli.options import Dtype


class ModelVerb(str, Enum):
    """What is computed of a model."""

    GRADIENT = "gradient"
    HVP = "hvp"
    HESSIAN = "hessian"
    SPECTRUM = "spectrum"
    GGN = "ggn"
    FISHER = "fisher"
    LAPLACE = "laplace"


OPERATORS = (ModelVerb.SPECTRUM, ModelVerb.HESSIAN, ModelVerb.GGN, ModelVerb.FISHER)
"""Whose products answer what is asked of a matrix besides its entries."""

What = Annotated[
    ModelVerb,
    typer.Argument(
        metavar="WHAT",
        show_default=False,
        help="gradient, hvp, hessian, spectrum, ggn (Gauss-Newton) or fisher (empirical), of the loss in the weights; "
        "or laplace, the posterior of the last layer's.",
    ),
]
File = Annotated[
    str,
    typer.Argument(
        metavar="FILE",
        show_default=False,
        help="A model that Keras 3 saved (.keras, .h5), the folder of a SavedModel, or FILE.py:FUNCTION, which is run "
        "and returns a model.",
    ),
]
ModelData = Annotated[
    list[str] | None,
    DATA(
        help="Arrays x and y (and weights of rows) in FILE.npz, x=FILE.npy y=FILE.npy, or FILE.csv with targets in "
        "columns y or y0, y1, ...; of several inputs or outputs x_NAME and y_NAME. May be repeated.",
    ),
]
LossName = Annotated[
    list[str] | None,
    what(
        "--loss",
        metavar="NAME",
        help="Keras's: mse, categorical_crossentropy, ... Of several outputs head=mse each, or tail=none. "
        "Default: what the model was compiled with.",
    ),
]
LossWeight = Annotated[
    list[str] | None,
    what("--loss-weight", metavar="OUTPUT=NUMBER", help="The factor of an output's loss; may be repeated."),
]
Logits = Annotated[bool, what("--logits", help="The model's outputs are logits.")]
Layer = Annotated[
    list[str] | None,
    what(
        "--layer",
        metavar="PATTERN",
        help="Only these weights: dense_1, 'dense*/kernel'; may be repeated.",
    ),
]
Blocks = Annotated[bool, what("--blocks", help="Of the Hessian only a block a layer.")]
Diagonal = Annotated[bool, DIAGONAL(help="Of the Hessian only the diagonal.")]
Training = Annotated[
    bool,
    what(
        "--training/--inference",
        help="Statistics of the batch, or moving ones; dropout is off in both.",
    ),
]
BatchSize = Annotated[
    int | None,
    what(
        "--batch-size",
        metavar="ROWS",
        help="Rows at once, where all do not fit into memory.",
    ),
]
L2 = Annotated[
    float,
    what("--l2", show_default=True, metavar="NUMBER", help="A penalty: NUMBER times the square of every weight."),
]
ModelVector = Annotated[
    str | None,
    VECTOR(help="Of hvp: 1,0,0 or @v.npy or random(7), in the order of the weights."),
]
Top = Annotated[
    int | None,
    TOP(help="The K largest and the K smallest eigenvalues. Default of spectrum: 5, where nothing else is asked for."),
]
TraceOption = Annotated[bool, TRACE(help="The trace, by Hutch++ with its error.")]
DensityOption = Annotated[bool, what("--density", help="How the eigenvalues are spread.")]
NewtonStep = Annotated[
    bool, NEWTON_STEP(help="Newton's step, of ggn Gauss-Newton's, of fisher the natural gradient's; by products alone.")
]
Solve = Annotated[
    str | None,
    SOLVE(
        help="The inverse of the matrix times a vector, @v.npy or random(7), or times the gradient: --solve gradient. "
        "With its residual.",
    ),
]
Probes = Annotated[
    int,
    what("--probes", show_default=True, metavar="N", min=2, help="Of trace and density: random vectors."),
]
ModelErrors = Annotated[
    bool,
    what(
        "--standard-errors",
        help="Of hessian, where the loss is a negative log-likelihood: standard errors of the weights.",
    ),
]
PriorPrecision = Annotated[
    float,
    what("--prior-precision", show_default=True, metavar="NUMBER", help="Of laplace: of every weight, around 0."),
]
Noise = Annotated[
    float | None,
    what(
        "--noise",
        metavar="NUMBER",
        help="Of laplace with mse: the targets' standard deviation. Default: the residuals' own.",
    ),
]
ModelDtype = Annotated[
    Dtype | None,
    DTYPE_OPTION(
        show_default=False,
        help="The tape's arithmetic. Default: the model's own; differences are always taken in float64.",
    ),
]
PlainModel = Annotated[
    bool,
    PLAIN(
        help="What nested tapes over TensorFlow's own operations say, and how far that is from the right numbers.",
    ),
]
PlanModel = Annotated[bool, PLAN(help="What the answer will take, before it is begun: memory, products, time.")]
AllowCode = Annotated[bool, what("--allow-code", help="Let a file's Lambda layers run: they are code.")]


@grouped
def model(
    what: What,
    file: File,
    show: ShowArrays,
    sharing: Elsewhere,
    data: ModelData = None,
    loss: LossName = None,
    loss_weight: LossWeight = None,
    logits: Logits = False,
    layer: Layer = None,
    vector: ModelVector = None,
    blocks: Blocks = False,
    diagonal: Diagonal = False,
    top: Top = None,
    trace: TraceOption = False,
    density: DensityOption = False,
    newton_step: NewtonStep = False,
    solve: Solve = None,
    probes: Probes = 30,
    standard_errors: ModelErrors = False,
    prior_precision: PriorPrecision = 1.0,
    noise: Noise = None,
    training: Training = False,
    batch_size: BatchSize = None,
    l2: L2 = 0.0,
    dtype: ModelDtype = None,
    plain: PlainModel = False,
    plan: PlanModel = False,
    rtol: Rtol = None,
    allow_code: AllowCode = False,
) -> None:
    """Second derivatives of a Keras model's loss in its weights.

    Nested tapes, and differences of the gradient in float64 as the witness.
    Normalisation layers are computed by an equal form: TensorFlow's own has a
    wrong second derivative.

    [bold]Examples[/bold]

    \b
    hesscli model hessian mlp.keras --data train.npz --loss mse --training
    hesscli model hvp mlp.keras --data train.npz --layer dense_1 --vector "random(7)"
    hesscli model spectrum mlp.keras --data train.npz --top 3 --trace --density
    hesscli model ggn mlp.keras --data train.npz --newton-step
    """
    form = chosen(show)
    if blocks and diagonal:
        raise HesscliError("--blocks and --diagonal contradict each other", code="usage")
    if (blocks or diagonal) and what not in (ModelVerb.HESSIAN, ModelVerb.GGN, ModelVerb.FISHER):
        option = "--blocks" if blocks else "--diagonal"
        raise HesscliError(f"{option} belongs to model hessian, not to model {what.value}", code="usage")
    asked = {"--top": top, "--trace": trace, "--density": density, "--newton-step": newton_step, "--solve": solve}
    of_matrix = {"--blocks": blocks, "--diagonal": diagonal, "--standard-errors": standard_errors, "--plain": plain}
    given = [name for name, value in asked.items() if value]
    if given and what not in OPERATORS:
        raise HesscliError(f"{given[0]} belongs to model spectrum, not to model {what.value}", code="usage")
    if given and (whole := [name for name, value in of_matrix.items() if value]):
        raise HesscliError(f"{given[0]} is answered without the matrix that {whole[0]} is of", code="usage")
    if standard_errors and (what is not ModelVerb.HESSIAN or blocks or diagonal or plain):
        raise HesscliError("--standard-errors belongs to model hessian, the whole and right one", code="usage")
    laplace = what is ModelVerb.LAPLACE
    if not laplace and (prior_precision != 1.0 or noise is not None):
        raise HesscliError("--prior-precision and --noise belong to model laplace", code="usage")
    if not 0 < prior_precision < math.inf or not 0 < (noise or 1.0) < math.inf or noise == 0:
        raise HesscliError("--prior-precision and --noise: expected positive numbers", code="usage")
    if what not in (ModelVerb.GRADIENT, ModelVerb.HVP, ModelVerb.HESSIAN) and plain:
        raise HesscliError(f"model {what.value} takes no --plain; model hvp and model hessian do", code="usage")
    if (vector is None) == (what is ModelVerb.HVP) and not plan:
        message = "model hvp needs a vector: --vector" if vector is None else f"model {what.value} takes no --vector"
        raise HesscliError(message, code="usage")
    environment = current.get()
    matrix = "blocks" if blocks else "diagonal" if diagonal else "whole"
    with environment.out(show.output) as stream:
        from hesscli.output import model as output

        curvature = "ggn" if laplace else what.value
        command = "spectrum" if given else curvature
        output.check_form("laplace" if laplace else command, matrix, form, plan=plan)
        from hesscli.model.answer import answer_model
        from hesscli.model.binding import Setting, read_model
        from hesscli.model.gaussnewton import CURVATURES
        from hesscli.model.objective import ModelObjective
        from hesscli.model.plan import plan_model
        from hesscli.model.shared import check_batches
        from hesscli.model.spectrum import SpectrumRequest
        from hesscli.model.statistics import Prior, check_likelihood, with_posterior, with_statistics
        from hesscli.verdict import exit_status

        setting = Setting(
            data=tuple(data or ()),
            loss=loss,
            factors=tuple(loss_weight or ()),
            logits=logits,
            layers=tuple(layer or ()),
            training=training,
            batch_size=batch_size,
            l2=l2,
            dtype="float64" if dtype is None and (laplace or standard_errors) else dtype and dtype.value,
            plain=plain,
            form=matrix,
            last=laplace,
            wanted=SpectrumRequest(top or 0, trace, density, newton_step, probes, solve or "") if given else None,
            rtol=rtol,
            allow_code=allow_code,
        )
        if sharing.elsewhere:
            setting = check_batches(setting)
        bound = read_model(file, setting, CURVATURES.get(curvature, ModelObjective))
        rhs = None if solve == "gradient" else solve
        given_vector = _vector(vector, "--vector", bound) if rhs is None else _vector(rhs, "--solve", bound)
        if plan:
            stream.write(output.render_plan(plan_model(bound, command), form, page_of(show)))
            return
        if laplace or standard_errors:
            check_likelihood(bound, "model laplace" if laplace else "--standard-errors")
        with _workers(bound, sharing):
            report = answer_model(bound, command, given_vector)
        if standard_errors:
            report = with_statistics(report, bound)
        if laplace:
            report = with_posterior(report, bound, Prior(prior_precision, noise))
        status = exit_status(report.verdict, asked=True)
        conclude(status, output.conclusion(report) if status else "", form, show)
        output.render(report, form, stream, page_of(show), quiet=show.quiet)


def _vector(text: str | None, option: str, bound: Any) -> Any:
    from hesscli.model.vector import read_vector

    return None if text is None else read_vector(text, bound.objective.layout, option)


@contextmanager
def _workers(bound: Any, sharing: Elsewhere) -> Iterator[None]:
    """Other processes at work on a model's batches, if they are asked for."""
    if not sharing.elsewhere:
        yield
        return
    from hesscli.cli.evaluate import executor_of
    from hesscli.language.data import check_unchanged
    from hesscli.model.shared import BatchJob, share

    job = BatchJob.of(bound)
    executor = executor_of(job, sharing)
    try:
        share(bound, job, executor)
        yield
    finally:
        executor.close()
    check_unchanged(job.stamps)
