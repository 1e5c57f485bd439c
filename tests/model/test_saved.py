"""SavedModels: the same derivatives as the model that was exported, wrong operations mended; files of code refused."""

from __future__ import annotations

import numpy as np
import pytest

from hesscli.errors import HesscliError
from hesscli.result import Verdict
from tests.model.conftest import filled, grid

X, Y = grid(3, 2), grid(3, 1)


@pytest.fixture(scope="module")
def answered(tmp_path_factory):
    """The report of a model, or of a function of tensors, that is written as a SavedModel."""
    from hesscli.model.answer import answer_model
    from hesscli.model.binding import Setting, read_model
    from hesscli.model.keras3 import keras, tf

    folder = tmp_path_factory.mktemp("saved")

    def answer(made, x=X, y=Y, command="hessian", **options):
        place = folder / f"model{len([*folder.iterdir()])}"
        np.savez(folder / "data.npz", x=x, y=y)
        setting = Setting(**{"data": (str(folder / "data.npz"),), "loss": "mse", "dtype": "float64", **options})
        if isinstance(made, keras.Model):
            made.export(place, verbose=False)
        else:
            tf.saved_model.save(made, place)
        return answer_model(read_model(str(place), setting), command)

    return answer


@pytest.mark.parametrize("name", ["norm", "batch", "resize", "words"])
def test_an_export_has_the_hessian_of_its_model(keras, tmp_path, name):
    from hesscli.model.binding import Setting, read_model

    layers = keras.layers
    parts, shape = {
        "norm": ([layers.Dense(2, activation="silu"), layers.LayerNormalization()], (2,)),
        "batch": ([layers.Dense(2, activation="softsign"), layers.BatchNormalization()], (2,)),
        "resize": ([layers.Reshape((2, 1, 1)), layers.Resizing(3, 2), layers.Dense(1), layers.Flatten()], (2,)),
        "words": ([layers.Embedding(3, 1), layers.Flatten()], (2,)),
    }[name]
    x = np.array([[0, 2], [1, 1], [2, 0]]) if name == "words" else X
    model = filled(keras.Sequential([layers.Input(shape), *parts, layers.Dense(1, activation="tanh", name="out")]))
    model.save(tmp_path / "model.keras")
    model.export(tmp_path / "model", verbose=False)
    np.savez(tmp_path / "data.npz", x=x, y=Y)
    setting = Setting(data=(str(tmp_path / "data.npz"),), loss="mse", dtype="float64")
    own, found = (read_model(str(tmp_path / file), setting).objective for file in ("model.keras", "model"))
    expected, matrix = (f.products(f.theta, np.eye(f.n)) for f in (own, found))
    assert [name.removeprefix(f"{model.name}/") for name in found.names] == own.names
    assert found.used == own.used
    np.testing.assert_allclose(matrix, expected, atol=1e-7)  # the constants of the export are float32


@pytest.fixture(scope="module")
def module():
    """A function of tensors with weights w, as a module that can be saved."""
    from hesscli.tape.quiet import tf

    class Module(tf.Module):
        def __init__(self, body, size=2):
            super().__init__()
            self.w = tf.Variable(tf.constant(grid(size) + 1, tf.float32), name="w")
            self.body = body

        @tf.function(input_signature=[tf.TensorSpec((None, 2), name="x")])
        def __call__(self, x):
            return self.body(self.w, x)

    return Module


def test_a_loop_and_a_branch(answered, module):
    """f = mean((x.w)^3 + y)^2 by a loop of three products; H by hand."""
    from hesscli.tape.quiet import tf

    def body(w, x):
        z = tf.linalg.matvec(x, w)
        _, product = tf.while_loop(lambda k, p: k < 3, lambda k, p: (k + 1, p * z), (0, tf.ones_like(z)))
        return tf.cond(tf.reduce_sum(x) < 1e6, lambda: product, lambda: 0 * product)[:, None]

    found = answered(module(body))
    w = np.float32(grid(2) + 1).astype(float)
    z = X @ w
    curvature = (2 * (3 * z**2) ** 2 + 2 * (z**3 - Y[:, 0]) * 6 * z) / 3
    np.testing.assert_allclose(found.numbers["hessian"], (X.T * curvature) @ X, rtol=1e-12)
    assert found.verdict is Verdict.CHECKED


