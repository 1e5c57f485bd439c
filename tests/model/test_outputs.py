"""Models of several outputs: the sum of their losses, as Keras adds it, by hand; what is missing is named."""

from __future__ import annotations

import numpy as np
import pytest

from hesscli.errors import HesscliError
from hesscli.result import Verdict
from tests.model.conftest import filled, grid

A, B = grid(4, 2), grid(4, 3)
HEAD, TAIL = grid(4, 2)[::-1], np.array([0.0, 1, 1, 0])
"""Targets of two linear outputs, head of A and tail of B."""


@pytest.fixture(scope="module")
def file(keras, tmp_path_factory):
    layers = keras.layers
    a, b = layers.Input((2,), name="a"), layers.Input((3,), name="b")
    outputs = [layers.Dense(2, name="head")(a), layers.Dense(1, name="tail")(b)]
    model = filled(keras.Model([a, b], outputs))
    folder = tmp_path_factory.mktemp("outputs")
    model.save(folder / "bare.keras")
    model.compile(loss=["mse", "mse"], loss_weights=[1.0, 0.5])
    model.save(folder / "weighted.keras")
    model.compile(loss=["mse", None])
    model.save(folder / "half.keras")
    np.savez(folder / "named.npz", a=A, b=B, y_head=HEAD, y_tail=TAIL)
    np.savez(folder / "prefixed.npz", x_a=A, x_b=B, head=HEAD, tail=TAIL, weights=[1, 2, 1, 2])
    columns = np.column_stack([A, B, HEAD, TAIL])
    header = "x_a0,x_a1,x_b0,x_b1,x_b2,y_head0,y_head1,y_tail"
    np.savetxt(folder / "columns.csv", columns, delimiter=",", header=header, comments="")
    return folder


@pytest.fixture(scope="module")
def bound(file):
    from hesscli.model.binding import Setting, read_model

    def bind(name="bare", data="named.npz", **options):
        given = {"dtype": "float64", "loss": None, **options}
        return read_model(str(file / f"{name}.keras"), Setting(data=(str(file / data),), **given))

    return bind


def by_hand(head, tail, weights=(1, 1, 1, 1)):
    """Of mean squares: the Hessian of one output's mean over 4 rows and k units is 2/(4k) X^T W X, X with ones."""
    blocks = []
    for x, units, factor in ((A, 2, head), (B, 1, tail)):
        ones = np.column_stack([x, np.ones(4)])
        one = 2 * factor / (4 * units) * (ones.T * np.array(weights)) @ ones
        blocks.append(np.kron(one, np.eye(units)))
    zero = np.zeros((len(blocks[0]), len(blocks[1])))
    return np.block([[blocks[0], zero], [zero.T, blocks[1]]])


@pytest.mark.parametrize(
    ("name", "data", "options", "expected"),
    [
        ("bare", "named.npz", {"loss": "mse"}, by_hand(1, 1)),
        ("bare", "columns.csv", {"loss": ("head=mse", "tail=mse"), "factors": ("tail=0.25",)}, by_hand(1, 0.25)),
        ("bare", "prefixed.npz", {"loss": "mse"}, by_hand(1, 1, (1, 2, 1, 2))),
        ("weighted", "named.npz", {}, by_hand(1, 0.5)),
        ("half", "named.npz", {}, by_hand(1, 0)),
        ("weighted", "named.npz", {"loss": ("tail=mse", "head=none")}, by_hand(0, 0.5)),
    ],
)
def test_the_losses_of_outputs_are_added(bound, name, data, options, expected):
    from hesscli.model.answer import answer_model

    report = answer_model(bound(name, data, **options), "hessian")
    assert report.verdict is Verdict.CHECKED
    np.testing.assert_allclose(report.numbers["hessian"], expected, atol=1e-12)


def test_an_output_has_another_loss(bound):
    found = bound(loss=("head=mse", "tail=huber")).objective
    linear = [A @ found.model.layers[2].kernel.numpy(), B @ found.model.layers[3].kernel.numpy()]
    head = linear[0] + found.model.layers[2].bias.numpy() - HEAD
    tail = linear[1][:, 0] + found.model.layers[3].bias.numpy() - TAIL
    huber = np.where(np.abs(tail) <= 1, tail**2 / 2, np.abs(tail) - 0.5)
    assert found.value(found.theta) == pytest.approx(np.mean(head**2) + np.mean(huber), rel=1e-14)
    assert found.loss.name == "head: mean_squared_error, tail: huber"


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({}, "which loss has the output head? --loss head=mse"),
        ({"loss": "head=mse"}, "which loss has the output tail?"),
        ({"loss": "hed=mse"}, "has no output hed; did you mean head?"),
        ({"loss": ("mse", "mae")}, "--loss is given twice: mse, mae"),
        ({"loss": ("mse", "tail=mae", "tail=mse")}, "the output tail is given twice"),
        ({"loss": ("head=none", "tail=none")}, "no output has a loss"),
        ({"loss": "mse", "factors": ("tail=-1",)}, "--loss-weight tail=-1: expected a positive number"),
        ({"loss": "mse", "factors": ("tial=1",)}, "did you mean tail?"),
    ],
)
def test_losses_that_do_not_fit_the_outputs(bound, options, words):
    with pytest.raises(HesscliError) as caught:
        bound(**options)
    assert (caught.value.status, words in caught.value.message) == (2, True)


@pytest.mark.parametrize(
    ("arrays", "words"),
    [
        ({"y": HEAD}, "the array y_head is missing"),
        ({"y_head": HEAD[:, :1], "y_tail": TAIL}, "the output head expects targets of shape (rows, 2), got (rows, 1)"),
        ({"y_head": HEAD, "y_tail": 3 * TAIL}, "binary_crossentropy expects targets from 0 to 1; y_tail[1,0] is 3"),
        ({"y_head": HEAD, "y_tail": TAIL[:3]}, "y_tail has 3 rows, y_head has 4"),
    ],
)
def test_targets_that_do_not_fit_are_named(bound, file, arrays, words):
    np.savez(file / "wrong.npz", a=A, b=B, **arrays)

    def value():
        found = bound(data="wrong.npz", loss=("head=mse", "tail=bce")).objective
        return found.value(found.theta)

    with pytest.raises(HesscliError) as caught:
        value()
    assert words in caught.value.message


def test_matrices_of_one_output_say_so(file):
    from hesscli.model.binding import Setting, read_model
    from hesscli.model.gaussnewton import GaussNewton

    with pytest.raises(HesscliError, match="model ggn is of one output, and the model has head, tail"):
        read_model(str(file / "bare.keras"), Setting(data=(str(file / "named.npz"),), loss="mse"), GaussNewton)
