"""A file, data and options -> a model that is bound to them, and what its Hessian will take."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

import numpy as np
from numpy.typing import NDArray

from hesscli.errors import HesscliError
from hesscli.model.data import Data, arrays_of_inputs, in_steps, read_arrays
from hesscli.model.joint import JointLoss, losses_of, output_names
from hesscli.model.loading import load
from hesscli.model.objective import ModelObjective, path_of
from hesscli.model.rebuild import check_not_random, policies, rebuilt, rest
from hesscli.model.saved import FIXED, SavedGraph
from hesscli.model.spectrum import SpectrumRequest
from hesscli.options import RTOL

Array = NDArray[Any]


@dataclass(frozen=True, slots=True)
class Setting:
    """What is asked of a model.

    Attributes:
        data: as typed.
        loss: by name, or ``OUTPUT=NAME`` each; none takes what it was compiled with.
        factors: of losses, ``OUTPUT=NUMBER`` each.
        logits: whether outputs are logits.
        layers: patterns of weights; none takes all.
        training: batch statistics.
        batch_size: rows at once; None takes all.
        l2: penalty of the square of every trainable weight.
        dtype: of the tape; None is the model's own.
        plain: TensorFlow's own operations beside the right forms.
        form: of a Hessian, ``whole``, ``blocks`` or ``diagonal``.
        last: the last layer alone, where ``layers`` names none.
        wanted: of a spectrum.
        rtol: None is the dtype's.
        allow_code: whether a Lambda layer may run.
    """

    data: Sequence[str] = ()
    loss: str | Sequence[str] | None = None
    factors: Sequence[str] = ()
    logits: bool = False
    layers: Sequence[str] = ()
    training: bool = False
    batch_size: int | None = None
    l2: float = 0.0
    dtype: str | None = None
    plain: bool = False
    form: str = "whole"
    last: bool = False
    wanted: SpectrumRequest | None = None
    rtol: float | None = None
    allow_code: bool = False


@dataclass(frozen=True, eq=False)
class Model:
    """A model bound to data and a loss.

    Attributes:
        file: as typed.
        source: the model as it was loaded.
        setting: what is asked.
        objective: in the tape's dtype, right forms.
        precise: the same in doubles, for differences; the same one where the tape's are doubles.
        own: TensorFlow's own operations, where they are asked for.
        notes: about the model as it was read.
    """

    file: str
    source: Any
    setting: Setting
    objective: ModelObjective
    precise: ModelObjective
    own: ModelObjective | None
    notes: tuple[str, ...]

    @property
    def rtol(self) -> float:
        """Largest relative error that is agreement."""
        return self.setting.rtol or RTOL[self.objective.dtype]


def read_model(file: str, setting: Setting, curvature: type[ModelObjective] = ModelObjective) -> Model:
    """Load a model and bind it; nothing is differentiated.

    Args:
        file: of a model.
        setting: what is asked of it.
        curvature: what stands for its Hessian.

    Raises:
        HesscliError: whatever is wrong with the file, the data, the loss or a pattern.
    """
    _check(setting)
    loaded = load(file, allow_code=setting.allow_code)
    source = loaded.model
    if not source.trainable_variables:
        raise HesscliError(
            f"{file}: the model has no trainable weights: there is nothing to differentiate by", code="model"
        )
    if isinstance(source, SavedGraph) and setting.training:
        raise HesscliError(f"--training: {FIXED}; FILE.keras or FILE.py:FUNCTION can be asked for both", code="usage")
    if setting.last and not setting.layers:
        setting = replace(setting, layers=(path_of(source.trainable_variables[-1], source).rpartition("/")[0],))
    dtype = setting.dtype or _dtype(source)
    names = output_names(source)
    given = (setting.loss,) if isinstance(setting.loss, str) else setting.loss or ()
    loss = losses_of(given, setting.factors, names, loaded.loss, loaded.weights, logits=setting.logits)
    if isinstance(loss, JointLoss) and curvature is not ModelObjective:
        raise HesscliError(
            f"model {curvature.curvature} is of one output, and the model has {', '.join(names)}", code="model"
        )
    rested = rest(source) if setting.training else ()
    if setting.training:
        check_not_random(source)
    model = rebuilt(source, dtype, safe=loaded.safe)
    inputs = _inputs(model)
    arrays = read_arrays(setting.data, [name for name, _ in inputs], names if len(names) > 1 else ())
    spare = {f"y_{name}" for name in names} - {f"y_{one.output}" for one in loss.parts}
    arrays = {name: array for name, array in arrays.items() if name not in spare}
    data = _rounded(arrays_of_inputs(arrays, inputs, [one.output for one in loss.parts]), dtype)
    if setting.batch_size is not None and setting.batch_size >= data.rows:
        setting = replace(setting, batch_size=None)
    make = partial(
        curvature,
        data=data,
        loss=loss,
        training=setting.training,
        layers=setting.layers,
        batch_size=setting.batch_size,
        l2=setting.l2,
    )
    objective = make(model)
    precise = objective
    if dtype != "float64":
        precise = make(rebuilt(source, "float64", safe=loaded.safe))
    own = make(model, plain=True) if setting.plain else None
    notes = [f"dropout is off: {', '.join(rested)}"] if rested else []
    notes += [FIXED] if isinstance(source, SavedGraph) else []
    if mixed := sorted(name for name in policies(source) if "mixed" in name or "16" in name):
        notes.append(f"computed in {dtype} throughout, not in {', '.join(mixed)}")
    if setting.training and setting.batch_size is not None:
        notes.append("each batch has its own statistics: another batch size is another loss")
    return Model(file, source, setting, objective, precise, own, tuple(notes))


def _check(setting: Setting) -> None:
    if setting.batch_size is not None and setting.batch_size < 1:
        raise HesscliError(f"--batch-size: expected a positive whole number, got {setting.batch_size}", code="usage")
    if not 0 <= setting.l2 < math.inf:
        raise HesscliError(f"--l2: expected a positive number or 0, got {setting.l2}", code="usage")
    if setting.rtol is not None and not 0 < setting.rtol < math.inf:
        raise HesscliError(f"--rtol: expected a positive number, got {setting.rtol}", code="usage")


def _dtype(model: Any) -> str:
    own = str(model.trainable_variables[0].dtype)
    return own if own in RTOL else "float32"


def _inputs(model: Any) -> list[tuple[str, tuple[int | None, ...]]]:
    """Name and shape of each input; nothing of a model that takes anything."""
    return [(str(one.name), tuple(one.shape)) for one in getattr(model, "inputs", None) or ()]


def _rounded(data: Data, dtype: str) -> Data:
    """The numbers that the tape sees: both witnesses start from the same."""

    def seen(array: Array) -> Array:
        if array.dtype.kind != "f":
            return array
        for rows in in_steps(array) if array.dtype.itemsize > np.dtype(dtype).itemsize else ():
            with np.errstate(over="ignore"):
                beyond = ~np.isfinite(rows.astype(dtype))
            if beyond.any():
                raise HesscliError(
                    f"--data: {rows[beyond][0]:g} is beyond {dtype}; --dtype float64 takes it", code="data"
                )
        return array if isinstance(array, np.memmap) else array.astype(dtype, copy=False)

    weights = None if data.weights is None else seen(data.weights.astype(np.float64))
    return Data(tuple(map(seen, data.inputs)), tuple(map(seen, data.targets)), weights, dtype)
