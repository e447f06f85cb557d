from __future__ import annotations

import numpy as np
import pytest
from PIL import Image

from teststrip.sheet.html_distance import distance, lab_of, signature_of, steps


@pytest.mark.parametrize(
    ("colour", "lab"),
    [  # sRGB and CIE L*a*b* (D65) of primaries, as published by B. Lindbloom
        ((255, 255, 255), (100.0, 0.0, 0.0)),
        ((0, 0, 0), (0.0, 0.0, 0.0)),
        ((255, 0, 0), (53.2408, 80.0925, 67.2032)),
        ((0, 255, 0), (87.7347, -86.1827, 83.1793)),
        ((0, 0, 255), (32.2970, 79.1875, -107.8602)),
    ],
)
def test_colours_become_lab(colour: tuple[int, int, int], lab: tuple[float, float, float]) -> None:
    assert lab_of(np.array(colour) / 255) == pytest.approx(lab, abs=0.05)


def test_black_and_white_are_a_hundred_apart_and_a_picture_not_from_itself() -> None:
    black, white = (signature_of(Image.new("RGB", (50, 70), colour)) for colour in ("black", "white"))
    assert distance(black, white) == pytest.approx(100, abs=0.2)
    assert distance(white, white) == 0


def test_noise_counts_less_than_light() -> None:
    chance = np.random.default_rng(3)
    flat = np.full((256, 256, 3), 128)
    noisy = np.clip(flat + chance.normal(0, 20, flat.shape), 0, 255).astype(np.uint8)
    lighter = np.full((256, 256, 3), 148, np.uint8)
    base = signature_of(Image.fromarray(flat.astype(np.uint8)))
    assert distance(base, signature_of(Image.fromarray(noisy))) < 4
    assert distance(base, signature_of(Image.fromarray(lighter))) > 6


def test_a_step_goes_to_the_next_cell_that_is_there() -> None:
    places = [(0, 0), (0, 1), (1, 1), (2, 0)]
    grey = {at: signature_of(Image.new("RGB", (8, 8), (at * 60,) * 3)) for at in range(4)}
    first, second = steps(places, [[0], [1], [2], [3]], grey)
    assert isinstance(first, dict)
    assert isinstance(second, dict)
    assert first["next"] == [3, 2, None, None]
    assert second["next"] == [1, None, None, None]
    assert first["largest"] == 0
    assert first["count"] == 2


def test_without_pictures_nothing_is_measured() -> None:
    assert steps([(0,), (1,)], [[], []], {}) == [{"count": 0, "cells": [], "next": []}]
    assert steps([], [], {}) == []
