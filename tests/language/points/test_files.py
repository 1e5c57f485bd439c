"""Points in files: each format's forms, and each way to be wrong with its place."""

import io
import json
import os
import threading
import time

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hesscli.errors import HesscliError, LimitError, PointError
from hesscli.language.points import read_points
from tests.language.texts import attempt

X = ("x0", "x1")


@pytest.fixture
def read(tmp_path):
    def reader(name: str, content: str | bytes, names=X):
        path = tmp_path / name
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return read_points([f"@{path}"], names).coordinates.tolist()

    return reader


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.csv", "1,2\n3,4\n"),
        ("a.csv", "x0,x1\n1,2\n3,4"),
        ("a.csv", "x1,x0\n2,1\n4,3\n"),
        ("a.csv", "\ufeffx0;x1\r\n1;2\r\n\r\n3;4\r\n"),
        ("a.csv", '"x0","x1"\n"1","2"\n"3","4"\n'),
        ("a.tsv", "x0\tx1\n1\t2\n3\t4\n"),
        ("a.txt", "  1   2\n# comment\n 3\t4 # more\n\n"),
        ("a.dat", "# x1 x0\n2 1\n4 3\n"),
        ("a.csv", "4/4,sqrt(4)\n3,4\n"),
        ("a.json", "[[1,2],[3,4]]"),
        ("a.json", '[{"x0":1,"x1":2},{"x1":4,"x0":3}]'),
        ("a.json", '{"x1":[2,4],"x0":[1,3]}'),
        ("a.json", '[["1/1","sqrt(4)"],[3,4]]'),
        ("a.json", '[{"x":[1,2]},{"x":[3,4]}]'),
        ("a.jsonl", '[1,2]\n\n{"x1":4,"x0":3}\n'),
        ("a.ndjson", "[1,2]\n[3,4]"),
        ("a.unknown", "[1,2]\n[3,4]"),
        ("a.unknown", "[[1,2],\n[3,4]]"),
        ("noending", "1 2\n3 4"),
    ],
)
def test_two_points(read, name, content):
    assert read(name, content) == [[1, 2], [3, 4]]


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.json", "[1,2,3]"),
        ("a.csv", "1\n2\n3"),
        ("a.csv", "x\n1\n2\n3"),
        ("a.jsonl", "1\n2\n3"),
        ("a.json", '{"x":[1,2,3]}'),
    ],
)
def test_one_variable(read, name, content):
    assert read(name, content, ("x",)) == [[1], [2], [3]]


