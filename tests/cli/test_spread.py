"""Who works at a sweep, and how one goes on."""

from __future__ import annotations

import pytest

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
        (["gradient", "Sum(x[i]**2, (i, 0, 3))", "--at", "x=1:2:4", "--resume"], "takes plain expressions"),
        (["gradient", "x**2", "--at", "1", "--workers", "2"], "--workers takes many points, and --at says one"),
        (["hessian", "x**2", "--scheduler", "tcp://host:8786"], "--scheduler takes many points, and --at says none"),
    ],
    ids=["no file", "few points", "nothing left", "both", "nobody", "sums", "one point", "no point"],
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
