"""Python functions of TensorFlow's tensors: right numbers with differences as witness, and never a wrong one."""

from __future__ import annotations

import json

import numpy as np
import pytest
import tensorflow as tf

import hesscli
from hesscli.cli.app import run
from hesscli.exact import Session
from hesscli.language.points.blocks import read_several
from hesscli.language.syntax import parse
from hesscli.model import function_proof
from hesscli.model.function import PythonFunction
from hesscli.model.function_places import FunctionCall, places_of
from hesscli.options import Options
from hesscli.request import Request

FILE = """
import math

import numpy as np
import tensorflow as tf

calls = 0

def rosenbrock(x):
    return tf.reduce_sum(100 * (x[1:] - x[:-1] ** 2) ** 2 + (1 - x[:-1]) ** 2)

def squares(w, b, t, y, scale=1.0):
    print("called")
    return tf.reduce_mean((y - w * t - b) ** 2) * scale

def slopes(w, b, t, y):
    r = y - w * t - b
    return [np.mean(-2 * r * t), np.mean(2 * r)]

def curvatures(w, b, t):
    return [[tf.reduce_mean(2 * t * t), tf.reduce_mean(2 * t)], [tf.reduce_mean(2 * t), 2.0]]

def by_numpy(w, b, t, y):
    return np.mean((y - w[0] * t - b) ** 2)

def gaussian(m, sample):
    return tf.reduce_sum((sample - m) ** 2) / 2

def bowl(x):
    k = tf.range(1, len(x) + 1, dtype=x.dtype)
    return tf.reduce_sum(k * x**2) / 2 + tf.reduce_sum(x) ** 2 / 2000

def branch(x):
    return tf.reduce_sum(x**3) if tf.reduce_sum(x) > 0 else tf.reduce_sum(-(x**3))

def variance(x):
    mean, var = tf.nn.moments(x, [0])
    return var

def linear(x):
    return tf.reduce_sum(2.0 * x)

def partly(x):
    return tf.reduce_sum(x**2) + np.sin(x.numpy()).sum()

def unused(x, y):
    return tf.reduce_sum(x**2) + float(y[0]) ** 2

def dilated(x):
    ones = [1, 1, 1, 1]
    return tf.reduce_sum(tf.nn.dilation2d(tf.reshape(x, [1, 2, 2, 1]), [[[1.0]]], ones, "SAME", "NHWC", ones) ** 2)

def resized(x):
    image = tf.reshape(x**2, [1, 2, 2, 1])
    return tf.reduce_sum(tf.cast(tf.compat.v1.image.resize_bilinear(image, [3, 3]), x.dtype) ** 2)

def half(x):
    return tf.cast(tf.reduce_sum(x**4), tf.float32)

def single(x):
    return tf.reduce_sum(x * tf.constant([1.0, 2.0]))

def whole(x):
    return tf.reduce_sum(tf.cast(x, tf.int32))

def nothing(x):
    tf.reduce_sum(x)

def array(x):
    return np.where(x.numpy() > 0, 1, 2)

def vector(x):
    return tf.exp(x)

def random(x):
    return tf.reduce_sum(x * tf.random.normal([2], dtype=x.dtype))

def counting(x):
    global calls
    calls += 1
    return calls * tf.reduce_sum(x)

def wrong(x):
    return tf.reduce_sum(x) + undefined

def logarithm(x):
    return tf.reduce_sum(tf.math.log(x))

def larger(x):
    return tf.maximum(x[0] ** 2, x[1] ** 3)

def leaving(x):
    raise SystemExit(0)

def anything(*x):
    return tf.reduce_sum(x)

def own(value, slope):
    return tf.custom_gradient(lambda x: (value(x), lambda u: u * slope(x)))

stop = tf.stop_gradient

def offset(x):
    return 1e10 + x * stop(x)

def offset_own(x):
    return 1e10 + own(tf.exp, lambda x: tf.exp(x) / 2)(x)

def offset_slope(x):
    return 1e10 * x + own(lambda x: x**3, lambda x: 3 * x * stop(x))(x)

def badly_scaled(w):
    return 1e7 * w[0] ** 2 + w[1] * stop(w[1])

def dropped(w):
    return 1e8 * w[0] ** 2 + stop(w[1]) ** 2

def two(x, y):
    return 1e10 * x**2 + y * stop(y)

def halved(x):
    return own(lambda x: x**2, lambda x: x)(x)

def by_chance(x):
    return own(lambda x: x**3, lambda x: 3 * x)(x)

def right_all_the_same(x):
    return own(lambda x: x**3, lambda x: 3 * x**2)(x) + 0 * stop(x)

def chosen(x, y):
    return tf.exp(x) if x > 0 else tf.exp(y)

def mapped(x):
    return tf.reduce_sum(tf.map_fn(lambda v: v**3, x))

def plain(x, y):
    return x if x > 0 else y

def most(x, y):
    return max(x * x, 3 * y)

def sine(x, y):
    return math.sin(x) * y

def table(w):
    return tf.reduce_sum(w[0] ** 2 * w[1])

def level(x):
    return 1e17 + tf.reduce_sum(0 * x)

def dead(x):
    return tf.reduce_sum(tf.nn.relu(x - 3))

def alike(w, w1):
    return w[0] ** 2 + w[1] ** 3 + w1**4

def alike_by_numpy(w, w1):
    return np.sum(w * w) + w1**4

def table_by_numpy(w):
    return np.sum(w[0] ** 2 * w[1])
"""