@pytest.mark.parametrize(
    ("name", "content"), [("a.json", "[1,2]"), ("a.json", '{"x0":1,"x1":2}'), ("a.json", '{"x":[1,2]}')]
)
def test_one_point(read, name, content):
    assert read(name, content) == [[1, 2]]


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("a.csv", "", "the file is empty"),
        ("a.csv", "\n\n", "the file is empty"),
        ("a.csv", "x0,x1\n", "there are no points"),
        ("a.csv", "1,2\n3\n", r"a.csv, line 2: expected 2 coordinates \(x0, x1\), got 1"),
        ("a.csv", "1,2\n\n# c\n3,4,5\n", "a.csv, line 4: expected 2 coordinates .*, got 3"),
        ("a.csv", "1,2\n3,nan\n", "a.csv, line 2: coordinate x1 is 'nan'"),
        ("a.csv", "x1,x0\n3,inf\n", "a.csv, line 2: coordinate x0 is 'inf'"),
        ("a.csv", "nan,nan\n", "line 1: coordinate x0 is 'nan'"),
        ("a.csv", "1,1e999\n", "line 1: coordinate x1 is 1e999"),
        ("a.csv", "1,\n", "line 1: coordinate x1 is empty"),
        ("a.csv", "1,abc\n", "line 1: coordinate x1 is 'abc'"),
        ("a.csv", "1,1_0\n", "underscores"),
        ("a.csv", "1,0x10\n", "decimal"),
        ("a.csv", "1,\uff11\n", "fullwidth"),
        ("a.csv", "1,5;2\n", "write a decimal point, not a comma"),
        ("a.csv", "1,5,2,5\n", "write decimal points, not commas"),
        ("a.csv", "x0,y\n1,2\n", "line 1: unknown column 'y'"),
        ("a.csv", "a,b\n1,2\n", "line 1: unknown column 'a'"),
        ("a.csv", "x0\n1\n", "line 1: no column x1"),
        ("a.csv", "x0,x0\n1,2\n", "line 1: the column 'x0' occurs twice"),
        ("a.csv", b"1,2\n\xff,3\n", "a.csv, line 2: not UTF-8 text"),
        ("a.csv", "1,2\n3,\0\n", "a.csv, line 2: a NUL character"),
        ("a.json", "", "not JSON"),
        ("a.json", "[[1,2]", "not JSON"),
        ("a.json", "[]", "there are no points"),
        ("a.json", "3", "expected a list of points, got a number"),
        ("a.json", "null", "got null"),
        ("a.json", "[[1,2],[3]]", r"point 2: expected 2 coordinates \(x0, x1\), got 1"),
        ("a.json", "[[1,true]]", "point 1: coordinate x1: expected a number, got true"),
        ("a.json", "[[1,null]]", "got null"),
        ("a.json", "[[1,[2]]]", "got a list"),
        ("a.json", "[[1,NaN]]", "NaN is no finite number"),
        ("a.json", "[[1,1e999]]", "coordinate x1 is inf"),
        ("a.json", f"[[1,{'9' * 400}]]", "larger than the largest double"),
        ("a.json", f"[[1,{'9' * 5000}]]", "too many digits"),
        ("a.json", "[" * 100_000, "nested too deeply"),
        ("a.json", '{"x0":1,"x0":2,"x1":3}', "occurs twice"),
        ("a.json", '{"x0":[1,2],"x1":[1]}', "equally long, got 2 in x0, 1 in x1"),
        ("a.json", '[{"x0":1}]', "point 1: no column x1"),
        ("a.json", '[{"x0":1,"z":3}]', "unknown column 'z'"),
        ("a.jsonl", "", "the file is empty"),
        ("a.jsonl", "[1,2]\n[1]\n", "a.jsonl, line 2: expected 2"),
        ("a.jsonl", "[1,2]\nfoo\n", "a.jsonl, line 2, column 1: not JSON"),
        ("a.jsonl", "[1,2],[3,4]\n", "line 1, column 6: not JSON"),
        ("a.jsonl", "[1,2]\n[1,true]\n", "line 2: coordinate x1: expected a number, got true"),
        ("a.npy", "hello", "NumPy"),
        ("a.npy", "", "NumPy"),
        ("a.npz", "hello", "NumPy"),
    ],
)
def test_what_is_wrong_is_named(read, name, content, message):
    with pytest.raises(PointError, match=message) as caught:
        read(name, content)
    assert caught.value.code == "point"


@settings(max_examples=50, deadline=None)
@given(st.binary(max_size=200), st.sampled_from([".csv", ".json", ".jsonl", ".npy", ".npz", ".xyz"]))
def test_random_bytes_are_read_or_refused(tmp_path_factory, data, ending):
    path = tmp_path_factory.mktemp("bytes") / f"a{ending}"
    path.write_bytes(data)
    outcome = attempt(lambda: read_points([f"@{path}"], ("x",)))
    assert isinstance(outcome, HesscliError) or np.isfinite(outcome.coordinates).all()


def test_numpy_files(tmp_path):
    def save(values):
        np.save(tmp_path / "a.npy", values)
        return read_points([f"@{tmp_path / 'a.npy'}"], X).coordinates.tolist()

    assert save(np.array([[1, 2], [3, 4]])) == [[1, 2], [3, 4]]
    assert save(np.asfortranarray(np.array([[1, 2], [3, 4]], np.float32))) == [[1, 2], [3, 4]]
    assert save(np.array([1, 2], np.int8)) == [[1, 2]]
    assert save(np.array([(2, 1)], dtype=[("x1", float), ("x0", int)])) == [[1, 2]]
    for values, message in [
        (np.ones((3, 3)), r"shape \(3, 3\)"),
        (np.ones((0, 2)), "no points"),
        (np.ones((1, 2, 2)), "shape"),
        (np.array([[1, np.inf]]), "point 1: coordinate x1 is inf"),
        (np.ones((1, 2)) * 1j, "complex"),
        (np.ones((1, 2), bool), "bool"),
        (np.array([["1", "2"]]), "type"),
    ]:
        with pytest.raises(PointError, match=message):
            save(values)


