"""Small saved models, made once: TensorFlow loads with the first test that asks for one."""

from __future__ import annotations

import numpy as np
import pytest


def grid(*shape):
    """Numbers without a pattern, multiples of 1/8: exact in every format."""
    count = int(np.prod(shape))
    return (((np.arange(count) * 7 + 3) % 13 - 6) / 8).reshape(shape)


def filled(model):
    """A model with such weights; variances positive."""
    for layer in model.layers:
        for variable in layer.weights:
            values = grid(*variable.shape)
            variable.assign(1.5 + values if "variance" in variable.path or "gamma" in variable.path else values)
    return model


@pytest.fixture(scope="session")
def keras():
    from hesscli.model.keras3 import keras

    return keras


@pytest.fixture(scope="session")
def saved(keras, tmp_path_factory):
    """Folder of models and of data that fits them."""
    folder = tmp_path_factory.mktemp("models")
    layers = keras.layers

    def save(name, *parts, inputs=2):
        model = filled(keras.Sequential([layers.Input((inputs,)), *parts]))
        model.save(folder / f"{name}.keras")
        return model

    linear = save("linear", layers.Dense(2, name="dense"), inputs=1)
    linear.compile(loss="mse")
    linear.save(folder / "linear.keras")
    save(
        "batch",
        layers.Dense(2, name="dense"),
        layers.BatchNormalization(epsilon=0.125, name="norm"),
        layers.Activation("tanh"),
        layers.Dropout(0.5, name="drop"),
        layers.Dense(1, name="out"),
    )
    save(
        "layer",
        layers.Dense(3, name="dense"),
        layers.LayerNormalization(epsilon=0.125, name="norm"),
        layers.Dense(3, activation="softmax", name="out"),
    )
    save("group", layers.Dense(4, name="dense"), layers.GroupNormalization(2, name="norm"), layers.Dense(1, name="out"))
    save("sign", layers.Dense(2, activation="softsign", name="dense"), layers.Dense(1, name="out"))
    save("code", layers.Lambda(lambda x: 2 * x), layers.Dense(1, name="out"))
    np.savez(folder / "linear.npz", x=[[2.0]], y=[[3.0, 5.0]])
    np.savez(folder / "data.npz", x=grid(5, 2), y=grid(5, 1))
    np.savez(folder / "labels.npz", x=grid(4, 2), y=[0, 2, 1, 2])
    return folder
