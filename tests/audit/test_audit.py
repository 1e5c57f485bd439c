"""The audit finds what is known to be wrong in TensorFlow 2.21, and takes nothing right for wrong."""

import json
import math
import subprocess
import sys
from collections.abc import Callable

import mpmath
import numpy as np
import pytest

from hesscli.audit.audit import Expected, _chosen, audit, judged
from hesscli.audit.operations import OPERATIONS
from hesscli.audit.report import Audited, Status
from hesscli.errors import HesscliError
from hesscli.result import Decimals
from hesscli.tape.quiet import tf

KNOWN = pytest.mark.skipif(not tf.__version__.startswith("2.21."), reason="these facts were measured on 2.21")
RIGHT, WRONG, HOLE, NAN, ERROR, ZERO, UNDEFINED = (
    Status[name] for name in ("RIGHT", "WRONG", "HOLE", "NAN", "ERROR", "ZERO", "UNDEFINED")
)


@pytest.fixture(scope="module")
def rows() -> dict[tuple[str, str], Audited]:
    """Every operation by nested tapes to order 4."""
    return {(row.name, row.where): row for row in audit(modes=("reverse",)).rows}


def derivative(row: Audited, f: Callable[[list], object], order: int) -> float:
    """The truth by mpmath: f along the row's line."""
    with mpmath.workdps(50):
        p, d = map(mpmath.mpf, row.point), map(mpmath.mpf, row.direction)
        lines = list(zip(p, d, strict=True))
        return float(mpmath.diff(lambda t: f([a + b * t for a, b in lines]), 0, order))


# functions of a list of numbers, in mpmath alone


def variance(v):
    mean = sum(v) / len(v)
    return sum((x - mean) ** 2 for x in v) / len(v)


def normalised(groups, weights, epsilon=0.125):
    """Sum of weight*tanh of what layers make of each group of numbers."""
    total = 0
    for group, factors in zip(groups, weights, strict=True):
        mean = sum(group) / len(group)
        scale = mpmath.sqrt(variance(group) + epsilon)
        total += sum(w * mpmath.tanh((x - mean) / scale) for x, w in zip(group, factors, strict=True))
    return total


WEIGHTS = ((1, -2), (0.5, 1.5), (-0.75, 0.25))
COLUMNS = tuple(zip(*WEIGHTS, strict=True))


def layer_norm(v):
    return normalised([v[0:2], v[2:4], v[4:6]], WEIGHTS)


def batch_norm(v):
    return normalised([v[0::2], v[1::2]], COLUMNS)


def network(v):
    """Dense, BatchNormalization, tanh, Dense, mean square, as a function of the first weights."""
    data = ((1, -0.5), (0.25, 2), (-1.5, 0.75))
    hidden = [[row[0] * v[k] + row[1] * v[2 + k] for row in data] for k in (0, 1)]
    scaled = [[(h - sum(c) / 3) / mpmath.sqrt(variance(c) + 0.125) for h in c] for c in hidden]
    return sum((mpmath.tanh(a) - 2 * mpmath.tanh(b)) ** 2 for a, b in zip(*scaled, strict=True)) / 3


def bilinear(v):
    """Cubes of a 2x2 image enlarged to 4x4 by weights of quarters."""
    table = ((1, 0), (0.75, 0.25), (0.25, 0.75), (0, 1))
    pixels = [[sum(r[i] * c[j] * v[2 * i + j] for i in (0, 1) for j in (0, 1)) for c in table] for r in table]
    return sum(y**3 for line in pixels for y in line)


def cumulative(v):
    return sum(w * mpmath.log(sum(map(mpmath.exp, v[: k + 1]))) for k, w in enumerate((1, -2, 0.5, 1.5)))


def cumprod(v):
    return sum(w * mpmath.fprod(v[: k + 1]) for k, w in enumerate((1, -2, 0.5, 1.5)))


def betainc(a, b, x):
    return mpmath.betainc(a, b, 0, x, regularized=True)


def squares(v):
    return sum(x * x for x in v)


def first(f):
    return lambda v: f(v[0])


