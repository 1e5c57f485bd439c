"""A run that was interrupted goes on from its last whole partition, and only as the same request."""

from __future__ import annotations

import io
import json
import pickle
import zlib
from dataclasses import is_dataclass
from pathlib import Path
from typing import get_args, get_type_hints

import numpy as np
import pytest

from hesscli.errors import HesscliError
from hesscli.language.points import Grid
from hesscli.language.syntax import parse
from hesscli.options import Options
from hesscli.output.formats import Format
from hesscli.output.render import write_arrays
from hesscli.partitions import Journal, SweepJob, described, job, journal, parts, sweeps
from hesscli.partitions.here import Here
from hesscli.partitions.job import Answered
from hesscli.request import Request

GRID = Grid((np.linspace(-1.0, 1.0, 9), np.linspace(0.5, 2.0, 5)))


@pytest.fixture
def run(tmp_path, monkeypatch):
    """``run(resume=..., most=...)`` -> the bytes of a file, and the points that were computed for it."""
    monkeypatch.setattr(job, "COLUMNS", 12)
    monkeypatch.setattr(journal, "current", None)

    def call(text="x**2*y", options=None, *, resume=False, most=99, form=Format.NPZ):
        options = options or Options(exact="off", formulas=False)
        work, seen = SweepJob.of(parse(text), Request("hessian"), GRID, options, arrays=True)
        computed = []

        class Watched(Here):
            def submit(self, partition):
                computed.append(partition.points)
                return super().submit(partition)

        asked = described(work, seen, form.value, [])
        kept = Journal(str(tmp_path / "h.npz"), asked, resume=resume)
        found = parts(work, seen, Watched(work), None, kept)
        if most < 99:
            for _ in range(most):
                next(found)
            found.close()
            return None, computed
        stream = io.BytesIO()
        write_arrays(sweeps(found, seen), work.count, form, stream)
        kept.end(whole=True)
        return stream.getvalue(), computed

    return call


def partial(folder: Path) -> Path:
    return folder / "h.npz.partial"


def arrays(content: bytes):
    return {name: array.tolist() for name, array in np.load(io.BytesIO(content)).items()}


def test_it_goes_on_where_it_stopped(run, tmp_path):
    whole, computed = run()
    assert [*map(len, computed)] == [12, 12, 12, 9]
    assert not partial(tmp_path).exists()
    run(most=2)
    assert "24 points" in journal.interrupted()
    assert json.loads(partial(tmp_path).read_bytes().split(b"\n")[0])["expression"] == "x**2*y"
    rest, computed = run(resume=True)
    assert [one.start for one in computed] == [24, 36]
    assert arrays(rest) == arrays(whole)
    assert not partial(tmp_path).exists()
    assert journal.interrupted() == ""


@pytest.mark.parametrize("cut", [1, 5, 300])
def test_half_a_partition_is_done_again(run, tmp_path, cut):
    whole, _ = run()
    run(most=2)
    content = partial(tmp_path).read_bytes()
    partial(tmp_path).write_bytes(content[:-cut])
    rest, computed = run(resume=True)
    assert computed[0].start == 12
    assert arrays(rest) == arrays(whole)


def test_a_partition_of_other_bits_is_done_again(run, tmp_path):
    run(most=2)
    content = partial(tmp_path).read_bytes()
    partial(tmp_path).write_bytes(content[:-10] + bytes([content[-10] ^ 1]) + content[-9:])
    assert run(resume=True)[1][0].start == 12


def test_another_request_is_refused_with_the_reason(run, tmp_path, monkeypatch):
    run(most=1)
    with pytest.raises(HesscliError, match=r"another request: expression: x\*\*2\*y then, x\*\*3\*y now; without"):
        run("x**3*y", resume=True)
    with pytest.raises(HesscliError, match=r"options: \w+ \S+ then, \S+ now; without"):
        run(options=Options(exact="sample", formulas=False), resume=True)
    with pytest.raises(HesscliError, match="format: npz then, npy now"):
        run(form=Format.NPY, resume=True)
    monkeypatch.setattr(f"{__name__}.GRID", Grid((np.linspace(-1.0, 1.1, 9), np.linspace(0.5, 2.0, 5))))
    with pytest.raises(HesscliError, match=r"points: 45 \([0-9a-f]{16}\) then, 45 \([0-9a-f]{16}\) now"):
        run(resume=True)
    assert partial(tmp_path).exists()


