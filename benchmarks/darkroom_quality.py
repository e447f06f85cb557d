"""How well the darkroom keeps to a prompt, how much its seeds differ, and how many pictures are visibly torn.

    python benchmarks/darkroom_quality.py [SEEDS]

Adherence is the share of a picture that is drawn from scenes with what a tag names; overlap what two seeds'
pictures have in common, as the share drawn from the same scenes; torn pictures are found by
`teststrip.darkroom.torn`.
"""

from __future__ import annotations

import sys
from collections import Counter
from dataclasses import dataclass, replace
from itertools import combinations

import numpy as np

from teststrip.darkroom import Exposure
from teststrip.darkroom.decode import Cast, cast_of
from teststrip.darkroom.exposure import sampled
from teststrip.darkroom.library import Library
from teststrip.darkroom.tags import read
from teststrip.darkroom.torn import faults

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
    torn: tuple[tuple[str, ...], ...]

    @property
    def share_torn(self) -> float:
        """The share of pictures that are torn in any way."""
        return float(np.mean([bool(one) for one in self.torn]))


def measured(prompt: str, seeds: int, exposure: Exposure | None = None) -> Found:
    """Measure a prompt over seeds, at 28 ancestral steps or as another exposure has it."""
    exposure = replace(exposure or Exposure("", width=416, height=608), prompt=prompt)
    adherence, torn, shares = [], [], []
    for seed in range(seeds):
        library, latent, _ = sampled(replace(exposure, seed=seed))
        cast = cast_of(library, latent)
        adherence.append(_adherence(prompt, library, cast))
        torn.append(faults(library, cast))
        share = np.zeros(len(library.members))
        share[cast.index] = cast.weights.mean(axis=(0, 1))
        shares.append(share)
    common = [float(np.minimum(a, b).sum()) for a, b in combinations(shares, 2)]
    return Found(float(np.mean(adherence)), float(np.mean(common)), tuple(torn))


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


def main(seeds: int) -> None:
    """Print a line for each prompt, the means, and what was torn how often."""
    print(f"{'':40} adherence  overlap  torn   ({seeds} seeds)")
    kinds: Counter[str] = Counter()
    rows = []
    for prompt in PROMPTS:
        found = measured(prompt, seeds)
        kinds.update(kind for one in found.torn for kind in one)
        rows.append((found.adherence, found.overlap, found.share_torn))
        print(f"{prompt:40} {rows[-1][0]:9.2f} {rows[-1][1]:8.2f} {rows[-1][2]:5.2f}", flush=True)
    print(f"{'all':40} {np.mean([r[0] for r in rows]):9.2f} {np.mean([r[1] for r in rows]):8.2f}", end=" ")
    print(f"{np.mean([r[2] for r in rows]):5.3f} of {len(rows) * seeds} pictures")
    for kind, count in kinds.most_common():
        print(f"  {kind}: {count}")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 21)
