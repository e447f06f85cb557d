"""Scores against independent computations: SciPy's filters and transforms, sums written out, known pictures."""

from __future__ import annotations

import math
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image
from scipy import cluster as scipy_cluster
from scipy import fft, ndimage
from steps_pictures import noise, opened, picture_of, run, saved, scenic, shot, work

from teststrip.errors import StepError
from teststrip.steps import hashing, heat, likeness, mains, numbers
from teststrip.steps.builtin import AFTER
from teststrip.steps.measure import measured
from teststrip.steps.model import Made
from teststrip.steps.palette import edges

MEASURE, DIFFERENCE, PHASH = AFTER["measure"], AFTER["difference"], AFTER["phash"]
PALETTE, NEAR = AFTER["palette"], AFTER["near-duplicates"]


def rgb(image: Image.Image) -> numbers.Bytes:
    return np.asarray(image.convert("RGB"))


def grey(image: Image.Image) -> numbers.Floats:
    values = rgb(image).astype(np.float64)
    return np.asarray(values @ np.array([0.299, 0.587, 0.114]))


def similarity(one: Image.Image, other: Image.Image, side: int = 11) -> float:
    """Compute SSIM window by window, as the paper's formulas stand (Wang et al. 2004, equations 13 to 16)."""
    across = np.arange(side) - side // 2
    window = np.exp(-(across[:, None] ** 2 + across[None, :] ** 2) / (2 * 1.5**2))
    window /= window.sum()
    a, b = grey(one), grey(other)
    found = []
    for top in range(a.shape[0] - side + 1):
        for left in range(a.shape[1] - side + 1):
            x, y = (values[top : top + side, left : left + side] for values in (a, b))
            mean_x, mean_y = (window * x).sum(), (window * y).sum()
            var_x, var_y = (window * (x - mean_x) ** 2).sum(), (window * (y - mean_y) ** 2).sum()
            both = (window * (x - mean_x) * (y - mean_y)).sum()
            c1, c2 = (0.01 * 255) ** 2, (0.03 * 255) ** 2
            found.append(
                (2 * mean_x * mean_y + c1)
                * (2 * both + c2)
                / ((mean_x**2 + mean_y**2 + c1) * (var_x + var_y + c2))
            )
    return float(np.mean(found))


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_ssim_is_what_the_paper_says_window_by_window(seed: int) -> None:
    one = scenic((40, 33), seed)
    for other in (scenic((40, 33), seed + 10), Image.blend(one, noise("RGB", (40, 33), seed), 0.2), one):
        assert likeness.ssim(rgb(one), rgb(other)) == pytest.approx(similarity(one, other), abs=2e-5)


def test_ssim_of_pictures_higher_than_a_band_is_the_same() -> None:
    one, other = scenic((30, 700), 1), scenic((30, 700), 2)
    a, b = grey(one), grey(other)

    def smooth(values: numbers.Floats) -> numbers.Floats:
        return np.asarray(ndimage.gaussian_filter(values, 1.5, radius=5)[5:-5, 5:-5])

    mean_a, mean_b = smooth(a), smooth(b)
    var = smooth(a * a) - mean_a**2 + smooth(b * b) - mean_b**2
    both = smooth(a * b) - mean_a * mean_b
    c1, c2 = 6.5025, 58.5225
    expected = (2 * mean_a * mean_b + c1) * (2 * both + c2) / ((mean_a**2 + mean_b**2 + c1) * (var + c2))
    assert likeness.ssim(rgb(one), rgb(other)) == pytest.approx(expected.mean(), abs=2e-5)


@pytest.mark.parametrize("size", [(1, 1), (1, 20), (5, 4), (10, 10), (11, 11)])
def test_ssim_of_small_pictures_uses_a_window_that_fits(size: tuple[int, int]) -> None:
    one, other = noise("RGB", size, 1), noise("RGB", size, 2)
    side = min(11, *size)
    expected = similarity(one, other, side - 1 + side % 2)
    assert likeness.ssim(rgb(one), rgb(other)) == pytest.approx(expected, abs=2e-5)
    assert likeness.ssim(rgb(one), rgb(one)) == pytest.approx(1, abs=1e-6)


@given(st.integers(1, 2000), st.integers(0, 20))
def test_bands_cover_every_row_once(height: int, overlap: int) -> None:
    firsts: list[int] = []
    for rows in numbers.bands(height, overlap):
        assert rows.stop <= height
        firsts += range(rows.start, rows.stop - overlap)
    assert firsts == list(range(max(0, height - overlap)))


