"""The program around the function: what it imports, its helpers, the nested tapes, what it prints."""

from __future__ import annotations

from collections.abc import Sequence

from hesscli.code.writer import Writer
from hesscli.errors import HesscliError
from hesscli.language.expression import Expression

HELPERS = {
    "power(": '''
def power(x, n):
    """x**n for a whole number n, by squaring: tf.pow(x, n) has NaN derivatives at x = 0 from order n + 1."""
    if n < 0:
        return 1 / power(x, -n)
    if n == 0:
        return tf.ones_like(x)
    half = power(x, n // 2)
    return half * half * x if n % 2 else half * half
''',
    "gamma(": '''
def gamma(x):
    """The gamma function; tf.math.lgamma is log(abs(gamma(x))), so the sign below 0 is put back."""
    sign = -1 if x < 0 and int(tf.floor(x)) % 2 else 1
    return sign * tf.exp(tf.math.lgamma(x))
''',
}
"""What the text calls -> its definition."""

HEAD = '''"""{what}."""

{math}import tensorflow as tf
'''

SCALAR = """

x = tf.constant(POINT, dtype=DTYPE)

with tf.GradientTape(persistent=True) as outer:  # persistent: asked once for every row
    outer.watch(x)  # a constant is not watched by itself
    with tf.GradientTape() as inner:
        inner.watch(x)
        value = f(x)
    gradient = inner.gradient(value, x, unconnected_gradients="zero")  # inside the outer tape, which records it
    slopes = tf.unstack(gradient)  # so is taking it apart

# Every function above depends on x by operations with a gradient, so "not connected" means a true zero.
rows = [outer.gradient(slope, x, unconnected_gradients="zero") for slope in slopes]
hessian = tf.stack(rows)
del outer  # a persistent tape keeps its memory until then

print("value", value.numpy())
print("gradient", gradient.numpy().tolist())
print("hessian", hessian.numpy().tolist())
"""

GENERAL = '''

def derivative(x, order):
    """All partials of an order: a tape around a tape around ... f. Each order costs 4 to 5 times more."""
    if order == 0:
        return f(x)
    with tf.GradientTape(persistent=True) as tape:  # persistent: asked once for every entry
        tape.watch(x)  # a constant is not watched by itself
        lower = derivative(x, order - 1)
        entries = tf.unstack(tf.reshape(lower, [-1]))  # recorded, like all that is differentiated next
    # Every function above depends on x by operations with a gradient, so "not connected" means a true zero.
    rows = [tape.gradient(entry, x, unconnected_gradients="zero") for entry in entries]
    return tf.reshape(tf.stack(rows), [*lower.shape, *x.shape])


x = tf.constant(POINT, dtype=DTYPE)
for order in range(ORDER + 1):
    print("order", order, derivative(x, order).numpy().tolist())
'''

MAIN = {(False, 2): SCALAR}
"""(vector, order) -> the second half of the program; everything else is ``GENERAL``."""


def script(expression: Expression, point: Sequence[float], *, order: int = 2, dtype: str = "float64") -> str:
    """A program that prints the value and the derivatives up to an order.

    Args:
        expression: f, a scalar or a vector.
        point: n coordinates.
        order: the highest, at least 1.
        dtype: ``float64`` or ``float32``.

    Returns:
        Python that needs nothing but TensorFlow.

    Raises:
        HesscliError: code ``no-operation``: TensorFlow has no such function, or not with right derivatives.
    """
    if not expression.variables:
        raise HesscliError("the expression has no variables to differentiate; name some with --vars", code="variables")
    body = Writer(expression).function()
    text = body + MAIN.get((expression.vector, order), GENERAL)
    helpers = "".join(f"\n{definition}" for call, definition in HELPERS.items() if _calls(text, call))
    head = HEAD.format(
        what=f"{'The Hessian' if order == 2 else f'The derivatives up to order {order}'} by nested gradient tapes",
        math="import math\n\n" if "math." in text.replace("tf.math.", "") + helpers.replace("tf.math.", "") else "",
    )
    values = ", ".join(repr(float(x)) for x in point)
    end = text.replace("POINT", f"[{values}]").replace("DTYPE", f"tf.{dtype}").replace("ORDER", str(order))
    return head + helpers + end


def _calls(text: str, call: str) -> bool:
    return any(text[k - 1 : k] not in {".", "_"} and not text[k - 1 : k].isalnum() for k in _places(text, call))


def _places(text: str, call: str) -> list[int]:
    return [k for k in range(len(text)) if text.startswith(call, k)]