@pytest.fixture(scope="module")
def file(tmp_path_factory):
    folder = tmp_path_factory.mktemp("functions")
    (folder / "loss.py").write_text(FILE)
    (folder / "trials.csv").write_text("t,y,beside\n1,2,0\n2,3,0\n3,5,0\n")
    (folder / "sample.csv").write_text("sample\n1\n2\n3\n")
    np.save(folder / "w.npy", [1.0, 2.0, 3.0])
    return folder


@pytest.fixture
def asked(file, capsys, monkeypatch):
    monkeypatch.chdir(file)

    def call(command, name, *more):
        status = run([command, f"loss.py:{name}", *more, "--json"])
        out, err = capsys.readouterr()
        assert "Traceback" not in err
        return status, json.loads(out), err

    return call


def test_a_function_of_a_vector(asked):
    """Rosenbrock's at (1, 2, 3): by hand."""
    status, found, _ = asked("hessian", "rosenbrock", "--at", "1,2,3")
    assert (status, found["verdict"]) == (0, "agree")
    assert found["value"] == 201
    assert found["gradient"] == [-400, 1002, -200]
    assert found["hessian"] == [[402, -400, 0], [-400, 3802, -800], [0, -800, 200]]
    assert found["variables"] == ["x[0]", "x[1]", "x[2]"]
    assert found["exact"]["hessian"] == [["402", "-400", "0"], ["-400", "3802", "-800"], ["0", "-800", "200"]]
    assert "differences" not in found
    assert asked("gradient", "rosenbrock", "--at", "x=@w.npy")[1]["gradient"] == [-400, 1002, -200]
    product = asked("hvp", "rosenbrock", "--at", "x=[1,2,3]", "--vector", "x=[1,0,1]")[1]
    assert product["hvp"] == [402, -1200, 200]


def test_arguments_that_are_data_or_numbers_are_constants(asked):
    """mean((y - w t - b)^2) at w = 1, b = 2: residuals -1, -1, 0; mean t^2 = 14/3, mean t = 2."""
    status, found, err = asked("hessian", "squares", "--at", "w=1,b=2", "--data", "trials.csv", "--param", "scale=3")
    assert status == 0
    assert "called" in err
    np.testing.assert_allclose(found["gradient"], [6, 4], rtol=1e-14)
    np.testing.assert_allclose(found["hessian"], [[28, 12], [12, 6]], rtol=1e-14)