FACTS: tuple[tuple[str, str, str, dict[int, Status], Callable[[list], object]], ...] = (
    ("1", "tf.nn.moments", "variance", {1: RIGHT, 2: WRONG}, variance),
    ("1", "keras.ops.moments", "variance", {1: RIGHT, 2: WRONG}, variance),
    ("1", "tf.math.reduce_variance", "", {1: RIGHT, 2: RIGHT, 3: ZERO}, variance),
    ("1", "keras.ops.var", "", {1: RIGHT, 2: RIGHT}, variance),
    ("1b", "keras.layers.LayerNormalization", "", {1: RIGHT, 2: WRONG, 3: WRONG, 4: WRONG}, layer_norm),
    ("1b", "keras.layers.GroupNormalization", "", {1: RIGHT, 2: WRONG, 3: WRONG, 4: WRONG}, layer_norm),
    ("1b", "keras.layers.BatchNormalization", "training", {1: RIGHT, 2: WRONG, 3: WRONG, 4: WRONG}, batch_norm),
    ("1b", "keras.layers.BatchNormalization", "in the weights", {1: RIGHT, 2: WRONG, 3: WRONG, 4: WRONG}, network),
    ("1b", "tf.nn.batch_normalization", "", {1: RIGHT, 2: RIGHT, 3: RIGHT, 4: RIGHT}, batch_norm),
    ("2", "tf.math.betainc", "in a and x", {1: WRONG, 2: WRONG}, lambda v: betainc(v[0], 1.5, v[0] / 10)),
    ("2", "tf.math.betainc", "in a", {1: HOLE, 2: HOLE}, lambda v: betainc(v[0], 1.5, 0.25)),
    ("2", "tf.math.betainc", "in b", {1: HOLE, 2: HOLE}, lambda v: betainc(2.5, v[0], 0.25)),
    ("3", "tf.math.zeta", "in both", {1: WRONG, 2: WRONG}, lambda v: mpmath.zeta(v[0], v[0])),
    ("3", "tf.math.zeta", "in s", {1: HOLE, 2: HOLE}, lambda v: mpmath.zeta(v[0], mpmath.mpf(1.7))),
    ("4", "tf.math.igamma", "in a", {1: RIGHT, 2: ERROR}, lambda v: mpmath.gammainc(v[0], 0, 0.7, regularized=True)),
    ("4", "tf.math.igammac", "in a", {1: RIGHT, 2: ERROR}, lambda v: mpmath.gammainc(v[0], 0.7, regularized=True)),
    ("5", "tf.math.bessel_i0", "x = 0", {1: RIGHT, 2: WRONG, 3: NAN}, first(lambda x: mpmath.besseli(0, x))),
    ("5", "tf.math.bessel_i1", "x = 0", {1: WRONG, 2: NAN}, first(lambda x: mpmath.besseli(1, x))),
    ("6", "tf.math.special.bessel_j0", "x = 0", {2: RIGHT, 3: NAN}, first(lambda x: mpmath.besselj(0, x))),
    ("6", "tf.math.special.bessel_j1", "x = 0", {1: RIGHT, 2: NAN}, first(lambda x: mpmath.besselj(1, x))),
    ("6", "tf.math.special.spence", "x = 1", {1: RIGHT, 2: NAN}, first(lambda x: mpmath.polylog(2, 1 - x))),
    ("6", "tf.experimental.numpy.sinc", "x = 0", {1: NAN, 2: NAN}, first(lambda x: mpmath.sinc(mpmath.pi * x))),
    ("7", "tf.pow", "x = 0", {1: RIGHT, 2: RIGHT, 3: RIGHT, 4: NAN}, first(lambda x: x**3)),
    ("7", "tf.pow", "x**2, x = 0", {2: RIGHT, 3: NAN}, first(lambda x: x**2)),
    ("7", "tf.pow", "x**1, x = 0", {1: RIGHT, 2: NAN}, first(lambda x: x)),
    ("8", "tf.reduce_prod", "a factor is 0", {1: RIGHT, 2: WRONG, 3: WRONG}, mpmath.fprod),
    ("8", "tf.reduce_prod", "two are 0", {1: RIGHT, 2: WRONG}, mpmath.fprod),
    ("8", "tf.reduce_prod", "", {1: RIGHT, 2: RIGHT, 3: RIGHT, 4: RIGHT}, mpmath.fprod),
    ("9", "tf.math.cumprod", "a factor is 0", {1: WRONG, 2: WRONG}, cumprod),
    ("10", "tf.math.xlogy", "x = 0", {1: WRONG}, first(lambda x: x * mpmath.log(2))),
    ("10", "tf.math.xlog1py", "x = 0", {1: WRONG}, first(lambda x: x * mpmath.log(2))),
    ("10", "tf.math.xdivy", "x = 0", {1: WRONG}, first(lambda x: x / 2)),
    ("11", "tf.nn.softsign", "x = 0.7", {1: RIGHT, 2: ERROR}, first(lambda x: x / (1 + x))),
    ("12", "tf.norm", "squared, at 0", {1: RIGHT, 2: NAN}, squares),
    ("14", "tf.where", "dead sqrt", {1: RIGHT, 2: NAN}, lambda v: 0 * v[0]),
    ("14", "tf.where", "dead x**1.5", {1: NAN}, lambda v: 0 * v[0]),
    ("15", "tf.where", "double, sin(x)/x", {1: RIGHT, 2: WRONG, 4: WRONG}, first(mpmath.sinc)),
    ("16", "tf.math.igamma", "a = 1, x = 0", {1: NAN}, first(lambda x: 1 - mpmath.exp(-x))),
    ("19", "tf.math.cumulative_logsumexp", "", {1: RIGHT, 2: RIGHT, 3: NAN}, cumulative),
    ("19", "tf.math.reduce_euclidean_norm", "squared, at 0", {3: NAN}, squares),
    ("20", "tf.linalg.det", "singular", {1: ERROR, 2: ERROR}, lambda v: v[0] * v[3] - v[1] * v[2]),
    ("22", "tf.image.resize", "bilinear", {1: RIGHT, 2: HOLE, 3: HOLE, 4: ZERO}, bilinear),
    ("22", "keras.layers.UpSampling2D", "bilinear", {1: RIGHT, 2: HOLE, 3: HOLE}, bilinear),
)
"""Row of the facts, operation, point, statuses by order, and the function in mpmath."""


