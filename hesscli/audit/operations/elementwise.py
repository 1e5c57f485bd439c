"""Functions of one number, and arithmetic of two, in ``tf.math``."""

from __future__ import annotations

from hesscli.audit.report import Mode
from hesscli.audit.scenario import Scenario as Row
from hesscli.audit.scenario import named
from hesscli.tape.quiet import tf

tnp = tf.experimental.numpy

NUMBERS = (
    *named("tf.abs", tf.abs, "Abs(x)", -0.7, 0.0),
    *named("tf.math.acos", tf.math.acos, "acos(x)", 0.3),
    *named("tf.math.acosh", tf.math.acosh, "acosh(x)", 1.7),
    *named("tf.math.asin", tf.math.asin, "asin(x)", 0.3),
    *named("tf.math.asinh", tf.math.asinh, "asinh(x)", 0.6, 0.0),
    *named("tf.math.atan", tf.math.atan, "atan(x)", 0.6),
    *named("tf.math.atanh", tf.math.atanh, "atanh(x)", 0.4),
    *named("tf.math.ceil", tf.math.ceil, "ceiling(x)", 0.4),
    *named("tf.math.cos", tf.math.cos, "cos(x)", 0.7),
    *named("tf.math.cosh", tf.math.cosh, "cosh(x)", 0.7),
    *named("tf.math.exp", tf.math.exp, "exp(x)", 0.7),
    *named("tf.math.expm1", tf.math.expm1, "expm1(x)", 0.7, 0.0),
    *named("tf.math.floor", tf.math.floor, "floor(x)", 0.4),
    *named("tf.math.log", tf.math.log, "log(x)", 0.7),
    *named("tf.math.log1p", tf.math.log1p, "log1p(x)", 0.7, 0.0),
    *named("tf.math.negative", tf.math.negative, "-x", 0.7),
    *named("tf.math.reciprocal", tf.math.reciprocal, "1/x", 0.7),
    *named("tf.math.reciprocal_no_nan", tf.math.reciprocal_no_nan, "1/x", 0.7),
    *named("tf.math.rint", tf.math.rint, "floor(x + 1/2)", 0.4),
    *named("tf.math.rsqrt", tf.math.rsqrt, "1/sqrt(x)", 0.7),
    *named("tf.math.sign", tf.math.sign, "sign(x)", 0.7),
    *named("tf.math.sin", tf.math.sin, "sin(x)", 0.7, modes=tuple(Mode)),
    *named("tf.math.sinh", tf.math.sinh, "sinh(x)", 0.7),
    *named("tf.math.sqrt", tf.math.sqrt, "sqrt(x)", 0.7),
    *named("tf.math.square", tf.math.square, "x**2", 0.7, 0.0),
    *named("tf.math.tan", tf.math.tan, "tan(x)", 0.7),
    *named("tf.math.tanh", tf.math.tanh, "tanh(x)", 0.7, 0.0),
    *named("tf.identity", lambda x: (m := tf.identity(x)) * m * m, "x**3", 0.7, thread="#127753",
           note="(m*m)*m", modes=tuple(Mode)),
    Row("tf.sqrt(x*x)", lambda x: tf.sqrt(x * x), "sqrt(x*x)", 0.0, "x = 0", thread="#4914"),
    Row("tf.math.log", lambda x: x * tf.math.log(x), "x*log(x)", 0.0, "x*log(x), x = 0"),
)  # fmt: skip

COMPLEX = (
    *named("tf.complex", lambda x: tf.abs(tf.complex(x, x * x)), "hypot(x, x**2)", 0.7, where="abs"),
    *named("tf.math.angle", lambda x: tf.math.angle(tf.complex(x, x * x)), "atan2(x**2, x)", 0.7),
    *named("tf.math.conj", lambda x: tf.math.real(tf.math.conj(tf.complex(x, x * x)) ** 2), "x**2 - x**4", 0.7),
    *named("tf.math.exp", lambda x: tf.math.real(tf.exp(tf.complex(x, x * x))), "exp(x)*cos(x**2)", 0.7,
      where="complex"),
)  # fmt: skip

