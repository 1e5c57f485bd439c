"""One reader for all that hold arrays: files, pipes, devices; nothing is unpacked past the limit."""

import io
import os
import subprocess
import sys
import threading
import zipfile

import numpy as np
import pytest

from hesscli.errors import HesscliError, LimitError, PointError
from hesscli.language.arrays import Form, read_file, read_standard_input


def npy(array) -> bytes:
    stream = io.BytesIO()
    np.save(stream, array)
    return stream.getvalue()


def lying(shape: str) -> bytes:
    """An NPY file whose header claims another shape than its 6 numbers have."""
    return npy(np.ones((3, 2))).replace(b"(3, 2), }" + b" " * (len(shape) - 6), f"{shape}, }}".encode(), 1)


@pytest.mark.parametrize(
    ("name", "data", "form"),
    [
        ("a.csv", b"1,2", Form.DELIMITED),
        ("a.TXT", b"[1,2]", Form.DELIMITED),
        ("a", b"[1,2]", Form.JSON),
        ("a", b'{"x": 1}\n{"x": 2}\n', Form.JSON_LINES),
        ("a.ndjson", b"1", Form.JSON_LINES),
        ("a", npy(np.ones(2)), Form.NUMPY),
        ("a.npy", npy(np.ones(2)), Form.NUMPY),
    ],
)
def test_the_form_is_told_by_the_ending_or_by_the_first_characters(tmp_path, name, data, form):
    (tmp_path / name).write_bytes(data)
    assert read_file(str(tmp_path / name), "point").form is form
    if "." not in name:
        assert read_standard_input(io.BytesIO(data), "point").form is form


def test_an_archive_is_its_arrays(tmp_path):
    np.savez_compressed(tmp_path / "a.npz", x=[1, 2], y=np.ones((2, 2)))
    arrays = read_file(str(tmp_path / "a.npz"), "claim").arrays
    assert {name: array.shape for name, array in arrays.items()} == {"x": (2,), "y": (2, 2)}


@pytest.mark.parametrize("kind", ["point", "claim"])
def test_a_small_file_does_not_unpack_to_gigabytes(tmp_path, kind):
    header = lying("(1000000000, 2)")
    with zipfile.ZipFile(tmp_path / "a.npz", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("hessian.npy", header)
    assert (tmp_path / "a.npz").stat().st_size < 400
    (tmp_path / "a.npy").write_bytes(header)
    for name in ("a.npz", "a.npy"):
        with pytest.raises(HesscliError, match=r"shape .* needs 16,000,000,000 bytes, there are"):
            read_file(str(tmp_path / name), kind)
    np.savez_compressed(tmp_path / "b.npz", hessian=np.zeros(2_000_000))
    with pytest.raises(LimitError, match=r"16,000,[0-9]* bytes unpacked; the limit is 1,000,000"):
        read_file(str(tmp_path / "b.npz"), kind, most=1_000_000, unpacked=1_000_000)


def test_a_file_over_its_limit_is_not_read(tmp_path):
    (tmp_path / "a.csv").write_text("1,2\n" * 1000)
    with pytest.raises(LimitError, match="larger than 1,000 bytes"):
        read_file(str(tmp_path / "a.csv"), "point", most=1_000)


def test_the_error_is_that_of_what_is_read(tmp_path):
    with pytest.raises(PointError, match="no such file"):
        read_file(str(tmp_path / "none.csv"), "point")
    with pytest.raises(HesscliError) as caught:
        read_file(str(tmp_path / "none.csv"), "claim")
    assert caught.value.code == "file"


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="named pipes are POSIX")
@pytest.mark.parametrize(
    ("name", "data"), [("pipe", b"1,2\n"), ("pipe.npy", npy(np.ones((1, 2)))), ("p", npy(np.ones(2)))]
)
def test_a_pipe_is_read_once_from_its_beginning_to_its_end(tmp_path, name, data):
    path = tmp_path / name
    os.mkfifo(path)
    threading.Thread(target=path.write_bytes, args=(data,), daemon=True).start()
    contents = read_file(str(path), "point")
    assert contents.text == "1,2\n" or np.size(contents.arrays) == 2


def test_the_device_of_standard_input_is_standard_input():
    assert read_file("/dev/stdin", "point", stdin=io.BytesIO(b"[1]")).text == "[1]"
    code = "from hesscli.language.arrays import read_file; print(read_file('/dev/stdin', 'point').text)"
    assert subprocess.run([sys.executable, "-c", code], input="3,4", capture_output=True, text=True).stdout == "3,4\n"


def test_a_header_that_is_no_text_of_python_and_an_archive_with_a_password_are_damage(tmp_path):
    (tmp_path / "a.npy").write_bytes(npy(np.ones((3, 2))).replace(b"}", b"{"))
    np.savez(tmp_path / "a.npz", x=np.ones(2))
    locked = bytearray((tmp_path / "a.npz").read_bytes())
    locked[6] |= 1  # the flag of encryption in the header of the member and in the directory
    locked[locked.index(b"PK\x01\x02") + 8] |= 1
    (tmp_path / "a.npz").write_bytes(locked)
    for name in ("a.npy", "a.npz"):
        with pytest.raises(PointError, match="cannot be read as a file of NumPy's"):
            read_file(str(tmp_path / name), "point")


@pytest.mark.parametrize("form", ["npy", "npz"])
def test_whatever_the_bytes_are_the_reader_reads_or_refuses(tmp_path, form):
    random = np.random.default_rng(5)
    stream = io.BytesIO()
    {"npy": np.save, "npz": np.savez}[form](stream, np.ones((3, 2)))
    path = tmp_path / f"a.{form}"
    outcomes = {True: 0, False: 0}
    for _ in range(300):
        data = bytearray(stream.getvalue())
        for place in random.integers(len(data), size=random.integers(1, 6)):
            data[place] = random.integers(256)
        path.write_bytes(data[: len(data) - random.integers(2) * random.integers(len(data))])
        try:
            read_file(str(path), "point")
        except HesscliError:
            outcomes[False] += 1
        else:
            outcomes[True] += 1
    assert min(outcomes.values()) > 0