def test_branches_are_followed_where_they_lead(asked):
    status, found, _ = asked("hessian", "branch", "--at", "1,-3")
    assert (status, found["verdict"], found["hessian"]) == (0, "checked by differences", [[-6, 0], [0, 18]])
    assert found["exact"] is None
    assert found["differences"]["hessian"]["error"] < 1e-6


def test_an_optimum_is_confirmed(asked):
    status, found, _ = asked("hessian", "rosenbrock", "--at", "1,1,1")
    assert (status, found["verdicts"]["gradient"]) == (0, "agree")
    assert found["gradient"] == [0, 0, 0]
    assert found["critical"]["kind"] == "local minimum"


def test_a_known_wrong_derivative_is_put_right_and_named(asked):
    """The Hessian of the variance of n numbers is 2/n (I - 11'/n)."""
    status, found, _ = asked("hessian", "variance", "--at", "1,2,5")
    assert status == 0
    np.testing.assert_allclose(found["hessian"], 2 / 3 * (np.eye(3) - 1 / 3), atol=1e-14)
    assert found["tape"]["repaired"] == ["tf.nn.moments"]
    status, found, err = asked("hessian", "variance", "--at", "1,2,5", "--plain")
    assert (status, found["verdict"]) == (1, "disagree")
    np.testing.assert_allclose(found["hessian"], 2 / 3 * (np.eye(3) - 1 / 3), atol=1e-15)
    np.testing.assert_allclose(found["tape"]["hessian"], 2 / 3 * np.eye(3), atol=1e-14)
    assert "TensorFlow's number is wrong" in err


def test_none_that_is_0_is_confirmed_and_a_hole_is_no_number(asked):
    assert asked("hessian", "linear", "--at", "1,2")[1]["hessian"] == [[0, 0], [0, 0]]
    status, found, _ = asked("hessian", "unused", "--at", "x=[1,2],y=[3]")
    assert (status, found["verdict"]) == (1, "tape-failed")
    assert found["gradient"] == [None] * 3
    assert "no derivative by y" in found["notes"][0]


@pytest.mark.parametrize(("name", "at"), [("partly", "1,2"), ("dilated", "1,2,3,4"), ("resized", "1,2,3,4")])
def test_what_the_tape_has_not_is_no_number(asked, name, at):
    status, found, _ = asked("hessian", name, "--at", at)
    assert status == 1
    assert found["verdict"] in ("disagree", "tape-failed")
    assert {number for row in found["hessian"] for number in row} == {None}


def test_arithmetic_of_fewer_digits_refutes_nothing(asked):
    status, found, _ = asked("hessian", "half", "--at", "1,2")
    assert (status, found["verdict"]) == (4, "unchecked")
    status, found, _ = asked("gradient", "single", "--at", "1,2", "--dtype", "float32")
    assert (status, found["verdict"]) == (0, "agree")


@pytest.mark.parametrize(
    ("name", "more", "status", "words"),
    [
        ("single", ["--at", "1,2"], 2, "--dtype float32"),
        ("whole", ["--at", "1,2"], 2, "a tensor of int32"),
        ("nothing", ["--at", "1,2"], 2, "is there a return?"),
        ("array", ["--at", "1,2"], 2, "not with NumPy"),
        ("vector", ["--at", "1,2"], 2, "shape (2,): tf.reduce_sum"),
        ("random", ["--at", "1,2"], 2, "it is random"),
        ("counting", ["--at", "x=[1,2]"], 2, "keeps a state"),
        ("wrong", ["--at", "1,2"], 2, "line 84: NameError"),
        ("logarithm", ["--at", "-1,2"], 3, "is nan at this point"),
        ("leaving", ["--at", "1,2"], 2, "SystemExit: 0"),
        ("anything", ["--at", "x=[1,2]"], 2, "any number of arguments"),
        ("rosenbrock", [], 2, "where?"),
        ("rosenbrock", ["--at", "x=ones"], 2, "--vars x[10]"),
        ("rosenbrock", ["--at", "1,2", "--workers", "2"], 2, "--workers takes expressions"),
        ("rosenbrock", ["--at", "1,2", "--method", "jacobian"], 2, "nested tapes"),
        ("squares", ["--at", "w=1", "--data", "trials.csv"], 2, "nothing gives b: --at b=..."),
        ("squares", ["--at", "w=1,c=2", "--data", "trials.csv"], 2, "takes no c"),
        ("rosenbrock", ["--at", "1,2", "--data", "trials.csv"], 2, "takes none of t, y, beside"),
    ],
)
def test_what_cannot_be_differentiated_is_said(asked, name, more, status, words):
    got, found, err = asked("hessian", name, *more)
    assert got == status
    assert words in found["error"]["message"]
    assert words in err