NUMPY = (
    *named("tf.experimental.numpy.cbrt", tnp.cbrt, "cbrt(x)", 0.7, -0.7),
    *named("tf.experimental.numpy.exp2", tnp.exp2, "2**x", 0.7),
    *named("tf.experimental.numpy.log2", tnp.log2, "log2(x)", 0.7),
    *named("tf.experimental.numpy.sinc", tnp.sinc, "sinc(pi*x)", 0.7, 0.0, thread="#127226"),
    Row("tf.experimental.numpy.hypot", lambda x: tnp.hypot(x[0], x[1]), "hypot(x0, x1)", (0.7, -0.4)),
    Row("tf.experimental.numpy.logaddexp", lambda x: tnp.logaddexp(x[0], x[1]), "logaddexp(x0, x1)", (0.7, -0.4)),
    Row("tf.experimental.numpy.logaddexp", lambda x: tnp.logaddexp(x[0], x[1]), "logaddexp(x0, x1)", (0.7, 0.7),
      "a tie"),
    Row("tf.experimental.numpy.var", tnp.var, "((x0-x1)**2 + (x0-x2)**2 + (x1-x2)**2)/9", (0.7, -0.4, 1.2)),
    Row("tf.experimental.numpy.std", tnp.std, "sqrt((x0-x1)**2 + (x0-x2)**2 + (x1-x2)**2)/3", (0.7, -0.4, 1.2)),
)  # fmt: skip

POWERS = (
    *named("tf.pow", lambda x: tf.pow(x, 3.0), "x**3", 0.7, 0.0, thread="#35011", note="tf.pow(x, 3)"),
    *named("tf.pow", lambda x: tf.pow(x, 2.0), "x**2", 0.0, where="x**2, x = 0", thread="#35011"),
    *named("tf.pow", lambda x: tf.pow(x, 1.0), "x", 0.0, where="x**1, x = 0", thread="#35011"),
    *named("tf.pow", lambda x: tf.pow(x, 3.0), "x**3", -0.7, where="x**3, x < 0"),
    *named("tf.pow", lambda x: tf.pow(x, -1.5), "x**(-3/2)", 0.7, where="x**-1.5"),
    *named("tf.pow", lambda x: tf.pow(2.0, x), "2**x", 0.7, where="2**x"),
    *named("tf.pow", lambda x: tf.pow(x, x), "x**x", 0.7, where="x**x"),
    Row("tf.pow", lambda x: tf.pow(x[0], x[1]), "x0**x1", (-2.0, 3.0), "(-2)**y", (0.0, 1.0),
      note="not real beside y = 3"),
    Row("tf.pow", lambda x: tf.pow(x[0], x[1]), "x0**x1", (0.7, 1.3), "x**y"),
)  # fmt: skip

PAIRS = (
    Row("tf.math.add_n", lambda x: tf.math.add_n([x[0], x[1] ** 2]), "x0 + x1**2", (0.7, -0.4)),
    Row("tf.math.atan2", lambda x: tf.math.atan2(x[0], x[1]), "atan2(x0, x1)", (0.7, -0.4)),
    Row("tf.math.atan2", lambda x: tf.math.atan2(x[0], x[1]), "atan2(x0, x1)", (0.0, 0.0), "at the origin",
      thread="#38349"),
    Row("tf.math.divide", lambda x: x[0] / x[1], "x0/x1", (0.7, -0.4)),
    Row("tf.math.divide_no_nan", lambda x: tf.math.divide_no_nan(x[0], x[1]), "x0/x1", (0.7, -0.4)),
    Row("tf.math.multiply_no_nan", lambda x: tf.math.multiply_no_nan(x[0], x[1]), "x0*x1", (0.7, -0.4)),
    Row("tf.math.multiply_no_nan", lambda x: tf.math.multiply_no_nan(x[0], x[1]), "x0*x1", (0.7, 0.0), "y = 0"),
    Row("tf.math.floormod", lambda x: tf.math.floormod(x[0], x[1]), "Mod(x0, x1)", (1.7, 0.5)),
    Row("tf.math.squared_difference", lambda x: tf.math.squared_difference(x[0], x[1]), "(x0 - x1)**2", (0.7, -0.4)),
    Row("tf.math.xlogy", lambda x: tf.math.xlogy(x[0], x[1]), "x0*log(x1)", (0.7, 2.0)),
    *named("tf.math.xlogy", lambda x: tf.math.xlogy(x, 2.0), "xlogy(x, 2)", 0.0, thread="#119476"),
    Row("tf.math.xlogy", lambda x: tf.math.xlogy(x[0], x[1]), "x0*log(x1)", (0.0, 2.0), "x = 0, both",
      thread="#119476"),
    Row("tf.math.xlog1py", lambda x: tf.math.xlog1py(x[0], x[1]), "x0*log1p(x1)", (0.7, 1.0)),
    *named("tf.math.xlog1py", lambda x: tf.math.xlog1py(x, 1.0), "xlog1py(x, 1)", 0.0, thread="#56873"),
    Row("tf.math.xdivy", lambda x: tf.math.xdivy(x[0], x[1]), "x0/x1", (0.7, 2.0)),
    *named("tf.math.xdivy", lambda x: tf.math.xdivy(x, 2.0), "x/2", 0.0, thread="#127240"),
)  # fmt: skip

OPERATIONS = (*NUMBERS, *COMPLEX, *NUMPY, *POWERS, *PAIRS)
