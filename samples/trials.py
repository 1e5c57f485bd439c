"""A function of TensorFlow's tensors and of data, for `hesscli hessian samples/trials.py:negative_log_likelihood`."""

import tensorflow as tf


def negative_log_likelihood(w, dose, died):
    """Of a logistic regression: log(1 + e^z) - died z with z = w0 + w1 dose, added over the trials."""
    z = w[0] + w[1] * dose
    return tf.reduce_sum(tf.nn.softplus(z) - died * z)
