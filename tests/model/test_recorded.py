"""Functions of tensors written out: every operation of the table has the function's own value, by balls."""

from __future__ import annotations

import numpy as np
import pytest
import tensorflow as tf

from hesscli.exact import Session
from hesscli.model.operations import RULES
from hesscli.model.recorded import MOST_VARIABLES, recorded
from hesscli.request import Request

POINT = np.array([0.3, 0.7, 0.2, 0.45])
C = np.array([0.5, -1.25, 2.0, 0.75])
sums = tf.reduce_sum
raw = tf.raw_ops


def square(x):
    return tf.reshape(x, [2, 2])


FUNCTIONS = {
    "arithmetic": lambda x: sums(-x + x * C - x / (C + 3) + x**2 + 1 / x + tf.math.reciprocal(x) + 2.5**x),
    "older names": lambda x: sums(raw.Add(x=x, y=x) + raw.Div(x=x, y=x + 1) + raw.Inv(x=x)),
    "squares": lambda x: sums(tf.square(x) + tf.math.squared_difference(x, C) + tf.math.rsqrt(x)) + tf.nn.l2_loss(x),
    "choices": lambda x: sums(tf.maximum(x, 0.4) + tf.minimum(x, C) + tf.abs(x - 0.5)),
    "two": lambda x: sums(
        tf.atan2(x, x + 1) + tf.math.xlogy(x, x + 1) + tf.math.xlog1py(x, x) + tf.math.igamma(1 + x, x)
        + tf.math.igammac(1 + x, x)
    ),
    "elementary": lambda x: sums(
        tf.exp(x) + tf.math.log(x) + tf.sqrt(x) + tf.sin(x) + tf.cos(x) + tf.tan(x) + tf.asin(x) + tf.acos(x)
        + tf.atan(x) + tf.sinh(x) + tf.cosh(x) + tf.tanh(x) + tf.asinh(x) + tf.acosh(1 + x) + tf.atanh(x)
        + tf.math.expm1(x) + tf.math.log1p(x)
    ),
    "activations": lambda x: sums(
        tf.sigmoid(x) + tf.nn.softplus(x) + tf.nn.softsign(x) + tf.nn.relu(x - 0.4) + tf.nn.relu6(x * 20)
        + tf.nn.elu(x - 0.4) + tf.nn.selu(x - 0.4)
    ),
    "special": lambda x: sums(
        tf.math.erf(x) + tf.math.erfc(x) + tf.math.lgamma(x) + tf.math.digamma(x) + tf.math.erfinv(x)
        + tf.math.special.spence(x) + tf.math.special.expint(x) + tf.math.special.dawsn(x)
    ),
    "comparisons": lambda x: sums(
        tf.where(x > 0.4, x, -x) + tf.where(x >= 0.4, x**2, 1) + tf.where(x < 0.4, 3 * x, x)
        + raw.Select(condition=x <= 0.4, x=x, y=2 * x) + tf.where(tf.math.is_finite(x), x, 0)
    ),
    "reductions": lambda x: sums(
        tf.reduce_mean(square(x), 1) + tf.reduce_prod(square(x), 0) + tf.reduce_max(square(x), -1)
        + tf.reduce_min(square(x), 1) + sums(square(x), [0], keepdims=True)[0]
    ) + tf.reduce_logsumexp(x),
    "matrices": lambda x: sums(
        tf.matmul(square(x), square(x), transpose_b=True) + tf.matmul(square(x), square(C), transpose_a=True)
        + raw.BatchMatMul(x=square(x), y=square(x), adj_x=True) + tf.einsum("ij,kj->ik", square(x), square(C))
        + tf.nn.bias_add(square(x), x[:2])
    ) + sums(tf.matmul(tf.reshape(x, [2, 1, 2]), tf.reshape(x, [2, 2, 1]))),
    "softmax": lambda x: sums(tf.nn.softmax(square(x)) * square(C)) + sums(tf.nn.log_softmax(square(x))[:, 0]),
    "cumulated": lambda x: sums(tf.cumsum(x) ** 2) + sums(tf.add_n([x, x, C])),
    "shapes": lambda x: sums(
        tf.transpose(tf.stack([x, x**2]))[1:3, ::-1] @ tf.concat([square(x), square(C)], axis=1)[:, 1:]
    ) + sums(tf.squeeze(tf.expand_dims(x[None], 2)) * tf.tile(x[:2], [2]) * tf.broadcast_to(x[0], [4])),
    "parts": lambda x: sums(tf.split(x, 2)[1] * tf.split(x, [1, 2, 1])[1]) + tf.unstack(square(x))[1][0] * x[-1],
    "picked": lambda x: sums(tf.gather(x, [3, 0, 0]) ** 2) + sums(tf.slice(x, [1], [-1]) * tf.reverse(x, [0])[:3]),
    "like": lambda x: sums(raw.ZerosLike(x=x) + raw.OnesLike(x=x) * x) + sums(raw.Fill(dims=[2], value=x[0])),
    "counts": lambda x: sums(x) / tf.cast(raw.Size(input=x), x.dtype) + sums(x * tf.cast(tf.range(4), x.dtype)),
    "shape": lambda x: sums(tf.reshape(x, raw.Shape(input=square(x)) * raw.Shape(input=tf.zeros([1, 1])))),
    "passing": lambda x: sums(
        tf.stop_gradient(x) * tf.identity(x) + raw.PreventGradient(input=x) + raw.Snapshot(input=x)
        + tf.identity_n([x, x])[1]
    ),
    "ranges": lambda x: sums(x * tf.cast(raw.Range(start=0, limit=raw.Size(input=x), delta=1), x.dtype)),
}  # fmt: skip


