"""Tables of named columns as points: by name, what others hold beside, hesscli's own answers left out."""

from __future__ import annotations

import numpy as np
import pytest

from hesscli.errors import PointError
from hesscli.language.points.files import read_file
from hesscli.language.points.from_columns import read

TABLE = {"name": np.array(["a", "b"], object), "y": np.array([2.0, 4.0]), "x": np.array([1, 3])}


def test_columns_go_by_name_and_others_pass_beside():
    points, beside = read(TABLE, ["x", "y"], "p.parquet")
    assert points.tolist() == [[1, 2], [3, 4]]
    assert beside == [{"name": "a"}, {"name": "b"}]


def test_answers_of_hesscli_are_left_out():
    answers = {"f": np.array([2.0, 36.0]), "df/dx": np.array([4.0, 24.0]), "verdict": np.array(["agree"] * 2, object)}
    assert read(TABLE | answers, ["x", "y"], "p.parquet")[1] == [{"name": "a"}, {"name": "b"}]


@pytest.mark.parametrize(
    ("names", "message"),
    [
        (["x", "z"], "p: there is no column z; the file has name, y, x"),
        (["name"], "p: .*numbers"),
        ([], "p: expected no coordinates"),
    ],
)
def test_what_is_no_point_is_said(names, message):
    with pytest.raises(PointError, match=message):
        read(TABLE, names, "p")


def test_a_file_of_parquet(tmp_path):
    pyarrow = pytest.importorskip("pyarrow")
    from pyarrow import parquet

    parquet.write_table(pyarrow.table({"y": [2.0, 4.0], "x": [1.0, 3.0]}), tmp_path / "p.parquet")
    assert read_file(f"{tmp_path}/p.parquet", ["x", "y"])[0].tolist() == [[1, 2], [3, 4]]
    (tmp_path / "p.parquet").write_text("x,y")
    with pytest.raises(PointError, match=r"cannot read .*p\.parquet"):
        read_file(f"{tmp_path}/p.parquet", ["x", "y"])
