"""A model's batches that others work at: the same bits as without them, and what cannot be shared."""

from __future__ import annotations

import copy
import os
import pickle
import signal
from concurrent.futures import Future
from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pytest

from hesscli.errors import HesscliError, LimitError


class Beside:
    """Workers that have read the same files again, in this process."""

    ahead = 2

    def __init__(self, job):
        self.job, self.asked = pickle.loads(pickle.dumps(job)), []

    def submit(self, partition):
        partition = pickle.loads(pickle.dumps(partition))
        self.asked.append(partition)
        said = Future()
        said.set_result(pickle.loads(pickle.dumps(self.job.finish(self.job.ask(partition)))))
        return said

    def close(self):
        """Nothing to end."""


def setting_of(saved, data="data", **options):
    from hesscli.model.binding import Setting

    return Setting(data=(str(saved / f"{data}.npz"),), loss="mse", dtype="float64", **options)


def bound(saved, name, setting, curvature="hessian"):
    from hesscli.model.binding import read_model
    from hesscli.model.gaussnewton import CURVATURES
    from hesscli.model.objective import ModelObjective

    return read_model(str(saved / f"{name}.keras"), setting, CURVATURES.get(curvature, ModelObjective))


def shared(model):
    """The same model, its batches answered beside."""
    from hesscli.model.shared import BatchJob, share

    job = BatchJob.of(model)
    workers = Beside(job)
    share(model, job, workers)
    return workers


@pytest.mark.parametrize(
    ("name", "curvature", "options", "passes"),
    [
        ("batch", "hessian", {"training": True}, ["gradient", "hvp"]),
        ("sign", "ggn", {"l2": 0.25}, ["lower", "products"]),
        ("sign", "fisher", {}, ["hvp"]),
    ],
)
def test_shared_batches_give_the_same_bits(saved, name, curvature, options, passes):
    setting = setting_of(saved, batch_size=2, **options)
    alone, model = (bound(saved, name, setting, curvature) for _ in range(2))
    workers, f, g = shared(model), alone.objective, model.objective
    vectors = np.sin(np.arange(2.0 * f.n)).reshape(2, f.n)
    given = {"gradient": (), "lower": (), "hvp": (vectors[0],), "products": (vectors,)}
    for one in passes:
        assert getattr(g, one)(g.theta, *given[one]).tobytes() == getattr(f, one)(f.theta, *given[one]).tobytes()
    assert len(workers.asked) == 3 * len(passes)
    assert g.used == f.used != set()


@pytest.mark.slow
def test_the_whole_answer_is_the_same(saved):
    from hesscli.model.answer import answer_model

    setting = replace(setting_of(saved, "labels", batch_size=2), loss="sparse_categorical_crossentropy")
    alone, model = (bound(saved, "layer", setting) for _ in range(2))
    workers = shared(model)
    one, other = (answer_model(m, "hessian") for m in (alone, model))
    assert workers.asked
    assert (other.value, other.verdict, other.notes) == (one.value, one.verdict, one.notes)
    assert other.numbers["hessian"].tobytes() == one.numbers["hessian"].tobytes()
    assert other.repaired == one.repaired


def test_the_sum_over_shared_rows_is_that_of_all_rows_at_once(saved):
    whole, model = bound(saved, "sign", setting_of(saved)), bound(saved, "sign", setting_of(saved, batch_size=2))
    assert shared(model).job.batches == 3
    f, g = whole.objective, model.objective
    np.testing.assert_allclose(g.gradient(g.theta), f.gradient(f.theta), rtol=1e-13, atol=1e-15)
    rows = np.eye(f.n)
    np.testing.assert_allclose(g.products(g.theta, rows), f.products(f.theta, rows), rtol=1e-13, atol=1e-15)


def test_other_files_than_here_are_refused(saved, tmp_path):
    from hesscli.model.shared import BatchJob

    job = BatchJob.of(bound(saved, "sign", setting_of(saved)))
    assert all(os.path.isabs(text) for text in (job.file, *job.setting.data))
    moved = replace(job, stamps={text: (size, at + 1) for text, (size, at) in job.stamps.items()})
    with pytest.raises(LimitError, match=r"sign\.keras: the worker on \S+ finds another file there, or none"):
        moved.finish(SimpleNamespace(role="objective"))
    gone = replace(job, stamps={str(tmp_path / "gone.keras"): (1, 1)})
    with pytest.raises(LimitError, match=r"gone\.keras: the worker"):
        gone.finish(SimpleNamespace(role="objective"))


def test_statistics_of_all_rows_are_not_shared(saved):
    from hesscli.model.shared import ROWS, check_batches

    with pytest.raises(HesscliError, match="--batch-size ROWS makes smaller ones, which is another loss"):
        check_batches(setting_of(saved, training=True))
    assert check_batches(setting_of(saved, training=True, batch_size=3)).batch_size == 3
    assert check_batches(setting_of(saved)).batch_size == ROWS


@pytest.mark.slow
def test_a_worker_that_is_killed_is_replaced(saved, tmp_path):
    from hesscli.model.shared import BatchJob, share
    from hesscli.partitions.local import Workers

    rows = np.random.default_rng(5).normal(size=(2000, 3))
    np.savez(tmp_path / "many.npz", x=rows[:, :2], y=rows[:, 2:])
    setting = replace(setting_of(saved, batch_size=100), data=(str(tmp_path / "many.npz"),))
    alone, model = (bound(saved, "sign", setting) for _ in range(2))
    job = BatchJob.of(model)
    workers = Workers(job, 2)
    try:
        share(model, job, workers)
        f, g = alone.objective, model.objective
        first = g.gradient(g.theta)
        seen = copy.copy(workers._children)
        os.kill(next(iter(seen)).pid, signal.SIGKILL)
        assert g.hvp(g.theta, np.ones(g.n)).tobytes() == f.hvp(f.theta, np.ones(f.n)).tobytes()
        assert first.tobytes() == f.gradient(f.theta).tobytes()
        assert len(workers._children - seen) == 1
    finally:
        workers.close()


def test_rows_of_a_mapped_file_are_read_batch_by_batch(tmp_path, monkeypatch):
    from hesscli.language import data as files
    from hesscli.model import data

    rows = np.linspace(0.0, 1.0, 12).reshape(6, 2)
    np.save(tmp_path / "x.npy", rows)
    np.save(tmp_path / "y.npy", np.where(np.arange(6) == 4, np.nan, rows[:, 0]))
    monkeypatch.setattr(files, "SMALL", 0)
    monkeypatch.setattr(data, "SCANNED", 4)
    found = data.read_arrays([f"x={tmp_path}/x.npy"])["x"]
    assert isinstance(found, np.memmap)
    assert [part.tolist() for part in data.in_steps(found)] == [rows[k : k + 2].tolist() for k in (0, 2, 4)]
    batches = list(data.Data((found,), (found,), None, "float32").batches(4))
    assert [(b.inputs[0].dtype.name, b.rows, type(b.targets[0])) for b in batches] == [
        ("float32", 4, np.ndarray),
        ("float32", 2, np.ndarray),
    ]
    with pytest.raises(HesscliError, match=r"y\[4\] is nan"):
        data.read_arrays([f"y={tmp_path}/y.npy"])