def test_a_custom_gradient_is_not_followed(answered, module):
    """The derivative is that of what is computed, not what somebody wrote beside it."""
    from hesscli.tape.quiet import tf

    @tf.custom_gradient
    def doubled(z):
        return z**2, lambda upstream: 7 * upstream

    found = answered(module(lambda w, x: doubled(tf.linalg.matvec(x, w))[:, None]))
    z = X @ np.float32(grid(2) + 1).astype(float)
    np.testing.assert_allclose(
        found.numbers["hessian"], (X.T * ((8 * z**2 + 4 * (z**2 - Y[:, 0])) / 3)) @ X, rtol=1e-12
    )


def test_batch_normalisation_of_keras_2(answered, module):
    """The fused operation, which has no doubles, by given statistics: (x w - 1/4)/sqrt(5/4)."""
    from hesscli.tape.quiet import tf

    def body(w, x):
        z = tf.reshape(x * w, [-1, 1, 1, 2])
        ones = tf.ones(2)
        normal = tf.raw_ops.FusedBatchNormV3(
            x=z, scale=ones, offset=0 * ones, mean=ones / 4, variance=ones, epsilon=0.25, is_training=False
        ).y
        return tf.reduce_sum(tf.square(normal), [1, 2, 3])[:, None]

    found = answered(module(body), command="gradient")
    w = np.float32(grid(2) + 1).astype(float)
    inner = (X * w - 0.25) / np.sqrt(1.25)
    slope = 2 * (np.sum(inner**2, 1, keepdims=True) - Y) / 3 * 2 * inner * X / np.sqrt(1.25)
    np.testing.assert_allclose(found.numbers["gradient"], slope.sum(0), rtol=1e-7)


def test_what_has_no_second_derivative_is_no_number(answered, module):
    from hesscli.tape.quiet import tf

    def body(w, x):
        z = tf.reshape(x * w, [-1, 2, 1, 1])
        return tf.reduce_sum(tf.square(tf.raw_ops.ResizeBilinear(images=z, size=[3, 1], align_corners=True)), [1, 2])

    assert answered(module(body), dtype="float32").verdict is Verdict.TAPE_FAILED


def test_stopped_gradients_are_told(answered, module):
    from hesscli.tape.quiet import tf

    found = answered(module(lambda w, x: (tf.linalg.matvec(x, w) * tf.stop_gradient(w[0]))[:, None]))
    assert found.verdict is Verdict.DISAGREE
    assert any("StopGradient" in note for note in found.notes)


def test_several_outputs_have_the_names_of_the_signature(answered, keras, tmp_path):
    layers = keras.layers
    given = layers.Input((2,))
    model = filled(keras.Model(given, [layers.Dense(1, name=name)(given) for name in ("low", "high")]))
    np.savez(tmp_path / "d.npz", x=X, y_output_0=Y, y_output_1=2 * Y)
    found = answered(model, data=(str(tmp_path / "d.npz"),), factors=("output_1=0.5",))
    ones = np.column_stack([X, np.ones(3)])
    one = 2 / 3 * ones.T @ ones
    factors = [0.5 if tensor.layer.endswith("high") else 1 for tensor in found.layout.tensors[::2]]
    zero = np.zeros((3, 3))
    np.testing.assert_allclose(
        found.numbers["hessian"], np.block([[factors[0] * one, zero], [zero, factors[1] * one]]), atol=1e-12
    )


def test_what_is_refused_before_it_runs(answered, module, tmp_path):
    from hesscli.tape.quiet import tf

    def refused(body, **options):
        with pytest.raises(HesscliError) as caught:
            answered(module(body), **options)
        assert caught.value.status == 2
        return caught.value.message

    def python(w, x):
        return tf.ensure_shape(tf.numpy_function(lambda x: x, [x @ w[:, None]], tf.float32), [None, 1])

    def writing(w, x):
        with tf.control_dependencies([tf.io.write_file(str(tmp_path / "touched"), "here")]):
            return x @ w[:, None]

    assert "it calls Python (" in refused(python)
    assert "reads or writes files (WriteFile)" in refused(writing)
    assert not (tmp_path / "touched").exists()
    assert "the model was saved without one; --loss mse" in refused(lambda w, x: x @ w[:, None], loss=None)
    assert "what its export fixed" in refused(lambda w, x: x @ w[:, None], training=True)
    (tmp_path / "bad").mkdir()
    (tmp_path / "bad" / "saved_model.pb").write_bytes(b"\xff\xff no graph")
    from hesscli.model.loading import load

    with pytest.raises(HesscliError, match=r"saved_model\.pb cannot be read"):
        load(str(tmp_path / "bad"))
