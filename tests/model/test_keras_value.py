"""What is differentiated has Keras's own value, or nothing is said; kinks are seen where both sides are alike."""

from __future__ import annotations

import numpy as np
import pytest

from hesscli.errors import HesscliError
from hesscli.result import Verdict
from tests.model.conftest import filled, grid

OWN = """
import keras
import numpy as np
import tensorflow as tf
from keras import layers


def tanh(x):
    return 3 * keras.ops.tanh(x)


def own_name():
    model = keras.Sequential([layers.Input((1,)), layers.Dense(1, activation=tanh, name="dense")])
    model.set_weights([np.array([[0.5]]), np.array([0.25])])
    return model


def frozen():
    model = keras.Sequential([layers.Input((1,)), layers.Dense(1, name="dense")])
    model.layers[0].bias.trainable = False
    return model


class Half(keras.Model):
    def __init__(self, **named):
        super().__init__(**named)
        self.dense = layers.Dense(1)

    def call(self, x):
        return self.dense(x)

    def compute_loss(self, *given, **named):
        return 0.5 * super().compute_loss(*given, **named)


def half():
    model = Half()
    model(np.ones((1, 1)))
    return model


class Bare(layers.Layer):
    def __init__(self, factor):
        super().__init__()
        self.factor = factor

    def call(self, x):
        return self.factor * x


class Noisy(layers.Layer):
    def call(self, x):
        return x + keras.ops.cast(tf.random.normal([1]), x.dtype)


class Normal(layers.Layer):
    def call(self, x):
        return keras.ops.reshape(tf.nn.lrn(keras.ops.reshape(x, (-1, 1, 1, 1)), beta=1.0), (-1, 1))


def noisy():
    return keras.Sequential([layers.Input((1,)), layers.Dense(1), Noisy()])


def normal():
    model = keras.Sequential([layers.Input((1,)), layers.Dense(1, use_bias=False, name="dense"), Normal()])
    model.set_weights([np.array([[0.5]])])
    return model


def bare():
    return keras.Sequential([layers.Input((1,)), layers.Dense(1), Bare(2.0)])
"""


@pytest.fixture(scope="module")
def ask(keras, tmp_path_factory):
    """Answer for a model, or for a function of the file above."""
    from hesscli.model.answer import answer_model
    from hesscli.model.binding import Setting, read_model

    folder = tmp_path_factory.mktemp("values")
    (folder / "own.py").write_text(OWN)

    def run(model, x, y, command="gradient", **options):
        np.savez(folder / "data.npz", x=x, y=y)
        name = f"{folder}/own.py:{model}"
        if not isinstance(model, str):
            name = str(folder / "model.keras")
            model.save(name)
        return answer_model(read_model(name, Setting(data=(str(folder / "data.npz"),), **options)), command)

    return run


def checked(report, model, x, y, training=False):
    """Keras's own value, and no word against it."""
    assert report.verdict in (Verdict.AGREE, Verdict.CHECKED)
    assert report.value == pytest.approx(model.evaluate(x, y, verbose=0), rel=1e-5)


def small(keras, *parts, inputs=2, **compiled):
    model = filled(keras.Sequential([keras.layers.Input((inputs,)), *parts]))
    model.compile(**{"loss": "mse", **compiled})
    return model


def test_an_adapted_normalisation_keeps_its_mean(keras, ask):
    """H of the first weight is 2 mean(z^2) = 2 by hand: z has the variance 1."""
    x, y = 5 * grid(4, 2) + 3, grid(4, 1)
    norm = keras.layers.Normalization()
    norm.adapt(x)
    model = keras.Sequential([keras.layers.Input((2,)), norm, keras.layers.Dense(1)])
    model.compile(loss="mse")
    report = ask(model, x, y, "hessian", dtype="float64")
    checked(report, model, x, y)
    assert report.numbers["hessian"][0, 0] == pytest.approx(2, rel=1e-5)


@pytest.mark.parametrize("dtype", [None, "float64"])
def test_an_own_function_with_the_name_of_one_of_keras_stays_it(ask, dtype):
    """(3 tanh(w/2 + b) - 1)^2 at x = 1/2, w = 1/2, b = 1/4."""
    report = ask("own_name", [[0.5]], [[1.0]], loss="mse", dtype=dtype)
    t = np.tanh(0.5)
    assert report.value == pytest.approx((3 * t - 1) ** 2, rel=1e-6)
    assert report.numbers["gradient"][1] == pytest.approx(6 * (3 * t - 1) * (1 - t * t), rel=1e-6)
    assert report.verdict is Verdict.CHECKED


