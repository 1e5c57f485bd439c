"""Matrices of first derivatives alone: Gauss-Newton's and the empirical Fisher, in the place of the Hessian.

Both are J^T C J + P of the composition f(theta) = L(z(theta)) + p(theta). Gauss-Newton: z the model's outputs, or their
logits where a cross entropy is of a softmax or sigmoid, C the Hessian of the loss in them, P that of the penalties.
Empirical Fisher: z the losses of the rows, L = w.z^2/(2 N), so that the matrix is the mean of w g g^T over the rows'
gradients g; no penalties.

The witness: (J^T C J + P) u is the derivative along u of J(theta)^T grad L(z(x)) + grad p(x) at x = theta, J held
fixed, which is differenced like a gradient.

Source: J. Martens, "New Insights and Perspectives on the Natural Gradient Method", JMLR 21, 2020; F. Kunstner,
L. Balles, P. Hennig, "Limitations of the Empirical Fisher Approximation", NeurIPS 2019.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from hesscli.errors import HesscliError
from hesscli.model.keras3 import tf
from hesscli.model.objective import ModelObjective

Array = NDArray[Any]

CROSS = ("binary_crossentropy", "categorical_crossentropy", "sparse_categorical_crossentropy")
LOGITS, MASK = "_keras_logits", "_keras_mask"
"""What Keras keeps with a tensor: what its softmax or sigmoid was taken of, and the places that count."""


class GaussNewton(ModelObjective):
    """f with Gauss-Newton's matrix for its Hessian."""

    curvature = "ggn"

    def __init__(self, *given: Any, **named: Any) -> None:
        super().__init__(*given, **named)
        self.traces["pulled"] = self._traced(self._pulled)

    def lower(self, theta: Array) -> Array:
        """J(theta_0)^T grad L(z(theta)) + grad p(theta), shape (n,), theta_0 the model's weights."""
        total: Any = 0.0
        for part in self._each("pulled", theta, self.theta):
            total = total + part.astype(np.float64)
        return np.asarray(total)

    def _inside(self, theta: Any, *batch: Any) -> Any:
        """z: the outputs, or their logits where the loss takes those, as Keras's cross entropies do."""
        outputs = self._outputs(theta, *batch)[0]
        self._logits = self.single.name in CROSS and hasattr(outputs, LOGITS)
        z = tf.cast(getattr(outputs, LOGITS) if self._logits else outputs, theta.dtype)
        if hasattr(outputs, MASK):
            setattr(z, MASK, getattr(outputs, MASK))
        return z

    def _outside(self, z: Any, *batch: Any) -> Any:
        """L."""
        outputs = z
        if self._logits:  # the loss reads nothing else of outputs that have logits
            outputs = tf.identity(z)
            setattr(outputs, LOGITS, z)
            setattr(outputs, MASK, getattr(z, MASK, None))
        return self._mean_loss(outputs, *batch)

    def _beside(self, theta: Any, *batch: Any) -> Any:
        """p."""
        _, trainable, losses = self._outputs(theta, *batch)
        return self._penalty(theta, trainable, losses, batch[-1])

    def _slope(self, z: Any, *batch: Any) -> Any:
        with tf.GradientTape() as tape:
            tape.watch(z)
            loss = self._outside(z, *batch)
        slope = tape.gradient(loss, z)
        if slope is None:
            raise HesscliError(
                "the loss does not take the model's outputs as they are: there is no Gauss-Newton of it", code="model"
            )
        return slope

    def _steep(self, theta: Any, *batch: Any) -> Any:
        with tf.GradientTape() as tape:
            tape.watch(theta)
            penalty = self._beside(theta, *batch)
        return tape.gradient(penalty, theta)

    def _pulled(self, theta: Any, fixed: Any, *batch: Any) -> Any:
        with tf.GradientTape() as tape:
            tape.watch(fixed)
            z = self._inside(fixed, *batch)
        pulled = tape.gradient(z, fixed, output_gradients=self._slope(self._inside(theta, *batch), *batch))
        steep = self._steep(theta, *batch)
        return pulled if steep is None else pulled + steep

    def _products(self, theta: Any, vectors: Any, *batch: Any) -> Any:
        """J^T (C (J v)) + P v; J v is the derivative of J^T u by u."""
        with tf.GradientTape(persistent=True) as penalties:
            penalties.watch(theta)
            steep = self._steep(theta, *batch)
        with tf.GradientTape(persistent=True) as across:
            with tf.GradientTape(persistent=True) as along:
                along.watch(theta)
                z = self._inside(theta, *batch)
            u = tf.zeros_like(z)
            across.watch(u)
            pulled = along.gradient(z, theta, output_gradients=u)
        with tf.GradientTape(persistent=True) as curved:
            curved.watch(z)
            slope = self._slope(z, *batch)
        flat = steep is None or penalties.gradient(steep, theta) is None

        def product(v: Any) -> Any:
            forth = across.gradient(pulled, u, output_gradients=v)
            bent = curved.gradient(slope, z, output_gradients=forth)
            back = tf.zeros_like(theta) if bent is None else along.gradient(z, theta, output_gradients=bent)
            return back if flat else back + penalties.gradient(steep, theta, output_gradients=v)

        return tf.vectorized_map(product, vectors)

    def _product(self, theta: Any, vector: Any, *batch: Any) -> Any:
        return self._products(theta, vector[None], *batch)[0]


class Fisher(GaussNewton):
    """f with the empirical Fisher for its Hessian."""

    curvature = "fisher"

    def _inside(self, theta: Any, *batch: Any) -> Any:
        outputs = self._outputs(theta, *batch)[0]
        each = self.single.of(batch[-3][0], outputs)
        if any(getattr(one, "_keras_mask", None) is not None for one in (outputs, each)):
            raise HesscliError("a mask leaves places out of the loss: it is no mean of the rows' losses", code="model")
        each = self.single.weight * tf.cast(each, self.dtype)
        return tf.reduce_mean(tf.reshape(each, [tf.shape(each)[0], -1]), axis=1)

    def _outside(self, z: Any, *batch: Any) -> Any:
        weights, share = batch[-2:]
        return tf.reduce_mean(weights * tf.square(z)) / 2 * share

    def _beside(self, theta: Any, *batch: Any) -> Any:
        return tf.zeros((), theta.dtype)


CURVATURES: dict[str, type[ModelObjective]] = {"ggn": GaussNewton, "fisher": Fisher}
"""Command -> the objective that answers it."""