def test_what_else_is_asked_of_a_hessian_is_proven_where_the_function_can_be_written_out(asked):
    """H = [[28, 12], [12, 6]]/3 at w = 1, b = 2, by hand: det = 8/3, tr = 34/3, and H s = -g = -(2, 4/3)."""
    more = ["--newton-step", "--inverse", "--determinant", "--top", "1", "--trace", "--diagonal", "--solve", "1,0"]
    status, found, _ = asked("hessian", "squares", "--at", "w=1,b=2", "--data", "trials.csv", *more)
    assert (status, found["verdict"]) == (0, "agree")
    np.testing.assert_allclose(found["newton_step"], [0.5, -5 / 3], rtol=1e-15)
    np.testing.assert_allclose(found["inverse"], [[0.75, -1.5], [-1.5, 3.5]], rtol=1e-15)
    np.testing.assert_allclose(found["determinant"], 8 / 3, rtol=1e-15)
    spectrum = found["spectrum"]
    np.testing.assert_allclose(spectrum["trace"]["value"], 34 / 3, rtol=1e-14)
    np.testing.assert_allclose(spectrum["diagonal"], [28 / 3, 2], rtol=1e-14)
    np.testing.assert_allclose(spectrum["solution"]["values"], [0.75, -1.5], rtol=1e-12)
    ends = 17 / 3 + np.array([-1, 1]) * np.sqrt((17 / 3) ** 2 - 8 / 3)
    np.testing.assert_allclose(spectrum["eigenvalues"]["values"], ends, rtol=1e-12)


def test_what_else_is_asked_of_a_hessian_that_differences_check(asked):
    """-x^3 at (1, -3): H = diag(-6, 18), g = (-3, -27)."""
    more = ["--newton-step", "--inverse", "--condition", "--top", "1", "--solve", "gradient"]
    status, found, _ = asked("hessian", "branch", "--at", "1,-3", *more)
    assert (status, found["verdict"]) == (0, "checked by differences")
    np.testing.assert_allclose(found["newton_step"], [-0.5, 1.5], rtol=1e-13)
    np.testing.assert_allclose(found["condition"], 3, rtol=1e-13)
    np.testing.assert_allclose(found["spectrum"]["eigenvalues"]["values"], [-6, 18], rtol=1e-13)
    np.testing.assert_allclose(found["spectrum"]["solution"]["values"], [0.5, -1.5], rtol=1e-12)
    assert any("indefinite: Newton's step" in note for note in found["notes"])


def test_standard_errors_of_a_function(asked):
    """Three points of a Gaussian with known deviation 1: x = mean, H = 3, error 1/sqrt(3)."""
    status, found, _ = asked("hessian", "gaussian", "--at", "m=2", "--data", "sample.csv", "--standard-errors")
    assert (status, found["verdict"]) == (0, "agree")
    np.testing.assert_allclose(found["statistics"]["standard_errors"]["m"], 3**-0.5, rtol=1e-14)
    assert not any("gradient is not zero" in note for note in found["statistics"]["notes"])