def test_weights_of_losses_and_options_count(keras, ask):
    x, y = grid(4, 2), np.eye(3)[[0, 1, 2, 1]]
    for compiled in ({"loss_weights": 3.0}, {"loss": keras.losses.CategoricalCrossentropy(label_smoothing=0.25)}):
        model = small(keras, keras.layers.Dense(3, activation="softmax"), **compiled)
        checked(ask(model, x, y), model, x, y)
    model = small(
        keras,
        keras.layers.Dense(3, activation="softmax"),
        loss=keras.losses.SparseCategoricalCrossentropy(ignore_class=1),
    )
    checked(ask(model, x, np.array([0, 1, 2, 1])), model, x, np.array([0, 1, 2, 1]))


def test_a_mask_leaves_places_out(keras, ask):
    layers = keras.layers
    model = small(keras, layers.Embedding(4, 2, mask_zero=True), layers.Dense(1), inputs=3)
    x, y = np.array([[1, 2, 0], [3, 0, 0]]), grid(2, 3, 1)
    checked(ask(model, x, y), model, x, y)


def test_losses_of_activities_count(keras, ask):
    layers = keras.layers
    model = small(keras, layers.Dense(2, activity_regularizer=keras.regularizers.L2(0.5)), layers.Dense(1))
    checked(ask(model, grid(4, 2), grid(4, 1)), model, grid(4, 2), grid(4, 1))


def test_what_is_frozen_by_itself_stays_frozen(ask):
    for dtype in (None, "float64"):
        assert ask("frozen", [[0.5]], [[1.0]], loss="mse", dtype=dtype).layout.labels() == ["dense/kernel[0,0]"]


def test_l2_is_of_the_trainable_weights_alone(keras, ask):
    """Moving statistics are no weights that are trained: the exact side and the tape agree on the value."""
    model = small(keras, keras.layers.Dense(1), keras.layers.BatchNormalization())
    plain, more = (ask(model, grid(4, 2), grid(4, 1), l2=l2, dtype="float64") for l2 in (0.0, 0.25))
    assert more.value - plain.value == pytest.approx(0.25 * np.square(plain.theta).sum())
    assert more.verdict is Verdict.AGREE


def test_another_value_than_that_of_keras_is_refused(ask):
    with pytest.raises(HesscliError, match=r"Keras's own loss .* is .*, and what would be differentiated") as caught:
        ask("half", [[0.5]], [[1.0]], loss="mse")
    assert caught.value.status == 2


def test_a_layer_that_cannot_be_made_anew_is_named_with_the_remedy(ask):
    with pytest.raises(HesscliError, match=r"\(Bare\) needs .*keras\.saving\.register_keras_serializable"):
        ask("bare", [[0.5]], [[1.0]], loss="mse")


def test_an_exact_side_with_another_value_is_not_asked(keras, ask, monkeypatch):
    """The written-out network is another one here: it neither refutes the tape nor stands beside it."""
    from hesscli.model import written

    monkeypatch.setitem(written.LOSSES, "mean_squared_error", lambda y, p: ((p - y) ** 2).sum(axis=-1) * 2)
    report = ask(small(keras, keras.layers.Dense(1)), grid(4, 2), grid(4, 1))
    assert report.verdict is Verdict.CHECKED
    assert not report.exact
    assert any("the exact side is not asked" in note for note in report.notes)


def test_a_symmetrical_kink_is_not_checked(keras, ask):
    """|p - y| at p = y: both sides are alike, and central differences see 0."""
    model = keras.Sequential([keras.layers.Input((40,)), keras.layers.Dense(1, kernel_initializer="zeros")])
    assert ask(model, grid(3, 40), np.zeros((3, 1)), loss="mae").verdict is Verdict.UNCHECKED


def test_units_that_start_at_a_kink_are_not_refuted(keras, ask):
    layers = keras.layers
    model = keras.Sequential(
        [layers.Input((40,)), layers.Dense(2, activation="relu", kernel_initializer="zeros"), layers.Dense(1)]
    )
    model.layers[1].kernel.assign([[0.5], [-0.75]])
    report = ask(model, grid(3, 40), np.ones((3, 1)), "hessian", loss="mse", dtype="float64")
    assert report.verdict is Verdict.UNCHECKED


def test_what_draws_is_named(ask):
    with pytest.raises(HesscliError, match=r"it draws random numbers \(.*RandomStandardNormal"):
        ask("noisy", [[0.5]], [[1.0]], loss="mse")


def test_a_layer_of_ones_own_is_put_right_in_doubles_too(ask):
    """f = w^2/(1 + w^2)^2 at w = 1/2: f'' = 2 (1 - q)/(1 + q)^3 + 4 q (2 q - 4)/(1 + q)^4 with q = 1/4."""
    report = ask("normal", [[1.0]], [[0.0]], "hessian", loss="mse", dtype="float64")
    assert report.verdict is Verdict.CHECKED
    np.testing.assert_allclose(report.numbers["hessian"], [[-0.6656]], rtol=1e-12)
    assert report.repaired == ("tf.nn.local_response_normalization",)