def test_mean_difference_is_that_of_all_values() -> None:
    one, other = noise("RGB", (50, 600), 1), noise("RGB", (50, 600), 2)
    expected = np.abs(rgb(one).astype(float) - rgb(other)).mean() / 255
    assert likeness.mean_difference(rgb(one), rgb(other)) == pytest.approx(expected, rel=1e-12)


@pytest.mark.parametrize(
    ("colour", "lab"),
    [
        ((255, 255, 255), (1.0, 0.0, 0.0)),
        ((0, 0, 0), (0.0, 0.0, 0.0)),
        ((255, 0, 0), (0.62796, 0.22486, 0.12585)),
        ((0, 255, 0), (0.86644, -0.23389, 0.17950)),
        ((0, 0, 255), (0.45201, -0.03246, -0.31153)),
    ],
)
def test_oklab_is_that_of_css(colour: tuple[int, int, int], lab: tuple[float, float, float]) -> None:
    """CSS Color 4 prints these values of the primaries."""
    found = numbers.oklab(np.array([[colour]], np.uint8))[0, 0]
    assert found == pytest.approx(lab, abs=2e-4)


def test_the_hash_is_that_of_scipys_transform() -> None:
    for seed in range(5):
        image = scenic((100, 70), seed)
        small = np.asarray(image.convert("L").resize((32, 32), Image.Resampling.BILINEAR)).astype(float)
        kept = fft.dctn(small, type=2)[1:9, 1:9]
        bits = (kept > np.median(kept)).reshape(-1)
        expected = int("".join("1" if bit else "0" for bit in bits), 2)
        assert hashing.hash_of(image) == expected
        assert expected.bit_count() == 32


def test_the_hash_stays_near_while_a_picture_looks_alike() -> None:
    fine = noise("RGB", (17, 13)).resize((300, 200), Image.Resampling.BICUBIC)  # what most pictures have too
    image = Image.blend(scenic((300, 200)), fine, 0.4)
    own = hashing.hash_of(image)
    small = image.resize((90, 60))
    rough = opened(saved(image, "JPEG", quality=20))
    bright = image.point([min(255, value + 12) for value in range(256)] * 3)
    assert all(hashing.distance(own, hashing.hash_of(other)) <= 6 for other in (small, rough, bright))
    assert all(hashing.distance(own, hashing.hash_of(scenic((300, 200), seed))) > 12 for seed in range(20, 30))


@pytest.mark.parametrize("tone", [0, 77, 255])
def test_one_tone_has_no_bits(tone: int, tmp_path: Path) -> None:
    made = run(PHASH, [shot(tmp_path, Image.new("L", (50, 40), tone))])
    assert made == Made(scores={"phash": "0" * 16})


@given(st.lists(st.tuples(st.integers(0, 2**64 - 1), st.booleans()), max_size=40))
def test_the_nearest_earlier_hash_is_found(drawn: list[tuple[int, bool]]) -> None:
    hashes = [value for value, _ in drawn]
    groups = [sum(new for _, new in drawn[: at + 1]) for at in range(len(drawn))]
    expected = []
    for at, value in enumerate(hashes):
        before = [
            ((value ^ hashes[other]).bit_count(), other) for other in range(at) if groups[other] < groups[at]
        ]
        expected.append(min(before, default=None))
    assert hashing.nearest_earlier(hashes, groups) == expected


def test_near_duplicates_are_marked_across_cells_only(tmp_path: Path) -> None:
    first, second = shot(tmp_path, scenic((96, 64), 1)), shot(tmp_path, scenic((96, 64), 2))
    again = shot(tmp_path, scenic((96, 64), 1).resize((60, 40)))
    cells = [[first, first], [second], [again], []]
    made = NEAR.run([work(NEAR, shots, title=f"cell {at}") for at, shots in enumerate(cells)])  # type: ignore[arg-type]
    assert isinstance(made, list)
    assert [one.badges for one in made] == [(), (), ("near-duplicate",), ()]
    assert made[2].scores == {"nearest": 0, "like": "cell 0"}
    assert made[0].scores == made[3].scores == {"nearest": None, "like": None}
    assert made[1].scores["nearest"] > 6
    strict = NEAR.run([work(NEAR, [one], distance=0) for one in (first, second)])  # type: ignore[arg-type]
    assert isinstance(strict, list)
    assert [one.badges for one in strict] == [(), ()]


