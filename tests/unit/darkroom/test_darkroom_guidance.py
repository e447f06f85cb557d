"""What a prompt, a negative prompt and guidance do to a picture."""

import dataclasses

import numpy as np
import numpy.typing as npt
import pytest

from teststrip.darkroom import SAMPLERS
from teststrip.darkroom.conditioning import Wishes, library_for
from teststrip.darkroom.decode import cast_of
from teststrip.darkroom.exact import snap
from teststrip.darkroom.guidance import Guidance, GuidedDenoiser, rescaled, thresholded
from teststrip.darkroom.lattice import LATENT_SCALE, Lattice
from teststrip.darkroom.library import Library
from teststrip.darkroom.noise import WhiteNoise, gaussian
from teststrip.darkroom.posterior import reach_of, weights
from teststrip.darkroom.prior import SHARPNESS, odds_of
from teststrip.darkroom.schedule import sigmas_for
from teststrip.darkroom.tags import read

LATTICE = Lattice.of(128, 192)
Array = npt.NDArray[np.float64]


def sample(prompt: str, negative: str, seed: int, guidance: Guidance) -> tuple[Library, Array]:
    library = library_for(Wishes(prompt, negative, LATTICE))
    sigmas = sigmas_for("k_euler_ancestral", "karras", 10)
    start = sigmas[0] * gaussian(LATTICE.shape, seed, 0)
    denoiser = GuidedDenoiser(library, guidance)
    return library, SAMPLERS["k_euler_ancestral"](denoiser, start, sigmas, WhiteNoise(seed, LATTICE.shape))


def adherence(attribute: str, value: str, prompt: str, negative: str, scale: float) -> float:
    """Share of the picture drawn from scenes that have the value, averaged over seeds."""
    shares = []
    for seed in range(8):
        library, latent = sample(prompt, negative, seed, Guidance(scale))
        cast = cast_of(library, snap(latent, 12))
        have = library.scenes.take(cast.index).are(attribute, value)
        shares.append(float(cast.weights[:, :, have].sum() / cast.weights.sum()))
    return float(np.mean(shares))


def test_a_tag_raises_adherence() -> None:
    asked = adherence("glasses", "yes", "1girl, glasses", "", 5)
    not_asked = adherence("glasses", "yes", "1girl", "", 5)
    assert asked > 0.8
    assert not_asked < 0.5


def test_a_tag_without_guidance_at_scale_zero_does_nothing() -> None:
    assert adherence("hair_color", "aqua", "1girl, aqua hair", "", 0) < 0.4
    assert adherence("hair_color", "aqua", "1girl, aqua hair", "", 1) > 0.8


def test_a_negative_prompt_lowers_adherence() -> None:
    plain = adherence("background", "plain", "1girl", "", 5)
    avoided = adherence("background", "plain", "1girl", "simple background", 5)
    assert avoided < plain


@pytest.fixture
def library() -> Library:
    return library_for(Wishes("1girl, red hair, sea", "hat", LATTICE))


def noisy(library: Library, sigma: float) -> Array:
    lattice = library.lattice
    return library.lattice.from_blocks(library.values[:, 7]) + sigma * gaussian(lattice.shape, 1, 0)


@pytest.mark.parametrize("sigma", [14.6, 3.0, 0.5])
def test_scale_one_is_the_prompt_and_scale_zero_the_negative_prompt(library: Library, sigma: float) -> None:
    x = noisy(library, sigma)
    swapped = dataclasses.replace(library, log_cond=library.log_uncond, log_uncond=library.log_cond)
    cond = GuidedDenoiser(library, Guidance(1))(x, sigma)
    uncond = GuidedDenoiser(library, Guidance(0))(x, sigma)
    # the two differ by what prompted contrast adds, which is the prompt's own and not the library's
    assert np.abs(uncond - GuidedDenoiser(swapped, Guidance(1))(x, sigma)).max() < 0.02
    if sigma > 1:
        assert np.abs(cond - uncond).max() > 0.02


