"""Noise depends on the seed alone, and is as normal as it should be."""

import numpy as np
import pytest

from teststrip.darkroom.noise import BrownianPath, WhiteNoise, gaussian, uniform

SHAPE = (40, 50, 3)


def test_same_key_same_noise_and_other_key_other_noise() -> None:
    assert np.array_equal(gaussian(SHAPE, 3, 1), gaussian(SHAPE, 3, 1))
    assert abs(np.corrcoef(gaussian(SHAPE, 3, 1).ravel(), gaussian(SHAPE, 4, 1).ravel())[0, 1]) < 0.05


def test_gaussian_noise_is_standard_normal() -> None:
    drawn = np.sort(gaussian((200_000,), 1).ravel())
    assert drawn.mean() == pytest.approx(0, abs=0.01)
    assert drawn.std() == pytest.approx(1, abs=0.01)
    for share, quantile in ((0.0228, -2), (0.1587, -1), (0.5, 0), (0.8413, 1), (0.9772, 2)):
        assert np.searchsorted(drawn, quantile) / drawn.size == pytest.approx(share, abs=0.004)


def test_gaussian_noise_never_changes() -> None:
    """Recorded once; a change here changes every picture."""
    assert (gaussian((4,), 2024, 1) * 4096).astype(int).tolist() == GOLDEN_NOISE


GOLDEN_NOISE = [987, 351, -2624, 2236]


def test_uniforms_fill_the_unit_interval() -> None:
    drawn = uniform((50_000,), 5)
    assert 0 <= drawn.min() < drawn.max() < 1
    counts = np.histogram(drawn, bins=10, range=(0, 1))[0]
    assert abs(counts - 5000).max() < 300


def test_white_noise_gives_fresh_draws_in_the_same_order() -> None:
    first, second = WhiteNoise(9, SHAPE), WhiteNoise(9, SHAPE)
    one, two = first(3.0, 2.0), first(2.0, 1.0)
    assert np.array_equal(one, second(3.0, 2.0))
    assert np.array_equal(two, second(2.0, 1.0))
    assert not np.array_equal(one, two)


def test_brownian_increments_add_up_along_one_path() -> None:
    """W(8) - W(1) must be (W(8) - W(3)) + (W(3) - W(1)), whatever was asked before."""
    path = BrownianPath(4, SHAPE, 0.03, 14.6)
    whole = path(8.0, 1.0) * np.sqrt(8 - 1)
    other = BrownianPath(4, SHAPE, 0.03, 14.6)
    parts = other(3.0, 1.0) * np.sqrt(3 - 1) + other(8.0, 3.0) * np.sqrt(8 - 3)
    assert np.abs(whole - parts).max() < 0.05  # sigmas are moved to nodes 0.6 % apart


@pytest.mark.parametrize(("sigma", "sigma_next"), [(14.6, 9.0), (2.0, 1.9), (0.05, 0.03), (0.0301, 0.03)])
def test_brownian_increments_have_unit_variance(sigma: float, sigma_next: float) -> None:
    increment = BrownianPath(8, (120, 100), 0.03, 14.6)(sigma, sigma_next)
    assert increment.mean() == pytest.approx(0, abs=0.04)
    assert increment.std() == pytest.approx(1, abs=0.03)


def test_brownian_increments_over_separate_stretches_are_independent() -> None:
    path = BrownianPath(8, (120, 100), 0.03, 14.6)
    assert abs(np.corrcoef(path(14.0, 6.0).ravel(), path(6.0, 2.0).ravel())[0, 1]) < 0.04
