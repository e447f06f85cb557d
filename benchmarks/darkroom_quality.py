"""How well the darkroom keeps to a prompt, how much its seeds differ, and how many pictures are visibly torn.

    python benchmarks/darkroom_quality.py [SEEDS]

Adherence is the share of a picture that is drawn from scenes with what a tag names; overlap what two seeds'
pictures have in common, as the share drawn from the same scenes; torn pictures are found by the three
detectors below.
"""

from __future__ import annotations

import sys
from dataclasses import dataclass, replace
from itertools import combinations

import numpy as np
import numpy.typing as npt

from teststrip.darkroom import Exposure
from teststrip.darkroom.decode import Cast, cast_of
from teststrip.darkroom.exposure import sampled
from teststrip.darkroom.library import Library
from teststrip.darkroom.scene.layer import View
from teststrip.darkroom.scene.light import light_of
from teststrip.darkroom.scene.sky import DISC_X
from teststrip.darkroom.tags import read

PROMPTS = (
    "1girl, red hair, glasses, night, city",
    "1girl, twintails, forest, green eyes",
    "1boy, hoodie, city, night",
    "1girl, witch hat, purple hair, sunset",
    "1girl, cat ears, white hair, sea",
    "1boy, suit, angry",
    "1girl, straw hat, field, spring",
    "1girl, kimono, cherry blossoms",
    "old man, sweater, room",
    "child, cap, laughing",
    "1girl, scarf, snow, blue eyes",
    "1girl, ink, sea, wink",
    "1boy, monochrome, city",
    "1girl, crown, yellow dress",
    "no humans, mountains, sunset",
    "no humans, sea, day",
    "landscape, forest, fog",
    "desert, no humans, night",
    "black cat, night",
    "dog, field",
    "rabbit, snow",
    "tea cup, sunset",
    "lantern, night",
    "house, mountains, autumn",
)


@dataclass(frozen=True, slots=True)
class Found:
    """What was measured of one prompt, each from 0 to 1."""

    adherence: float
    overlap: float
    torn: float


def measured(prompt: str, seeds: int, exposure: Exposure | None = None) -> Found:
    """Measure a prompt over seeds, at 28 ancestral steps or as another exposure has it."""
    exposure = replace(exposure or Exposure("", width=416, height=608), prompt=prompt)
    adherence, torn, shares = [], [], []
    for seed in range(seeds):
        library, latent, _ = sampled(replace(exposure, seed=seed))
        cast = cast_of(library, latent)
        adherence.append(_adherence(prompt, library, cast))
        torn.append(_is_torn(library, cast))
        share = np.zeros(len(library.members))
        share[cast.index] = cast.weights.mean(axis=(0, 1))
        shares.append(share)
    common = [float(np.minimum(a, b).sum()) for a, b in combinations(shares, 2)]
    return Found(float(np.mean(adherence)), float(np.mean(common)), float(np.mean(torn)))


def _adherence(prompt: str, library: Library, cast: Cast) -> float:
    """Return the mean over the prompt's tags of the share drawn from scenes that have all of one's values."""
    scenes = library.scenes.take(cast.index)
    area = cast.weights.mean(axis=(0, 1))
    found = []
    for meaning, _ in read(prompt).known:
        asked: dict[str, list[str]] = {}
        for attribute, value in meaning:
            asked.setdefault(attribute, []).append(value)
        for attribute, values in asked.items():
            if attribute != "background" or not {"night", "day", "sunset"} & set(values):  # a place outranks those
                found.append(float(area[scenes.are(attribute, *values)].sum()))
    return float(np.mean(found)) if found else 1.0


def _is_torn(library: Library, cast: Cast) -> bool:
    return two_suns(library, cast) or torn_horizon(library, cast) or half_faces(library, cast)


def two_suns(library: Library, cast: Cast) -> bool:
    """Tell whether suns or moons of two scenes stand in different places, each where its scene leads."""
    scenes, view = library.scenes.take(cast.index), View.of(library.lattice.width, library.lattice.height)
    light = light_of(scenes)
    here = scenes.are("background", "day", "sea", "mountain", "sunset", "night", "city", "desert", "field")
    here &= (scenes.trait("disc_present") < 0.9) & scenes.are("weather", "clear")
    across = DISC_X[scenes.codes["disc_x"]] * view.half_width
    low = 0.05 + 0.4 * scenes.trait("disc_y")
    down = -view.half_height * np.where(light.sunset, low, 0.42 + 0.35 * scenes.trait("disc_y"))
    seen = set()
    for k in np.nonzero(here)[0]:
        if _weight_at(cast, view, float(across[k]), float(down[k]))[k] > 0.4:
            seen.add((round(float(across[k]), 2), round(float(down[k]), 2)))
    return len(seen) > 1


def torn_horizon(library: Library, cast: Cast) -> bool:
    """Tell whether, with nobody in front, the leading scenes' horizons differ from left to right."""
    scenes, view = library.scenes.take(cast.index), View.of(library.lattice.width, library.lattice.height)
    if not bool(scenes.are("subject", "none").all()):
        return False
    line = view.half_height * 0.3
    leads = {int(_weight_at(cast, view, x * view.half_width, line).argmax()) for x in np.linspace(-0.9, 0.9, 7)}
    hidden = scenes.are("background", "plain", "room") | scenes.are("weather", "fog")
    hidden |= scenes.are("item", "cup", "lantern", "book")  # the table is before it
    return len({int(scenes.codes["horizon"][k]) for k in leads if not hidden[k]}) > 1


def half_faces(library: Library, cast: Cast) -> bool:
    """Tell whether the left eye's leading scene and the right's have other eyes, skins or hair."""
    scenes, view = library.scenes.take(cast.index), View.of(library.lattice.width, library.lattice.height)
    left, right = (int(_weight_at(cast, view, x, -0.05).argmax()) for x in (-0.08, 0.08))
    if scenes.are("subject", "none")[[left, right]].any():
        return False
    return any(
        scenes.codes[name][left] != scenes.codes[name][right] for name in ("eye_color", "skin", "hair_color")
    )


def _weight_at(cast: Cast, view: View, x: float, y: float) -> npt.NDArray[np.float64]:
    """Return the scenes' weights (n,) at a place, of the corner nearest to it."""
    rows, columns = cast.weights.shape[:2]
    row = int(np.clip(round((y / view.half_height + 1) / 2 * (rows - 1)), 0, rows - 1))
    column = int(np.clip(round((x / view.half_width + 1) / 2 * (columns - 1)), 0, columns - 1))
    found: npt.NDArray[np.float64] = cast.weights[row, column]
    return found


def main(seeds: int) -> None:
    """Print a line for each prompt, and the means."""
    print(f"{'':40} adherence  overlap  torn   ({seeds} seeds)")
    rows = [(prompt, measured(prompt, seeds)) for prompt in PROMPTS]
    means = (np.mean([getattr(found, name) for _, found in rows]) for name in ("adherence", "overlap", "torn"))
    for prompt, found in [*rows, ("all", Found(*(float(mean) for mean in means)))]:
        print(f"{prompt:40} {found.adherence:9.2f} {found.overlap:8.2f} {found.torn:5.2f}")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 21)
