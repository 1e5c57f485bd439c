"""Special functions: ``tf.math.special`` and its kin."""

from __future__ import annotations

from hesscli.audit.report import Mode
from hesscli.audit.scenario import Scenario as Row
from hesscli.audit.scenario import named
from hesscli.tape.quiet import tf

m, s = tf.math, tf.math.special

ERRORS = (
    *named("tf.math.erf", m.erf, "erf(x)", 0.7, 0.0),
    *named("tf.math.erfc", m.erfc, "erfc(x)", 0.7),
    *named("tf.math.erfinv", m.erfinv, "erfinv(x)", 0.4),
    *named("tf.math.erfcinv", m.erfcinv, "erfcinv(x)", 0.4),
    *named("tf.math.ndtri", m.ndtri, "sqrt(2)*erfinv(2*x - 1)", 0.3),
    *named("tf.math.special.dawsn", s.dawsn, "dawson(x)", 0.7, 0.0),
    *named("tf.math.special.expint", s.expint, "Ei(x)", 0.7),
    *named("tf.math.special.fresnel_cos", s.fresnel_cos, "fresnelc(x)", 0.7, 0.0),
    *named("tf.math.special.fresnel_sin", s.fresnel_sin, "fresnels(x)", 0.7, 0.0),
    *named("tf.math.special.spence", s.spence, "spence(x)", 0.7, 1.0, thread="#127226"),
)  # fmt: skip

BESSEL = (
    *named("tf.math.bessel_i0", m.bessel_i0, "besseli(0, x)", 0.7, 0.0, thread="#120578"),
    *named("tf.math.bessel_i1", m.bessel_i1, "besseli(1, x)", 0.7, 0.0, thread="#120578"),
    *named("tf.math.bessel_i0e", m.bessel_i0e, "exp(-x)*besseli(0, x)", 0.7),
    *named("tf.math.bessel_i1e", m.bessel_i1e, "exp(-x)*besseli(1, x)", 0.7),
    *named("tf.math.bessel_i0e", m.bessel_i0e, "exp(-x)*besseli(0, x)", 25.0),
    *named("tf.math.special.bessel_j0", s.bessel_j0, "besselj(0, x)", 0.7, 0.0, 30.0, thread="#127226"),
    *named("tf.math.special.bessel_j1", s.bessel_j1, "besselj(1, x)", 0.7, 0.0, 30.0, thread="#127226"),
    *named("tf.math.special.bessel_y0", s.bessel_y0, "bessely(0, x)", 0.7),
    *named("tf.math.special.bessel_y1", s.bessel_y1, "bessely(1, x)", 0.7),
    *named("tf.math.special.bessel_k0", s.bessel_k0, "besselk(0, x)", 0.7),
    *named("tf.math.special.bessel_k1", s.bessel_k1, "besselk(1, x)", 0.7),
    *named("tf.math.special.bessel_k0e", s.bessel_k0e, "exp(x)*besselk(0, x)", 0.7),
    *named("tf.math.special.bessel_k1e", s.bessel_k1e, "exp(x)*besselk(1, x)", 0.7),
)  # fmt: skip

GAMMAS = (
    *named("tf.math.lgamma", m.lgamma, "lgamma(x)", 1.7, -1.3),
    *named("tf.math.digamma", m.digamma, "digamma(x)", 1.7, -1.3),
    *named("tf.math.polygamma", lambda x: m.polygamma(2.0, x), "polygamma(2, x)", 1.7, where="in x"),
    *named("tf.math.polygamma", lambda x: m.polygamma(x, 1.7), "Piecewise((polygamma(2, 1.7), x == 2))", 2.0,
      where="in a",
           thread="#60041", note="defined at whole a only"),
    *named("tf.math.zeta", lambda x: m.zeta(2.5, x), "zeta(2.5, x)", 1.7, where="in q"),
    *named("tf.math.zeta", lambda x: m.zeta(x, 1.7), "zeta(x, 1.7)", 2.5, where="in s", thread="#60041"),
    *named("tf.math.zeta", lambda x: m.zeta(x, x), "zeta(x, x)", 2.5, where="in both", thread="#60041"),
    *named("tf.math.igamma", lambda x: m.igamma(1.5, x), "gammainc(1.5, x)", 0.7, where="in x", modes=tuple(Mode)),
    *named("tf.math.igamma", lambda x: m.igamma(x, 0.7), "gammainc(x, 0.7)", 1.5, where="in a", thread="#17995"),
    *named("tf.math.igamma", lambda x: m.igamma(1.0, x), "1 - exp(-x)", 0.0, where="a = 1, x = 0", thread="#123578"),
    *named("tf.math.igammac", lambda x: m.igammac(1.5, x), "gammaincc(1.5, x)", 0.7, where="in x"),
    *named("tf.math.igammac", lambda x: m.igammac(x, 0.7), "gammaincc(x, 0.7)", 1.5, where="in a", thread="#17995"),
    *named("tf.math.betainc", lambda x: m.betainc(2.5, 1.5, x), "betainc(2.5, 1.5, x)", 0.25, where="in x"),
    *named("tf.math.betainc", lambda x: m.betainc(x, 1.5, 0.25), "betainc(x, 1.5, 0.25)", 2.5, where="in a",
      thread="#12570", modes=tuple(Mode)),
    *named("tf.math.betainc", lambda x: m.betainc(2.5, x, 0.25), "betainc(2.5, x, 0.25)", 1.5, where="in b",
      thread="#12570"),
    *named("tf.math.betainc", lambda x: m.betainc(x, 1.5, x / 10), "betainc(x, 1.5, x/10)", 2.5, where="in a and x",
      thread="#12570"),
    Row("tf.math.lbeta", tf.math.lbeta, "betaln(x0, x1)", (1.7, 0.6)),
    Row("tf.nn.log_poisson_loss", lambda x: tf.nn.log_poisson_loss(x[0], x[1], True),
      "exp(x1) - x1*x0 + x0*log(x0) - x0 + log(2*pi*x0)/2", (1.7, 0.6)),
)  # fmt: skip

OPERATIONS = (*ERRORS, *BESSEL, *GAMMAS)
