"""The arithmetic that must not depend on the machine."""

import math

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from teststrip.darkroom.exact import digits, exponential, snap
from teststrip.darkroom.lattice import Lattice, gather, spread
from teststrip.darkroom.residual import smooth_part


@given(st.lists(st.floats(min_value=-40, max_value=0), min_size=1, max_size=40))
def test_exponential_is_exp(values: list[float]) -> None:
    expected = [math.exp(value) for value in values]
    np.testing.assert_allclose(exponential(np.array(values)), expected, rtol=1e-10)


def test_exponential_treats_everything_below_forty_alike() -> None:
    low = exponential(np.array([-40.0, -41.0, -1e9, -math.inf]))
    assert len(set(low.tolist())) == 1


def test_exponential_of_zero_is_one() -> None:
    assert exponential(np.zeros(1))[0] == 1


@given(st.floats(min_value=-1e4, max_value=1e4), st.integers(min_value=0, max_value=20))
def test_snapped_values_lie_on_the_grid_and_near_by(value: float, bits: int) -> None:
    snapped = float(snap(np.array([value]), bits)[0])
    assert (snapped * 2**bits).is_integer()
    assert abs(snapped - value) <= 2.0 ** -(bits + 1)


def test_snap_leaves_its_argument_alone() -> None:
    values = np.array([0.3])
    snap(values, 2)
    assert values[0] == 0.3


def test_digits_keeps_ten_of_them() -> None:
    assert digits(math.pi) == 3.141592654


def shuffled_sum_is_the_same(values: np.ndarray[tuple[int, ...], np.dtype[np.float64]]) -> bool:
    generator = np.random.default_rng(0)
    flat = values.ravel()
    return len({float(generator.permutation(flat).cumsum()[-1]) for _ in range(5)}) == 1


def test_sums_of_snapped_values_do_not_depend_on_the_order() -> None:
    values = np.random.default_rng(1).normal(scale=14.6, size=12_000)
    assert not shuffled_sum_is_the_same(values)
    assert shuffled_sum_is_the_same(snap(values, 16))


def test_windowed_sums_do_not_depend_on_the_order_of_the_blocks() -> None:
    """Mirroring the picture mirrors every sum's order; exact sums come out mirrored to the last bit."""
    lattice = Lattice.of(640, 640)
    down, across = lattice.blocks
    energies = np.random.default_rng(2).normal(scale=300, size=(down, across, 7))
    found = gather(lattice, energies.reshape(-1, 7), 0.2)
    mirrored = gather(lattice, energies[::-1, ::-1].reshape(-1, 7), 0.2)
    assert np.array_equal(found, mirrored[::-1, ::-1])


def test_weighted_means_do_not_depend_on_the_order_of_the_scenes() -> None:
    lattice = Lattice.of(320, 448)
    generator = np.random.default_rng(3)
    down, across = lattice.blocks
    library = snap(generator.uniform(-0.2, 0.2, size=(down * across, 30, 75)), 13)
    weights = snap(generator.uniform(-3, 3, size=(down + 1, across + 1, 30)), 20)
    order = generator.permutation(30)
    shuffled = spread(lattice, weights[:, :, order], library[:, order])
    assert np.array_equal(spread(lattice, weights, library), shuffled)


def test_residual_keeps_what_is_smooth_and_strong_and_drops_noise() -> None:
    lattice = Lattice.of(832, 1216)
    smooth = np.broadcast_to(np.cos(np.arange(lattice.rows) * np.pi / lattice.rows)[:, None, None], lattice.shape)
    noise = np.random.default_rng(4).normal(size=lattice.shape)
    kept = smooth_part(0.1 * smooth, 0.03, lattice)
    assert np.abs(kept - 0.1 * smooth).max() < 0.01
    assert smooth_part(noise, 1.0, lattice).std() < 0.02