@KNOWN
@pytest.mark.parametrize(
    ("fact", "name", "where", "statuses", "f"), FACTS, ids=lambda x: x if isinstance(x, str) else ""
)
def test_facts(rows, fact, name, where, statuses, f):
    row = rows[name, where]
    for order, status in statuses.items():
        found = row.derivatives[order]
        truth = derivative(row, f, order)
        assert found.status is status, f"order {order}"
        assert float(found.exact) == pytest.approx(truth, rel=1e-13, abs=1e-13)
        if status is WRONG:
            assert abs(found.tape - truth) > 1e-3 * max(abs(truth), 1e-3)
        elif status is RIGHT:
            assert found.tape == pytest.approx(truth, rel=1e-6, abs=1e-9) or row.dtype == "float32"


@KNOWN
@pytest.mark.parametrize(
    ("name", "where", "order", "said"),
    [
        (
            "tf.nn.moments",
            "variance",
            2,
            0.5 * (1 + 0.25 + 0.5625 + 0.140625),
        ),  # 0.5 |d|^2: the mean is taken for fixed
        ("tf.math.bessel_i0", "x = 0", 2, 1.0),
        ("tf.math.bessel_i1", "x = 0", 1, 1.0),
        ("tf.math.zeta", "in both", 1, -0.163),
        ("tf.math.zeta", "in both", 2, 0.126),
        ("tf.math.betainc", "in a and x", 1, 0.0551),
        ("tf.math.betainc", "in a and x", 2, -0.0165),
        ("tf.math.xlogy", "x = 0", 1, 0.0),
        ("tf.math.cumprod", "a factor is 0", 1, 0.0),
        ("tf.where", "double, sin(x)/x", 2, 0.0),
    ],
)
def test_wrong_numbers_are_the_measured_ones(rows, name, where, order, said):
    assert rows[name, where].derivatives[order].tape == pytest.approx(said, abs=5e-4)


@KNOWN
def test_one_zero_factor_costs_a_factor_of_the_order(rows):
    """d2 is half of the truth, d3 a third."""
    second, third = rows["tf.reduce_prod", "a factor is 0"].derivatives[2:4]
    assert second.tape * 2 == pytest.approx(float(second.exact))
    assert third.tape * 3 == pytest.approx(float(third.exact))


