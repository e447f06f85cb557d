"""From an exposure to a picture."""

import math
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from teststrip.darkroom.anchor import Anchor, anchor_of
from teststrip.darkroom.arrays import Doubles, Pixels
from teststrip.darkroom.conditioning import Wishes, library_for, tints_of
from teststrip.darkroom.conditions import Character, Control, Reference, Start, Vibe
from teststrip.darkroom.decode import Development, develop
from teststrip.darkroom.errors import DarkroomError
from teststrip.darkroom.exact import snap
from teststrip.darkroom.guidance import Guidance, GuidedDenoiser
from teststrip.darkroom.lattice import Lattice
from teststrip.darkroom.library import Library
from teststrip.darkroom.limits import LARGEST_AREA, LONGEST_SIDE, MOST_AREA, SMALLEST_SIDE
from teststrip.darkroom.noise import START, BrownianPath, WhiteNoise, gaussian
from teststrip.darkroom.samplers import SAMPLERS, NoiseSampler
from teststrip.darkroom.schedule import NOISE_SCHEDULES, model_sigmas, sigmas_for
from teststrip.darkroom.sources import glance
from teststrip.darkroom.structure import STRUCTURES
from teststrip.darkroom.tags import read

MOST_STEPS = 1000
MOST_CHARACTERS = 6
MOST_CONDITIONS = 16  # of a kind; each picture takes some 0.4 s to read
PROOF_SIDE = 256
"""Geometric mean of a proof's sides, about; see `render`."""

_ON_A_PATH = frozenset({"k_dpmpp_sde"})
_LATENT_BITS = 12


@dataclass(frozen=True, slots=True)
class Exposure:
    """One picture to draw; the names are the API's, the meanings those of docs/darkroom.md.

    Without ``use_coords`` the characters' centres are not looked at. ``quality`` and ``unwanted`` are words that a
    service adds to the prompt and to the negative prompt.
    """

    prompt: str
    negative_prompt: str = ""
    width: int = 832
    height: int = 1216
    steps: int = 28
    scale: float = 6.0
    sampler: str = "k_euler_ancestral"
    noise_schedule: str = "karras"
    seed: int = 0
    cfg_rescale: float = 0.0
    dynamic_thresholding: bool = False
    skip_cfg_above_sigma: float | None = None
    start: Start | None = None
    vibes: tuple[Vibe, ...] = ()
    characters: tuple[Character, ...] = ()
    use_coords: bool = False
    control: Control | None = None
    references: tuple[Reference, ...] = ()
    auto_smea: bool = False
    legacy: bool = False
    quality: str = ""
    unwanted: str = ""


@dataclass(frozen=True, slots=True, eq=False)
class Picture:
    """Pixels (height, width, 3), uint8, and the tags of the prompt that the toy world does not know, in order."""

    pixels: Pixels
    ignored_tags: tuple[str, ...]


def render(exposure: Exposure, *, proof: bool = False) -> Picture:
    """Draw an exposure: the same pixels for the same exposure, on any machine, with any number of threads.

    A ``proof`` is the same picture, drawn smaller (about `PROOF_SIDE` pixels a side) and so several times quicker.
    Raises `DarkroomError` for a size, sampler, schedule or number that cannot be drawn, or a picture that cannot
    be opened.
    """
    check(exposure)
    size = proof_size(exposure) if proof else (exposure.width, exposure.height)
    bands = list(expose(exposure, size).bands())
    return Picture(bands[0] if len(bands) == 1 else np.concatenate(bands), ignored_tags(exposure))


def render_bands(exposure: Exposure) -> Iterator[Pixels]:
    """Draw an exposure from top to bottom, some rows at a time: memory grows with the width alone."""
    check(exposure)
    return expose(exposure, (exposure.width, exposure.height)).bands()


def ignored_tags(exposure: Exposure) -> tuple[str, ...]:
    """Return the tags of the prompts that the toy world does not know, in order."""
    texts = (exposure.prompt, *(character.prompt for character in exposure.characters))
    found = [tag for text in texts for tag in read(text, legacy=exposure.legacy).ignored]
    return tuple(dict.fromkeys(found))


def wishes_of(exposure: Exposure) -> Wishes:
    """Return what decides an exposure's library; what does not is put aside, so that more exposures share one."""
    characters = tuple(
        character if exposure.use_coords else Character(character.prompt, character.uc)
        for character in exposure.characters
    )
    start = exposure.start
    return Wishes(
        _joined(exposure.prompt, exposure.quality),
        _joined(exposure.negative_prompt, exposure.unwanted),
        Lattice.of(exposure.width, exposure.height),
        characters,
        exposure.vibes,
        exposure.control,
        exposure.references,
        None if start is None else Start(start.image, infill=start.infill, mask=start.mask),
        exposure.auto_smea,
        exposure.legacy,
    )


def _joined(first: str, second: str) -> str:
    return f"{first}, {second}" if first and second else first or second


