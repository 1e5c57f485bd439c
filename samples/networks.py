"""Two networks, for `hesscli model`: each function returns a model of Keras, and runs only where it is named."""

import keras
import numpy as np
from keras import layers


def two_units():
    """One linear layer of two units on one input, as in the tutorials."""
    model = keras.Sequential([layers.Input((1,)), layers.Dense(2)])
    model.set_weights([np.array([[0.5, -1.0]]), np.array([0.25, 0.0])])
    return model


def normalised():
    """A hidden layer whose outputs are normalised over the batch."""
    model = keras.Sequential(
        [
            layers.Input((2,)),
            layers.Dense(2, use_bias=False, name="hidden"),
            layers.BatchNormalization(epsilon=0.125, name="norm"),
            layers.Activation("tanh"),
            layers.Dense(1, name="out"),
        ]
    )
    kernel = np.array([[0.75, -0.5], [1.25, 0.5]])
    ones, zeros = np.ones(2), np.zeros(2)
    model.set_weights([kernel, ones, zeros, zeros, ones, np.array([[1.0], [-2.0]]), np.zeros(1)])
    return model
