"""Points as they are typed."""

import io
import time
from fractions import Fraction

import numpy as np
import pytest

from hesscli.errors import HesscliError, LimitError, PointError
from hesscli.language.points import read_points

X = ("x0", "x1")


def rows(*texts, names=X, stdin=None):
    points = read_points(texts, names, stdin=stdin)
    assert points.names == tuple(names)
    assert points.coordinates.dtype == np.float64
    assert points.coordinates.shape == (len(points), len(names))
    return points.coordinates.tolist()


@pytest.mark.parametrize(
    "text",
    [
        "1,2",
        " 1 , 2 ",
        "x0=1,x1=2",
        "x1=2, x0=1",
        "x=[1,2]",
        "x=[1, 4/2]",
        "[1,2]",
        "x0 = 1,x1 = sqrt(4)",
        "Max(1,0),2",
    ],
)
def test_one_point(text):
    assert rows(text) == [[1, 2]]


@pytest.mark.parametrize("text", ["(1,2)", " ( 1 , 2 ) ", "[1,2]", "(x0=1, x1=2)", "((1),(2))", "(1),(2)"])
def test_brackets_around_a_point_change_nothing(text):
    assert rows(text) == [[1, 2]]
    assert rows("(1+2)*(3)", names=["x"]) == [[9]]
    assert rows("(1:2:2)", names=["x"]) == [[1], [2]]


@pytest.mark.parametrize(
    ("text", "remedy"),
    [
        ("1 2", "separated by commas: 1,2"),
        ("x0=1 x1=2", "separated by commas: x0=1,x1=2"),
        ("1;2", "separated by commas: 1,2"),
        ("x0=1;x1=2", "separated by commas: x0=1,x1=2"),
        ("p.csv", "written with @: @p.csv"),
        ("1,2;3,4", "several --at: --at 1,2 --at 3,4"),
        ("(1,2),(3,4)", r"several --at: --at \(1,2\) --at \(3,4\)"),
        ("[[1,2],[3,4]]", r"several --at: --at \[1,2\] --at \[3,4\]"),
        ('{"x0":1, "x1":2}', "by name are written x0=1,x1=2"),
        ("x0:1,x1:2", "by name are written x0=1,x1=2"),
        ("0:0.1:1,0", "a range is start:stop:count, 0:1:11 for steps of 0.1"),
        ("Data.NPY", "written with @: @Data.NPY"),
    ],
)
def test_what_others_take_is_refused_with_the_remedy(text, remedy):
    with pytest.raises(PointError, match=remedy):
        rows(text)


def test_negative_numbers_are_values():
    assert rows("-1,-2") == [[-1, -2]]
    assert rows("-1", names=["x"]) == [[-1]]
    assert rows("x=-1e-3", names=["x"]) == [[-0.001]]


def test_points_follow_each_other():
    assert rows("1,2", "x0=3,x1=4", "x=[5,6]") == [[1, 2], [3, 4], [5, 6]]


def test_a_vector_spreads_in_natural_order():
    names = ("x10", "x2", "y")
    assert rows("y=3,x=[1,2]", names=names) == [[2, 1, 3]]


def test_without_variables_there_is_one_empty_point():
    assert rows(names=()) == [[]]
    assert rows("", names=()) == [[]]
    with pytest.raises(PointError, match="there are no variables"):
        rows("1", names=())


def test_many_variables():
    names = tuple(f"x{k}" for k in range(300))
    assert rows(f"x=[{','.join(map(str, range(300)))}]", names=names) == [list(range(300))]


def test_grids_run_the_first_variable_slowest():
    assert rows("x0=-2:2:5,x1=0") == [[-2, 0], [-1, 0], [0, 0], [1, 0], [2, 0]]
    assert rows("0:1:2,5:7:3") == [[0, 5], [0, 6], [0, 7], [1, 5], [1, 6], [1, 7]]
    assert rows("x1=0:1:2,x0=3") == [[3, 0], [3, 1]]
    assert rows("pi/2:pi/2:1,1")[0][0] == np.pi / 2
    assert rows("2:-2:3", names=["x"]) == [[2], [0], [-2]]


@pytest.mark.parametrize(("start", "stop", "size"), [(0, 1, 11), (-2, 2, 401), (-1, 3, 1000), (0, 100, 7)])
def test_grids_of_whole_ends_are_the_nearest_doubles(start, stop, size):
    truth = [float(start + Fraction((stop - start) * k, size - 1)) for k in range(size)]
    assert [x for [x] in rows(f"{start}:{stop}:{size}", names=["x"])] == truth


