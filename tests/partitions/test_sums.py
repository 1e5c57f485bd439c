"""Sums in partitions of their terms: the same to the last bit as in one piece, and as by hand."""

from __future__ import annotations

import os
import pickle
import signal
from concurrent.futures import Future
from functools import partial

import numpy as np
import pytest

from hesscli.elements import portions as room
from hesscli.elements.evaluate import evaluate_sum
from hesscli.elements.found import How
from hesscli.language.binding import words
from hesscli.language.programs.reading import read_program
from hesscli.language.programs.spans import Declarations
from hesscli.partitions.local import Workers
from hesscli.partitions.sums import SumJob, portions
from hesscli.tape.unlowered import NotLoadedError, Unlowered
from tests.partitions.test_processes import DASK, cluster, gone

RNG = np.random.default_rng(5)
X = RNG.normal(size=(90, 6))
SRC, DST, GROUP = RNG.integers(0, 8, 90), RNG.integers(0, 8, 90), RNG.integers(0, 4, 90)
DATA = {"X": X, "F": np.asfortranarray(X), "y": RNG.integers(0, 2, 90), "s": SRC, "d": DST, "g": GROUP}

PROGRAMS = {
    "shared": ("sum((y - a*exp(b*y))**2)", {}),
    "form": ("mean(log(1 + exp(X@w)) - y*(X@w))", {"w": 6}),
    "grouped": ("Sum(exp(F[k,:]@w + u[g[k]]), (k, 0, 89))", {"w": 6, "u": 4}),
    "graph": ("Sum(cosh(x[s[e]] - x[d[e]])*a, (e, 0, 89))", {"x": 8}),
    "chain": ("log(Sum(exp(x[i+1] - x[i]**2), (i, 0, n-2))) + Sum(x[i]*y[i], (i, 0, n-1))", {"x": 90}),
}


class Apart:
    """Answers in this process what was sent through a pipe."""

    ahead = 3

    def submit(self, partition):
        found: Future = Future()
        job, sent = pickle.loads(pickle.dumps((SumJob(), partition)))
        found.set_result(pickle.loads(pickle.dumps(job.finish(job.ask(sent)))))
        return found

    def close(self):
        pass


def bits(found):
    parts = [found.value, found.gradient, found.hvp, None if found.hessian is None else found.hessian.toarray()]
    sizes = {(place, which): long.sizes for place, by in found.long.items() for which, long in by.items()}
    blocks = [(b.name, b.path, b.value.tobytes(), b.sizes.tobytes()) for some in found.blocks.values() for b in some]
    return [None if part is None else np.asarray(part).tobytes() for part in parts], sizes, blocks, found.strange


@pytest.mark.parametrize("name", PROGRAMS)
@pytest.mark.parametrize("command", ["gradient", "hessian", "hvp"])
def test_terms_that_were_sent_add_up_to_the_same_bits(monkeypatch, name, command):
    monkeypatch.setattr(room, "CHUNK", 17)
    text, sizes = PROGRAMS[name]
    given = {key: column for key, column in DATA.items() if key in words(text)}
    program = read_program(text, Declarations({"n": 90} if "n-1" in text else {}, given, sizes))
    x = np.linspace(-0.5, 0.7, program.n)
    vector = np.linspace(1.0, 2.0, program.n) if command == "hvp" else None
    whole = evaluate_sum(program, x, command, How(), vector)
    sent = evaluate_sum(program, x, command, How(), vector, partial(portions, Apart()))
    assert bits(sent) == bits(whole)
    assert np.isfinite(whole.gradient).all()


@pytest.mark.parametrize("problem", [Unlowered(["quark"]), NotLoadedError("no room")], ids=["unlowered", "not loaded"])
def test_what_stops_a_worker_is_told_in_its_words(problem):
    assert str(pickle.loads(pickle.dumps(problem))) == str(problem)


def logistic():
    """A sum of several partitions, where it is differentiated, and its gradient by hand."""
    count = 2 * room.CHUNK + 11
    features = np.random.default_rng(6).normal(size=(count, 6))
    answers = (features[:, 0] > 0).astype(int)
    program = read_program(PROGRAMS["form"][0], Declarations({}, {"X": features, "y": answers}, {"w": 6}))
    w = np.linspace(-0.4, 0.6, 6)
    return program, w, features.T @ (1 / (1 + np.exp(-features @ w)) - answers) / count


def dying_once(executor, kill):
    """The executor, of which something is ended behind its first answer."""

    def adders(partitions):
        for k, portion in enumerate(portions(executor, partitions)):
            if k == 0:
                kill()
            yield portion

    return adders


@pytest.mark.slow
def test_workers_of_which_one_is_killed_say_the_same():
    program, w, gradient = logistic()
    whole = evaluate_sum(program, w, "hessian", How())
    np.testing.assert_allclose(whole.gradient, gradient, rtol=1e-12)
    for count in (1, 2):
        workers, seen = Workers(SumJob(), count), []

        def kill(workers=workers, seen=seen):
            seen.append(next(iter(workers._children)).pid)
            os.kill(seen[0], signal.SIGKILL)

        sent = evaluate_sum(program, w, "hessian", How(), adders=dying_once(workers, kill))
        workers.close()
        assert bits(sent) == bits(whole)
        assert gone(seen[0])


@DASK
@pytest.mark.slow
def test_a_cluster_of_which_one_dies_adds_up_to_the_same(tmp_path):
    from hesscli.partitions.cluster import Cluster

    program, w, _ = logistic()
    whole = evaluate_sum(program, w, "hessian", How())
    with cluster(tmp_path, 2) as (address, workers):
        executor = Cluster(SumJob(), address)
        executor._client.wait_for_workers(2, timeout=30)
        sent = evaluate_sum(program, w, "hessian", How(), adders=dying_once(executor, workers[0].kill))
        executor.close()
        assert workers[0].wait(5) is not None
    assert bits(sent) == bits(whole)
