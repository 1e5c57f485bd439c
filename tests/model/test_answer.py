"""Models against what is known of them: the tutorials' case by hand, the others by their definition in balls."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from hesscli.result import Verdict

H = "hessian"


@pytest.fixture(scope="module")
def ask(saved):
    from hesscli.model.answer import answer_model
    from hesscli.model.binding import Setting, read_model

    def run(name, command=H, data="data", vector=None, **options):
        options = {"loss": "mse", "dtype": "float64", **options}
        setting = Setting(data=(str(saved / f"{data}.npz"),), **options)
        return answer_model(read_model(str(saved / f"{name}.keras"), setting), command, vector)

    return run


def test_the_case_of_the_tutorials(ask):
    """Loss ((2 w1 + b1 - 3)^2 + (2 w2 + b2 - 5)^2)/2: per unit f_ww = 4, f_wb = 2, f_bb = 1, by hand."""
    report = ask("linear", data="linear", loss=None)
    assert report.numbers[H].tolist() == [[4, 0, 2, 0], [0, 4, 0, 2], [2, 0, 1, 0], [0, 2, 0, 1]]
    assert report.layout.labels() == ["dense/kernel[0,0]", "dense/kernel[0,1]", "dense/bias[0]", "dense/bias[1]"]
    w, b = report.theta[:2], report.theta[2:]
    away = 2 * w + b - [3, 5]
    assert report.value == np.mean(away**2)
    assert report.numbers["gradient"].tolist() == [*(2 * away), *away]
    assert report.verdict is Verdict.AGREE
    assert not report.repaired


@pytest.fixture(scope="module")
def batch(ask):
    return ask("batch", training=True)


def test_batch_normalisation_in_training_is_right(batch):
    """The exact side writes the layer by its definition, and has every entry."""
    assert batch.verdicts[H] is Verdict.AGREE
    assert batch.repaired == ("tf.nn.moments",)
    np.testing.assert_allclose(batch.tape[H], batch.exact[H].double, atol=1e-13)
    np.testing.assert_allclose(batch.numbers[H], batch.numbers[H].T, atol=1e-14)
    assert "dropout is off: drop" in batch.notes


def test_plain_tapes_are_wrong_there_and_differences_see_it(ask, batch):
    plain = ask("batch", training=True, plain=True)
    assert plain.verdict is Verdict.DISAGREE
    assert plain.verdicts["gradient"] is Verdict.AGREE
    assert "refuted" in {one.outcome.value for one in plain.checks[H] if one.part == "dense/kernel"}
    gap = np.abs(plain.tape[H] - batch.numbers[H])
    assert plain.apart.largest == pytest.approx(gap.max())
    assert gap.max() > 0.05 * np.abs(batch.numbers[H]).max()
    np.testing.assert_array_equal(plain.numbers[H], batch.numbers[H])


def test_layer_normalisation_and_labels(ask):
    report = ask("layer", data="labels", loss="sparse_categorical_crossentropy", layers=["dense", "norm"])
    assert report.verdicts[H] is Verdict.AGREE
    assert report.repaired == ("tf.nn.moments",)


def test_group_normalisation_is_checked_by_differences(ask):
    report = ask("group", layers=["dense"])
    assert report.verdict is Verdict.CHECKED
    assert report.repaired == ("tf.nn.moments",)
    assert max(one.error for one in report.checks[H]) < 1e-7


def test_softsign_has_a_second_derivative(ask):
    """The weights of the second layer stand linearly in its outputs: 2 mean(h h') by hand."""
    report = ask("sign", layers=["dense", "out/kernel"])
    assert report.verdicts[H] is Verdict.AGREE
    x = np.load(report_data(report))["x"]
    dense = report.theta[:6]
    z = x @ dense[:4].reshape(2, 2) + dense[4:]
    h = z / (1 + np.abs(z))
    np.testing.assert_allclose(report.numbers[H][6:, 6:], 2 * h.T @ h / len(h), atol=1e-13)


@pytest.mark.slow
def test_softsign_without_its_form_fails_loudly(ask):
    report = ask("sign", plain=True)
    assert report.verdicts[H] is Verdict.TAPE_FAILED
    assert any("SoftsignGrad" in note for note in report.notes)
    assert np.isfinite(report.numbers[H]).all()


@pytest.mark.slow
def test_parts_of_the_hessian_are_those_of_the_whole(ask, batch):
    whole = batch.numbers[H]
    np.testing.assert_allclose(ask("batch", training=True, form="diagonal").numbers[H], np.diagonal(whole), atol=1e-13)
    blocks = ask("batch", training=True, form="blocks").numbers[H]
    for (_, part), block in zip(batch.layout.layers(), blocks, strict=True):
        np.testing.assert_allclose(block, whole[part, part], atol=1e-13)
    v = np.arange(1.0, batch.layout.n + 1)
    np.testing.assert_allclose(ask("batch", "hvp", vector=v, training=True).numbers["hvp"], whole @ v, atol=1e-11)


@pytest.mark.slow
def test_batches_add_up(ask):
    """In inference the mean over rows does not care how they come; 5 rows in batches of 2, 2 and 1."""
    whole, some = ask("batch"), ask("batch", batch_size=2)
    assert some.batches == 3
    np.testing.assert_allclose(some.numbers[H], whole.exact[H].double, atol=1e-13)


@pytest.mark.slow
def test_single_precision_is_held_against_double(ask):
    report = ask("batch", dtype=None, training=True)
    assert report.dtype == "float32"
    assert report.verdict is Verdict.AGREE
    assert 1e-9 < report.accuracy.max_abs < 1e-4


def test_l2_adds_twice_itself_to_the_diagonal(ask):
    plain, more = ask("linear", data="linear"), ask("linear", data="linear", l2=0.25)
    np.testing.assert_array_equal(more.numbers[H] - plain.numbers[H], 0.5 * np.eye(4))
    assert more.verdict is Verdict.AGREE


def report_data(report):
    return report.model.replace("sign.keras", "data.npz")


def test_tensorflow_is_left_as_it_was(batch):
    from hesscli.model.forms import right_forms
    from hesscli.model.keras3 import tf

    own, used = tf.nn.moments, set()
    with right_forms(used):
        assert tf.nn.moments is not own
    with pytest.raises(ZeroDivisionError), right_forms(used):
        1 / 0  # noqa: B018  what a layer may do
    assert tf.nn.moments is own


def test_moments_are_differentiated_through_the_mean():
    """Hessian of the variance of n numbers: (2/n)(I - 11'/n), by hand."""
    from hesscli.model.forms import moments
    from hesscli.model.keras3 import tf

    x = tf.constant([0.75, -0.5, 1.25, 2.0], tf.float64)
    with tf.GradientTape() as outer:
        outer.watch(x)
        with tf.GradientTape() as inner:
            inner.watch(x)
            mean, variance = moments(x, [0])
        slope = inner.gradient(variance, x)
    np.testing.assert_allclose(outer.jacobian(slope, x), 0.5 * (np.eye(4) - 0.25), atol=1e-15)
    assert (float(mean), float(variance)) == (0.875, float(np.var(x)))
    for keep in (True, False):
        ours, own = moments(x[None], [-1], keepdims=keep), tf.nn.moments(x[None], [-1], keepdims=keep)
        assert [one.shape for one in ours] == [one.shape for one in own]


def test_a_refuted_number_is_not_to_be_used(ask, monkeypatch):
    """A wrong product of the tape, whatever its cause: here one that a test puts in."""
    from hesscli.model.objective import ModelObjective

    own = ModelObjective.products

    def wrong(self, theta, vectors):
        found = own(self, theta, vectors)
        return found + 0.01 * np.abs(found).max() * (np.arange(self.n) == 1)

    monkeypatch.setattr(ModelObjective, "products", wrong)
    report = ask("group", layers=["dense"])
    assert report.verdict is Verdict.DISAGREE
    assert H not in report.numbers
    assert replace(report, verdicts={}).verdict is Verdict.UNCHECKED


def test_resizing_by_matrices_is_resizing():
    """By hand: two numbers to four, half-pixel centres, are a, (3a + b)/4, (a + 3b)/4, b; and TensorFlow's own."""
    from hesscli.model.forms import resize
    from hesscli.model.keras3 import tf

    row = tf.reshape(tf.constant([4.0, 8.0], tf.float64), [1, 1, 2, 1])
    assert resize(row, (1, 4)).numpy().ravel().tolist() == [4, 5, 7, 8]
    assert resize(row, (1, 4), "nearest").numpy().ravel().tolist() == [4, 4, 8, 8]
    image = tf.reshape(tf.range(24.0), [2, 3, 4, 1])
    for size in ((6, 8), (5, 3), (1, 1)):
        for method in ("bilinear", "nearest", "bicubic"):
            own = tf.image.resize(image, size, method)
            np.testing.assert_allclose(resize(image, size, method), own, rtol=1e-5)
    assert resize(image, (6, 8), preserve_aspect_ratio=True) is NotImplemented


def test_at_a_kink_there_is_no_hessian(keras, saved, tmp_path):
    """relu at 0: the exact side proves the kink, and no eigenvalue is asked of what is not there."""
    from hesscli.model.answer import answer_model
    from hesscli.model.binding import Setting, read_model
    from hesscli.output.model import draw
    from hesscli.output.page import Page

    layers = keras.layers
    model = keras.Sequential([layers.Input((1,)), layers.Dense(1, activation="relu", name="dense")])
    model.set_weights([np.array([[1.0]]), np.array([-2.0])])
    model.save(tmp_path / "kink.keras")
    setting = Setting(data=(str(saved / "linear.npz").replace("linear", "kink"),), loss="mse")
    np.savez(saved / "kink.npz", x=[[2.0]], y=[[1.0]])
    report = answer_model(read_model(str(tmp_path / "kink.keras"), setting), H)
    assert report.verdict is Verdict.NOT_DIFFERENTIABLE
    assert "kink" in draw(report, Page())
    assert any("dense/kernel[0,0]" in note for note in report.notes)
    assert not any("w0" in note for note in report.notes)


@pytest.mark.slow
def test_recurrent_layers_go_one_product_after_the_other(keras, saved, tmp_path):
    from hesscli.model.answer import answer_model
    from hesscli.model.binding import Setting, read_model

    layers = keras.layers
    model = keras.Sequential([layers.Input((2, 1)), layers.SimpleRNN(1, name="cell")])
    model.set_weights([np.array([[0.5]]), np.array([[-0.25]]), np.array([0.125])])
    model.save(tmp_path / "cell.keras")
    np.savez(tmp_path / "steps.npz", x=[[[1.0], [2.0]]], y=[[0.5]])
    setting = Setting(data=(str(tmp_path / "steps.npz"),), loss="mse", dtype="float64")
    report = answer_model(read_model(str(tmp_path / "cell.keras"), setting), H)
    text = "(tanh(2*w + r*tanh(w + b) + b) - 1/2)**2"
    from hesscli.exact.evaluate import evaluate
    from hesscli.language.syntax import parse
    from hesscli.request import Request

    exact = evaluate(parse(text, variables=("w", "r", "b")), Request("hessian"), report.theta.tolist())
    assert report.verdict is Verdict.CHECKED
    np.testing.assert_allclose(report.numbers[H], exact.values[H].double, atol=1e-13)
