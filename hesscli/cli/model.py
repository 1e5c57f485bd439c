"""The command ``model``."""

from __future__ import annotations

from enum import Enum
from typing import Annotated, Any

import typer

from hesscli.cli.environment import current
from hesscli.cli.evaluate import page_of, seen_on_terminal
from hesscli.cli.options import WHAT, WITNESSES, Rtol, Show, grouped
from hesscli.cli.settings import chosen
from hesscli.errors import HesscliError
from hesscli.options import Dtype


class Asked(str, Enum):
    """What is computed of a model."""

    GRADIENT = "gradient"
    HVP = "hvp"
    HESSIAN = "hessian"


What = Annotated[
    Asked,
    typer.Argument(metavar="WHAT", show_default=False, help="gradient, hvp or hessian, of the loss in the weights."),
]
File = Annotated[
    str,
    typer.Argument(
        metavar="FILE",
        show_default=False,
        help="A model that Keras 3 saved (.keras, .h5), or FILE.py:FUNCTION, which is run and returns one.",
    ),
]
ModelData = Annotated[
    list[str] | None,
    typer.Option(
        "--data",
        metavar="FILE",
        show_default=False,
        rich_help_panel=WHAT,
        help="Arrays x and y (and weights of rows) in FILE.npz, x=FILE.npy y=FILE.npy, or FILE.csv with targets in "
        "columns y or y0, y1, ...; may be repeated.",
    ),
]
LossName = Annotated[
    str | None,
    typer.Option(
        "--loss",
        metavar="NAME",
        show_default=False,
        rich_help_panel=WHAT,
        help="Keras's: mse, categorical_crossentropy, ... Default: the one the model was compiled with.",
    ),
]
Logits = Annotated[bool, typer.Option("--logits", rich_help_panel=WHAT, help="The model's outputs are logits.")]
Layer = Annotated[
    list[str] | None,
    typer.Option(
        "--layer",
        metavar="PATTERN",
        show_default=False,
        rich_help_panel=WHAT,
        help="Only these weights: dense_1, 'dense*/kernel'; may be repeated.",
    ),
]
Blocks = Annotated[bool, typer.Option("--blocks", rich_help_panel=WHAT, help="Of the Hessian only a block a layer.")]
Diagonal = Annotated[bool, typer.Option("--diagonal", rich_help_panel=WHAT, help="Of the Hessian only the diagonal.")]
Training = Annotated[
    bool,
    typer.Option(
        "--training/--inference",
        rich_help_panel=WHAT,
        help="Statistics of the batch, or moving ones; dropout is off in both.",
    ),
]
BatchSize = Annotated[
    int | None,
    typer.Option(
        "--batch-size",
        metavar="ROWS",
        show_default=False,
        rich_help_panel=WHAT,
        help="Rows at once, where all do not fit into memory.",
    ),
]
L2 = Annotated[
    float,
    typer.Option(
        "--l2", metavar="NUMBER", rich_help_panel=WHAT, help="A penalty: NUMBER times the square of every weight."
    ),
]
ModelVector = Annotated[
    str | None,
    typer.Option(
        "--vector", "-v", metavar="V", show_default=False, rich_help_panel=WHAT,
        help="Of hvp: 1,0,0 or @v.npy or random(7), in the order of the weights.",
    ),
]  # fmt: skip
ModelDtype = Annotated[
    Dtype | None,
    typer.Option(
        "--dtype",
        metavar="float64|float32",
        show_default=False,
        rich_help_panel=WITNESSES,
        help="The tape's arithmetic. Default: the model's own; differences are always taken in float64.",
    ),
]
PlainModel = Annotated[
    bool,
    typer.Option(
        "--plain",
        rich_help_panel=WITNESSES,
        help="What nested tapes over TensorFlow's own operations say, and how far that is from the right numbers.",
    ),
]
PlanModel = Annotated[
    bool, typer.Option("--plan", rich_help_panel=WHAT, help="Parameters, memory and passes; nothing is differentiated.")
]
AllowCode = Annotated[
    bool, typer.Option("--allow-code", rich_help_panel=WHAT, help="Let a file's Lambda layers run: they are code.")
]


@grouped
def model(
    what: What,
    file: File,
    show: Show,
    data: ModelData = None,
    loss: LossName = None,
    logits: Logits = False,
    layer: Layer = None,
    vector: ModelVector = None,
    blocks: Blocks = False,
    diagonal: Diagonal = False,
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
    hesscli model hessian mlp.keras --data train.npz --loss mse
    hesscli model hessian mlp.keras --data train.npz --loss mse --layer dense_1
    hesscli model hvp mlp.keras --data train.npz --loss mse --vector "random(7)"
    hesscli model hessian mlp.keras --data train.npz --training --plain
    """
    form = chosen(show)
    if blocks and diagonal:
        raise HesscliError("--blocks and --diagonal contradict each other", code="usage")
    if (blocks or diagonal or plan) and what is not Asked.HESSIAN:
        option = "--plan" if plan else "--blocks" if blocks else "--diagonal"
        raise HesscliError(f"{option} belongs to model hessian, not to model {what.value}", code="usage")
    if (vector is None) == (what is Asked.HVP):
        message = "model hvp needs a vector: --vector" if vector is None else f"model {what.value} takes no --vector"
        raise HesscliError(message, code="usage")
    environment = current.get()
    with environment.out(show.output) as stream:
        from hesscli.model.answer import answer
        from hesscli.model.binding import Setting, read
        from hesscli.model.binding import plan as plan_of
        from hesscli.model.report import EXIT
        from hesscli.output import model as output

        setting = Setting(
            data=tuple(data or ()),
            loss=loss,
            logits=logits,
            layers=tuple(layer or ()),
            training=training,
            batch_size=batch_size,
            l2=l2,
            dtype=None if dtype is None else dtype.value,
            plain=plain,
            form="blocks" if blocks else "diagonal" if diagonal else "whole",
            rtol=rtol,
            allow_code=allow_code,
        )
        bound = read(file, setting)
        if plan:
            stream.write(output.render_plan(plan_of(bound), form, page_of(show)))
            return
        report = answer(bound, what.value, _vector(vector, bound))
        status = int(EXIT[report.verdict])
        if status and not seen_on_terminal(form, show):
            environment.say(f"hesscli: {output.conclusion(report)}")
        output.render(report, form, stream, page_of(show), quiet=show.quiet)
    environment.note(status)


def _vector(text: str | None, bound: Any) -> Any:
    from hesscli.model.vector import read_vector

    return None if text is None else read_vector(text, bound.objective.layout)
