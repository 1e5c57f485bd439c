"""Curvature of networks beside their peers in one run: ``python -m tests.benchmarks.models [rows of the table]``.

Needs ``pip install -e '.[bench]'`` without Triton, whose LLVM and TensorFlow's end the process that loads both. All in
float32 on the same cores, as each comes. A row's calls are made in turn; the fastest of several counts, and the least
processor time, which load of the machine disturbs little. First the products of a dense network are held against each
other.
"""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable
from functools import cache
from typing import Any

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")  # waiting threads would count as work, and slow down the others

import itertools

import curvlinops
import jax
import jax.numpy as jnp
import numpy as np
import pyhessian
import torch
from rich.console import Console
from rich.table import Table
from scipy.sparse.linalg import eigsh
from torch import nn

from hesscli.accuracy import RESIDUAL
from hesscli.model.data import Data
from hesscli.model.keras3 import keras
from hesscli.model.losses import loss_of
from hesscli.model.objective import ModelObjective
from hesscli.model.spectrum import HessianOperator
from hesscli.operators.density import density
from hesscli.operators.extreme import extreme
from hesscli.operators.trace import trace

RUNS = 7
WIDE, NARROW = (128, 256, 256, 10), (20, 40, 20, 12)
"""Units of the dense networks: 101,386 and 1,912 weights."""

LOSS = "sparse_categorical_crossentropy"
Call = Callable[[], Any]
Row = dict[str, Call]


def dense(sizes: tuple[int, ...], rows: int) -> tuple[ModelObjective, nn.Module, Any, Any]:
    """The same network in both worlds, and data."""
    keras.utils.set_random_seed(1)
    layers = [keras.layers.Dense(size, "tanh" if k < len(sizes) - 2 else None) for k, size in enumerate(sizes[1:])]
    model = keras.Sequential([keras.layers.Input(sizes[:1]), *layers])
    parts: list[nn.Module] = []
    for layer in layers:
        kernel, bias = (torch.tensor(weight) for weight in layer.get_weights())
        parts += [nn.Linear(*kernel.shape), nn.Tanh()]
        parts[-2].weight.data, parts[-2].bias.data = kernel.T.contiguous(), bias
    generator = np.random.default_rng(0)
    x, y = generator.normal(size=(rows, sizes[0])).astype("float32"), generator.integers(0, sizes[-1], rows)
    f = ModelObjective(model, Data((x,), (y,), None), loss_of(LOSS, None, logits=True))
    return f, nn.Sequential(*parts[:-1]), torch.tensor(x), torch.tensor(y)


class Block(nn.Module):
    """Two convolutions and what goes past them."""

    def __init__(self, before: int, width: int, stride: int) -> None:
        super().__init__()
        self.one, self.two = convolved(before, width, stride), convolved(width, width, 1)
        self.past = nn.Conv2d(before, width, 1, stride, bias=False) if stride > 1 else nn.Identity()

    def forward(self, x: Any) -> Any:
        return torch.relu(self.past(x) + self.two(torch.relu(self.one(x))))


def convolved(before: int, width: int, stride: int) -> nn.Module:
    """A convolution and its normalisation."""
    return nn.Sequential(nn.Conv2d(before, width, 3, stride, 1, bias=False), nn.BatchNorm2d(width))


def residual(rows: int, size: int = 16, width: int = 8) -> tuple[ModelObjective, nn.Module, Any, Any]:
    """ResNet's twenty layers (He et al. 2016, section 4.2) with fewer channels, of the same sizes in both worlds."""
    layers = keras.layers

    def conv(x: Any, width: int, stride: int = 1) -> Any:
        return layers.BatchNormalization()(layers.Conv2D(width, 3, stride, padding="same", use_bias=False)(x))

    given = layers.Input((size, size, 3))
    x = layers.Activation("relu")(conv(given, width))
    parts: list[nn.Module] = [convolved(3, width, 1), nn.ReLU()]
    before = width
    for stage in range(3):
        for block in range(3):
            after, stride = width * 2**stage, 2 if stage and not block else 1
            y = conv(layers.Activation("relu")(conv(x, after, stride)), after)
            past = layers.Conv2D(after, 1, stride, use_bias=False)(x) if stride > 1 else x
            x = layers.Activation("relu")(layers.Add()([past, y]))
            parts.append(Block(before, after, stride))
            before = after
    x = layers.Dense(10)(layers.GlobalAveragePooling2D()(x))
    parts += [nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(before, 10)]
    generator = np.random.default_rng(0)
    images = generator.normal(size=(rows, size, size, 3)).astype("float32")
    labels = generator.integers(0, 10, rows)
    loss = loss_of(LOSS, None, logits=True)
    f = ModelObjective(keras.Model(given, x), Data((images,), (labels,), None), loss, training=True)
    channels_first = torch.tensor(images.transpose(0, 3, 1, 2).copy())
    return f, nn.Sequential(*parts), channels_first, torch.tensor(labels)


def products(f: ModelObjective, net: nn.Module, x: Any, y: Any) -> Row:
    """One product with a vector, and what the gradient alone takes."""
    vector = np.random.default_rng(1).normal(size=f.n).astype("float32")
    there = torch.tensor(vector)
    loss, parameters = nn.CrossEntropyLoss(), [p for p in net.parameters() if p.requires_grad]
    operator = curvlinops.HessianLinearOperator(net, loss, parameters, [(x, y)], check_deterministic=False)
    peer = pyhessian.hessian(net, loss, data=(x, y), cuda=False)
    shapes = [p.shape for p in parameters]
    split = [part.reshape(shape) for part, shape in zip(there.split([s.numel() for s in shapes]), shapes, strict=True)]
    gradients, weights = peer.gradsH, peer.params

    def hv() -> Any:
        return pyhessian.utils.hessian_vector_product(gradients, weights, split)

    def torch_gradient() -> Any:
        return torch.autograd.grad(loss(net(x), y), parameters)

    return {
        "gradient": lambda: f.gradient(f.theta),
        "hesscli": lambda: f.hvp(f.theta, vector),
        "hesscli, gradient kept": lambda: f.here(vector),
        "torch's gradient": torch_gradient,
        "curvlinops": lambda: operator @ there,
        "pyhessian, gradient kept": hv,
    }


