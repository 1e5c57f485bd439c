"""The losses of a model's outputs, of --loss, --loss-weight and its compilation: one an output, added as Keras does."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from difflib import get_close_matches
from typing import Any

from hesscli.errors import HesscliError
from hesscli.model.losses import Loss, loss_of, takes_logits

NONE = "none"
"""In the place of a loss: its output counts nothing."""


@dataclass(frozen=True, slots=True)
class JointLoss:
    """The losses of several outputs, which Keras adds.

    Attributes:
        parts: one an output that has a loss, in the model's order.
    """

    parts: tuple[Loss, ...]

    @property
    def name(self) -> str:
        """All of them: ``head: mean_squared_error, tail: poisson times 0.5``."""
        factors = ("" if one.weight == 1 else f" times {one.weight:g}" for one in self.parts)
        return ", ".join(f"{one.output}: {one.name}{by}" for one, by in zip(self.parts, factors, strict=True))


def losses_of(
    given: Sequence[str],
    factors: Sequence[str],
    outputs: Sequence[str],
    compiled: Any,
    weights: Any,
    *,
    logits: bool,
) -> Loss | JointLoss:
    """The loss of a model, or those of its outputs.

    Args:
        given: names of losses; ``OUTPUT=NAME`` is one output's, ``OUTPUT=none`` leaves it out.
        factors: ``OUTPUT=NUMBER``; a number alone is the only output's.
        outputs: their names.
        compiled: what the model was compiled with: a name or a configuration, a list of them, or one by output.
        weights: with which the model was compiled: a number, a list, or one by output.
        logits: whether the outputs are logits, of those losses that take some.

    Raises:
        HesscliError: unknown names, an output without a loss, two losses of one.
    """
    named, numbers = _said("--loss", given, outputs), _said("--loss-weight", factors, outputs)
    saved, scales = _compiled(compiled, outputs, "losses"), _compiled(weights, outputs, "weights of losses")
    if len(outputs) == 1:
        (output,) = outputs
        one = loss_of(named.get(output), saved[output], logits=logits, weights=scales[output])
        return replace(one, weight=_number(output, numbers[output])) if output in numbers else one
    parts = []
    for place, output in enumerate(outputs):
        name = named.get(output)
        if name is None and (named or compiled is None):
            raise HesscliError(
                f"which loss has the output {output}? --loss {output}=mse; --loss {output}={NONE} leaves it out "
                f"(the outputs are {', '.join(outputs)})",
                code="loss",
            )
        if name == NONE or (name is None and saved[output] is None):
            continue
        own = loss_of(name, saved[output], logits=logits and (name is None or takes_logits(name)))
        scale = _number(output, numbers[output]) if output in numbers else scales[output]
        parts.append(replace(own, weight=1.0 if scale is None else float(scale), output=output, place=place))
    if not parts:
        raise HesscliError("--loss: no output has a loss: there is nothing to differentiate", code="loss")
    return JointLoss(tuple(parts))


def output_names(model: Any) -> list[str]:
    """Names of a model's outputs in their order; one where it does not say."""
    names = [str(name) for name in getattr(model, "output_names", None) or ()]
    struct = getattr(model, "_outputs_struct", None)  # Keras keeps the names of a dictionary nowhere else
    if isinstance(struct, dict):
        names = sorted(map(str, struct))
    return [name if names.index(name) == k else f"{name}_{k}" for k, name in enumerate(names)] or ["output"]


def _said(option: str, given: Sequence[str], outputs: Sequence[str]) -> dict[str, str]:
    """What an option says of each output; a word without a name is that of all that have none."""
    found, rest = dict[str, str](), list[str]()
    for text in given:
        name, equals, word = (part.strip() for part in text.partition("="))
        if not equals:
            rest.append(name)
            continue
        if name not in outputs:
            near = get_close_matches(name, outputs, n=1)
            hint = f"did you mean {near[0]}?" if near else f"they are {', '.join(outputs)}"
            raise HesscliError(f"{option} {text}: the model has no output {name}; {hint}", code="loss")
        if name in found:
            raise HesscliError(f"{option}: the output {name} is given twice", code="loss")
        found[name] = word
    if len(rest) > 1:
        hint = f"; --loss {outputs[0]}={rest[0]} names the output" if len(outputs) > 1 else ""
        raise HesscliError(f"{option} is given twice: {', '.join(rest)}{hint}", code="loss")
    return dict.fromkeys(outputs, rest[0]) | found if rest else found


def _compiled(saved: Any, outputs: Sequence[str], what: str) -> dict[str, Any]:
    """What a model was compiled with, output by output."""
    if isinstance(saved, Mapping) and "class_name" not in saved:
        return {output: saved.get(output) for output in outputs} if len(outputs) > 1 else _only(saved.values(), outputs)
    if isinstance(saved, (list, tuple)):
        if len(saved) != len(outputs):
            raise HesscliError(
                f"the model was compiled with {len(saved)} {what}, and has {len(outputs)} outputs; --loss names them",
                code="loss",
            )
        return dict(zip(outputs, saved, strict=True))
    return dict.fromkeys(outputs, saved)


def _only(values: Any, outputs: Sequence[str]) -> dict[str, Any]:
    return _compiled(list(values), outputs, "losses")


def _number(output: str, text: str) -> float:
    try:
        value = float(text)
    except ValueError:
        value = math.nan
    if not 0 <= value < math.inf:
        raise HesscliError(f"--loss-weight {output}={text}: expected a positive number or 0", code="usage")
    return value
