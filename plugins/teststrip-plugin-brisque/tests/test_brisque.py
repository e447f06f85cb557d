"""The score: the same numbers as libsvm, the shapes of known distributions, worse for what looks worse."""

from __future__ import annotations

import io
import json
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageFilter

from teststrip.errors import StepError
from teststrip_plugin_brisque.features import asymmetric, features, normalized, symmetric
from teststrip_plugin_brisque.score import _model, predicted, scored

PORTRAIT = Path(__file__).parent / "astronaut.png"
RECIPE = """\
teststrip: 1
title: Fewer steps
model: gptproto/nai-diffusion-4-5-full
params: {prompt: "1girl, red hair", size: 128x192, seed: 3}
axes: {steps: [1, 6]}
after: [{use: brisque}]
sheets: [{caption: "${{ scores.brisque }}"}]
"""


def portrait() -> Image.Image:
    with Image.open(PORTRAIT) as opened:
        return opened.convert("RGB")


def jpeg(image: Image.Image, quality: int) -> Image.Image:
    out = io.BytesIO()
    image.save(out, "JPEG", quality=quality)
    return Image.open(io.BytesIO(out.getvalue())).convert("RGB")


def noisy(image: Image.Image, deviation: float) -> Image.Image:
    pixels = np.asarray(image, dtype=float)
    added = pixels + np.random.default_rng(7).normal(0, deviation, pixels.shape)
    return Image.fromarray(np.clip(added, 0, 255).astype(np.uint8))


# What libsvm 3.37 says of features at these parts of the way from their least to their largest.
LIBSVM = [
    (0.0, 128.42527342822618),
    (0.25, -1.7783963738676505),
    (0.5, 14.352117400323067),
    (0.75, 96.18398453545561),
    (1.0, 136.91711412505296),
]


@pytest.mark.parametrize(("part", "expected"), LIBSVM)
def test_the_regression_is_that_of_libsvm(part: float, expected: float) -> None:
    (low, high), _, _ = _model()
    assert predicted(low + part * (high - low)) == pytest.approx(expected, abs=1e-9)


def test_the_order_of_the_features_matters_as_it_does_to_libsvm() -> None:
    (low, high), _, _ = _model()
    parts = np.where(np.arange(36) % 2 == 0, 0.3, 0.6)
    assert predicted(low + parts * (high - low)) == pytest.approx(-17.351650476999822, abs=1e-9)


@pytest.mark.parametrize(("shape", "draw"), [(2.0, "normal"), (1.0, "laplace")])
def test_the_shape_of_a_known_distribution_is_found(shape: float, draw: str) -> None:
    """A Gaussian is generalized with shape 2, Laplace's with shape 1; variances are 9 and 2 * 9."""
    values = getattr(np.random.default_rng(3), draw)(0, 3, 200_000)
    variance = 9 if draw == "normal" else 18
    assert symmetric(values) == pytest.approx((shape, variance), rel=0.02)
    found, mean, left, right = asymmetric(values)
    assert (found, left, right) == pytest.approx((shape, variance, variance), rel=0.03)
    assert abs(mean) < 0.05


def test_what_is_wider_to_the_right_has_a_mean_to_the_right() -> None:
    """Half-normal on both sides, three times as wide to the right, where then three quarters of it are."""
    random = np.random.default_rng(3)
    half = np.abs(random.normal(0, 1, 200_000))
    values = np.where(random.random(200_000) < 0.75, 3 * half, -half)
    shape, mean, left, right = asymmetric(values)
    assert (shape, left, right) == pytest.approx((2, 1, 9), rel=0.03)
    assert mean == pytest.approx(float(np.mean(values)), rel=0.03)


def test_local_contrast_does_not_depend_on_brightness_and_hardly_on_contrast() -> None:
    luma = np.asarray(portrait().convert("L"), dtype=float)
    inner = (slice(8, -8), slice(8, -8))
    assert np.allclose(normalized(luma)[inner], normalized(luma + 20)[inner])
    assert np.corrcoef(normalized(luma)[inner].ravel(), normalized(2 * luma)[inner].ravel())[0, 1] > 0.95


@pytest.mark.parametrize(
    "versions",
    [
        [jpeg(portrait(), quality) for quality in (60, 20, 5)],
        [portrait().filter(ImageFilter.GaussianBlur(radius)) for radius in (0.7, 1.5, 4)],
        [noisy(portrait(), deviation) for deviation in (5, 15, 50)],
    ],
    ids=["jpeg", "blur", "noise"],
)
def test_what_is_more_distorted_scores_worse(versions: list[Image.Image]) -> None:
    scores = [scored(image) for image in (portrait(), *versions)]
    assert scores == sorted(scores)
    assert scores[-1] - scores[0] > 50


@pytest.mark.parametrize("colour", ["black", "white", "teal"])
def test_a_flat_picture_has_a_score_too(colour: str) -> None:
    assert np.isfinite(scored(Image.new("RGB", (64, 48), colour)))


def test_odd_sides_transparency_and_grey_are_no_trouble() -> None:
    image = portrait().crop((0, 0, 101, 77))
    assert len(features(np.asarray(image.convert("L"), dtype=float))) == 36
    assert scored(image.convert("RGBA")) == scored(image)
    assert np.isfinite(scored(image.convert("L")))


def test_a_picture_that_is_too_small_is_refused_in_words() -> None:
    with pytest.raises(StepError, match="32 pixels a side, and this picture has 31x64"):
        scored(Image.new("RGB", (31, 64)))


def test_a_recipe_uses_it_by_its_entry_point(tmp_path: Path) -> None:
    (tmp_path / "recipe.yaml").write_text(RECIPE)
    result = subprocess.run(
        [sys.executable, "-m", "teststrip", "run", "recipe.yaml"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert result.returncode == 0, result.stderr
    (finish,) = tmp_path.glob("runs/fewer-steps-*/finish.jsonl")
    cells = [json.loads(line) for line in finish.read_text().splitlines()][1:]
    assert len(cells) == 2
    assert all(set(cell["scores"]) == {"brisque"} and cell["standing"] == "done" for cell in cells)
    assert len({cell["scores"]["brisque"] for cell in cells}) == 2