def test_what_is_beside_the_points_counts():
    work, seen = SweepJob.of(parse("x*y"), Request("hessian"), GRID, Options(), arrays=True)
    one, other = (described(work, seen, "csv", [{"id": k}] * 45)["points"] for k in (1, 2))
    assert one != other


def test_without_a_partial_file_there_is_nothing_to_go_on_from(run, tmp_path):
    with pytest.raises(HesscliError, match=r"there is no '.*h\.npz\.partial' to go on from"):
        run(resume=True)
    for content in (b"", b"\x93NUMPY", b"{}\n", b"[1]\n"):
        partial(tmp_path).write_bytes(content)
        with pytest.raises(HesscliError, match="is no file that hesscli has left"):
            run(resume=True)


def test_a_file_from_elsewhere_runs_nothing(run, tmp_path):
    class Evil:
        def __reduce__(self):
            return (Path(tmp_path / "ran").touch, ())

    run(most=1)
    line = partial(tmp_path).read_bytes().split(b"\n")[0] + b"\n"
    for content in (pickle.dumps(Evil()), b"chesscli.result.result\nnp.load\n."):
        head = journal._HEAD.pack(len(content), zlib.crc32(content))
        partial(tmp_path).write_bytes(line + head + content)
        with pytest.raises(HesscliError, match="which no answer has"):
            run(resume=True)
    assert not (tmp_path / "ran").exists()


@pytest.mark.parametrize(
    "names",
    [
        "urllib.request urlretrieve",
        "hesscli.partitions.local Child",
        "hesscli.partitions.local os.system",
        "hesscli.request names",
        "hesscli.result.texts np.load",
        "os system",
        "builtins eval",
    ],
)
def test_only_what_answers_are_made_of_is_read(names):
    with pytest.raises(HesscliError, match=f"names {names.replace(' ', '.')}, which no answer has"):
        journal._Reader(io.BytesIO(f"c{names.replace(' ', chr(10))}\n.".encode())).load()


def test_all_that_answers_are_made_of_is_read():
    """Fields of the dataclasses that a partition holds, down to the last: each class among them is on the list."""
    seen, todo = set(), [Answered]
    while todo:
        kind = todo.pop()
        assert (kind.__module__, kind.__qualname__) in journal.KNOWN
        seen.add(kind)
        for hint in get_type_hints(kind).values() if is_dataclass(kind) else ():
            todo += [one for one in classes(hint) if one.__module__.startswith("hesscli.") and one not in seen]
    assert {"Packed", "Result", "Verdict", "Decimals", "DigitLoss", "Difference"} <= {kind.__name__ for kind in seen}


def classes(hint):
    """All classes that an annotation names."""
    return [hint] if isinstance(hint, type) and not get_args(hint) else [c for a in get_args(hint) for c in classes(a)]


def test_a_run_that_fails_at_once_keeps_what_is_there(run, tmp_path):
    run(most=2)
    content = partial(tmp_path).read_bytes()
    work, seen = SweepJob.of(
        parse("x**2*y"), Request("hessian"), GRID, Options(exact="off", formulas=False), arrays=True
    )
    asked = described(work, seen, "npz", [])
    for resume in (True, False):
        Journal(str(tmp_path / "h.npz"), asked, resume=resume).end(whole=False)
        assert partial(tmp_path).read_bytes() == content
    begun = Journal(str(tmp_path / "h.npz"), asked, resume=False)
    assert [*begun.kept()] == []
    begun.end(whole=False)
    assert not partial(tmp_path).exists()