def test_many_variables_are_answered_by_products(asked):
    """sum k x_k^2/2 + (sum x)^2/2000 at 0: H = diag(k) + 11'/1000, of 1,200 variables."""
    more = ["--at", "x=zeros", "--vars", "x[1200]", "--top", "1", "--solve", "x=ones", "--newton-step"]
    status, found, _ = asked("hessian", "bowl", *more)
    assert (status, found["verdict"]) == (0, "checked by differences")
    assert found["hessian"] is None
    matrix = np.diag(np.arange(1.0, 1201)) + np.ones((1200, 1200)) / 1000
    ends = np.linalg.eigvalsh(matrix)[[0, -1]]
    np.testing.assert_allclose(found["spectrum"]["eigenvalues"]["values"], ends, rtol=1e-9)
    solved = np.linalg.solve(matrix, np.ones(1200))
    np.testing.assert_allclose(found["spectrum"]["solution"]["values"], solved, rtol=1e-7)
    assert any("not computed" in note for note in found["notes"])


def test_nothing_follows_from_a_hessian_that_is_refuted(asked):
    status, found, _ = asked("hessian", "partly", "--at", "1,2", "--top", "1", "--newton-step")
    assert status == 1
    assert "spectrum" not in found
    assert found["newton_step"] is None
    assert any("nothing follows from it" in note for note in found["notes"])


def test_a_hand_written_derivative_is_held_against_ours(asked):
    """Of squares(w, b): the second entry of the gradient has the wrong sign, the Hessian is right."""
    claims = ["--gradient", "loss.py:slopes", "--hessian", "loss.py:curvatures", "--data", "trials.csv"]
    status, found, err = asked("check", "squares", "--at", "w=1,b=2", "--at", "w=2,b=1.5", *claims)
    assert (status, found["verdict"]) == (1, "disagree")
    assert [entry["right"] for entry in found["entries"]] == [True, False, True, True, True, True]
    assert "sign" in found["entries"][1]["slip"]
    assert "wrong: 1 of 6 entries" in err


def test_a_claim_that_only_differences_confirm_says_so(asked):
    """-x^3 at (1, -3): the gradient is (-3, -27)."""
    status, found, _ = asked("check", "branch", "--at", "1,-3", "--gradient", "[-3*x0^2, -27]")
    assert (status, found["verdict"]) == (0, "checked by differences")
    assert any("nothing proves" in note for note in found["notes"])
    assert asked("check", "partly", "--at", "1,2", "--gradient", "[1, 2]")[0] == 3
    assert "which branch has not" in asked("check", "branch", "--at", "1,2", "--gradient", "loss.py:slopes")[1][
        "error"
    ]["message"].replace("loss.py:", "")


@pytest.mark.parametrize("at", ["w=[1,2,3,4]", "1,2,3,4"])
def test_numbers_take_the_shape_that_vars_says(asked, at):
    """w00^2 w10 + w01^2 w11 at ((1, 2), (3, 4)): (2*1*3, 2*2*4, 1, 4)."""
    assert asked("gradient", "table", "--at", at, "--vars", "w[2,2]")[1]["gradient"] == [6, 16, 1, 4]
    status, found, _ = asked("gradient", "table", "--at", at, "--vars", "w[2,3]")
    assert status == 2
    assert "expected w[2,3], as --vars says, got w[4]" in found["error"]["message"]


def test_what_was_taken_for_what_is_said_of_claims_too(asked):
    """sum x^3 at (1, 2, 3): the derivative 3 x^2; the branch is decided at the point."""
    status, found, _ = asked("check", "branch", "--at", "x=1:3:3", "--gradient", "[3, 12, 27]")
    assert status == 0
    notes = " ".join(found["notes"])
    assert "--vars x says that it is a single variable" in notes
    assert "those of the branch taken there" in notes