UNDIFFERENTIABLE = {
    "tf.nn.local_response_normalization": ("LRNGrad", 2),
    "tf.nn.fractional_max_pool": ("FractionalMaxPoolGrad", 2),
    "tf.nn.fractional_avg_pool": ("FractionalAvgPoolGrad", 2),
    "tf.nn.dilation2d": ("Dilation2DBackpropInput", 2),
    "tf.linalg.lu": ("Lu", 1),
    "tf.linalg.logm": ("MatrixLogarithm", 1),
}
PLACED = {
    ("tf.image.resize", "bicubic"): ("ResizeBicubicGrad", 2),
    ("tf.image.resize", "nearest"): ("ResizeNearestNeighborGrad", 2),
    ("tf.image.resize", "lanczos3"): ("ScaleAndTranslateGrad", 2),
    ("tf.image.resize", "area"): ("ResizeArea", 1),
    ("tf.image.crop_and_resize", "in the image"): ("CropAndResizeGradImage", 2),
    ("tf.raw_ops.BlockLSTM", "in the state"): ("BlockLSTMGrad", 2),
    ("tf.raw_ops.GRUBlockCell", "in the state"): ("GRUBlockCell", 1),
    **{(name, ""): told for name, told in UNDIFFERENTIABLE.items()},
}


@KNOWN
@pytest.mark.parametrize("place", PLACED, ids=" ".join)
def test_operations_without_a_gradient_of_their_own(rows, place):
    kernel, order = PLACED[place]
    found = rows[place].derivatives
    assert [f.status for f in found[1:order]] == [RIGHT] * (order - 1)
    assert {f.status for f in found[order:]} == {ERROR}
    assert kernel in found[order].message
    assert "LookupError" in found[order].message


@KNOWN
def test_the_fused_lstm_kernel_is_wrong_at_first_order(rows):
    """BlockLSTMV2 on a CPU: its gradient in the hidden state is not the slope of its own values."""
    row = next(row for row in OPERATIONS if row.name == "tf.raw_ops.BlockLSTMV2")
    above, below = (float(row.line(tf.constant(t))) for t in (0.01, -0.01))
    found = rows[row.name, row.where].derivatives[1]
    assert found.status is WRONG
    assert float(found.exact) == pytest.approx((above - below) / 0.02, rel=1e-3)


@pytest.mark.parametrize(
    ("name", "where", "order"),
    [
        ("tf.abs", "x = 0", 1),
        ("tf.sqrt(x*x)", "x = 0", 1),
        ("tf.norm", "at 0", 1),
        ("tf.math.atan2", "at the origin", 1),
        ("tf.nn.relu", "x = 0", 1),
        ("tf.nn.elu", "x = 0", 2),
        ("tf.maximum", "a tie", 1),
        ("tf.reduce_max", "a tie", 1),
        ("tf.pow", "(-2)**y", 1),
        ("tf.math.polygamma", "in a", 1),
    ],
)
def test_where_no_derivative_exists_nothing_is_wrong(rows, name, where, order):
    assert rows[name, where].derivatives[order].status is UNDEFINED


def test_every_answer_is_checked(rows):
    open_ones = [(place, f) for place, row in rows.items() for f in row.derivatives if f.status is Status.UNCHECKED]
    assert not open_ones


def test_values_are_never_wrong(rows):
    assert all(row.derivatives[0].status in (RIGHT, UNDEFINED) for row in rows.values())


@KNOWN
def test_ordinary_operations_are_right(rows):
    """Often said to be wrong, and right."""
    names = ("tf.nn.softmax", "tf.nn.elu", "tf.nn.sigmoid", "tf.nn.max_pool2d", "tf.math.square", "tf.math.sin")
    found = [row for row in rows.values() if row.name in names and row.where != "x = 0"]
    assert len(found) >= len(names)
    assert {f.status for row in found for f in row.derivatives} <= {RIGHT, ZERO}


# the verdict on one number


def truth(text: str | None, status: str = "ok") -> Expected:
    return Expected(Decimals((), (text,)), status, ("because",))


