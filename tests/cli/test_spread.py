"""Who works at a sweep, and how one goes on."""

from __future__ import annotations

from contextlib import contextmanager

import pytest

from hesscli.errors import HesscliError

SUMS = ["gradient", "Sum((a - i)**2, (i, 0, 3))", "--at", "a=0:1:5"]
SWEEP = ["gradient", "x**2*y", "--at", "x=-1:1:29,y=0:1:20", "--format", "csv"]


def test_a_file_in_partitions_is_what_standard_output_says(hesscli, tmp_path):
    path = tmp_path / "g.csv"
    outcome = hesscli(*SWEEP, "-o", str(path))
    assert (outcome.status, outcome.out, outcome.err) == (0, "", "")
    assert path.read_text() == hesscli(*SWEEP).out
    assert [file.name for file in tmp_path.iterdir()] == ["g.csv"]


@pytest.mark.parametrize(
    ("words", "told"),
    [
        ([*SWEEP, "--resume"], "--resume goes on with -o FILE, of more than 500 points"),
        (["gradient", "x**2", "--at", "x=1:2:3", "-o", "g.csv", "--resume"], "of more than 500 points"),
        ([*SWEEP, "--resume", "-o", "g.csv"], "there is no 'g.csv.partial' to go on from"),
        ([*SWEEP, "--workers", "2", "--scheduler", "tcp://host:8786"], "give one of them"),
        ([*SWEEP, "--workers", "0"], "greater than or equal to 1"),
        (["gradient", "Sum(x[i]**2, (i, 0, 3))", "--at", "x=1:2:4", "--resume"], "several points, --at says one"),
        ([*SUMS, "--resume", "--json"], "--resume of sums goes on with -o FILE of the formats csv, npz, npy, parquet"),
        ([*SUMS, "--resume", "-o", "s.csv"], "there is no 's.csv.partial' to go on from"),
        (["gradient", "x**2", "--at", "1", "--workers", "2"], "--workers takes many points, and --at says one"),
        (["hessian", "x**2", "--scheduler", "tcp://host:8786"], "--scheduler takes many points, and --at says none"),
    ],
    ids=[
        "no file",
        "few points",
        "nothing left",
        "both",
        "nobody",
        "one of sums",
        "lines",
        "nothing of sums",
        "one point",
        "no point",
    ],
)
def test_what_cannot_be_is_told(hesscli, tmp_path, monkeypatch, words, told):
    monkeypatch.chdir(tmp_path)
    outcome = hesscli(*words)
    assert outcome.status == 2
    assert told in outcome.err
    assert [*tmp_path.iterdir()] == []


def test_a_request_of_batch_has_no_workers(hesscli):
    request = '{"command": "gradient", "expression": "x", "at": [1], "workers": 2}'
    assert "unknown key 'workers'" in hesscli("batch", stdin=request).out


@contextmanager
def stopped_behind(count):
    """So many points of sums are answered, and then none; yields those that were asked."""
    from hesscli.elements import several

    asked, answer_sum = [], several.answer_sum

    def answer(program, command, point, *given, **named):
        if len(asked) == count:
            raise HesscliError("stopped", code="output")
        asked.append(point.tolist())
        return answer_sum(program, command, point, *given, **named)

    with pytest.MonkeyPatch.context() as within:
        within.setattr(several, "answer_sum", answer)
        yield asked


@pytest.mark.parametrize("form", ["csv", "npz"])
def test_points_of_sums_go_on(hesscli, tmp_path, form):
    """Stopped behind the second point, then resumed: the same file, and only the rest is computed."""
    data, path, whole = (tmp_path / name for name in ("t.csv", f"h.{form}", f"whole.{form}"))
    data.write_text("t\n1\n2\n4\n")
    words = ["hessian", "Sum(exp(a*t[i])*b, (i, 0, 2))", "--data", str(data), "--at", "a=0:1:5,b=2"]
    assert hesscli(*words, "-o", str(whole)).status == 0
    with stopped_behind(2):
        assert hesscli(*words, "-o", str(path)).status != 0
    assert sorted(file.name for file in tmp_path.iterdir()) == sorted([f"h.{form}.partial", "t.csv", whole.name])
    outcome = hesscli(*words, "--exact", "off", "-o", str(path), "--resume")
    assert (outcome.status, "is of another request: options: exact auto then, off now" in outcome.err) == (2, True)
    with stopped_behind(3) as asked:
        assert hesscli(*words, "-o", str(path), "--resume").status == 0
    assert asked == [[0.5, 2.0], [0.75, 2.0], [1.0, 2.0]]
    assert path.read_bytes() == whole.read_bytes()
    assert not path.with_name(f"h.{form}.partial").exists()


def test_points_of_sums_do_not_go_on_with_other_data(hesscli, tmp_path):
    data, path = tmp_path / "t.csv", tmp_path / "g.csv"
    data.write_text("t\n1\n2\n")
    words = ["gradient", "Sum(exp(a*t[i]), (i, 0, 1))", "--data", str(data), "--at", "a=0:1:3", "-o", str(path)]
    with stopped_behind(1):
        assert hesscli(*words).status != 0
    data.write_text("t\n1\n2.5\n")
    outcome = hesscli(*words, "--resume")
    assert (outcome.status, f"is of another request: {data} has changed since; without" in outcome.err) == (2, True)