def test_what_takes_too_much_memory_at_once_is_not_tried_one_by_one(monkeypatch):
    f = PythonFunction("f", lambda x: tf.reduce_sum(x**3), {"x": np.array([1.0, 2.0])}, {})

    def full(trace, *_):
        raise tf.errors.ResourceExhaustedError(None, None, f"no room for {trace}")

    monkeypatch.setattr(f, "_each", full)
    with pytest.raises(tf.errors.ResourceExhaustedError, match="rows"):
        f.products(f.theta, np.eye(2))


def test_only_what_a_function_refuses_makes_a_range_several_points(monkeypatch):
    """A mistake of our own is one."""
    call = FunctionCall("f", lambda x: x, {}, {}, None, {})
    assert len(places_of(call, read_several(["x=1:3:3"]))[0]) == 3
    monkeypatch.setattr(PythonFunction, "_check_twice", lambda _: {}["mistake"])
    with pytest.raises(KeyError, match="mistake"):
        places_of(call, read_several(["x=1:3:3"]))


def test_names_that_collide_in_formulas_are_numbered(asked):
    """w[0]^2 + w[1]^3 + w1^4 at ((1, 2), 3): the gradient is (2, 12, 108)."""
    at = ["--at", "w=[1,2],w1=3"]
    assert asked("check", "alike", *at, "--gradient", "[2, 12, 108]")[0] == 0
    assert asked("check", "alike", *at, "--gradient", "[2*x0, 3*x1^2, 4*x2^3]")[0] == 0
    assert asked("check", "alike", *at, "--gradient", "[2, 12, 107]")[0] == 1
    found = asked("gradient", "alike_by_numpy", *at)[1]
    assert (found["gradient"], found["variables"]) == ([2, 4, 108], ["x0", "x1", "x2"])


def test_a_matrix_that_numpy_computes_with_has_its_shape(asked):
    """w00^2 w10 + w01^2 w11 at ((1, 2), (3, 4)): (2*1*3, 2*2*4, 1, 4)."""
    found = asked("gradient", "table_by_numpy", "--at", "w=[1,2,3,4]", "--vars", "w[2,2]")[1]
    assert (found["gradient"], found["variables"]) == ([6, 16, 1, 4], ["w0_0", "w0_1", "w1_0", "w1_1"])


def test_many_points_are_answered_one_by_one(file, capsys, monkeypatch):
    """squares at b = 1: f = ((1 - w)^2 + (2 - 2 w)^2 + (4 - 3 w)^2)/3."""
    monkeypatch.chdir(file)
    more = ["--at", "w=0:1:3,b=1", "--vars", "w,b", "--data", "trials.csv", "--json"]
    assert run(["gradient", "loss.py:squares", *more]) == 0
    found = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [one["point"] for one in found] == [[0, 1], [0.5, 1], [1, 1]]
    np.testing.assert_allclose([one["value"] for one in found], [7, 2.5, 1 / 3], rtol=1e-15)
    assert {one["verdict"] for one in found} == {"agree"}
    (file / "points.csv").write_text("w,b\n0,1\n1,1\n")
    assert run(["hessian", "loss.py:squares", "--at", "@points.csv", *more[2:-1], "-o", "h.npz"]) == 0
    np.testing.assert_allclose(np.load("h.npz")["hessian"], np.full((2, 2, 2), [[28, 12], [12, 6]]) / 3, rtol=1e-14)


def test_a_range_that_may_be_a_vector_is_one_and_said_to_be(asked):
    status, found, _ = asked("gradient", "squares", "--at", "w=0:1:3,b=1", "--data", "trials.csv")
    assert (status, len(found["gradient"])) == (0, 4)
    assert any("--vars w says that it is a single variable" in note for note in found["notes"])


def test_numpy_with_data_is_a_formula(asked):
    status, found, _ = asked("hessian", "by_numpy", "--at", "w=[1],b=2", "--data", "trials.csv", "--inverse")
    assert (status, found["verdict"], found["variables"]) == (0, "agree", ["w0", "b"])
    np.testing.assert_allclose(found["inverse"], [[0.75, -1.5], [-1.5, 3.5]], rtol=1e-15)