@pytest.mark.parametrize(
    ("outcome", "exact", "status"),
    [
        (2.0, truth("2"), RIGHT),
        (2.0 + 1e-7, truth("2"), RIGHT),
        (2.001, truth("2"), WRONG),
        (-2.0, truth("2"), WRONG),
        (0.0, truth("2"), WRONG),
        (1e-15, truth("0"), RIGHT),
        (1e-5, truth("0"), WRONG),
        (None, truth("0"), ZERO),
        (None, truth("1e-30"), HOLE),
        (math.nan, truth("2"), NAN),
        (math.inf, truth("2"), NAN),
        (LookupError("none"), truth("2"), ERROR),
        (LookupError("none"), truth("0"), ERROR),
        (2.0, truth("nan", "not-differentiable"), UNDEFINED),
        (math.nan, truth("nan", "undefined"), UNDEFINED),
        (None, truth("nan", "not-differentiable"), UNDEFINED),
        (math.inf, truth("inf", "undefined"), UNDEFINED),
        (2.0, truth(None, "unchecked"), Status.UNCHECKED),
        (None, truth(None, "unchecked"), Status.UNCHECKED),
        (LookupError("none"), truth(None, "unchecked"), ERROR),
    ],
)
def test_fate_of_one_outcome(outcome, exact, status):
    found = judged(1, outcome, exact, 2.0, "float64")
    assert found.status is status
    assert found.status.silent == (status in (WRONG, HOLE))
    assert (found.digits is not None) == (status in (RIGHT, WRONG))


def test_digits_are_those_shared():
    assert judged(1, 2.0002, truth("2"), 2.0, "float64").digits == pytest.approx(4, abs=1e-6)
    assert judged(1, 2.0, truth("2"), 2.0, "float64").digits == pytest.approx(15.95, abs=0.01)
    assert judged(1, 5.0, truth("2"), 2.0, "float64").digits == 0.0


def test_rounding_beside_larger_derivatives_is_no_mistake():
    """Near 30 the sigmoid's 1 - y keeps four digits: rounding of numbers near 1, and the digits say so."""
    found = judged(2, -9.35918e-14, truth("-9.3576229688402e-14"), 1.0, "float64")
    assert found.status is RIGHT
    assert found.digits < 4


# the verb


@pytest.mark.parametrize("order", [0, 7])
def test_orders_out_of_range_are_refused(order):
    with pytest.raises(HesscliError, match="1 to 6"):
        audit("tf.math.sin", order)


def test_an_unknown_operation_is_refused_with_a_hint():
    with pytest.raises(HesscliError, match="did you mean moments"):
        audit("tf.nn.momnts")


def test_other_modes_end_at_order_two():
    (row,) = audit("tf.math.tanh", 3, ["forward-over-reverse"]).rows[:1]
    assert [f.order for f in row.derivatives] == [0, 1, 2]
    assert {f.status for f in row.derivatives} == {RIGHT}


@KNOWN
def test_jacobian_turns_the_hole_into_a_confident_zero():
    found = {row.mode: row.derivatives for row in audit("image.resize", 2).rows if row.where == "bilinear"}
    assert found["reverse"][2].status is HOLE
    assert found["jacobian"][2].status is WRONG
    assert found["jacobian"][2].tape == 0.0


def run(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "hesscli", "audit", *arguments], capture_output=True, text=True, timeout=300
    )


@KNOWN
def test_the_command_finds_forward_over_forward_and_says_it_in_json():
    done = run("--op", "tf.identity", "--json")
    assert done.returncode == 1
    said = json.loads(done.stdout, parse_constant=lambda word: pytest.fail(f"{word} is not strict JSON"))
    assert said["schema"] == "hesscli/1"
    assert said["silent"] is True
    second = {row["mode"]: row["derivatives"][2] for row in said["operations"]}
    assert second["reverse"]["fate"] == "right"
    assert second["forward-over-forward"]["fate"] == "wrong"
    assert second["forward-over-forward"]["tensorflow"] == pytest.approx(2.4)
    assert float(second["forward-over-forward"]["exact"]) == pytest.approx(4.2)


@pytest.mark.slow
def test_everything_takes_less_than_five_minutes():
    done = run("--json")
    said = json.loads(done.stdout)
    assert said["seconds"] < 300
    assert len(said["operations"]) > 400
    assert np.sum(list(said["counts"].values())) > 1500


def test_an_exact_name_is_that_operation_alone():
    rows = {row.name: row for row in OPERATIONS}
    assert {row.name for _, row in _chosen({"all": OPERATIONS}, "tf.math.exp")} == {"tf.math.exp"}
    below = {row.name for _, row in _chosen({"all": OPERATIONS}, "tf.linalg")}
    assert below == {name for name in rows if name.startswith("tf.linalg.")}
    assert {"tf.math.exp", "tf.math.expm1"} <= {row.name for _, row in _chosen({"all": OPERATIONS}, "exp")}
    with pytest.raises(HesscliError, match=r"did you mean tf\.math\.exp\?"):
        _chosen({"all": OPERATIONS}, "tf.exp")
