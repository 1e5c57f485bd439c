"""Spectra against those of the exact Hessian, which the other tests hold against balls."""

from __future__ import annotations

import io

import numpy as np
import pytest
from scipy.stats import wasserstein_distance

from hesscli.errors import HesscliError
from hesscli.output.formats import Format
from hesscli.output.page import Page
from hesscli.result import Verdict


@pytest.fixture(scope="module")
def both(saved):
    """A network's spectrum by products, and its Hessian by the exact side."""
    from hesscli.model.answer import answer_model
    from hesscli.model.binding import Setting, read_model
    from hesscli.model.spectrum import SpectrumRequest

    wanted = SpectrumRequest(top=2, trace=True, density=True, step=True, rhs="gradient")
    setting = Setting(data=(str(saved / "data.npz"),), loss="mse", dtype="float64", training=True, wanted=wanted)
    model = read_model(str(saved / "batch.keras"), setting)
    return answer_model(model, "spectrum"), answer_model(model, "hessian").exact["hessian"].double


def test_eigenvalues_are_within_their_bounds(both):
    report, hessian = both
    found, exact = report.spectrum.extremes, np.linalg.eigvalsh(hessian)
    assert report.verdict is Verdict.CHECKED
    np.testing.assert_allclose(found.values, exact[[0, 1, -2, -1]], atol=1e-10)
    np.testing.assert_allclose(hessian @ found.vectors, found.vectors * found.values, atol=1e-10)


def test_the_trace_of_few_weights_is_no_estimate(both):
    report, hessian = both
    assert report.spectrum.trace.exact
    assert float(report.spectrum.trace.value) == pytest.approx(np.trace(hessian))


def test_the_density_has_the_moments_of_the_spectrum(both):
    report, hessian = both
    eigenvalues = np.linalg.eigvalsh(hessian)
    for power in (1, 2):
        means = (report.spectrum.density.weights * report.spectrum.density.nodes**power).sum(axis=1)
        error = means.std(ddof=1) / np.sqrt(len(means))
        assert abs(means.mean() - np.mean(eigenvalues**power)) < 5 * error


def test_newtons_step_solves(both):
    report, hessian = both
    step = report.spectrum.step
    residual = np.linalg.norm(hessian @ step.value + report.numbers["gradient"])
    assert residual / np.linalg.norm(report.numbers["gradient"]) == pytest.approx(step.residual, abs=1e-7)


def test_a_spectrum_as_a_table_and_in_a_file(both):
    """The step is the solution for the gradient, downhill."""
    report, hessian = both
    with np.load(io.BytesIO(written(report, Format.NPZ))) as held:
        assert held["eigenvectors"].shape == (13, 4)
        np.testing.assert_array_equal(held["step"], -held["solution"])
    table = written(report, Format.TABLE).decode()
    assert f"trace  {np.trace(hessian):.6g}" in table
    for name in ("eigenvalue", "density", "Newton's step", "inverse times gradient"):
        assert name in table


def written(report, form):
    from hesscli.output.model import render

    stream = io.BytesIO()
    render(report, form, stream, Page())
    return stream.getvalue()


def test_more_eigenvalues_than_weights_are_refused(saved):
    from hesscli.model.binding import Setting, read_model
    from hesscli.model.spectrum import SpectrumRequest, spectrum

    setting = Setting(data=(str(saved / "linear.npz"),), dtype="float64")
    f = read_model(str(saved / "linear.keras"), setting).objective
    with pytest.raises(HesscliError, match="there are 4 eigenvalues, 5 were asked for"):
        spectrum(f, np.zeros(4), SpectrumRequest(top=5))
    assert spectrum(f, np.zeros(4), SpectrumRequest(top=2)).extremes.values.tolist() == pytest.approx(
        [0, 0, 5, 5], abs=1e-12
    )


def test_products_with_what_is_kept_are_those_of_nested_tapes(saved, monkeypatch):
    """In batches of two sizes; and where nothing may be kept."""
    from hesscli.model import linearised
    from hesscli.model.binding import Setting, read_model

    setting = Setting(data=(str(saved / "data.npz"),), loss="mse", dtype="float64", batch_size=3)
    f = read_model(str(saved / "batch.keras"), setting).objective
    vector = np.arange(13.0) - 6
    expected = f.hvp(f.theta, vector)
    kept = f.here
    np.testing.assert_allclose(kept(vector), expected, atol=1e-13)
    monkeypatch.setattr(linearised, "KEPT_BYTES", 0)
    del f.here
    np.testing.assert_array_equal(f.here(vector), expected)
    assert f.here.__name__ == "whole"
    assert kept.__name__ == "from_kept"


def test_the_density_is_as_far_from_the_spectrum_as_its_probes_are(both):
    """Wasserstein's distance to the exact eigenvalues, beside the range."""
    report, hessian = both
    density, exact = report.spectrum.density, np.linalg.eigvalsh(hessian)
    weights = density.weights.ravel() / density.weights.sum()
    assert wasserstein_distance(density.nodes.ravel(), exact, weights) < 0.1 * np.ptp(exact)
