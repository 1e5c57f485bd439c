"""Claims from texts, from files, from standard input."""

from __future__ import annotations

import io
import json
import os
import threading
import zipfile

import numpy as np
import pytest

from hesscli.checking.claims import claim_of, read_claim
from hesscli.errors import HesscliError, LimitError


def claim(text, variables=("x", "y"), option="--hessian", stdin=None):
    return read_claim(text, option, variables, {}, stdin=stdin)


def test_texts():
    assert claim("[[2*x, atan2(x, y)],\n [1, 0.5]]").texts == ("2*x", "atan2(x, y)", "1", "0.5")
    assert claim('[["2*x", 1], [1, "y"]]').texts == ("2*x", "1", "1", "y")
    assert claim("3*x**2").shape == ()
    assert claim("x/2").texts == ("x/2",)


def test_files(tmp_path):
    matrix = [[2.0, 1.0], [1.0, 0.5]]
    np.save(tmp_path / "h.npy", np.array(matrix))
    np.savez(tmp_path / "h.npz", points=[[1.0, 2.0]], hessian=np.array([matrix]), gradient=[[1.0, 2.0]])
    (tmp_path / "h.json").write_text(json.dumps({"hessian": [["x", 1], [1, "x/2"]], "gradient": [1, 2]}))
    (tmp_path / "h.csv").write_text('\ufeff"2*x","atan2(x, y)"\n1,0.5\n', encoding="utf-8")
    (tmp_path / "h.txt").write_text("[[2*x, max(x, y)],\n [1, 0.5]]\n")
    for name in ("h.npy", "h.npz", "h.json", "h.csv", "h.txt"):
        for text in (str(tmp_path / name), f"@{tmp_path / name}"):
            assert claim(text).shape == (2, 2)
    assert claim(str(tmp_path / "h.csv")).text(1) == "atan2(x, y)"
    for name in ("h.json", "h.npz"):
        assert claim(str(tmp_path / name), option="--gradient").shape == (2,)
    (tmp_path / "g.csv").write_text("1\n2\n3\n")
    assert claim(str(tmp_path / "g.csv")).shape == (3,)


@pytest.mark.parametrize(
    ("text", "shape"),
    [("[[2*y, 2*x], [2*x, 0]]", (2, 2)), ("2*y,2*x\n2*x,0\n", (2, 2)), ('{"hessian": [[1, 2], [2, 0]]}', (2, 2))],
)
def test_standard_input(text, shape):
    assert claim("-", stdin=io.BytesIO(text.encode())).shape == shape


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="named pipes are POSIX")
@pytest.mark.parametrize(
    ("content", "shape"),
    [("[[2*y, 2*x], [2*x, 0]]", (2, 2)), ("2*y,2*x\n2*x,0\n", (2, 2)), ('{"hessian": [[1]]}', (1, 1)), ("x + y", ())],
)
@pytest.mark.parametrize("mark", ["", "@"])
def test_pipes(tmp_path, content, shape, mark):
    path = tmp_path / "pipe"
    os.mkfifo(path)
    threading.Thread(target=path.write_text, args=(content,), daemon=True).start()
    assert claim(f"{mark}{path}").shape == shape


def test_the_device_of_standard_input():
    assert claim("@/dev/stdin", stdin=io.BytesIO(b"[[1, x], [x, 1]]")).shape == (2, 2)


def test_a_claim_of_some_bytes_does_not_unpack_to_gigabytes(tmp_path):
    np.save(tmp_path / "h.npy", np.ones((3, 2)))
    header = (tmp_path / "h.npy").read_bytes().replace(b"(3, 2), }        ", b"(10000000, 20), }", 1)
    with zipfile.ZipFile(tmp_path / "h.npz", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("hessian.npy", header)
    assert (tmp_path / "h.npz").stat().st_size < 400
    with pytest.raises(HesscliError, match="needs 1,600,000,000 bytes") as caught:
        claim(str(tmp_path / "h.npz"))
    assert caught.value.message.startswith("--hessian: ")
    np.savez_compressed(tmp_path / "h.npz", hessian=np.zeros((10_000, 10_000)))
    assert (tmp_path / "h.npz").stat().st_size < 1_000_000
    with pytest.raises(LimitError, match="the limit is 8,000,000"):
        claim(str(tmp_path / "h.npz"))


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[",
        "[]",
        "[[1, 2], [3]]",
        "[1, [2]]",
        "[[1, 2]",
        "[1, 2]]",
        "[1, , 2]",
        "[1 [2]]",
        "[z]",
        "z",
        "[sn(x)]",
        "[__import__('os')]",
        "@missing.json",
        "missing.npy",
        "dir/missing.csv",
        "[(x, y)]",
        "[[1, 2]] + 3",
        "[x > 1]",
        '["x"',
        "[true]",
        "[1, nan]",
    ],
)
def test_what_is_no_claim_is_refused(text):
    with pytest.raises(HesscliError) as caught:
        claim(text)
    assert "--hessian" in caught.value.message or caught.value.source


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("a.json", b"{"),
        ("b.json", b'{"x": 1}'),
        ("c.json", b"[true]"),
        ("d.json", b"[NaN]"),
        ("e.json", b'{"hessian": null}'),
        ("d.npy", b"no"),
        ("d.npz", b"no"),
        ("e.csv", b"\xff\xfe"),
        ("e.csv", b""),
        ("e.csv", b"x,y,f,verdict\n1,2,3,agree\n"),
        ("f.txt", b"\x00"),
        ("f.txt", b"x" * 1_000_001),
    ],
)
def test_files_that_are_no_claim(tmp_path, name, data):
    (tmp_path / name).write_bytes(data)
    with pytest.raises(HesscliError):
        claim(str(tmp_path / name))


@pytest.mark.parametrize("array", [np.array([None]), np.array([[1, np.nan]]), np.array([1j]), np.array(["x"])])
def test_arrays_that_are_no_claim(tmp_path, array):
    np.save(tmp_path / "a.npy", array, allow_pickle=True)
    with pytest.raises(HesscliError):
        claim(str(tmp_path / "a.npy"))


def test_numbers_are_the_same_at_every_point():
    assert claim("[[1, 2/3], [pi, sqrt(2)]]").constant
    assert not claim("[[1, x], [x, 1]]").constant


def test_claims_from_python():
    for given in ([[1, 2], [2, 0]], np.array([[1.0, 2.0], [2.0, 0.0]]), ((1, "2*x"), ("2*x", 0)), "[[1, x], [x, 1]]"):
        assert claim_of(given, "--hessian", ["x", "y"], {}).shape == (2, 2)
    for wrong in ([None], [1j], object(), [float("inf")], [[1], [2, 3]]):
        with pytest.raises(HesscliError):
            claim_of(wrong, "--hessian", ["x", "y"], {})
