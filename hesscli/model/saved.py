"""A SavedModel as a model of Keras: its function, and its variables as weights. Graphs alone are run, no Python."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import Any

from hesscli.errors import HesscliError
from hesscli.model.keras3 import keras, tf
from hesscli.model.replay import Replay
from hesscli.tape.graphs import known, operation_types

FILE = "saved_model.pb"
DEFAULT = "serving_default"
"""Of signatures, as exports name theirs."""

FIXED = "a SavedModel computes what its export fixed, as a rule inference; it holds no penalties: --l2 adds one"

PYTHON = ("PyFunc", "PyFuncStateless", "EagerPyFunc", "NumpyFunction")
TOUCHING = ("ReadFile", "WriteFile", "MatchingFiles", "WholeFileReaderV2", "Save", "SaveSlices")
"""Operations that read or write files; SaveV2 and RestoreV2 are those of every SavedModel's own variables."""


class SavedGraph(keras.Model):  # type: ignore[misc]  # Keras has no types
    """A function of a SavedModel: as it was loaded, or replayed.

    Attributes:
        function: TensorFlow's concrete function.
        inputs: one an input, with its name, shape and dtype.
        output_names: of what it returns.
        replay: None of the function as it was loaded.
    """

    def __init__(self, function: Any, dtype: str | None = None) -> None:
        """Take its variables over.

        Args:
            function: of a SavedModel.
            dtype: in which it is replayed; None keeps it as it was loaded.
        """
        own = [one for one in function.variables if one.trainable] or [*function.variables]
        super().__init__(dtype=dtype or (own[0].dtype.name if own else "float32"))
        self.function, self.replay = function, Replay(function.graph, dtype) if dtype else None
        self._specs = [one for one in tf.nest.flatten(function.structured_input_signature) if _tensor(one)]
        self._handles = list(function.captured_inputs)
        self._originals = list(function.variables)
        self._copies = list(_weights(self._originals, dtype))
        self.output_names = sorted(found) if isinstance(found := function.structured_outputs, dict) else ["output"]
        self.built = True

    @property
    def inputs(self) -> list[Any]:
        """One an input."""
        return [keras.KerasTensor(one.shape, one.dtype.name, name=one.name) for one in self._specs]

    def replayed(self, dtype: str) -> SavedGraph:
        """The same function operation by operation, in a dtype, of the weights that this one has."""
        found = SavedGraph(self.function, dtype)
        found.set_weights(self.get_weights())
        return found

    def call(self, inputs: Any, training: bool | None = None) -> Any:
        """Its outputs; a name each where there are several."""
        given = list(inputs) if isinstance(inputs, (list, tuple)) else [inputs]
        flat = self._loaded(given) if self.replay is None else self._replayed(given)
        return flat[0] if len(flat) == 1 else dict(zip(self.output_names, flat, strict=True))

    def _loaded(self, given: Sequence[Any]) -> list[Any]:
        """What TensorFlow's own call says, for the weights that the copies have."""
        for original, copy in zip(self._originals, self._copies, strict=True):
            original.assign(tf.cast(copy.value, original.dtype))
        tensors = iter(tf.cast(one, spec.dtype) for one, spec in zip(given, self._specs, strict=True))
        form = self.function.structured_input_signature
        leaves = [next(tensors) if _tensor(one) else one for one in tf.nest.flatten(form)]
        positional, named = tf.nest.pack_sequence_as(form, leaves)
        return list(tf.nest.flatten(self.function(*positional, **named)))

    def _replayed(self, given: Sequence[Any]) -> list[Any]:
        assert self.replay is not None
        values = {id(one.handle): copy.value for one, copy in zip(self._originals, self._copies, strict=True)}
        captured = [values.get(id(one), one) for one in self._handles]
        captured = [tf.cast(one, self.replay.dtype) if one.dtype.is_floating else one for one in captured]
        return self.replay([*given, *captured])


def load_saved(folder: Path) -> SavedGraph:
    """The function of a SavedModel: its signature ``serving_default``, its only one, or its call without signatures.

    Args:
        folder: with a ``saved_model.pb``.

    Raises:
        HesscliError: it is none, calls Python, touches files, needs operations that TensorFlow has not, or has several
            functions.
    """
    try:
        kinds = set(operation_types(folder / FILE))
    except Exception as problem:  # protobuf has kinds of its own
        raise _refused(folder, f"{FILE} cannot be read: {' '.join(str(problem).split())[:200]}") from problem
    if bad := kinds.intersection(PYTHON):
        raise _refused(folder, f"it calls Python ({', '.join(sorted(bad))}), which a SavedModel does not hold")
    if bad := kinds.intersection(TOUCHING):
        raise _refused(folder, f"it reads or writes files ({', '.join(sorted(bad))}); nothing was executed")
    if bad := {kind for kind in kinds if not known(kind)}:
        raise _refused(folder, f"TensorFlow {tf.__version__} has no operations {', '.join(sorted(bad))}")
    try:
        loaded = tf.saved_model.load(str(folder))
    except Exception as problem:  # TensorFlow raises a dozen kinds for what it cannot read
        raise _refused(folder, f"TensorFlow cannot load it: {' '.join(str(problem).split())[:300]}") from problem
    found = SavedGraph(_function(folder, loaded))
    found.origin = loaded  # its variables live as long as it does
    return found


def _function(folder: Path, loaded: Any) -> Any:
    signatures = dict(loaded.signatures)
    if DEFAULT in signatures or len(signatures) == 1:
        return signatures.get(DEFAULT) or next(iter(signatures.values()))
    if signatures:
        raise _refused(folder, f"it has the signatures {', '.join(signatures)}; expected {DEFAULT}, or one")
    for name in ("serve", "__call__"):
        every = getattr(getattr(loaded, name, None), "concrete_functions", ())
        asleep = [one for one in every if True not in tf.nest.flatten(one.structured_input_signature)[1:]]
        if len(asleep) == 1:
            return asleep[0]
    raise _refused(folder, "it has no signature; tf.saved_model.save(..., signatures=function) gives it one")


def _tensor(one: Any) -> bool:
    return isinstance(one, tf.TensorSpec)


def _weights(originals: Sequence[Any], dtype: str | None) -> Iterator[Any]:
    """Variables of Keras of the same names, numbers and kinds; a name that comes again has a number behind it."""
    seen = dict[str, int]()
    for original in originals:
        path = original.name.partition(":")[0]
        seen[path] = seen.get(path, -1) + 1
        *scopes, name = path.split("/")
        kind = dtype if dtype and original.dtype.is_floating else original.dtype.name
        with ExitStack() as stack:
            for scope in scopes:
                stack.enter_context(keras.name_scope(scope))
            yield keras.Variable(
                original.numpy().astype(kind),
                dtype=kind,
                trainable=original.trainable,
                name=f"{name}_{seen[path]}" if seen[path] else name,
            )


def _refused(folder: Path, words: str) -> HesscliError:
    return HesscliError(f"{folder}: no SavedModel that can be differentiated: {words}", code="model")