def test_pictures_of_one_tone_are_like_those_of_the_same_tone_only(tmp_path: Path) -> None:
    tones = [0, 255, 0, 128]
    cells = [work(NEAR, [shot(tmp_path, Image.new("L", (20, 20 + at), tone))]) for at, tone in enumerate(tones)]
    made = NEAR.run(cells)  # type: ignore[arg-type]
    assert isinstance(made, list)
    assert [one.badges for one in made] == [(), (), ("near-duplicate",), ()]


def test_a_damaged_picture_among_many_is_told_and_does_no_harm(tmp_path: Path) -> None:
    good, bad = shot(tmp_path, scenic()), shot(tmp_path, saved(scenic())[:300])
    made = NEAR.run([work(NEAR, [one]) for one in (good, bad, good)])  # type: ignore[arg-type]
    assert isinstance(made, list)
    assert [one.badges for one in made] == [(), ("cannot be compared",), ("near-duplicate",)]
    assert made[1].scores == {"nearest": None, "like": None}


def test_measures_are_those_of_their_formulas() -> None:
    image = Image.blend(scenic((70, 50)), noise("RGB", (70, 50)), 0.3)
    values = grey(image)
    kernel = np.array([[0, 1, 0], [1, -4, 1], [0, 1, 0]])
    laplacian = ndimage.convolve(values, kernel)[1:-1, 1:-1]
    red, green, blue = rgb(image).reshape(-1, 3).astype(float).T
    rg, yb = red - green, (red + green) / 2 - blue
    colourful = math.sqrt(rg.var() + yb.var()) + 0.3 * math.sqrt(rg.mean() ** 2 + yb.mean() ** 2)
    assert measured(image) == pytest.approx(
        {
            "sharpness": laplacian.var(),
            "contrast": values.std() / 255,
            "colourfulness": colourful,
            "brightness": values.mean() / 255,
        },
        rel=1e-4,
    )


def test_measures_tell_a_blur_and_a_grey_picture(tmp_path: Path) -> None:
    sharp = Image.blend(scenic((80, 60)), noise("RGB", (80, 60)), 0.3)
    blurred = Image.fromarray(ndimage.gaussian_filter(rgb(sharp), (2, 2, 0)))
    assert measured(blurred)["sharpness"] < measured(sharp)["sharpness"] / 10
    assert measured(sharp.convert("L"))["colourfulness"] == 0
    white = run(MEASURE, [shot(tmp_path, Image.new("RGB", (1, 1), (255, 255, 255)))]).scores
    assert white == {"sharpness": 0, "contrast": 0, "colourfulness": 0, "brightness": 1}


def test_of_several_pictures_the_mean_is_told(tmp_path: Path) -> None:
    shots = [shot(tmp_path, Image.new("L", (4, 4), tone)) for tone in (0, 255)]
    assert run(MEASURE, shots).scores["brightness"] == 0.5


def test_a_difference_to_itself_is_none(tmp_path: Path) -> None:
    picture = shot(tmp_path, scenic())
    made = run(DIFFERENCE, [picture], [picture])
    assert made.pictures is None
    assert made.scores["ssim"] == pytest.approx(1, abs=1e-6)
    assert made.scores == {"ssim": made.scores["ssim"], "mean_difference": 0, "hash_distance": 0}


def test_a_heat_map_shows_where(tmp_path: Path) -> None:
    image = Image.new("RGB", (60, 40), (40, 40, 40))
    other = image.copy()
    other.paste((230, 230, 230), (30, 10, 50, 30))
    one, two = shot(tmp_path, image), shot(tmp_path, other)
    heated = rgb(picture_of(run(DIFFERENCE, [two], [one], show="heatmap")))
    assert heated.shape == (40, 60, 3)
    assert (heated[10:30, 30:50] == heat.colours()[-1]).all()
    assert (heated[:, :30] == heat.colours()[0]).all()
    both = run(DIFFERENCE, [two], [one], show="both").pictures
    assert both is not None
    assert both[0] == two.data
    assert rgb(opened(both[1])).tobytes() == heated.tobytes()
    cooler = rgb(picture_of(run(DIFFERENCE, [two], [one], show="heatmap", full=1)))
    assert (cooler[20, 40] != heat.colours()[-1]).any()


