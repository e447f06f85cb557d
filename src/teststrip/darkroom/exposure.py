"""From an exposure to a picture."""

from dataclasses import dataclass

from teststrip.darkroom.arrays import Pixels
from teststrip.darkroom.decode import decode
from teststrip.darkroom.errors import DarkroomError
from teststrip.darkroom.exact import snap
from teststrip.darkroom.guidance import Guidance, GuidedDenoiser
from teststrip.darkroom.lattice import Lattice
from teststrip.darkroom.library import library_for
from teststrip.darkroom.noise import START, BrownianPath, WhiteNoise, gaussian
from teststrip.darkroom.samplers import SAMPLERS, NoiseSampler
from teststrip.darkroom.schedule import model_sigmas, sigmas_for
from teststrip.darkroom.tags import read

SMALLEST_SIDE = 64
LARGEST_AREA = 2 * 1024 * 1024
MOST_STEPS = 1000

_ON_A_PATH = frozenset({"k_dpmpp_sde"})
_LATENT_BITS = 12


@dataclass(frozen=True, slots=True)
class Exposure:
    """One picture to draw; the names are the API's, the meanings those of docs/darkroom.md."""

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


@dataclass(frozen=True, slots=True, eq=False)
class Picture:
    """Pixels (height, width, 3), uint8, and the tags of the prompt that the toy world does not know, in order."""

    pixels: Pixels
    ignored_tags: tuple[str, ...]


def _check(exposure: Exposure) -> None:
    """Raise `DarkroomError` for what cannot be drawn."""
    width, height = exposure.width, exposure.height
    if min(width, height) < SMALLEST_SIDE:
        raise DarkroomError(
            f"{width}x{height} is too small: the darkroom draws sides of {SMALLEST_SIDE} pixels or more"
        )
    if width * height > LARGEST_AREA:
        area = f"{width * height} pixels, and the darkroom draws at most {LARGEST_AREA}"
        raise DarkroomError(f"{width}x{height} is {area}: choose a smaller size")
    if exposure.sampler not in SAMPLERS:
        raise DarkroomError(f'"{exposure.sampler}" is not a sampler; choose from {", ".join(SAMPLERS)}')
    if not 1 <= exposure.steps <= MOST_STEPS:
        raise DarkroomError(f"steps is {exposure.steps}; it must be from 1 to {MOST_STEPS}")
    if not 0 <= exposure.scale <= 100:
        raise DarkroomError(f"scale is {exposure.scale}; it must be from 0 to 100")
    if not 0 <= exposure.cfg_rescale <= 1:
        raise DarkroomError(f"cfg_rescale is {exposure.cfg_rescale}; it must be from 0 to 1")
    if exposure.seed < 0:
        raise DarkroomError(f"seed is {exposure.seed}; it must be 0 or more")


def render(exposure: Exposure) -> Picture:
    """Draw an exposure: the same pixels for the same exposure, on any machine, with any number of threads.

    Raises `DarkroomError` for a size, sampler, schedule or number that cannot be drawn.
    """
    _check(exposure)
    sigmas = sigmas_for(exposure.sampler, exposure.noise_schedule, exposure.steps)
    lattice = Lattice.of(exposure.width, exposure.height)
    library = library_for(exposure.prompt, exposure.negative_prompt, lattice)
    guidance = Guidance(
        exposure.scale, exposure.cfg_rescale, exposure.dynamic_thresholding, exposure.skip_cfg_above_sigma
    )
    start = gaussian(lattice.shape, exposure.seed, START) * sigmas[0]
    noise = _noise_sampler(exposure, lattice.shape)
    latent = SAMPLERS[exposure.sampler](GuidedDenoiser(library, guidance), start, sigmas, noise)
    pixels = decode(library, snap(latent, _LATENT_BITS))
    return Picture(pixels, read(exposure.prompt).ignored)


def _noise_sampler(exposure: Exposure, shape: tuple[int, ...]) -> NoiseSampler:
    if exposure.sampler in _ON_A_PATH:
        return BrownianPath(exposure.seed, shape, model_sigmas()[0], model_sigmas()[-1])
    return WhiteNoise(exposure.seed, shape)