def traced(function):
    graph = tf.function(function, autograph=False).get_concrete_function(tf.TensorSpec([4], tf.float64)).graph
    return graph, recorded(graph, graph.inputs[0], graph.outputs[0])


def test_what_is_written_out_has_the_functions_own_value():
    seen = set[str]()
    with Session() as session:
        tickets = {}
        for name, function in FUNCTIONS.items():
            graph, expression = traced(function)
            assert expression is not None, name
            seen |= {one.type for one in graph.get_operations()}
            tickets[name] = session.submit(expression, Request("gradient"), [tuple(POINT)], formulas=False)
        for name, ticket in tickets.items():
            own = float(ticket.answers()[0].values["value"].double)
            np.testing.assert_allclose(own, float(FUNCTIONS[name](tf.constant(POINT))), rtol=1e-13, err_msg=name)
    assert {*RULES} - seen == set()


@pytest.mark.parametrize(
    "function",
    [
        lambda x: tf.cond(x[0] > 0, lambda: x[0], lambda: x[1]),
        lambda x: tf.while_loop(lambda y: y < 3, lambda y: (y * 2,), [x[0]])[0],
        lambda x: tf.py_function(lambda y: y, [x[0]], tf.float64),
        lambda x: tf.cast(tf.cast(x[0], tf.float32), tf.float64),
        lambda x: tf.cast(tf.cast(x[0], tf.int32), tf.float64),
        lambda x: tf.random.stateless_normal([], [1, 2], dtype=tf.float64) * x[0],
        lambda x: x[0] * tf.constant(np.inf, tf.float64),
        lambda x: tf.gather(x, tf.cast(x[0], tf.int32)),
        lambda x: tf.math.divide_no_nan(x[0], x[1]),
        lambda x: tf.reduce_sum(tf.cumsum(x, exclusive=True)),
        lambda x: tf.reduce_sum(tf.sin(x * np.ones((4_000, 1)))),
    ],
)
def test_what_is_in_doubt_is_not_written_out(function):
    assert traced(function)[1] is None


def test_many_variables_are_not_written_out():
    graph = tf.function(sums).get_concrete_function(tf.TensorSpec([MOST_VARIABLES + 1], tf.float64)).graph
    assert recorded(graph, graph.inputs[0], graph.outputs[0]) is None