def test_pictures_are_paired_by_their_place(tmp_path: Path) -> None:
    black, white = (shot(tmp_path, Image.new("L", (8, 8), tone)) for tone in (0, 255))
    apart = "mean_difference"
    assert run(DIFFERENCE, [black, white], [black, white]).scores[apart] == 0
    assert run(DIFFERENCE, [black, white], [white, black]).scores[apart] == 1
    assert run(DIFFERENCE, [black, white], [black]).scores[apart] == 0.5
    assert run(DIFFERENCE, [black, black], [black, white]).scores[apart] == 0.5
    with pytest.raises(StepError, match="the reference has 2 pictures, and this cell 3"):
        run(DIFFERENCE, [black] * 3, [black, white])
    with pytest.raises(StepError, match="there is nothing to compare with"):
        run(DIFFERENCE, [black])


def test_other_sizes_are_refused_or_resized(tmp_path: Path) -> None:
    image = scenic((96, 64))
    one, half = shot(tmp_path, image), shot(tmp_path, image.resize((48, 32)))
    with pytest.raises(StepError, match="the picture is 96x64 and the reference 48x32; `sizes: resize`"):
        run(DIFFERENCE, [one], [half])
    ssim = run(DIFFERENCE, [one], [half], sizes="resize").scores["ssim"]
    assert isinstance(ssim, float)
    assert ssim > 0.95


def test_steps_of_the_heat_map_look_equal() -> None:
    colours = heat.colours()
    lab = numbers.oklab(colours[None])[0].astype(float)
    walked = np.sqrt((np.diff(lab, axis=0) ** 2).sum(axis=1))
    # Eight bits a channel leave a step its rounding, which no longer shows over eight of them.
    eight = np.sqrt(((lab[8:] - lab[:-8]) ** 2).sum(axis=1))
    assert eight.std() / eight.mean() < 0.05
    assert walked.max() < 3 * walked.mean()
    assert (np.diff(lab[::4, 0]) > 0).all(), "lightness rises all the way"
    assert lab[0, 0] < 0.2
    assert lab[-1, 0] > 0.9


def test_main_colours_are_those_of_a_flag(tmp_path: Path) -> None:
    flag = Image.new("RGB", (90, 60), (0, 85, 164))
    flag.paste((255, 255, 255), (30, 0, 90, 60))
    flag.paste((239, 65, 53), (75, 0, 90, 60))
    made = run(PALETTE, [shot(tmp_path, flag)], colours=5)
    assert made == Made(scores={"palette": "#ffffff #0055a4 #ef4135"})


def test_clusters_are_those_of_scipy_from_the_same_start() -> None:
    points = np.random.default_rng(3).random((400, 3))
    weights = np.ones(400)
    first = mains.first_centres(points, weights, 6)
    _, expected = scipy_cluster.vq.kmeans2(points, first, iter=50, minit="matrix")
    assert np.array_equal(mains.cluster(points, weights, 6), expected)


def test_weights_count_like_repeated_points() -> None:
    points = np.random.default_rng(4).random((60, 3))
    counts = np.arange(60) % 4 + 1
    own = mains.cluster(points, counts.astype(float), 5)
    # The first centres are the same, since a repeated point only ties with itself.
    start = mains.first_centres(points, counts.astype(float), 5)
    _, expected = scipy_cluster.vq.kmeans2(np.repeat(points, counts, axis=0), start, iter=50, minit="matrix")
    assert np.array_equal(np.repeat(own, counts), expected)


@given(st.lists(st.floats(0.001, 1), min_size=1, max_size=16), st.integers(1, 3000))
def test_a_strip_is_filled_to_its_last_pixel(parts: list[float], width: int) -> None:
    places = edges([part / sum(parts) for part in parts], width)
    assert places[0] == 0
    assert places[-1] == width
    assert places == sorted(places)


def test_the_strip_lies_below_and_the_picture_is_as_it_was(tmp_path: Path) -> None:
    image = Image.new("RGB", (60, 40), (0, 0, 255))
    image.paste((255, 0, 0), (45, 0, 60, 40))
    made = picture_of(run(PALETTE, [shot(tmp_path, image)], show="below"))
    assert made.size == (60, 48)
    assert made.crop((0, 0, 60, 40)).tobytes() == image.tobytes()
    assert [made.getpixel((across, 44)) for across in (0, 44, 45, 59)] == [(0, 0, 255)] * 2 + [(255, 0, 0)] * 2