def spectra() -> Row:
    """Eigenvalues, ours at both ends and the largest alone, and the trace, from as many probes each; the density alone.

    PyHessian's power iterations end where an eigenvalue stands still, which is not where it is right: its errors of
    1.7 % are what a residual of 0.01 allows.
    """
    f, net, x, y = wide()
    curvature = HessianOperator(f)
    peer = pyhessian.hessian(net, nn.CrossEntropyLoss(), data=(x, y), cuda=False)
    return {
        "hesscli, five at each end": lambda: extreme(curvature, 5, tolerance=1e-2),
        "hesscli, --top 5": lambda: extreme(curvature, 5, tolerance=RESIDUAL["float32"]),
        "hesscli's product, five largest": lambda: eigsh(curvature, 5, tol=1e-3),
        "pyhessian, five largest": lambda: peer.eigenvalues(maxIter=100, tol=1e-3, top_n=5),
        "hesscli, trace": lambda: trace(curvature, 30),
        "pyhessian, trace": lambda: peer.trace(maxIter=30, tol=0.0),
        "hesscli, density": lambda: density(curvature, steps=30, probes=2),
        # PyHessian's density calls torch.eig, which PyTorch has no more
    }


def wholes() -> Row:
    """The matrix of the small network on 500 rows."""
    f, net, x, y = dense(NARROW, 500)
    parameters = dict(net.named_parameters())
    flat = torch.cat([p.detach().reshape(-1) for p in parameters.values()])
    shapes = {name: p.shape for name, p in parameters.items()}

    def torch_loss(theta: Any) -> Any:
        parts = theta.split([shape.numel() for shape in shapes.values()])
        given = {name: part.reshape(shapes[name]) for name, part in zip(shapes, parts, strict=True)}
        return nn.functional.cross_entropy(torch.func.functional_call(net, given, (x,)), y)

    rows, labels = jnp.asarray(x.numpy()), jnp.asarray(y.numpy())

    def jax_loss(theta: Any) -> Any:
        h, start = rows, 0
        for k, (before, after) in enumerate(itertools.pairwise(NARROW)):
            kernel = theta[start : start + before * after].reshape(before, after)
            start += before * after
            h = h @ kernel + theta[start : start + after]
            start += after
            h = jnp.tanh(h) if k < len(NARROW) - 2 else h
        return -jnp.mean(jnp.take_along_axis(jax.nn.log_softmax(h), labels[:, None], axis=1))

    compiled = jax.jit(jax.hessian(jax_loss))
    theta = jnp.asarray(f.theta)
    return {
        "hesscli": lambda: np.concatenate([part for _, part in f.rows(f.theta)]),
        "torch.func.hessian": lambda: torch.func.hessian(torch_loss)(flat),
        "jax.hessian": lambda: compiled(theta).block_until_ready(),
    }


@cache
def wide() -> tuple[ModelObjective, nn.Module, Any, Any]:
    """The dense network of the first and the third row."""
    return dense(WIDE, 10_000)


def agree() -> None:
    """Hold our product of the dense network against curvlinops'."""
    f, net, x, y = dense(NARROW, 500)
    vector = np.ones(f.n, "float32")
    operator = curvlinops.HessianLinearOperator(net, nn.CrossEntropyLoss(), [*net.parameters()], [(x, y)])
    start, parts = 0, []
    for p in net.parameters():
        part = (operator @ torch.tensor(vector))[start : start + p.numel()].reshape(p.shape)
        parts.append(part.T.reshape(-1) if p.ndim == 2 else part)
        start += p.numel()
    theirs = torch.cat(parts).numpy()
    np.testing.assert_allclose(f.hvp(f.theta, vector), theirs, atol=1e-5 * np.abs(theirs).max())


CONTESTS: dict[str, tuple[Callable[[], Row], int]] = {
    "mlp": (lambda: products(*wide()), RUNS),
    "resnet": (lambda: products(*residual(512)), 5),
    "spectrum": (spectra, 1),
    "whole": (wholes, RUNS),
}
"""Row of the table -> its calls, and how often each is made."""


def main() -> None:
    """Print the table."""
    agree()
    table = Table("what", "who", "first (s)", "fastest (s)", "least CPU (s)")
    for what in sys.argv[1:] or CONTESTS:
        make, runs = CONTESTS[what]
        row = make()
        first = {who: seconds(call) for who, call in row.items()}
        again = [{who: seconds(call) for who, call in row.items()} for _ in range(runs)]
        for who in row:
            wall, cpu = (min(one[who][k] for one in again) for k in (0, 1))
            table.add_row(what, who, f"{first[who][0]:.2f}", f"{wall:.4f}", f"{cpu:.4f}")
    Console(width=100).print(table)


def seconds(call: Call) -> tuple[float, float]:
    """Wall and processor seconds of one call."""
    started, worked = time.perf_counter(), time.process_time()
    call()
    return time.perf_counter() - started, time.process_time() - worked


if __name__ == "__main__":
    main()