@pytest.fixture
def squares():
    t, y = np.array([1.0, 2, 3]), np.array([2.0, 3, 5])
    return lambda w, b, t, y: tf.reduce_mean((y - w * t - b) ** 2), {"t": t, "y": y}


def test_from_python_the_same_follows_from_a_hessian(squares):
    """H = [[28, 12], [12, 6]]/3 at w = 1, b = 2, its inverse [[0.75, -1.5], [-1.5, 3.5]], g = (2, 4/3)."""
    f, data = squares
    found = hesscli.hessian(f, at={"w": 1, "b": 2}, data=data)
    assert found.verdict == "agree"
    ends = 17 / 3 + np.array([-1, 1]) * np.sqrt((17 / 3) ** 2 - 8 / 3)
    np.testing.assert_allclose(found.top(1).values, ends, rtol=1e-12)
    np.testing.assert_allclose(found.solve([1, 0]).value, [0.75, -1.5], rtol=1e-12)
    np.testing.assert_allclose(found.newton_step, [0.5, -5 / 3], rtol=1e-12)
    np.testing.assert_allclose([found.trace.value, found.trace.error], [34 / 3, 0], rtol=1e-14)
    np.testing.assert_allclose(found.standard_errors, np.sqrt([0.75, 3.5]), rtol=1e-12)
    assert found.to_dict()["verdict"] == "agree"


def test_from_python_claims_are_checked(squares):
    f, data = squares

    def slopes(w, b, t, y):
        return [np.mean(-2 * (y - w * t - b) * t), np.mean(-2 * (y - w * t - b))]

    assert hesscli.check(f, gradient=slopes, at={"w": 1, "b": 2}, data=data).right
    waves = hesscli.check(lambda x: tf.reduce_sum(tf.sin(x)), gradient=tf.sin, at=[[1.0, 2.0], [2.0, 3.0]])
    assert not waves.right


@pytest.mark.slow
def test_from_python_a_hessian_that_does_not_fit_is_known_by_products():
    """sum x^4/4 + (sum x)^2 at ones: H = 3 I + 2 11', eigenvalues 3 and 3 + 2 n."""
    n = 20_000
    found = hesscli.hessian(lambda x: tf.reduce_sum(x**4) / 4 + tf.reduce_sum(x) ** 2, at=np.ones(n))
    assert found.numbers("hessian") is None
    np.testing.assert_allclose(found.top(1).values, [3, 3 + 2 * n], rtol=1e-9)


def test_other_commands_say_which_take_it(asked):
    assert "gradient, hessian and hvp take" in asked("taylor", "rosenbrock", "--at", "1,2")[1]["error"]["message"]


def test_at_a_kink_nothing_is_confirmed(asked):
    """max(x^2, y^3) at (1, 1): both branches meet."""
    status, found, _ = asked("gradient", "larger", "--at", "1,1")
    assert (status, found["verdict"]) == (3, "not-differentiable")


@pytest.mark.parametrize(
    ("scale", "offset", "dtype"),
    [
        *(
            (scale, offset, dtype)
            for scale, offset in [(1, 0), (1e-9, 0), (1e9, -2e9)]
            for dtype in function_proof.SAME
        ),
        (1e-9, 1e-4, "float64"),  # of which float32 has no digit
    ],
)
def test_a_formula_is_believed_by_the_change_of_the_function_at_any_scale(scale, offset, dtype, monkeypatch):
    """scale (x^2 + x y) + offset at (1, 1), and the same with 3% more of x y or no change at all."""
    given = (lambda x: scale * (x[0] ** 2 + x[0] * x[1]) + offset, {"x": np.array([1.0, 1.0])}, {}, dtype)
    f = PythonFunction("f", *given)
    written = {
        f"{scale!r}*(x0**2 + x0*x1) + {offset!r}": True,
        f"{scale!r}*(x0**2 + 1.03*x0*x1) + {offset!r}": False,
        f"{scale!r}*2 + {offset!r} + 0*x0": False,
    }
    with Session() as session:
        for text, right in written.items():
            expression = parse(text, variables=["x0", "x1"])
            monkeypatch.setattr(function_proof, "recorded", lambda *_, known=expression: known)
            recording = function_proof.Recording.of(f, Request("gradient"), session, Options())
            assert recording.same() is right