def sampled(exposure: Exposure, libraries: Path | None = None) -> tuple[Library, Doubles, Anchor | None]:
    """Sample an exposure: its library, the finished latent, and what it started from."""
    check(exposure, MOST_AREA)
    wishes = wishes_of(exposure)
    lattice, library = wishes.lattice, library_for(wishes, libraries)
    guidance = Guidance(
        exposure.scale, exposure.cfg_rescale, exposure.dynamic_thresholding, exposure.skip_cfg_above_sigma
    )
    sigmas = sigmas_for(exposure.sampler, exposure.noise_schedule, exposure.steps)
    unit = gaussian(lattice.shape, exposure.seed, START)
    anchor = None
    if exposure.start is not None:
        sigmas = sigmas[-1 - taken_steps(exposure.start.strength, exposure.steps) :]
        anchor = anchor_of(exposure.start, lattice, sigmas[0])
    x = unit * sigmas[0] if anchor is None else anchor.begun(exposure.seed, unit)
    denoiser = GuidedDenoiser(library, guidance, anchor, tints_of(wishes))
    latent = SAMPLERS[exposure.sampler](denoiser, x, sigmas, _noise_sampler(exposure, lattice.shape))
    return library, snap(latent, _LATENT_BITS), anchor


def taken_steps(strength: float, steps: int) -> int:
    """Return how many of the last steps a strength takes: its share of them, at least one."""
    return min(max(round(strength * steps), 1), steps)


def expose(exposure: Exposure, size: tuple[int, int], libraries: Path | None = None) -> Development:
    """Sample an exposure of up to `MOST_AREA` pixels and prepare to draw it at a size.

    ``libraries`` is a folder in which processes share what they have made (see `kept`).
    """
    library, latent, anchor = sampled(exposure, libraries)
    return develop(library, latent, size, anchor)


def proof_size(exposure: Exposure) -> tuple[int, int]:
    """Return a proof's width and height."""
    shrink = max(1, round(math.sqrt(exposure.width * exposure.height) / PROOF_SIDE))
    return max(1, exposure.width // shrink), max(1, exposure.height // shrink)


def _noise_sampler(exposure: Exposure, shape: tuple[int, ...]) -> NoiseSampler:
    if exposure.sampler in _ON_A_PATH:
        return BrownianPath(exposure.seed, shape, model_sigmas()[0], model_sigmas()[-1])
    return WhiteNoise(exposure.seed, shape)


def check(exposure: Exposure, largest: int = LARGEST_AREA) -> None:
    """Raise `DarkroomError` for what cannot be drawn; pictures are not opened. `largest` is an area in pixels."""
    for fault in _faults(exposure, min(largest, MOST_AREA)):
        raise DarkroomError(fault)


def check_sources(exposure: Exposure) -> None:
    """Raise `DarkroomError` for a picture that cannot be opened, by what its first bytes say."""
    start, control = exposure.start, exposure.control
    pictures = [vibe.image for vibe in exposure.vibes] + [reference.image for reference in exposure.references]
    pictures += [] if control is None else [control.image]
    pictures += [] if start is None else [start.image, start.mask]
    for picture in pictures:
        if picture is not None:
            glance(picture)


def _faults(exposure: Exposure, largest: int) -> Iterator[str]:
    width, height = exposure.width, exposure.height
    if min(width, height) < SMALLEST_SIDE:
        yield f"{width}x{height} is too small: the darkroom draws sides of {SMALLEST_SIDE} pixels or more"
    if max(width, height) > LONGEST_SIDE:
        yield f"{width}x{height} is too long: the darkroom draws sides of up to {LONGEST_SIDE} pixels"
    if width * height > largest:
        area = f"{width * height} pixels, and the darkroom draws at most {largest}"
        yield f"{width}x{height} is {area}: choose a smaller size"
    if exposure.sampler not in SAMPLERS:
        yield f'"{exposure.sampler}" is not a sampler; choose from {", ".join(SAMPLERS)}'
    if exposure.noise_schedule not in NOISE_SCHEDULES:
        known = ", ".join(NOISE_SCHEDULES)
        yield f'"{exposure.noise_schedule}" is not a noise schedule; choose from {known}'
    if exposure.seed < 0:
        yield f"seed is {exposure.seed}; it must be 0 or more"
    for name, value, low, high in _ranges(exposure):
        if not low <= value <= high:
            yield f"{name} is {value}; it must be from {low} to {high}"
    yield from _too_many(exposure)
    if exposure.control is not None and exposure.control.model not in STRUCTURES:
        yield f'"{exposure.control.model}" is not a control model; choose from {", ".join(STRUCTURES)}'


def _too_many(exposure: Exposure) -> Iterator[str]:
    if len(exposure.characters) > MOST_CHARACTERS:
        yield f"there are {len(exposure.characters)} characters; the darkroom draws at most {MOST_CHARACTERS}"
    for name, count in (("vibes", len(exposure.vibes)), ("references", len(exposure.references))):
        if count > MOST_CONDITIONS:
            yield f"there are {count} {name}; the darkroom reads at most {MOST_CONDITIONS}"


def _ranges(exposure: Exposure) -> Iterator[tuple[str, float, float, float]]:
    yield "steps", exposure.steps, 1, MOST_STEPS
    yield "scale", exposure.scale, 0, 100
    yield "cfg_rescale", exposure.cfg_rescale, 0, 1
    if exposure.start is not None:
        yield "strength", exposure.start.strength, 0, 1
        yield "noise", exposure.start.noise, 0, 1
    for vibe in exposure.vibes:
        yield "vibe_transfer.strength", vibe.strength, 0, 1
        yield "vibe_transfer.information_extracted", vibe.information_extracted, 0, 1
    for character in exposure.characters:
        for axis, value in zip("xy", character.center or (), strict=False):
            yield f"center.{axis}", value, 0, 1
    if exposure.control is not None:
        yield "controlnet_strength", exposure.control.strength, 0, 2
    for reference in exposure.references:
        for name in ("strength", "information_extracted", "secondary"):
            yield f"reference {name}", getattr(reference, name), 0, 1