@pytest.mark.parametrize("sigma", [14.6, 3.0])
def test_guidance_extrapolates_from_uncond_through_cond(library: Library, sigma: float) -> None:
    x = noisy(library, sigma)
    zero, one, two = (GuidedDenoiser(library, Guidance(scale))(x, sigma) for scale in (0, 1, 2))
    straight = zero + 2 * (one - zero)
    # contrast is estimated about each mean, so the line bends a little
    assert np.abs(two - straight).max() < 0.25 * np.abs(two - zero).max()


def test_guidance_is_skipped_above_its_sigma(library: Library) -> None:
    plain, skipping = Guidance(1), Guidance(7, skip_cfg_above_sigma=5.0)
    high, low = noisy(library, 6.0), noisy(library, 4.5)
    assert np.array_equal(GuidedDenoiser(library, skipping)(high, 6.0), GuidedDenoiser(library, plain)(high, 6.0))
    assert not np.array_equal(
        GuidedDenoiser(library, skipping)(low, 4.5), GuidedDenoiser(library, plain)(low, 4.5)
    )


def test_rescaling_by_one_gives_the_prompts_own_deviation(library: Library) -> None:
    x = noisy(library, 6.0)
    cond = GuidedDenoiser(library, Guidance(1))(x, 6.0)
    high = GuidedDenoiser(library, Guidance(10))(x, 6.0)
    repaired = GuidedDenoiser(library, Guidance(10, cfg_rescale=1.0))(x, 6.0)
    assert high.std() > 1.1 * cond.std()
    assert repaired.std() == pytest.approx(cond.std(), rel=1e-3)
    assert np.array_equal(rescaled(high, cond, 0.0), snap(high, 16))


def test_dynamic_thresholding_brings_a_burnt_latent_into_range() -> None:
    burnt = 3 * LATENT_SCALE * gaussian((20, 20, 3), 1)
    assert np.abs(thresholded(burnt)).max() <= LATENT_SCALE + 2.0**-16
    calm = 0.1 * LATENT_SCALE * np.tanh(gaussian((20, 20, 3), 1))
    assert np.array_equal(thresholded(calm), calm)


def test_the_denoiser_finds_a_scene_under_little_noise(library: Library) -> None:
    clean = library.lattice.from_blocks(library.values[:, 7])
    denoised = GuidedDenoiser(library, Guidance(1))(noisy(library, 0.1), 0.1)
    assert np.sqrt(np.mean((denoised - clean) ** 2)) < 0.01


def test_posterior_weights_add_to_one_everywhere(library: Library) -> None:
    for sigma in (14.6, 2.0, 0.03):
        for found in weights(
            library, snap(noisy(library, sigma), 16), sigma, (library.log_cond, library.log_uncond)
        ):
            np.testing.assert_allclose(found.sum(axis=2), 1, atol=2e-4)


def test_windows_shrink_as_the_picture_clears_up() -> None:
    assert reach_of(14.6) == float("inf")
    reaches = [reach_of(sigma) for sigma in (3.9, 2.0, 1.0, 0.5, 0.03)]
    assert reaches == sorted(reaches, reverse=True)


def test_odds_follow_the_tags_and_their_strength() -> None:
    names = list(odds_of(read(""), 1.0))
    assert names
    for text in ("", "1girl", "1boy, glasses", "red hair, {{{blue hair}}}"):
        for odds in odds_of(read(text), SHARPNESS).values():
            assert sum(odds) == pytest.approx(1)
            assert min(odds) >= 0
    both = odds_of(read("red hair, {{{blue hair}}}"), SHARPNESS)["hair_color"]
    assert both[5] > both[3] > 10 * max(both[:3])


def test_a_place_outranks_the_time_of_day_as_background() -> None:
    odds = odds_of(read("night, city"), SHARPNESS)
    assert odds["background"][7] > 0.9
    assert odds["time"][2] > 0.9