def test_what_nothing_tells_from_a_constant_is_not_written_out(asked):
    """1e17 + 0 x: differences confirm the zeros, and no formula is believed; relu(x - 3) changes farther away."""
    found = asked("gradient", "level", "--at", "1,2")[1]
    assert (found["gradient"], found["exact"], found["verdict"]) == ([0, 0], None, "checked by differences")
    found = asked("gradient", "dead", "--at", "1,2")[1]
    assert (found["gradient"], found["verdict"]) == ([0, 0], "agree")


@pytest.mark.parametrize(
    ("name", "at", "command"),
    [
        ("offset", "1", "gradient"),  # 2 x, the tape says x
        ("offset", "1", "hessian"),
        ("offset_own", "1", "hessian"),  # exp(x), the tape says half of it
        ("offset_slope", "1", "hessian"),  # 6 x, the tape says 3
        ("badly_scaled", "w=[1,1]", "gradient"),  # (2e7, 2), the tape says (2e7, 1)
        ("badly_scaled", "w=[1,1]", "hessian"),
        ("dropped", "w=[1,1]", "gradient"),  # (2e8, 2), the tape says (2e8, 0)
        ("dropped", "w=[1,1]", "hessian"),
        ("two", "1,1", "gradient"),  # (2e10, 2), the tape says (2e10, 1)
        ("two", "1,1", "hessian"),
        ("halved", "0", "hessian"),  # at its minimum: 2, the tape says 1, as does its wrong gradient
        ("by_chance", "1", "hessian"),  # 6, the tape says 3, of a gradient that is right at 1 alone
    ],
)
def test_what_is_hidden_from_the_tape_is_never_confirmed(asked, name, at, command):
    status, found, _ = asked(command, name, "--at", at)
    assert status in (1, 4)
    assert found["verdicts"][command] != "checked by differences"
    assert any("StopGradient" in note or "custom gradient" in note for note in found["notes"])


def test_operations_that_may_hide_derivatives_are_named_where_nothing_fails_too(asked):
    status, found, _ = asked("hessian", "right_all_the_same", "--at", "2")
    assert (status, found["gradient"], found["hessian"]) == (0, [12], [[12]])
    assert len([note for note in found["notes"] if "StopGradient" in note or "custom gradient" in note]) == 2


def test_an_argument_that_the_branch_taken_does_not_use_has_derivative_0(asked):
    status, found, _ = asked("hessian", "chosen", "--at", "x=0.5,y=2")
    assert (status, found["gradient"][1]) == (0, 0)
    np.testing.assert_allclose(found["hessian"], [[np.exp(0.5), 0], [0, 0]], rtol=1e-15)
    assert any("branch taken" in note for note in found["notes"])


@pytest.mark.slow
def test_what_tensorflow_says_to_itself_is_not_said(asked):
    status, found, err = asked("hessian", "mapped", "--at", "x=[1,2]")
    assert (status, found["hessian"]) == (0, [[6, 0], [0, 12]])
    assert "exception set" not in str(found) + err
    assert "<function" not in str(found) + err


@pytest.mark.parametrize(("name", "words"), [("plain", "Piecewise"), ("most", "Max"), ("sine", "np.sin")])
def test_a_decision_of_python_is_refused_where_no_tensor_is_computed(asked, name, words):
    status, found, _ = asked("hessian", name, "--at", "0.5,1")
    assert status == 2
    assert "cannot be recorded" in found["error"]["message"]
    assert words in found["error"]["message"]