def test_grids_keep_their_ends_and_stay_finite():
    values = [x for [x] in rows("-1.7e308:1.7e308:5", names=["x"])]
    assert values == pytest.approx([-1.7e308, -0.85e308, 0, 0.85e308, 1.7e308], rel=1e-15)
    assert values[::4] == [-1.7e308, 1.7e308]
    assert [x for [x] in rows("0.1:0.3:3", names=["x"])][::2] == [0.1, 0.3]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", r"expected 2 coordinates \(x0, x1\), got none"),
        ("1", r"expected 2 coordinates \(x0, x1\), got 1"),
        ("1,2,3", r"expected 2 coordinates \(x0, x1\), got 3"),
        ("1,", "coordinate x1 is empty"),
        (",", "coordinate x0 is empty"),
        ("x0=1", "x1 is missing"),
        ("x0=1,x0=2", "coordinate x0 is given twice"),
        ("x=[1,2],x1=3", "coordinate x1 is given twice"),
        ("x0=1,y=2", "unknown coordinate 'y'; the variables are x0, x1"),
        ("x0=1,X1=2", "unknown coordinate 'X1'; did you mean x1"),
        ("x0=1,2", "all by name or all by order; '2' has no name"),
        ("x=[1,2,3]", "x stands for x0, x1: expected 2 numbers, got 3"),
        ("x=1", "unknown coordinate 'x'"),
        ("nan,1", "coordinate x0 is 'nan'; expected a finite number"),
        ("1,-inf", "coordinate x1 is '-inf'; expected a finite number"),
        ("a,1", "coordinate x0 is 'a', which is no number"),
        ("1:2,0", "a range is start:stop:count"),
        ("0:1:0,0", "count of coordinate x0 is 0"),
        ("0:1:2.5,0", "count of coordinate x0 is 2.5"),
        ("0:1:1,0", "same start and stop"),
        ("0:nan:3,0", "stop of coordinate x0 is 'nan'"),
        ("@", "name of a file"),
        ("@/no/such/file.csv", "cannot read /no/such/file.csv: no such file"),
    ],
)
def test_what_does_not_fit_is_named(text, message):
    with pytest.raises(PointError, match=message) as caught:
        rows(text)
    assert caught.value.code == "point"


@pytest.mark.parametrize("text", ["0:1:1e9,0", "0:1:50000,0:1:50000", "1," * 600_000])
def test_limits(text):
    with pytest.raises(LimitError):
        rows(text)


def test_standard_input():
    assert rows("-", stdin=io.BytesIO(b"1,2\n3,4\n")) == [[1, 2], [3, 4]]
    assert rows("-", stdin=io.StringIO("[1,2]\n[3,4]\n")) == [[1, 2], [3, 4]]
    assert rows("0,0", "-", stdin=io.StringIO('[{"x0": 1, "x1": 2}]')) == [[0, 0], [1, 2]]
    with pytest.raises(PointError, match="standard input: the file is empty"):
        rows("-", stdin=io.BytesIO(b""))
    with pytest.raises(HesscliError, match="not UTF-8"):
        rows("-", stdin=io.BytesIO(b"\xff\xfe1\x00"))


@pytest.mark.parametrize(
    "point",
    [[1, 2], [1.0, "sqrt(4)"], {"x1": 2, "x0": 1}, {"x": [1, 2]}, {"x": "[1,2]"}, {"x": ["1", 2.0]}, (1, 2)],
)
def test_values_of_json_and_toml_are_points(point):
    assert rows(point) == [[1, 2]]


def test_a_value_may_be_a_range_or_stand_alone():
    assert rows({"x0": "0:1:2", "x1": 5}) == [[0, 5], [1, 5]]
    assert rows(3, names=["x"]) == [[3]]


@pytest.mark.parametrize(
    ("point", "message"),
    [
        ([1], "expected 2 coordinates .*, got 1"),
        ([1, True], "coordinate x1: expected a number, got true"),
        ([1, None], "coordinate x1: expected a number, got null"),
        ([1, [2]], "coordinate x1: expected a number, got a list"),
        ([1, 10**400], "coordinate x1 is larger than the largest double"),
        ([1, float("nan")], "coordinate x1 is nan"),
        ({"x": [1]}, "x stands for x0, x1: expected 2 numbers, got 1"),
        ({"x": 1}, "unknown coordinate 'x'"),
        (True, "expected 2 coordinates"),
    ],
)
def test_values_that_do_not_fit_are_named(point, message):
    with pytest.raises(PointError, match=message):
        rows(point)


def test_thousands_of_names_are_quick():
    names = tuple(f"x{k}" for k in range(5000))
    started = time.perf_counter()
    assert rows(",".join(f"{name}=1" for name in names), dict.fromkeys(names, 1), names=names) == [[1] * 5000] * 2
    assert time.perf_counter() - started < 5


def test_brackets_around_a_coordinate_change_nothing():
    assert rows("(1),(2)") == [[1, 2]]