def test_pickles_are_never_loaded(tmp_path):
    class Bomb:
        def __reduce__(self):
            return os.mkdir, (str(tmp_path / "exploded"),)

    np.save(tmp_path / "a.npy", np.array([Bomb(), Bomb()], dtype=object), allow_pickle=True)
    np.savez(tmp_path / "a.npz", a=np.array([Bomb()], dtype=object))
    for name in ("a.npy", "a.npz"):
        with pytest.raises(PointError, match="never loaded"):
            read_points([f"@{tmp_path / name}"], X)
    assert not (tmp_path / "exploded").exists()


def test_a_header_that_claims_more_than_the_file_has(tmp_path):
    np.save(tmp_path / "a.npy", np.ones((3, 2)))
    data = (tmp_path / "a.npy").read_bytes().replace(b"(3, 2), ", b"(10**9)*", 1)
    (tmp_path / "a.npy").write_bytes(data)
    with pytest.raises(PointError, match="NumPy"):
        read_points([f"@{tmp_path / 'a.npy'}"], X)
    (tmp_path / "b.npy").write_bytes(data[:100])
    with pytest.raises(PointError, match="NumPy"):
        read_points([f"@{tmp_path / 'b.npy'}"], X)


def test_archives(tmp_path):
    def save(**arrays):
        np.savez_compressed(tmp_path / "a.npz", **arrays)
        return read_points([f"@{tmp_path / 'a.npz'}"], X).coordinates.tolist()

    assert save(x1=[2, 4], x0=[1, 3]) == [[1, 2], [3, 4]]
    assert save(anything=[[1, 2], [3, 4]]) == [[1, 2], [3, 4]]
    assert save(points=[[2, 1]], variables=["x1", "x0"], hessian=[1]) == [[1, 2]]
    assert save(points=[[1, 2]], other=[1]) == [[1, 2]]
    for arrays, message in [
        ({"a": 1, "b": 2}, "expected one array, or the arrays x0, x1; got a, b"),
        ({"x0": [1, 2], "x1": [1]}, "equally long"),
        ({"points": [[1, 2]], "variables": ["x", "y"]}, "unknown column"),
    ]:
        with pytest.raises(PointError, match=message):
            save(**arrays)
    with pytest.raises(LimitError, match="unpacked"):
        save(a=np.zeros(150_000_000))


def test_a_directory_and_an_endless_device(tmp_path):
    with pytest.raises(PointError, match="is a directory"):
        read_points([f"@{tmp_path}"], X)
    if os.path.exists("/dev/zero"):
        with pytest.raises(LimitError, match="larger than"):
            read_points(["@/dev/zero"], X)


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="named pipes are POSIX")
def test_a_pipe_is_a_file(tmp_path):
    path = tmp_path / "pipe"
    os.mkfifo(path)
    threading.Thread(target=path.write_text, args=("1,2\n",), daemon=True).start()
    assert read_points([f"@{path}"], X).coordinates.tolist() == [[1, 2]]


def test_every_double_survives_every_format(tmp_path):
    values = np.random.default_rng(0).standard_normal((500, 2)) * 10.0 ** np.random.default_rng(1).integers(
        -300, 300, (500, 2)
    )
    text = "\n".join(f"{a!r},{b!r}" for a, b in values.tolist())
    contents = {
        "csv": text,
        "json": json.dumps(values.tolist()),
        "jsonl": "\n".join(map(json.dumps, values.tolist())),
        "txt": f"{text}\n".replace(",", " "),
    }
    for ending, content in contents.items():
        (tmp_path / f"a.{ending}").write_text(content)
        assert (read_points([f"@{tmp_path}/a.{ending}"], X).coordinates == values).all()
        slow = content.replace("\n", "\n1/3,2/3\n" if ending == "csv" else "\n", 1)
        (tmp_path / f"a.{ending}").write_text(slow)
        found = read_points([f"@{tmp_path}/a.{ending}"], X).coordinates
        assert (found[-400:] == values[-400:]).all()
    buffer = io.BytesIO()
    np.save(buffer, values)
    assert (read_points(["-"], X, stdin=io.BytesIO(buffer.getvalue())).coordinates == values).all()


def test_a_hundred_thousand_rows_are_quick(tmp_path):
    values = np.random.default_rng(0).standard_normal((100_000, 2))
    np.savetxt(tmp_path / "a.csv", values, delimiter=",", header="x0,x1", comments="")
    started = time.perf_counter()
    assert read_points([f"@{tmp_path}/a.csv"], X).coordinates.shape == (100_000, 2)
    assert time.perf_counter() - started < 60
